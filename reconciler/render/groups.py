"""Findings and outcomes folded for a reader: what says the same is said once, for many topics."""

from collections.abc import Iterable
from itertools import accumulate, groupby

from reconciler.core.words import plural
from reconciler.model.address import Address, Origin
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct
from reconciler.render.advice import spelled_out
from reconciler.render.escape import printable
from reconciler.render.view import View

VERDICT_ORDER = (
    Verdict.CHANGE,
    Verdict.BLOCKED,
    Verdict.UNKNOWN,
    Verdict.UNOBSERVED,
    Verdict.IN_PROGRESS,
    Verdict.DEFERRED,
    Verdict.SCHEDULED,
    Verdict.IN_SYNC,
    Verdict.UNMANAGED,
)
RESULT_ORDER = (
    Result.UNKNOWN,
    Result.FAILED,
    Result.STALE,
    Result.LOCKED,
    Result.HELD,
    Result.DEFERRED,
    Result.NOT_RUN,
    Result.ACCEPTED,
    Result.STARTED,
    Result.SETTLED,
    Result.DONE,
)
SHORT = "not as far as apply was to wait for"
QUIET = frozenset({Verdict.IN_SYNC, Verdict.UNMANAGED})
PERSON = frozenset({Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.UNOBSERVED})


class Group(Struct, frozen=True):
    """Findings of one document that say the same.

    Attributes:
        findings: At least one, sorted by address; the first speaks for all.
    """

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The one that speaks for all."""
        return self.findings[0]

    @property
    def covers(self) -> int:
        """How many topics they speak for."""
        return sum(finding.covers for finding in self.findings)

    @property
    def names(self) -> tuple[str, ...]:
        """Their topics, sorted."""
        return tuple(topic_name(finding) for finding in self.findings)

    @property
    def before(self) -> str:
        """What was observed: one level, or the first and the last of several."""
        levels = sorted({finding.before for finding in self.findings})
        return levels[0] if len(levels) == 1 else f"{levels[0] or 'nothing'} … {levels[-1]}"

    @property
    def origins(self) -> str:
        """Where they are asked for: `specs/a.yaml:3, 9`, or the first and the last of many."""
        return origins(finding.origin for finding in self.findings)

    @property
    def advice(self) -> str:
        """What a person can do; said for the first where it names one topic of many."""
        texts = [spelled_out(finding.advice, finding.address) for finding in self.findings]
        return texts[0] if len(set(texts)) == 1 else f"{texts[0]} (and likewise for the others)"


def topic_name(finding: Finding) -> str:
    """What a finding speaks of, inside its document."""
    if finding.address.topic:
        return finding.address.topic
    return "the whole document" if finding.covers == 1 else f"all {finding.covers} topics"


def origins(places: Iterable[Origin], most: int = 3) -> str:
    """Places in few words: lines of one file are listed behind its name.

    Args:
        places: In any order.
        most: How many lines of one file are spelled out.
    """
    texts = []
    for file, group in groupby(sorted(set(places)), key=lambda place: place.file):
        lines = sorted({place.line for place in group})
        shown = ", ".join(map(str, lines)) if len(lines) <= most else f"{lines[0]} … {lines[-1]}"
        texts.append(f"{file}:{shown}")
    return ", ".join(texts)


def by_document(findings: Iterable[Finding]) -> list[tuple[Address, tuple[Finding, ...]]]:
    """Findings by document, both sorted by address."""
    rows = sorted(findings, key=lambda finding: finding.address)
    return [(doc, tuple(group)) for doc, group in groupby(rows, key=lambda f: f.address.document)]


def grouped(findings: Iterable[Finding], *, exact: bool) -> list[Group]:
    """Findings of one document, those that say the same together.

    Args:
        findings: Of one document.
        exact: Whether findings that were observed at different levels, or whose advice names
            their own topic, are told apart.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in sorted(findings, key=lambda item: item.address):
        groups.setdefault(_key(finding, exact=exact), []).append(finding)
    rows = [Group(tuple(group)) for group in groups.values()]
    return sorted(rows, key=lambda group: VERDICT_ORDER.index(group.first.verdict))


