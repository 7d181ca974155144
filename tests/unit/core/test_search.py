"""The exact search: it finds what first fit misses, proves what cannot be, and gives up in time."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.pack import Parcel, bound, pack
from reconciler.core.search import MOST, Search
from reconciler.model.desired import Limits

FREE = Limits(sources_per_call=0)


def parcels(sizes: list[int]) -> list[Parcel[int]]:
    return [Parcel(f"s{n:03}", size, size, n) for n, size in enumerate(sizes)]


def fewest(sizes: list[int], places: int | None) -> int:
    """By trying every way there is."""
    for calls in range(len(sizes) + 1):
        for ways in product(range(calls), repeat=len(sizes)):
            loads = [[s for s, w in zip(sizes, ways, strict=True) if w == c] for c in range(calls)]
            if all(sum(x) <= 500 and (places is None or len(x) <= places) for x in loads):
                return calls
    raise AssertionError(sizes)


def test_it_finds_what_first_fit_misses():
    """First fit takes three: 225 + 170, 155 + 155 + 135, 115."""
    sizes = [225, 170, 155, 155, 135, 115]

    calls = [sorted(p.size for p in call) for call in pack(parcels(sizes), FREE)]

    assert sorted(calls) == [[115, 155, 225], [135, 155, 170]]


@given(st.lists(st.integers(1, 500), max_size=5), st.sampled_from([None, 1, 2, 3]))
@settings(max_examples=100)
def test_small_plans_are_exact(sizes, places):
    found = pack(parcels(sizes), Limits(sources_per_call=places or 0))

    assert len(found) == fewest(sizes, places)


def test_what_cannot_be_is_not_found():
    assert Search([300, 300, 300], 500, None, 2).solve() is None


def test_places_count_as_much_as_room():
    assert Search([1, 1, 1], 500, 1, 2).solve() is None
    assert Search([1, 1, 1], 500, 2, 2).solve() == [0, 0, 1]


@pytest.mark.parametrize("budget", [0, 5])
def test_it_gives_up_when_its_budget_is_spent(budget):
    assert Search([251] * 9, 500, None, 8, budget).solve() is None


def test_it_does_not_begin_what_would_be_too_deep():
    assert Search([1] * (MOST + 1), 500, None, 1).solve() is None


def test_a_large_plan_stays_near_its_bound_and_quick():
    sizes = [140 + n * 37 % 60 for n in range(400)]

    calls = pack(parcels(sizes), FREE)

    assert len(calls) <= bound(parcels(sizes), FREE) * 1.25
