"""Packing as a whole: which way was needed, and what is said where nothing is proved."""

import pytest

from reconciler.core.bins import solve
from reconciler.core.bounds import Bin, ramp_bound, threshold_bound
from reconciler.core.fill import first_fit
from reconciler.core.search import BUDGET

FREE = Bin(500, None)


@pytest.mark.parametrize(
    ("sizes", "bin_", "first", "fewest"),
    [
        # first fit is enough
        ((300, 300, 200, 200), FREE, 2, 2),
        # places run out first
        ((19,) * 50 + (1,) * 50, Bin(500, 50), 3, 2),
        # only the exact search finds it
        ((225, 170, 155, 155, 135, 115), FREE, 3, 2),
        ((16, 14, 13, 8, 7, 5, 5, 4, 3, 3, 1), Bin(20, 3), 5, 4),
        # only the exact search proves it
        ((180, 180, 180, 130, 130), FREE, 2, 2),
    ],
)
def test_the_fewest_calls_are_found_and_proved(sizes, bin_, first, fewest):
    found = solve(sizes, bin_)

    assert len(first_fit(sizes, bin_)) == first
    assert (len(found.calls), found.bound, found.doubt) == (fewest, fewest, "")


def test_trying_every_way_in_vain_raises_the_bound():
    sizes = (281, 275, 239, 205, 189, 167, 102)

    found = solve(sizes, FREE)

    assert max(threshold_bound(sizes, FREE), ramp_bound(sizes, FREE)[0]) == 3
    assert (len(found.calls), found.bound, found.doubt) == (4, 4, "")


def test_where_the_search_gives_up_it_is_said():
    sizes = (235, 233, 225, 223, 214, 211, 205, 193, 193, 188, 186, 179, 179, 175, 166, 160)
    sizes += (159, 158, 150, 147, 147, 147, 147, 145, 144, 141, 138, 137, 129, 128, 121, 121)

    found = solve(sizes, FREE)

    assert len(found.calls) > found.bound
    assert found.doubt == f"the exact search gave up after {BUDGET:,} placements"


def test_of_very_many_sources_not_every_way_is_tried():
    sizes = tuple(sorted((130 + n * 37 % 121 for n in range(2100)), reverse=True))

    found = solve(sizes, FREE)

    assert found.bound < len(found.calls) <= found.bound * 1.03
    assert found.doubt == "2,100 sources are too many to try every way of grouping them"


def test_ten_thousand_sources_are_packed_without_looking_at_every_call():
    """First fit asks a tree, so that this takes a moment and not minutes."""
    sizes = tuple(sorted((1 + n * 211 % 500 for n in range(10_000)), reverse=True))

    calls = first_fit(sizes, Bin(500, 50))

    assert len(calls) <= sum(sizes) / 500 * 1.01
