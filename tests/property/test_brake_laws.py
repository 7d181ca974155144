"""Laws of brakes, over small worlds whose changes have any cause."""

from hypothesis import given
from hypothesis import strategies as st

from reconciler.core.brakes import brake
from reconciler.core.judge import Judgement
from reconciler.core.steps import build_steps
from reconciler.core.thresholds import Brakes
from reconciler.model.change import Action
from reconciler.model.desired import DesiredPolicy
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace
from tests.property.strategies import World, shuffled, worlds
from tests.support.specs import policy, render

TEAM = (("team", "payments"),)
BOUNDS = st.sampled_from([None, 0, 1, 2, 5])
SHARES = st.sampled_from([None, 0, 10, 50, 100])
brakes = st.builds(Brakes, BOUNDS, SHARES, st.booleans())


@st.composite
def policies(draw: st.DrawFn) -> tuple[DesiredPolicy, ...]:
    """Up to two, over everything or over one team."""
    return tuple(
        policy(name, draw(st.sampled_from([(), TEAM])), max_changes=changes, max_percent=percent)
        for name in ("p", "q")[: draw(st.integers(0, 2))]
        for changes, percent in [(draw(BOUNDS), draw(SHARES))]
    )


@st.composite
def policed(draw: st.DrawFn) -> World:
    """A world with policies, in which some documents have a label."""

    def labelled(document):
        return replace(document, labels=TEAM) if draw(st.booleans()) else document

    world = draw(worlds())
    specs = replace(
        world.specs,
        sources=tuple(map(labelled, world.specs.sources)),
        links=tuple(map(labelled, world.specs.links)),
        policies=draw(policies()),
    )
    return replace(world, specs=specs)


def caused(judgement: Judgement, seed: int) -> Judgement:
    """The same judgement with causes that hang on the address alone, and on a seed."""

    def why(finding: Finding) -> Finding:
        causes = [*Cause]
        place = seed + sum(map(ord, str(finding.address)))
        return replace(finding, cause=finding.cause and causes[place % len(causes)])

    runs = tuple(
        replace(run, candidates=tuple(replace(c, finding=why(c.finding)) for c in run.candidates))
        for run in judgement.runs
    )
    return replace(judgement, findings=tuple(map(why, judgement.findings)), runs=runs)


def going(judgement: Judgement) -> set[tuple[str, str, str]]:
    """Every topic that a judgement would start."""
    return {
        (run.connection, run.source.id, c.topic) for run in judgement.runs for c in run.candidates
    }


@given(policed(), brakes, st.integers(0, 3))
def test_policy_only_removes(world, given_brakes, seed):
    """What is let through is a part of what was, and all else is as it was."""
    free = caused(world.judged(), seed)
    left = brake(world.specs, free, world.knowledge, given_brakes)

    pairs = list(zip(free.findings, left.findings, strict=True))
    changed = [(one, two) for one, two in pairs if one != two]
    assert all(one.verdict is Verdict.CHANGE for one, _ in changed)
    assert [two for _, two in changed] == [
        replace(one, verdict=Verdict.BLOCKED, reason=two.reason, advice=two.advice)
        for one, two in changed
    ]
    assert going(left) <= going(free)
    assert set(left.stops) <= set(free.stops)
    assert set(free.warnings) <= set(left.warnings)
    assert (left.unmanaged, left.needs_witness) == (free.unmanaged, free.needs_witness)


@given(policed(), brakes, st.integers(0, 3))
def test_what_is_held_back_is_in_no_step(world, given_brakes, seed):
    left = brake(world.specs, caused(world.judged(), seed), world.knowledge, given_brakes)
    held = {f.address for f in left.findings if f.verdict is Verdict.BLOCKED}
    changing = {f.address for f in left.findings if f.verdict is Verdict.CHANGE}

    steps = build_steps(world.specs, left, world.knowledge, {}, render)

    touched = {item.address for step in steps for item in step.items}
    assert touched & held == set()
    assert touched == changing


@given(policed(), brakes, st.integers(0, 3))
def test_all_of_a_kind_and_cause_in_a_document_goes_or_none(world, given_brakes, seed):
    free = caused(world.judged(), seed)
    left = brake(world.specs, free, world.knowledge, given_brakes)
    fates: dict[tuple[object, object], set[Verdict]] = {}
    for one, two in zip(free.findings, left.findings, strict=True):
        if one.verdict is Verdict.CHANGE and one.action is not Action.STOP:
            fates.setdefault((one.address.document, one.cause), set()).add(two.verdict)

    assert all(len(fate) == 1 for fate in fates.values())


@given(policed(), brakes, st.integers(0, 3))
def test_what_an_edit_asks_for_is_never_held_back_alone(world, given_brakes, seed):
    """But for a stop that would end runs whose own stop is held back."""
    left = brake(world.specs, caused(world.judged(), seed), world.knowledge, given_brakes)

    assert [
        f
        for f in left.findings
        if f.cause is Cause.PENDING
        and f.action is not Action.STOP
        and f.reason.startswith("held back: ")
    ] == []


@given(policed(), st.data(), brakes, st.integers(0, 3))
def test_order_of_input_is_irrelevant_to_brakes(world, data, given_brakes, seed):
    other = data.draw(shuffled(world))
    mixed = replace(other.specs, policies=world.specs.policies)

    one = brake(world.specs, caused(world.judged(), seed), world.knowledge, given_brakes)
    two = brake(mixed, caused(other.judged(), seed), other.knowledge, given_brakes)

    assert (one.findings, one.warnings) == (two.findings, two.warnings)


@given(policed(), st.integers(0, 3))
def test_options_that_lift_everything_leave_everything(world, seed):
    free = caused(world.judged(), seed)
    lifted = Brakes(10_000, 100, is_unattended=True)

    assert brake(world.specs, free, world.knowledge, lifted) == free
