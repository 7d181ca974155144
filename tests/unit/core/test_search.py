"""The exact search: it finds what first fit misses, proves what cannot be, and gives up in time."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.core.pack import Parcel, pack
from reconciler.core.search import BUDGET, MOST, Search
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
    """Three of a size fill a call: what is left over would hold the rest, but not in one piece."""
    search = Search([126] * 15 + [1], 500, None, 5, budget)

    assert search.solve() is None
    assert search.left == 0


def test_a_way_that_cannot_be_ends_before_it_is_walked():
    search = Search([251] * 9, 500, None, 5)

    assert search.solve() is None
    assert search.left > 0


def test_it_does_not_begin_what_would_be_too_deep():
    search = Search([1] * (MOST + 1), 500, None, 1)

    assert (search.solve(), search.left) == (None, BUDGET)
