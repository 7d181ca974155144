"""Laws of the core, over small worlds."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.cost import Spent, cost_of
from reconciler.core.digest import approval
from reconciler.core.judge import Policy
from reconciler.core.sources import SourceAsk, judge_source
from reconciler.model.change import Action, Pause, Resume, Start, Stop, action_of
from reconciler.model.desired import (
    DesiredLink,
    DesiredSource,
    MirrorState,
    OnCancel,
    SnapshotRule,
    SnapshotState,
)
from reconciler.model.ledger import AttemptState, LedgerView
from reconciler.model.observed import LinkView, ObservedConnection, SourceView
from reconciler.model.plan import Step
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.property.strategies import (
    World,
    ledgers,
    rule_of,
    seen_topics,
    shuffled,
    snapshot_rules,
    worlds,
)
from tests.support.specs import (
    NOW,
    attempt,
    by_name,
    confirmed,
    ledger,
    run,
    source,
    source_document,
    streamkap,
)

ENOUGH = NOW - timedelta(seconds=30)
NEVER_SEEN = [AttemptState.OPEN, AttemptState.ACCEPTED]


def _as_wanted(world: World) -> World:
    """The same specs in a world where every level holds and nothing runs."""

    def source_view(view: SourceView) -> SourceView:
        topics = [replace(t, runs=(run("completed", ENOUGH),)) for t in view.source.topics]
        return replace(view, source=replace(view.source, topics=tuple(topics)))

    def link_view(view: LinkView) -> LinkView:
        documents = [d for d in world.specs.links if d.link == view.target.link]
        mirrors = []
        for mirror in view.link.mirrors or ():
            rules = [r for d in documents if (r := rule_of(d, mirror.name))]
            is_paused = any(
                r.state is MirrorState.PAUSED and (r.until is None or r.until > NOW) for r in rules
            )
            mirrors.append(replace(mirror, status="PAUSED" if is_paused else "ACTIVE"))
        return replace(view, link=replace(view.link, state="ACTIVE", mirrors=tuple(mirrors)))

    def answer(one: ObservedConnection) -> ObservedConnection:
        return replace(
            one,
            sources=tuple(map(source_view, one.sources)),
            links=tuple(map(link_view, one.links)),
        )

    observed = {name: answer(one) for name, one in world.knowledge.observed.items()}
    return World(world.specs, replace(world.knowledge, observed=observed))


@given(worlds())
def test_nothing_to_do_when_equal(world):
    equal = _as_wanted(world)

    judgement = equal.judged()

    assert [f for f in judgement.findings if f.action] == []
    assert equal.steps() == ()


def _document(world: World, step: Step, name: str) -> DesiredSource | DesiredLink:
    documents = [*world.specs.sources, *world.specs.links]
    address = next(i.address.document for i in step.items if i.topic == name)
    return next(d for d in documents if d.address == address)


def _touched(step: Step) -> set[tuple[str, str]]:
    """Everything a change names, as (target, topic)."""
    match step.change:
        case Pause() | Resume():
            target = f"{step.change.cluster_id}/{step.change.link}"
            return {(target, name) for name in step.change.topics}
        case Start():
            return {(s.source_id, t.name) for s in step.change.sources for t in s.topics}
        case Stop():
            return {(s.source_id, name) for s in step.change.sources for name in s.topics}


@given(worlds(), st.booleans())
def test_undeclared_is_untouched(world, with_ids):
    """A step names what its items declare; only a stop lists more, and then runs only."""
    for step in world.steps(with_ids=with_ids):
        declared = {(item.target, item.topic) for item in step.items}

        if isinstance(step.change, Stop):
            running = {
                (s.id, t.name)
                for s in world.sources
                for t in s.topics
                if any(r.is_active for r in t.runs or ())
            }
            assert declared <= _touched(step) <= running
        else:
            assert _touched(step) == declared


WANTS = {
    Action.START: {SnapshotState.COMPLETED},
    Action.STOP: {SnapshotState.IDLE},
    Action.PAUSE: {MirrorState.PAUSED},
    Action.RESUME: {MirrorState.ACTIVE, MirrorState.PAUSED},
}


@given(worlds())
def test_every_item_has_one_rule_that_asks_for_it(world):
    for step in world.steps():
        for item in step.items:
            document = _document(world, step, item.topic)
            rule = rule_of(document, item.topic)

            assert rule is not None
            assert rule.state in WANTS[action_of(step.change)]
            assert document.suspend is None or document.suspend.until <= NOW


@given(worlds(), st.booleans())
def test_needs_come_first(world, with_ids):
    steps = world.steps(with_ids=with_ids)
    stops = [n for n, step in enumerate(steps) if isinstance(step.change, Stop)]
    starts = [n for n, step in enumerate(steps) if isinstance(step.change, Start)]

    assert [s.id for s in steps] == [f"s{n}" for n in range(1, len(steps) + 1)]
    for place, step in enumerate(steps):
        assert set(step.needs) <= {earlier.id for earlier in steps[:place]}
    assert max(stops, default=-1) < min(starts, default=len(steps))


@given(worlds(), st.booleans())
def test_the_canary_is_the_smallest_of_its_form_and_the_others_need_it(world, with_ids):
    forms: dict[tuple[str, str], list[Step]] = {}
    for step in world.steps(with_ids=with_ids):
        if isinstance(step.change, Start):
            forms.setdefault((step.call.connection, step.change.form), []).append(step)
        else:
            assert (step.canary, step.needs) == (False, ())

    for first, *others in forms.values():
        assert first.canary == bool(others)
        assert all(len(first.items) <= len(other.items) for other in others)
        assert all(other.needs == (first.id,) for other in others)


@given(worlds(), st.booleans())
def test_one_run_at_a_time_on_a_source(world, with_ids):
    """Nothing starts where something runs, and no source is in two steps."""
    steps = world.steps(with_ids=with_ids)
    touched = [
        s.source_id for p in steps if isinstance(p.change, Start | Stop) for s in p.change.sources
    ]
    starting = {s.source_id for p in steps if isinstance(p.change, Start) for s in p.change.sources}
    busy = {s.id for s in world.sources if any(r.is_active for t in s.topics for r in t.runs or ())}

    assert len(touched) == len(set(touched))
    assert starting & busy == set()


@given(worlds(), st.data())
def test_order_of_input_is_irrelevant(world, data):
    other = data.draw(shuffled(world))

    one, two = world.judged(), other.judged()

    assert one.findings == two.findings
    assert (one.unmanaged, one.warnings, one.needs_witness) == (
        two.unmanaged,
        two.warnings,
        two.needs_witness,
    )
    steps = world.steps()
    assert steps == other.steps()
    assert approval(steps) == approval(other.steps())
    spent = Spent({"sk": 1})
    assert cost_of(world.specs, one, steps, spent) == cost_of(other.specs, two, steps, spent)


@given(worlds())
def test_every_declared_topic_has_one_verdict(world):
    """A topic that one document names has one finding; a finding has an action only to change it."""
    findings = world.judged().findings
    addresses = [f.address for f in findings if f.address.topic]

    assert len(addresses) == len(set(addresses))
    assert all(f.action for f in findings if f.verdict is Verdict.CHANGE)
    assert all((f.action is None) == (f.risk is None) for f in findings)


def _starts(rule: SnapshotRule, topics: tuple, memory: LedgerView) -> set[str]:
    found = source("s0", *topics)
    document = source_document("s0", rule)
    witness = confirmed(found.id)["sk", found.id].seen_runs
    ask = SourceAsk((document,), by_name(found), streamkap(), NOW, memory, witness)
    return {c.topic for c in judge_source(ask).starts}


@given(snapshot_rules, seen_topics(), ledgers())
def test_a_ledger_only_takes_starts_away(rule, topics, memory):
    """But for what only a ledger permits: retries, restarts, and runs that it dates."""
    mute = replace(rule, retries=0, on_cancel=OnCancel.HOLD)
    attempts = tuple(
        replace(a, stopped_by_us=False)
        for a in memory.attempts
        if a.run_time or a.state in NEVER_SEEN
    )

    with_ledger = _starts(mute, topics, replace(memory, attempts=attempts, marks={}))

    assert with_ledger <= _starts(mute, topics, LedgerView())


@given(snapshot_rules, seen_topics())
def test_an_open_start_is_never_made_again(rule, topics):
    """Whatever the vendor shows: for one level an intent whose run was not seen starts nothing."""
    level = rule.since or NOW
    attempts = [
        attempt(state, NOW, source_id="id-s0", topic=t.name, since=level)
        for t in topics
        for state in NEVER_SEEN
    ]

    assert _starts(replace(rule, retries=9), topics, ledger(*attempts)) == set()


@given(worlds(history=False), st.integers(0, 3))
def test_a_brake_only_removes(world, most):
    free, braked = world.judged(), world.judged(Policy(max_starts=most))

    def going(runs):
        return {(r.connection, r.source.id, tuple(c.topic for c in r.candidates)) for r in runs}

    assert going(braked.runs) <= going(free.runs)
    assert len(braked.runs) == min(most, len(free.runs))
    assert braked.stops == free.stops


@given(worlds(history=False))
def test_places_are_never_exceeded(world):
    for connection in world.specs.connections:
        limit = connection.limits.snapshots
        starting = {r.source.id for r in world.judged().runs if r.connection == connection.name}

        assert limit == 0 or len(starting) <= limit
