"""Bounds counted by hand."""

import pytest

from reconciler.core.bounds import Bin, ramp_bound, threshold_bound

FREE, PAIRS = Bin(500, None), Bin(500, 2)


@pytest.mark.parametrize(
    ("sizes", "bin_", "lowest"),
    [
        ([], FREE, 0),
        # by their sum
        ([200] * 5, FREE, 2),
        # by their number
        ([1] * 5, PAIRS, 3),
        # over half a call each
        ([251] * 4, FREE, 4),
        # two large ones leave no room for the others, whatever the sum says
        ([400, 400, 150, 150], FREE, 3),
        # what joins nothing is alone, and the others take places
        ([500, 500, 1, 1, 1], PAIRS, 4),
        # a large one has a place left for one small one
        ([300, 100, 100, 100], PAIRS, 2),
        ([300, 100, 100, 100, 100], PAIRS, 3),
    ],
)
def test_what_no_packing_gets_below(sizes, bin_, lowest):
    assert threshold_bound(sizes, bin_) == lowest


@pytest.mark.parametrize(
    ("sizes", "lowest"),
    [
        ([], (0, 0)),
        # only two of them fit a call, although two and a half would by their sum
        ([200] * 10, (5, 200)),
        ([167] * 9, (5, 167)),
        # the small ones fit three to a call with each other only
        ([240] * 6 + [160] * 6, (5, 240)),
    ],
)
def test_steps_of_a_call_tell_more_than_sums(sizes, lowest):
    assert ramp_bound(sizes, FREE) == lowest
