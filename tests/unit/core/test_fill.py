"""Ways of filling calls, one by one."""

import pytest

from reconciler.core.bounds import Bin
from reconciler.core.fill import first_fit, fullest, mixed, spread

FREE, PAIRS, FIVE = Bin(500, None), Bin(500, 2), Bin(500, 5)


@pytest.mark.parametrize(
    ("sizes", "bin_", "calls"),
    [
        ([], FREE, []),
        ([300, 300, 200, 200], FREE, [[300, 200], [300, 200]]),
        ([300, 250, 150, 50, 50], FREE, [[300, 150, 50], [250, 50]]),
        ([1, 1, 1], PAIRS, [[1, 1], [1]]),
    ],
)
def test_first_fit_takes_the_first_call_that_has_room(sizes, bin_, calls):
    assert first_fit(sizes, bin_) == calls


@pytest.mark.parametrize(
    ("sizes", "bin_", "calls", "filled"),
    [
        ([19, 19, 1, 1], PAIRS, 2, [[19, 1], [19, 1]]),
        ([300, 200, 100], FREE, 2, [[300], [200, 100]]),
        ([300, 300], FREE, 1, None),
        ([1, 1, 1], PAIRS, 1, None),
    ],
)
def test_the_emptiest_call_comes_next(sizes, bin_, calls, filled):
    assert spread(sizes, bin_, calls) == filled


@pytest.mark.parametrize(
    ("sizes", "bin_", "border", "calls"),
    [
        # 240 + 130 + 130 is full, where first fit would put 240 and 240 together
        ([240, 240, 130, 130, 130, 130], FREE, 501, [[240, 130, 130], [240, 130, 130]]),
        # what is large goes together first, and the rest fills up what it leaves
        ([240, 240, 130, 130, 130, 20], FREE, 200, [[240, 240, 20], [130, 130, 130]]),
        ([300, 300, 300], FREE, 1, [[300], [300], [300]]),
        # 400 + 60 + 40 would be full and takes three places; two are left to the largest that fit
        ([400, 60, 50, 40], PAIRS, 501, [[400, 60], [50, 40]]),
        ([2, 1, 1], PAIRS, 1, [[2, 1], [1]]),
        ([300, 90, 60, 60, 50, 50], Bin(500, 3), 501, [[300, 90, 60], [60, 50, 50]]),
    ],
)
def test_calls_are_as_full_as_can_be(sizes, bin_, border, calls):
    assert fullest(sizes, bin_, border) == calls


@pytest.mark.parametrize(
    ("sizes", "bin_", "calls", "more", "filled"),
    [
        ([200, 200, 50, 50, 40, 40], FIVE, 2, 0, [[200, 40, 50, 200], [50, 40]]),
        ([200, 200, 50, 50, 40, 40], FIVE, 2, -1, [[200, 50, 50, 200], [40, 40]]),
        ([450, 300, 100, 10, 10], FIVE, 2, 1, [[450, 10, 10], [300, 100]]),
    ],
)
def test_large_and_small_ones_share_calls(sizes, bin_, calls, more, filled):
    assert mixed(sizes, bin_, calls, more) == filled
