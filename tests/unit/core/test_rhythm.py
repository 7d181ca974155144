"""How often apply looks while something settles."""

from datetime import timedelta
from itertools import islice

import pytest

from reconciler.core.rhythm import delays, most_looks


@pytest.mark.parametrize(
    ("lag", "expected"),
    [
        (60, [1.0, 1.5, 2.25, 3.375, 5.0625, 7.59375, 11.390625, 15.0, 15.0]),
        (1, [0.5, 0.75, 1.125]),
    ],
)
def test_looks_come_soon_at_first_and_then_every_quarter_of_a_minute(lag, expected):
    assert list(islice(delays(timedelta(seconds=lag)), len(expected))) == expected


@pytest.mark.parametrize(
    ("minutes", "looks"), [(0, 1), (1 / 60, 2), (2 / 60, 3), (1, 10), (10, 46)]
)
def test_the_time_given_bounds_the_looks(minutes, looks):
    assert most_looks(timedelta(seconds=60), timedelta(minutes=minutes)) == looks


def test_where_there_may_be_something_to_see_the_first_look_does_not_wait():
    assert list(islice(delays(timedelta(seconds=60), at_once=True), 3)) == [0.0, 1.0, 1.5]
