"""Observe, judge, read what a verdict still lacks, judge again, build the plan."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from reconciler.core.acknowledged import Clocks, acknowledge, ended
from reconciler.core.bindings import bindings_of
from reconciler.core.brakes import brake
from reconciler.core.causes import applied_of
from reconciler.core.changes import ids_wanted
from reconciler.core.cost import Spent, cost_of
from reconciler.core.digest import approval
from reconciler.core.hindsight import Hindsight, scopes_of
from reconciler.core.identity import identity_of
from reconciler.core.judge import Judgement, Knowledge, Policy, judge
from reconciler.core.left_behind import Seen, shown
from reconciler.core.select import narrow
from reconciler.core.sieve import with_sieves, worth_seeing
from reconciler.core.sight import Sight
from reconciler.core.steps import build_steps
from reconciler.core.targets import requests
from reconciler.core.thresholds import Brakes
from reconciler.core.told import tell
from reconciler.core.words import plural
from reconciler.engine.events import Event, Listener, Stage
from reconciler.engine.memory import Memory
from reconciler.engine.observing import Looked, Providers, look
from reconciler.model.call import Call
from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.left_behind import LeftBehind
from reconciler.model.observed import (
    ObservedConnection,
    ObserveRequest,
    SourceTarget,
    SourceTopics,
)
from reconciler.model.outcome import ItemOutcome
from reconciler.model.plan import Plan, PlanConnection, Step
from reconciler.model.verdict import Finding, Verdict
from reconciler.providers.protocol import Clock, Purpose
from reconciler.records import Struct, field, replace


class PlanAsk(Struct, frozen=True):
    """What a plan is made for.

    Attributes:
        policy: What the person at the command line asks for.
        memory: The ledger.
        now: Time that beats every clock (`--now`), or None.
        brakes: What is held back where much would change; None for a plan that nobody carries out.
        is_whole: Whether every topic that is as wanted is asked for by name, and not only how many.
    """

    policy: Policy
    memory: Memory
    now: datetime | None = None
    brakes: Brakes | None = None
    is_whole: bool = True


class Planned(Struct, frozen=True):
    """A plan with what it rests on.

    Attributes:
        plan: The plan.
        desired: All documents.
        sight: What was observed, by keys.
        targets: How each source was asked about, by source id, to ask the same way again.
        observed_at: Seconds of the clock that never goes back, when the observation began.
        now: Time that beats every clock (`--now`), or None.
        left_out: What the look at a saved plan took away: done by now, or stale.
        is_refused: Whether a credential was not accepted, which looking again does not mend.
        ahead: How far the clock of each vendor is ahead of ours, by name of the connection.
    """

    plan: Plan
    desired: Desired
    sight: Sight
    targets: Mapping[str, SourceTarget]
    observed_at: float
    now: datetime | None = None
    left_out: tuple[ItemOutcome, ...] = ()
    is_refused: bool = False
    ahead: Mapping[str, timedelta] = field(default_factory=dict)


async def make_plan(
    desired: Desired, providers: Providers, clock: Clock, ask: PlanAsk, listen: Listener
) -> Planned:
    """Make a plan; only reads.

    Args:
        desired: All documents.
        providers: By connection name; every connection that a selected document uses.
        clock: Time.
        ask: What it is made for.
        listen: Told what is going on.
    """
    began = clock.monotonic()
    chosen = narrow(desired, ask.policy.selection)
    wanted = await _sifting(desired, requests(chosen, ask.now or clock.now()), ask)
    looked = await look(providers, wanted, Purpose.READS, listen, clock)
    knowledge, hindsight = await _remembered(desired, looked, ask, ask.now or clock.now())
    judgement = judge(desired, knowledge, ask.policy)
    while judgement.needs_witness:
        witnesses = await _witnesses(providers, judgement.needs_witness, listen)
        knowledge = replace(knowledge, witnesses={**knowledge.witnesses, **witnesses})
        judgement = judge(desired, knowledge, ask.policy)
    seen = Seen.of(looked.observed.values(), ask.memory.scope)
    told = tell(judgement.findings, hindsight, seen)
    clocks = _clocks(knowledge, ask.now or clock.now())
    findings = acknowledge(desired, told.findings, clocks)
    warnings = {*judgement.warnings, *told.warnings, *ended(desired, clocks.otherwise)}
    judgement = replace(judgement, findings=findings, warnings=tuple(sorted(warnings)))
    if ask.memory.is_kept:
        await ask.memory.note(applied_of(told.findings, hindsight, clock.now()), ())
    if ask.brakes is not None:
        judgement = brake(desired, judgement, knowledge, ask.brakes)
    spent = await _db_ids(desired, providers, judgement)

    def render(connection: str, change: Change) -> Call:
        return providers[connection].render(change)

    steps = build_steps(desired, judgement, knowledge, spent.ids, render)
    left = shown(told.left_behind, ask.policy.selection)
    material = _Material(desired, knowledge, judgement, steps, left, spent)
    plan = _plan(material, providers, ask, ask.now or clock.now())
    observed = looked.observed.values()
    sight, targets = Sight.of(observed), _targets(observed)
    return Planned(
        plan,
        desired,
        sight,
        targets,
        began,
        ask.now,
        is_refused=bool(looked.refused),
        ahead=looked.ahead,
    )


def _clocks(knowledge: Knowledge, ours: datetime) -> Clocks:
    """The time at each vendor; ours where one was not reached."""
    told = {name: knowledge.clock(observed) for name, observed in knowledge.observed.items()}
    return Clocks(told, max(told.values(), default=ours))


async def _sifting(
    desired: Desired, wanted: dict[str, ObserveRequest], ask: PlanAsk
) -> dict[str, ObserveRequest]:
    """What to look for, with leave to forget what is as wanted where nobody asks for it by name.

    A topic that the ledger tells of is never forgotten, and a ledger that is kept wants them all: it
    is told which levels held.
    """
    by_topic = any(selector.topic for selector in ask.policy.selection.selectors)
    if ask.is_whole or by_topic or ask.memory.is_kept:
        return wanted
    kept = worth_seeing(desired, await ask.memory.recall())
    return with_sieves(desired, wanted, kept, ask.now)


async def _remembered(
    desired: Desired, looked: Looked, ask: PlanAsk, now: datetime
) -> tuple[Knowledge, Hindsight]:
    """What was read, and what the ledger says of it. It is read last, so that it misses nothing."""
    memory = ask.memory
    await memory.recall()
    evidence = memory.weigh(looked.observed.values(), now)
    await memory.see(evidence.sightings)
    observed = looked.observed.values()
    await memory.note((), bindings_of(desired, observed, evidence.view.bindings, now))
    scopes = scopes_of(desired, looked.observed, memory.scope)
    hindsight = Hindsight.of(desired, memory.journal, scopes, evidence.sightings)
    knowledge = Knowledge(looked.observed, looked.unreachable, now=ask.now, ledger=evidence.view)
    return knowledge, hindsight


def _targets(observed: Iterable[ObservedConnection]) -> dict[str, SourceTarget]:
    return {
        view.source.id: replace(
            view.target, source_id=view.source.id, name="", wants_all_topics=False
        )
        for connection in observed
        for view in connection.sources
        if view.source is not None
    }


class _Material(Struct, frozen=True):
    """What a plan is put together from."""

    desired: Desired
    knowledge: Knowledge
    judgement: Judgement
    steps: tuple[Step, ...]
    left_behind: tuple[LeftBehind, ...]
    spent: Spent


async def _witnesses(
    providers: Providers, needs: tuple[tuple[str, str], ...], listen: Listener
) -> dict[tuple[str, str], SourceTopics]:
    """The second read for starts that rest on "never run"."""
    ids: dict[str, list[str]] = {}
    for name, source_id in needs:
        ids.setdefault(name, []).append(source_id)
    found: dict[tuple[str, str], SourceTopics] = {}
    for name, mine in ids.items():
        text = f"{name}: confirm that {plural(len(mine), 'source')} never ran"
        listen(Event(Stage.OBSERVE, text, connection=name))
        for topics in await providers[name].topics(mine, Purpose.READS, seen_runs=True):
            found[(name, topics.source_id)] = topics
    return found


async def _db_ids(desired: Desired, providers: Providers, judgement: Judgement) -> Spent:
    """Database ids of topics, where they were read already or where a read pays."""
    ids: dict[str, Mapping[str, str]] = {}
    failed: set[str] = set()
    for connection in desired.connections:
        runs = [r for r in judgement.runs if r.connection == connection.name]
        stops = [s for s in judgement.stops if s.connection == connection.name]
        touched = sorted({r.source.id for r in runs} | {s.source_id for s in stops})
        if not touched:
            continue
        provider = providers[connection.name]
        known = [i for i in touched if provider.db_ids_known(i)]
        ids |= _of_source(await provider.topics(known, Purpose.READS, seen_runs=False))
        wanted = ids_wanted(runs, stops, ids, connection.limits)
        read = await provider.topics(wanted, Purpose.READS, seen_runs=False)
        ids |= _of_source([topics for topics in read if topics.problem is None])
        failed.update(topics.source_id for topics in read if topics.problem is not None)
    return Spent({}, ids, frozenset(failed))


def _of_source(read: Iterable[SourceTopics]) -> dict[str, Mapping[str, str]]:
    return {topics.source_id: dict(topics.db_ids) for topics in read}


def _plan(material: _Material, providers: Providers, ask: PlanAsk, created_at: datetime) -> Plan:
    knowledge, judgement = material.knowledge, material.judgement
    connections = []
    for name, observed in sorted(knowledge.observed.items()):
        traffic, connection = providers[name].traffic(), material.desired.connection(name)
        connections.append(
            PlanConnection(
                name,
                connection.provider,
                identity_of(connection) if providers[name].identity else "",
                traffic.reads,
                traffic.tokens,
                traffic.retries,
                knowledge.clock(observed),
            )
        )
    reads = {name: provider.traffic().reads for name, provider in providers.items()}
    spent = replace(material.spent, reads=reads)
    return Plan(
        created_at=created_at,
        findings=judgement.findings,
        steps=material.steps,
        connections=tuple(connections),
        cost=cost_of(material.desired, judgement, material.steps, spent),
        unmanaged=judgement.unmanaged,
        warnings=judgement.warnings,
        incomplete=_incomplete(knowledge, judgement.findings),
        partial=not ask.policy.selection.is_everything,
        approval=approval(material.steps),
        left_behind=material.left_behind,
        has_ledger=ask.memory.has_history,
        environment=material.desired.environment_name,
    )


def _incomplete(knowledge: Knowledge, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """What could not be observed: connections first, then documents."""
    lines = [knowledge.unreachable[name] for name in sorted(knowledge.unreachable)]
    unread: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for finding in findings:
        told = any(finding.reason == reason for reason in lines)
        if finding.verdict is Verdict.UNOBSERVED and not told:
            document = str(finding.address.document)
            unread[document] = unread.get(document, 0) + finding.covers
            advice = f"; {finding.advice}" if finding.advice else ""
            reasons.setdefault(document, f"{finding.reason}{advice}")
    lines += [
        f"{document}: {plural(count, 'resource')} could not be observed: {reasons[document]}"
        for document, count in unread.items()
    ]
    return tuple(lines)
