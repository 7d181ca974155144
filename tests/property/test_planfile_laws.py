"""Laws of the plan file: it comes back as it went, or not at all."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler import __version__
from reconciler.core.admission import MAX_AGE
from reconciler.core.cost import Spent, cost_of
from reconciler.core.digest import approval
from reconciler.core.judge import Policy
from reconciler.core.pins import check_pins, pins_of
from reconciler.core.warrant import check_warrant
from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired
from reconciler.model.journal import Actor
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.plan import Plan, PlanConnection
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from reconciler.render import planfile
from tests.property.strategies import World, shuffled, worlds
from tests.support.plans import plan_of, start
from tests.support.saved import small_saved

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001
SENTENCES = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=2).map(tuple)


def _digested(specs: Desired) -> Desired:
    """The same specs, each document with a digest of its own."""
    numbers = count()

    def each(documents):
        return tuple(replace(d, digest=f"sha256:{next(numbers):x}") for d in documents)

    return replace(
        specs,
        connections=each(specs.connections),
        sources=each(specs.sources),
        links=each(specs.links),
    )


LEFT = st.builds(
    LeftBehind,
    st.builds(Address, st.just(Kind.SOURCE), st.just("gone"), st.sampled_from(["a", "b/c", "ä"])),
    st.sampled_from(["streamkap/sk.test/1", "streamkap/sk.test/2"]),
    st.sampled_from(["a", "b/c"]),
    st.sampled_from(Remains),
    MOMENTS,
    st.builds(Actor, *[st.sampled_from(["", "anna"])] * 3),
)
LEFTS = st.lists(LEFT, max_size=3, unique_by=lambda left: (left.address, left.scope)).map(
    lambda items: tuple(sorted(items, key=lambda left: (left.address, left.scope)))
)


def _planned(world: World, made: datetime, sentences: tuple[str, ...], *, with_ids: bool) -> Plan:
    judgement, steps = world.judged(Policy()), world.steps(with_ids=with_ids)
    connections = tuple(
        PlanConnection(c.name, c.provider, c.endpoint.removeprefix("https://"), 1, 2, 3, made)
        for c in sorted(world.specs.connections, key=lambda c: c.name)
    )
    return Plan(
        made,
        judgement.findings,
        steps,
        connections,
        cost_of(world.specs, judgement, steps, Spent({"sk": 7})),
        judgement.unmanaged,
        warnings=sentences,
        incomplete=sentences[1:],
        approval=approval(steps),
    )


@given(worlds(), st.booleans(), MOMENTS, SENTENCES, LEFTS)
def test_plan_survives_the_disk(world, with_ids, made, sentences, left):
    plan = _planned(world, made, sentences, with_ids=with_ids)
    plan = replace(plan, left_behind=left, has_ledger=with_ids)
    saved = SavedPlan(plan, pins_of(world.specs, plan.steps), __version__, made + MAX_AGE)

    text = planfile.write(saved)
    again = planfile.read(text.encode())

    assert again == saved
    assert approval(again.plan.steps) == plan.approval
    assert planfile.write(again) == text


@given(worlds(), st.data(), MOMENTS)
def test_order_of_input_is_irrelevant(world, data, made):
    """Read and listed in another order, it is the same file, byte by byte."""
    plans = [_planned(w, made, (), with_ids=True) for w in (world, data.draw(shuffled(world)))]

    one, two = (
        planfile.write(SavedPlan(p, pins_of(world.specs, p.steps), __version__, made + MAX_AGE))
        for p in plans
    )

    assert one == two


@given(worlds(), st.booleans(), MOMENTS)
def test_a_plan_that_was_made_from_specs_is_warranted_by_them(world, with_ids, made):
    """Whatever a planner can plan, apply takes back; what it refuses was written by another."""
    specs = _digested(world.specs)
    plan = _planned(world, made, (), with_ids=with_ids)
    saved = SavedPlan(plan, pins_of(specs, plan.steps), __version__, made + MAX_AGE)

    found = check_pins(saved, specs)
    check_warrant(saved, specs, found)

    assert all(found.is_whole(step) for step in plan.steps)


SMALL = small_saved(
    plan=plan_of(
        start("public.order_items"),
        steps=small_saved().plan.steps,
        approval=small_saved().plan.approval,
    )
)
BYTES = planfile.write(SMALL).encode()


def _outcome(data: bytes) -> SavedPlan | None:
    try:
        return planfile.read(data)
    except UsageError:
        return None


def test_a_file_that_is_cut_short_is_refused_wherever_it_was_cut():
    """The line end at the very end is nobody's loss."""
    assert {_outcome(BYTES[:length]) for length in range(len(BYTES) - 1)} == {None}


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
def test_a_byte_that_flips_is_noticed_or_changes_nothing(mask: int):
    for place, byte in enumerate(BYTES):
        flipped = BYTES[:place] + bytes([byte ^ mask]) + BYTES[place + 1 :]

        assert _outcome(flipped) in (None, SMALL), place
