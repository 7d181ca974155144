"""Times, spans, counts and lists as a reader sees them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from reconciler.core.words import listed, moment, plural, span


@pytest.mark.parametrize(
    ("time", "text"),
    [
        (datetime(2026, 11, 20, 1, 2, 3, 999_999, UTC), "2026-11-20T01:02:03Z"),
        (
            datetime(2026, 11, 20, 1, 0, tzinfo=timezone(timedelta(hours=2))),
            "2026-11-19T23:00:00Z",
        ),
    ],
)
def test_a_moment_is_told_in_utc_to_the_second(time, text):
    assert moment(time) == text


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(0), "0s"),
        (timedelta(milliseconds=900), "0s"),
        (timedelta(seconds=59), "59s"),
        (timedelta(seconds=60), "1m"),
        (timedelta(hours=2, seconds=5), "2h 5s"),
        (timedelta(days=2, hours=3, minutes=4), "2d 3h"),
        (timedelta(days=-1), "1d"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(length, text):
    assert span(length) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls")])
def test_a_count_with_its_noun(count, text):
    assert plural(count, "call") == text


def test_an_uncommon_plural_is_given():
    assert [plural(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]


@pytest.mark.parametrize(
    ("names", "text"),
    [((), ""), (("a", "b", "c"), "a, b, c"), (("a", "b", "c", "d"), "a, b, c and 1 more")],
)
def test_a_few_names_and_how_many_more(names, text):
    assert listed(names) == text


def test_how_many_names_are_told_can_be_chosen():
    assert listed(("a", "b", "c"), most=1) == "a and 2 more"