def _key(finding: Finding, *, exact: bool) -> tuple[object, ...]:
    address = finding.address
    if not exact and finding.verdict in QUIET:
        return (finding.verdict,)
    same = (
        finding.verdict,
        finding.action,
        finding.reason,
        finding.after,
        finding.cause,
        finding.risk,
        finding.note,
        not address.topic,
    )
    if exact:
        return (*same, finding.advice, finding.before)
    return (*same, finding.advice.replace(str(address), "\0"))


def folded(names: Iterable[str], width: int, view: View) -> tuple[str, int]:
    """As many names as fit, and how many do not; with `-v` all of them.

    Args:
        names: In the order to show.
        width: Columns for them; one name is always shown.
        view: Whether anything is folded.
    """
    all_names = tuple(map(printable, names))
    if view.verbose:
        return ", ".join(all_names), 0
    room = width - len("... and 000000 more, -v shows them")
    if len(", ".join(all_names)) <= width:
        return ", ".join(all_names), 0
    ends = accumulate(len(name) + 2 for name in all_names)
    count = max(1, sum(1 for end in ends if end - 2 <= room))
    return ", ".join(all_names[:count]), len(all_names) - count


class Stuck(Struct, frozen=True):
    """Blocked findings of any documents that give the same reason.

    Attributes:
        findings: At least one, sorted by address; the first speaks for all.
    """

    findings: tuple[Finding, ...]

    @property
    def covers(self) -> int:
        """How many topics they speak for."""
        return sum(finding.covers for finding in self.findings)

    @property
    def whom(self) -> str:
        """Whom it hits: an address, or how many topics of which document or of how many."""
        documents = {finding.address.document for finding in self.findings}
        if len(self.findings) == 1:
            return str(self.findings[0].address)
        of = str(min(documents)) if len(documents) == 1 else f"{len(documents)} documents"
        return f"{plural(self.covers, 'topic')} of {of}"

    @property
    def reason(self) -> str:
        """Why they are blocked."""
        return self.findings[0].reason

    @property
    def advice(self) -> str:
        """What a person can do; said for the first where it names one topic of many."""
        return Group(self.findings).advice


def stuck(findings: Iterable[Finding]) -> list[Stuck]:
    """What is blocked, by reason, the one that hits most topics first.

    Args:
        findings: Of a plan.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda item: item.address):
        if finding.verdict is Verdict.BLOCKED:
            same_advice = finding.advice.replace(str(finding.address), "\0")
            groups.setdefault((finding.reason, same_advice), []).append(finding)
    rows = [Stuck(tuple(group)) for group in groups.values()]
    return sorted(rows, key=lambda row: -row.covers)


class OutcomeGroup(Struct, frozen=True):
    """Outcomes of one document that say the same.

    Attributes:
        items: At least one, sorted by address.
    """

    items: tuple[ItemOutcome, ...]

    @property
    def first(self) -> ItemOutcome:
        """The one that speaks for all."""
        return self.items[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Their topics, sorted."""
        return tuple(item.address.topic or "the whole document" for item in self.items)

    @property
    def message(self) -> str:
        """What is said of them, with a word where they are not as far as was asked for."""
        parts = (self.first.message, SHORT if self.first.short else "")
        return "; ".join(part for part in parts if part)


def grouped_outcomes(items: Iterable[ItemOutcome]) -> list[tuple[Result, list[OutcomeGroup]]]:
    """Outcomes by result, worst first, and within it those that say the same together.

    Args:
        items: In any order.
    """
    groups: dict[tuple[object, ...], list[ItemOutcome]] = {}
    for item in sorted(items, key=lambda item: (item.address, item.step)):
        key = (item.result, item.address.document, item.action, item.message, item.seen, item.short)
        groups.setdefault(key, []).append(item)
    rows = [OutcomeGroup(tuple(group)) for group in groups.values()]
    found = ((word, [g for g in rows if g.first.result is word]) for word in RESULT_ORDER)
    return [(word, group) for word, group in found if group]
