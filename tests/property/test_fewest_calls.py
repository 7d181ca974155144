"""The fewest requests: what the planner chooses is compared with every way there is."""

from random import Random

import pytest

from reconciler.core.changes import ids_wanted, start_changes, stop_changes
from reconciler.core.cost import Proof, Spent, prove
from reconciler.core.pack import packing
from reconciler.model.change import Start, Stop
from reconciler.model.desired import Limits
from tests.support.solver import Case, case_of, solve

CASES = 1300


def planned(case: Case) -> tuple[tuple[int, int], list[Start | Stop], Proof]:
    """What the planner makes of a case: requests and the calls among them, and its proof."""
    read = ids_wanted(case.runs, case.stops, case.ids(), case.limits)
    ids = case.ids(*read)
    calls = [
        *start_changes(case.runs, ids, case.limits),
        *stop_changes(case.stops, ids, case.limits),
    ]
    proof = prove(case.runs, case.stops, Spent(ids=ids), case.limits)
    return (case.reads(set(read)) + len(calls), len(calls)), calls, proof


@pytest.mark.parametrize("seed", range(4))
def test_no_way_of_grouping_and_reading_beats_the_plan(seed):
    """By requests, then by calls; the bound is below both, and a plan above it says why."""
    chance = Random(seed)

    for _ in range(CASES):
        case = case_of(chance)
        price, calls, proof = planned(case)
        fewest, fewest_calls = solve(case)

        assert price == fewest, case
        assert proof.bound <= fewest_calls, case
        assert price[1] == proof.bound or proof.reasons, case
        assert sorted(s.source_id for c in calls for s in c.sources) == [
            i.source_id for i in case.items
        ]


DISTRIBUTIONS = {
    "1 to 500": lambda c: c.randint(1, 500),
    "130 to 250": lambda c: c.randint(130, 250),
    "1 to 20": lambda c: c.randint(1, 20),
    "150 to 250": lambda c: c.randint(150, 250),
    "100 to 200": lambda c: c.randint(100, 200),
    "80 to 130": lambda c: c.randint(80, 130),
    "few or many": lambda c: c.randint(1, 12) if c.random() < 0.9 else c.randint(100, 400),
    "halves": lambda c: c.randint(1, 5) if c.random() < 0.5 else c.randint(200, 300),
    "falling": lambda c: min(500, int(c.expovariate(0.1)) + 1),
    "two sizes": lambda c: c.choice([1, 19]),
}


@pytest.mark.parametrize("sizes", DISTRIBUTIONS)
@pytest.mark.parametrize("count", [30, 150, 700])
@pytest.mark.parametrize("places", [50, 0])
def test_many_sources_come_near_the_bound(sizes, count, places):
    """Within three percent and one call; the call that fills last is always one too many at worst."""
    chance = Random(count)
    chosen = [DISTRIBUTIONS[sizes](chance) for _ in range(count)]

    found = packing(chosen, Limits(sources_per_call=places))

    assert sorted(size for call in found.calls for size in call) == sorted(chosen)
    assert all(sum(call) <= 500 and len(call) <= (places or count) for call in found.calls)
    assert found.bound <= len(found.calls) <= found.bound * 1.03 + 1
    assert bool(found.doubt) == (len(found.calls) > found.bound)
