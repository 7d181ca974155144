"""A judgement to ordered steps: stops first, then starts behind their canary, then mirrors.

Of each form of start (single, bulk) the smallest planned call of a connection is the canary: it goes
first, and the others of that form need it. No call is added for it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from reconciler.core.asked import Asked
from reconciler.core.before import mirror_before, snapshot_before
from reconciler.core.changes import (
    DbIds,
    mirror_changes,
    start_changes,
    stop_changes,
)
from reconciler.core.gates import StartRun
from reconciler.core.judge import Judgement, Knowledge
from reconciler.core.resolve import documents_by_source
from reconciler.core.sight import Sight
from reconciler.model.address import Address
from reconciler.model.call import Call
from reconciler.model.change import Action, Change, Form, Pause, Resume, Start, Stop, action_of
from reconciler.model.desired import Connection, Desired, DesiredLink
from reconciler.model.plan import Step, StepItem
from reconciler.model.verdict import Finding, Risk, Verdict
from reconciler.records import Struct, replace

Renderer: TypeAlias = Callable[[str, Change], Call]
_Draft: TypeAlias = tuple[Connection, Change, tuple[StepItem, ...]]


class _Mirrors(Struct, frozen=True):
    """The mirror topics to change on one link."""

    connection: Connection
    cluster_id: str
    link: str
    findings: tuple[Finding, ...]


def _owners(desired: Desired, knowledge: Knowledge) -> dict[Address, str]:
    """The source id each Source document speaks of."""
    documents = documents_by_source(desired, knowledge.observed)
    return {d.address: source_id for (_, source_id), mine in documents.items() for d in mine}


def build_steps(
    desired: Desired, judgement: Judgement, knowledge: Knowledge, ids: DbIds, render: Renderer
) -> tuple[Step, ...]:
    """The steps that carry what a judgement says may be done.

    Args:
        desired: All documents.
        judgement: The last pass.
        knowledge: Everything that was read.
        ids: Database ids of topics by source id.
        render: The provider's pure function from a change to its call, by connection name.
    """
    sight = Sight.of(knowledge.observed.values())
    owners = _owners(desired, knowledge)
    changing = [f for f in judgement.findings if f.verdict is Verdict.CHANGE]
    stopping = [f for f in changing if f.action is Action.STOP]
    drafts: list[_Draft] = []
    for connection in desired.connections:
        limits = connection.limits
        stops = [s for s in judgement.stops if s.connection == connection.name]
        runs = [r for r in judgement.runs if r.connection == connection.name]
        for stop in stop_changes(stops, ids, limits):
            items = _stop_items(stop, stopping, owners, sight)
            drafts.append((connection, stop, items))
        drafts += [
            (connection, start, _start_items(start, runs, sight))
            for start in start_changes(runs, ids, limits)
        ]
        for mirrors in _by_link(connection, desired.links, changing):
            drafts.extend(_mirror_drafts(mirrors, sight))
    drafts.sort(key=_order)
    asked = Asked.of(replace(desired, sources=()))
    steps = [
        Step(
            f"s{number}",
            change,
            items,
            render(connection.name, change),
            worst(items),
            not_after=_earliest(pause_end(change, items, asked), judgement.closings, items),
        )
        for number, (connection, change, items) in enumerate(drafts, 1)
    ]
    return _with_canaries(steps)


def _earliest(
    end: datetime | None, closings: Mapping[Address, datetime], items: Sequence[StepItem]
) -> datetime | None:
    """When a step must not be sent any more: a pause has ended, or a window has closed."""
    times = {closings[i.address.document] for i in items if i.address.document in closings}
    return min({*times, *([end] if end else [])}, default=None)


def pause_end(change: Change, items: Sequence[StepItem], asked: Asked) -> datetime | None:
    """When the first of the pauses that a step makes ends; the step must not be sent after it.

    Args:
        change: What the step changes.
        items: What it covers.
        asked: The rules of all documents.
    """
    if not isinstance(change, Pause):
        return None
    rules = (asked.mirror_rule(item.address) for item in items)
    return min((rule.until for rule in rules if rule and rule.until), default=None)


def _order(draft: _Draft) -> tuple[int, str, bool, int]:
    """Stops before starts before mirrors, then by connection; of each form the smallest start first.

    The canary is the smallest start of its form, and no step may stand before one that it needs.
    """
    connection, change, items = draft
    rank = {Action.STOP: 0, Action.START: 1, Action.PAUSE: 2, Action.RESUME: 2}[action_of(change)]
    if not isinstance(change, Start):
        return (rank, connection.name, False, 0)
    return (rank, connection.name, change.form is Form.BULK, len(items))


def worst(items: Sequence[StepItem]) -> Risk:
    """The worst risk of items, which is the risk of their step.

    Args:
        items: Of one step.
    """
    return Risk.DISRUPTIVE if any(i.risk is Risk.DISRUPTIVE for i in items) else Risk.SAFE


def _start_items(start: Start, runs: Sequence[StartRun], sight: Sight) -> tuple[StepItem, ...]:
    carried = {source.source_id for source in start.sources}
    items = []
    for run in runs:
        if run.source.id not in carried:
            continue
        for candidate in run.candidates:
            address, risk = candidate.finding.address, candidate.finding.risk
            before = _snapshot_before(sight, run.source.id, candidate.topic)
            items.append(
                StepItem(address, run.source.id, candidate.topic, before, risk or Risk.SAFE)
            )
    return tuple(sorted(items, key=lambda item: item.address))


def _stop_items(
    stop: Stop, findings: Sequence[Finding], owners: Mapping[Address, str], sight: Sight
) -> tuple[StepItem, ...]:
    carried = {source.source_id for source in stop.sources}
    items = []
    for f in findings:
        source_id = owners[f.address.document]
        if source_id in carried:
            before = _snapshot_before(sight, source_id, f.address.topic)
            risk = f.risk or Risk.DISRUPTIVE
            items.append(StepItem(f.address, source_id, f.address.topic, before, risk))
    return tuple(sorted(items, key=lambda item: item.address))


def _snapshot_before(sight: Sight, source_id: str, name: str) -> str:
    topic = sight.topic(source_id, name)
    return snapshot_before(sight.sources[source_id], topic) if topic else "-"


def _by_link(
    connection: Connection, links: Sequence[DesiredLink], findings: Sequence[Finding]
) -> list[_Mirrors]:
    """Changes of mirrors gathered by the link they belong to, over all documents."""
    documents = {d.address: d for d in links if d.connection == connection.name}
    gathered: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        document = documents.get(finding.address.document)
        if document is not None:
            gathered.setdefault((document.cluster_id, document.link), []).append(finding)
    return [
        _Mirrors(connection, cluster, link, tuple(mine))
        for (cluster, link), mine in sorted(gathered.items())
    ]


def _mirror_drafts(mirrors: _Mirrors, sight: Sight) -> list[_Draft]:
    key = (mirrors.cluster_id, mirrors.link)
    seen = sight.mirrors["/".join(key)]
    items = {
        f.address.topic: StepItem(
            f.address,
            "/".join(key),
            f.address.topic,
            mirror_before(seen[f.address.topic]),
            f.risk or Risk.SAFE,
        )
        for f in mirrors.findings
    }
    pauses = [f.address.topic for f in mirrors.findings if f.action is Action.PAUSE]
    resumes = [f.address.topic for f in mirrors.findings if f.action is Action.RESUME]
    return [
        (mirrors.connection, change, tuple(items[name] for name in _names(change)))
        for change in mirror_changes(key, pauses, resumes, mirrors.connection.limits)
    ]


def _names(change: Change) -> tuple[str, ...]:
    return change.topics if isinstance(change, Pause | Resume) else ()


def _with_canaries(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Mark the first start of each form and connection, and let the others need it."""
    forms: dict[tuple[str, Form], list[Step]] = {}
    for step in steps:
        if isinstance(step.change, Start):
            forms.setdefault((step.call.connection, step.change.form), []).append(step)
    changed: dict[str, Step] = {}
    for mine in forms.values():
        first, *others = mine
        if others:
            changed[first.id] = replace(first, canary=True)
        changed |= {other.id: replace(other, needs=(first.id,)) for other in others}
    return tuple(changed.get(step.id, step) for step in steps)
