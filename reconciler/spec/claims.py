"""Topics that two documents claim.

Several documents may speak of one source or link, each for other topics. As far as specs alone can
tell, two of them claim one topic where

literal, literal    both spell it out
literal, glob       one spells it out, and the first rule of the other that matches it is a glob
glob, glob          both hold the same text

and neither rule is `unmanaged`. Two different globs that meet in a topic which exists are found when
topics were read.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconciler.core.match import Matcher, compile_rules
from reconciler.errors import Diagnostic
from reconciler.model.desired import Pattern
from reconciler.records import Struct
from reconciler.spec.across import Outline, same_targets
from reconciler.spec.checks import first_match
from reconciler.spec.faults import dotted
from reconciler.spec.scalars import shown


class _Claim(Struct, frozen=True):
    """One pattern of one document that asks for something."""

    outline: Outline
    path: tuple[str | int, ...]
    pattern: Pattern

    @property
    def order(self) -> tuple[str, int, int]:
        """Where it stands."""
        origin = self.pattern.origin
        return origin.file, origin.line, origin.column


class _Meeting(Struct, frozen=True):
    """A topic, or the text of a glob, that two documents claim."""

    name: str
    earlier: _Claim
    later: _Claim


class _Claimant(Struct, frozen=True):
    """One document of a group, its rules compiled."""

    outline: Outline
    matcher: Matcher

    def claim_on(self, name: str) -> _Claim | None:
        """Its claim on a topic, by literal or glob."""
        index = self.matcher.rule_of(name)
        if index is None or not self.outline.rules[index].is_claiming:
            return None
        rule = self.outline.rules[index]
        pattern = first_match(rule.patterns, name)
        place = next(place for place, item in rule.topics if item is pattern)
        return self._claim(index, place, pattern)

    def claims(self) -> Iterator[_Claim]:
        """Every claim that no earlier rule of the document takes away."""
        globs: set[str] = set()
        for index, rule in enumerate(self.outline.rules):
            for place, pattern in rule.topics:
                is_first = (
                    self.matcher.rule_of(pattern.text) == index
                    if pattern.is_literal
                    else pattern.text not in globs
                )
                globs.add(pattern.text)
                if is_first and rule.is_claiming:
                    yield self._claim(index, place, pattern)

    def _claim(self, index: int, place: int, pattern: Pattern) -> _Claim:
        path = (*self.outline.rules[index].path, "topics", place)
        return _Claim(self.outline, path, pattern)


def check_claims(outlines: Sequence[Outline]) -> Iterator[Diagnostic]:
    """Topics that two documents claim, told at the later place.

    Args:
        outlines: Of all documents, in the order of their places.
    """
    conflicts: dict[tuple[str, int, int], set[_Meeting]] = defaultdict(set)
    for group in same_targets(outlines):
        for meeting in _meetings([_claimant(outline) for outline in group]):
            conflicts[meeting.later.order].add(meeting)
    for found in conflicts.values():
        yield _diagnostic(sorted(found, key=lambda meeting: (meeting.earlier.order, meeting.name)))


def _claimant(outline: Outline) -> _Claimant:
    return _Claimant(outline, compile_rules([rule.patterns for rule in outline.rules]))


def _meetings(claimants: Sequence[_Claimant]) -> Iterator[_Meeting]:
    """Every topic or glob that two documents of a group claim, and both claims."""
    by_text: dict[str, list[_Claim]] = defaultdict(list)
    for claimant in claimants:
        for claim in claimant.claims():
            by_text[claim.pattern.text].append(claim)
    with_globs = [claimant for claimant in claimants if claimant.matcher.globs]
    globs = [
        [
            pattern
            for rule in claimant.outline.rules
            for pattern in rule.patterns
            if not pattern.is_literal
        ]
        for claimant in with_globs
    ]
    any_glob = compile_rules(globs)
    for text, claims in by_text.items():
        for other in claims[1:]:
            yield _meeting(text, claims[0], other)
        # Most literals meet no glob at all, which one look for all documents tells.
        if claims[0].pattern.is_literal and any_glob.rule_of(text) is not None:
            yield from _meetings_with_globs(text, claims, with_globs)


def _meetings_with_globs(
    literal: str, claims: Sequence[_Claim], with_globs: Sequence[_Claimant]
) -> Iterator[_Meeting]:
    """Globs of documents that do not spell a literal out, and take it all the same."""
    spelt_in = {claim.outline.address for claim in claims}
    for claimant in with_globs:
        if claimant.outline.address not in spelt_in:
            claim = claimant.claim_on(literal)
            if claim is not None:
                yield _meeting(literal, claims[0], claim)


def _meeting(name: str, one: _Claim, other: _Claim) -> _Meeting:
    """Two claims in the order of their places."""
    earlier, later = sorted((one, other), key=lambda claim: claim.order)
    return _Meeting(name, earlier, later)


def _diagnostic(found: Sequence[_Meeting]) -> Diagnostic:
    """One diagnostic for all topics over which one pattern meets others."""
    name, earlier, later = found[0].name, found[0].earlier, found[0].later
    more = len({meeting.name for meeting in found}) - 1
    others = f" (and {more} more)" if more else ""
    origin = later.pattern.origin
    return Diagnostic(
        origin.file,
        origin.line,
        origin.column,
        address=str(later.outline.address),
        field=dotted(later.path),
        message=(
            f"{shown(name)}{others} is claimed by two documents: here, and by "
            f"{shown(earlier.pattern.text)} of {earlier.outline.address} at {earlier.pattern.origin}"
        ),
        advice="leave it to one of them; an `unmanaged` rule above gives topics away",
    )
