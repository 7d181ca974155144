"""Documents that speak of the same thing at the vendor, matched against what is there.

Several teams may each have a document for one source or link, as long as no topic is claimed twice.
A rule `unmanaged` claims nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from reconciler.core.match import Matcher, compile_rules, nearest
from reconciler.core.rows import Row
from reconciler.core.ruling import Ruling
from reconciler.core.words import moment
from reconciler.model.address import Address, Origin
from reconciler.model.desired import (
    Desired,
    DesiredLink,
    DesiredSource,
    MirrorRule,
    MirrorState,
    Pattern,
    SnapshotRule,
    SnapshotState,
    Suspend,
)
from reconciler.model.observed import Problem, ProblemKind, Sifted
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import Struct

Rule = TypeVar("Rule", SnapshotRule, MirrorRule)
Rule_co = TypeVar("Rule_co", covariant=True)


class Claim(Struct, Generic[Rule], frozen=True):
    """One document's hold on one topic.

    Attributes:
        address: The document.
        rule: The rule that names the topic.
        rank: Index of the document in its group and of the rule in its document.
        literal: Whether the rule spells the name out.
        suspend: The halt that holds now, or None.
    """

    address: Address
    rule: Rule
    rank: tuple[int, int]
    literal: bool
    suspend: Suspend | None


class Group(Struct, Generic[Rule], frozen=True):
    """Documents of one source or link, compiled.

    Attributes:
        members: Address, rules, matcher and halt of each document, in order of address.
    """

    members: tuple[tuple[Address, tuple[Rule, ...], Matcher, Suspend | None], ...]

    def claims(self, topic: str) -> tuple[Claim[Rule], ...]:
        """Every hold on a topic; more than one is an error of the specs, none is unmanaged."""
        found = []
        for position, (address, rules, matcher, suspend) in enumerate(self.members):
            index = matcher.rule_of(topic)
            if index is None or is_unmanaged(rules[index]):
                continue
            literal = matcher.is_literal(topic)
            found.append(Claim(address, rules[index], (position, index), literal, suspend))
        return tuple(found)


class Document(Protocol[Rule_co]):
    """What all documents with rules have in common."""

    @property
    def address(self) -> Address:
        """`Kind/name`."""
        ...

    @property
    def rules(self) -> tuple[Rule_co, ...]:
        """In written order."""
        ...

    @property
    def suspend(self) -> Suspend | None:
        """A declared halt."""
        ...


def group_of(
    documents: Sequence[Document[Rule]], halt: Suspend | None, now: datetime
) -> Group[Rule]:
    """Compile the documents of one source or link.

    Args:
        documents: All of them.
        halt: The halt of their connection, or None.
        now: The vendor's clock.
    """
    return Group(
        tuple(
            (
                d.address,
                d.rules,
                compile_rules(r.topics for r in d.rules),
                _halt(d.suspend, halt, now),
            )
            for d in sorted(documents, key=lambda d: d.address)
        )
    )


def halted(desired: Desired, now: datetime) -> dict[Address, Suspend]:
    """The documents for which nothing is done now, and the halt that says so.

    Args:
        desired: All documents; a halt of a Connection holds for everything behind it.
        now: The time that decides whether a halt has ended.
    """
    halts = {c.name: c.suspend for c in desired.connections}
    documents: tuple[DesiredSource | DesiredLink, ...] = (*desired.sources, *desired.links)
    found = {d.address: _halt(d.suspend, halts.get(d.connection), now) for d in documents}
    return {address: halt for address, halt in found.items() if halt is not None}


def _halt(own: Suspend | None, of_connection: Suspend | None, now: datetime) -> Suspend | None:
    return next((s for s in (own, of_connection) if s is not None and s.until > now), None)


def is_unmanaged(rule: SnapshotRule | MirrorRule) -> bool:
    """Whether a rule claims nothing of what it names."""
    return rule.state in (SnapshotState.UNMANAGED, MirrorState.UNMANAGED)


def document_finding(address: Address, origin: Origin, problem: Problem) -> Finding:
    """The one finding for a document whose source or link cannot be judged.

    Args:
        address: The document.
        origin: Where it begins.
        problem: Why.
    """
    unread = problem.kind in (ProblemKind.UNREADABLE, ProblemKind.SILENT)
    return Finding(
        address,
        Verdict.UNOBSERVED if unread else Verdict.BLOCKED,
        problem.message,
        origin,
        advice=problem.advice,
        row=Row.NOT_FOUND,
    )


def topic_finding(
    claim: Claim[Rule], topic: str, ruling: Ruling, levels: tuple[str, str]
) -> Finding:
    """A table's answer as a finding, held back where its document is suspended.

    Args:
        claim: Who asked.
        topic: As people see it.
        ruling: The table's answer.
        levels: The observed and the wanted level in a few words.
    """
    verdict, reason = ruling.verdict, ruling.reason
    if claim.suspend is not None and verdict is Verdict.CHANGE:
        why = f" ({claim.suspend.reason})" if claim.suspend.reason else ""
        verdict = Verdict.DEFERRED
        reason = f"suspended until {moment(claim.suspend.until)}{why}; {reason}"
    return Finding(
        claim.address.of(topic),
        verdict,
        reason,
        origin_of(claim, topic),
        advice=ruling.advice,
        action=ruling.action,
        before=levels[0],
        after=levels[1],
        cause=Cause.DIFFERS if ruling.action else None,
        risk=ruling.risk,
        note=ruling.note,
        failed=ruling.failed,
        row=ruling.row or "",
    )


def origin_of(claim: Claim[Rule], topic: str) -> Origin:
    """Where the claim on a topic is written: its literal, else its rule."""
    for pattern in claim.rule.topics:
        if pattern.text == topic:
            return pattern.origin
    return claim.rule.origin


def calm_findings(
    documents: Iterable[DesiredSource | DesiredLink], sifted: Sifted | None
) -> list[Finding]:
    """One finding per document for all its topics that a sieve let go of.

    Args:
        documents: Of one source or link.
        sifted: What was let go of, or None.
    """
    counts = dict(sifted.in_sync) if sifted else {}
    return [
        Finding(d.address, Verdict.IN_SYNC, "as wanted", d.origin, covers=counts[d.address])
        for d in documents
        if d.address in counts
    ]


def contested(claims: Sequence[Claim[Rule]], topic: str) -> list[Finding]:
    """The findings for a topic that more than one document claims.

    Args:
        claims: Two or more.
        topic: As people see it.
    """
    findings = []
    for claim in claims:
        others = ", ".join(
            f"{other.address} at {origin_of(other, topic)}" for other in claims if other != claim
        )
        findings.append(
            Finding(
                claim.address.of(topic),
                Verdict.BLOCKED,
                f"it is also claimed by {others}",
                origin_of(claim, topic),
                advice="let one document name it",
                row=Row.CONTESTED,
            )
        )
    return findings


def missing(
    group: Group[Rule], known: Sequence[str], vendor: str
) -> tuple[list[Finding], list[str]]:
    """What the documents name and the vendor does not have.

    Args:
        group: The documents.
        known: Every topic that exists.
        vendor: Its name, for the sentence.

    Returns:
        A blocked finding per literal that does not exist, and a warning per glob without a match.
    """
    findings: list[Finding] = []
    warnings: list[str] = []
    names = frozenset(known)
    for address, rules, _, _ in group.members:
        for rule in rules:
            if is_unmanaged(rule):
                continue
            for pattern in rule.topics:
                if not pattern.is_literal:
                    warnings.extend(_matchless(address, pattern, known))
                elif pattern.text not in names:
                    findings.append(_unknown_topic(address, pattern, known, vendor))
    return findings, warnings


def _matchless(address: Address, pattern: Pattern, known: Iterable[str]) -> list[str]:
    alone = compile_rules([[pattern]])
    if any(alone.rule_of(name) is not None for name in known):
        return []
    return [f"{pattern.origin}: {address}: {pattern.text} matches no topic"]


def _unknown_topic(
    address: Address, pattern: Pattern, known: Sequence[str], vendor: str
) -> Finding:
    near = nearest(pattern.text, known)
    return Finding(
        address.of(pattern.text),
        Verdict.BLOCKED,
        f"not known to {vendor} (yet)",
        pattern.origin,
        advice=f"did you mean {near}?" if near else "create it, or take it out of the spec",
        row=Row.MISSING,
    )
