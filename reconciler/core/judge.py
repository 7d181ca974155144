"""Judge everything: documents and observations in, findings and what may be done out.

One pass is pure. It may say that a verdict still rests on one witness only (`needs_witness`); the
shell then reads the second and judges again with what it knows more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from reconciler.core.changes import StopRun
from reconciler.core.gates import Caps, Gated, StartRun, gate_starts
from reconciler.core.links import judge_link
from reconciler.core.pauses import bounds_of, with_long_pauses
from reconciler.core.resolve import documents_by_source, source_key
from reconciler.core.select import EVERYTHING, Selection, Selector, narrow, taken
from reconciler.core.shutting import lifted, shut_findings, shut_source
from reconciler.core.sources import Candidate, JudgedSource, SourceAsk, judge_source
from reconciler.core.windows import Hours, closed, hours_of
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import Connection, Desired, DesiredLink, DesiredSource, SnapshotType
from reconciler.model.ledger import EMPTY, LedgerView
from reconciler.model.observed import (
    ObservedConnection,
    ObservedSource,
    SourceTopics,
)
from reconciler.model.verdict import Finding, Risk, Verdict
from reconciler.records import Struct, field, replace


class Knowledge(Struct, frozen=True):
    """Everything that was read for one plan.

    Attributes:
        observed: What each connection answered, by name.
        unreachable: Why a connection answered nothing, by name.
        witnesses: The second read of sources, by connection and source id.
        now: Time that beats the vendors' clocks (`--now`), or None.
        ledger: What our own memory says.
    """

    observed: Mapping[str, ObservedConnection]
    unreachable: Mapping[str, str] = field(default_factory=dict)
    witnesses: Mapping[tuple[str, str], SourceTopics] = field(default_factory=dict)
    now: datetime | None = None
    ledger: LedgerView = EMPTY

    def clock(self, observed: ObservedConnection) -> datetime:
        """The time that verdicts of a connection rest on."""
        return self.now or observed.now


class Policy(Struct, frozen=True):
    """What the person at the command line asks for.

    Attributes:
        selection: What is acted on.
        max_starts: How many sources may start, or None.
        retry: What one more start is wanted of (`apply --retry`).
        break_glass: Why the windows of policies are lifted (`--break-glass`); empty where they hold.
        heeds_windows: Whether windows keep changes back; a look for drift asks what moved, not what
            may be done about it now.
    """

    selection: Selection = EVERYTHING
    max_starts: int | None = None
    retry: tuple[Selector, ...] = ()
    break_glass: str = ""
    heeds_windows: bool = True


class Judgement(Struct, frozen=True):
    """One pass over everything.

    Attributes:
        findings: Sorted by address.
        runs: Starts that may go.
        stops: Stops to make.
        unmanaged: Topics listed that no rule names.
        warnings: Sentences, sorted.
        needs_witness: (connection, source id) whose starts rest on absence that only one read shows.
        closings: When changes of a document have to be sent by, as its windows say.
    """

    findings: tuple[Finding, ...]
    runs: tuple[StartRun, ...]
    stops: tuple[StopRun, ...]
    unmanaged: int
    warnings: tuple[str, ...]
    needs_witness: tuple[tuple[str, str], ...]
    closings: Mapping[Address, datetime] = field(default_factory=dict)


def judge(desired: Desired, knowledge: Knowledge, policy: Policy) -> Judgement:
    """Judge every document.

    Args:
        desired: All documents.
        knowledge: Everything that was read.
        policy: What the person at the command line asks for.
    """
    chosen = narrow(desired, policy.selection)
    hours = _hours(desired, knowledge) if policy.heeds_windows else {}
    shut = {} if policy.break_glass else closed(hours)
    findings: list[Finding] = list(_unreached(chosen, knowledge))
    warnings: list[str] = []
    unmanaged = 0
    for judged in _judge_links(desired, knowledge, shut):
        findings.extend(judged[0])
        unmanaged += judged[1]
        warnings.extend(judged[2])
    sources = [shut_source(s, shut) for s in _judge_sources(desired, knowledge, policy.retry)]
    for source in sources:
        findings.extend(source.findings)
        unmanaged += source.unmanaged
        warnings.extend(source.warnings)
    sources = [_narrowed(source, chosen, policy.selection) for source in sources]
    gated = _gate(desired.connections, sources, policy)
    findings.extend(finding for part in gated for finding in part.findings)
    runs = tuple(run for part in gated for run in part.runs)
    shown = taken(tuple(sorted(findings, key=_place)), chosen, policy.selection)
    warnings.extend(lifted(shown, hours, policy.break_glass))
    return Judgement(
        shown,
        runs,
        _stops(shown, sources),
        unmanaged,
        tuple(sorted({*warnings, *desired.warnings, *_spoken(knowledge)})),
        tuple(sorted(_absent(runs, knowledge))),
        _closings(hours, policy),
    )


def _hours(desired: Desired, knowledge: Knowledge) -> dict[Address, Hours]:
    """What the windows say of each document, by the clock of its vendor."""
    clocks = {name: knowledge.clock(observed) for name, observed in knowledge.observed.items()}
    fallback = knowledge.now or min(clocks.values(), default=None)
    return hours_of(desired, clocks, fallback) if fallback else {}


def _closings(hours: Mapping[Address, Hours], policy: Policy) -> dict[Address, datetime]:
    if policy.break_glass:
        return {}
    return {a: each.until for a, each in hours.items() if each.is_open and each.until is not None}


def _place(finding: Finding) -> tuple[str, ...]:
    address = finding.address
    return (address.kind, address.name, address.topic, finding.verdict, finding.reason)


def _spoken(knowledge: Knowledge) -> list[str]:
    return [w for observed in knowledge.observed.values() for w in observed.warnings]


def _unreached(desired: Desired, knowledge: Knowledge) -> list[Finding]:
    """Documents behind a connection that answered nothing."""
    documents: list[DesiredSource | DesiredLink] = [*desired.sources, *desired.links]
    return [
        Finding(d.address, Verdict.UNOBSERVED, knowledge.unreachable[d.connection], d.origin)
        for d in documents
        if d.connection in knowledge.unreachable
    ]


def _judge_links(
    desired: Desired, knowledge: Knowledge, shut: Mapping[Address, Hours]
) -> list[tuple[tuple[Finding, ...], int, tuple[str, ...]]]:
    endpoints = {c.name: c.endpoint for c in desired.connections}
    documents: dict[tuple[str, str, str], list[DesiredLink]] = {}
    for d in desired.links:
        documents.setdefault((endpoints[d.connection], d.cluster_id, d.link), []).append(d)
    results = []
    for name, observed in sorted(knowledge.observed.items()):
        connection = desired.connection(name)
        for view in observed.links:
            key = (connection.endpoint, view.target.cluster_id, view.target.link)
            mine = documents.pop(key, None)
            if mine is None:
                continue
            now = knowledge.clock(observed)
            judged = judge_link(mine, view, now, connection.suspend)
            judged = replace(judged, findings=shut_findings(judged.findings, shut))
            judged = with_long_pauses(judged, view, bounds_of(desired.policies, mine), now)
            results.append((judged.findings, judged.unmanaged, judged.warnings))
    return results


def _judge_sources(
    desired: Desired, knowledge: Knowledge, retry: tuple[Selector, ...]
) -> list[JudgedSource]:
    documents = documents_by_source(desired, knowledge.observed)
    results = []
    for name, observed in sorted(knowledge.observed.items()):
        connection = desired.connection(name)
        for view in observed.sources:
            mine = documents.pop(source_key(connection, view), None)
            if mine is None:
                continue
            second = knowledge.witnesses.get((name, view.source.id)) if view.source else None
            ask = SourceAsk(
                mine,
                view,
                connection,
                knowledge.clock(observed),
                knowledge.ledger,
                second.seen_runs if second else None,
                second.problem if second else None,
                retry,
            )
            results.append(judge_source(ask))
    return results


def _narrowed(judged: JudgedSource, chosen: Desired, selection: Selection) -> JudgedSource:
    """A source whose starts are only those that the selection takes."""
    if selection.is_everything or not judged.starts:
        return judged
    kept = {f.address for f in taken(tuple(c.finding for c in judged.starts), chosen, selection)}
    starts: tuple[Candidate, ...] = tuple(c for c in judged.starts if c.finding.address in kept)
    return replace(judged, starts=starts)


def _gate(
    connections: Sequence[Connection], sources: Sequence[JudgedSource], policy: Policy
) -> list[Gated]:
    left = policy.max_starts
    parts = []
    for connection in sorted(connections, key=lambda c: c.name):
        mine = [s for s in sources if s.connection == connection.name]
        part = gate_starts(mine, Caps(connection.limits.snapshots, left))
        left = None if left is None else left - len(part.runs)
        parts.append(part)
    return parts


def _absent(runs: Sequence[StartRun], knowledge: Knowledge) -> set[tuple[str, str]]:
    return {
        (run.connection, run.source.id)
        for run in runs
        if run.rests_on_absence and (run.connection, run.source.id) not in knowledge.witnesses
    }


def _stops(findings: Sequence[Finding], sources: Sequence[JudgedSource]) -> tuple[StopRun, ...]:
    """One stop per source that has a stop among the findings shown."""
    stopping = {
        f.address: f.risk or Risk.DISRUPTIVE
        for f in findings
        if f.verdict is Verdict.CHANGE and f.action is Action.STOP
    }
    stops = []
    for judged in sources:
        risks = {stopping[f.address] for f in judged.findings if f.address in stopping}
        if judged.source is None or not risks:
            continue
        stops.append(
            StopRun(
                judged.connection,
                judged.source.id,
                _active_type(judged.source),
                judged.active,
                judged.source.listed,
                Risk.DISRUPTIVE if Risk.DISRUPTIVE in risks else Risk.SAFE,
            )
        )
    return tuple(stops)


def _active_type(source: ObservedSource) -> SnapshotType | None:
    """The type that every run under way on a source says, or None."""
    types = {r.type for t in source.topics for r in t.runs or () if r.is_active}
    return types.pop() if len(types) == 1 else None
