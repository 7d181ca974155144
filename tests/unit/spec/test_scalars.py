"""Times and durations."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.spec.scalars import parse_duration, parse_time, shown

TIMES = [
    ("2026-11-20T00:00:00Z", datetime(2026, 11, 20, tzinfo=UTC)),
    ("2026-11-20t00:00:00z", datetime(2026, 11, 20, tzinfo=UTC)),
    ("2026-11-20 00:00:00Z", datetime(2026, 11, 20, tzinfo=UTC)),
    ("2026-11-20T01:30:00+01:30", datetime(2026, 11, 20, tzinfo=UTC)),
    ("2026-11-19T19:00:00-05:00", datetime(2026, 11, 20, tzinfo=UTC)),
    ("2026-11-20T00:00:00.5Z", datetime(2026, 11, 20, microsecond=500_000, tzinfo=UTC)),
    ("2026-11-20T00:00:00.123456789Z", datetime(2026, 11, 20, microsecond=123_456, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "expected"), TIMES)
def test_a_time_is_read_as_utc(text: str, expected: datetime):
    time = parse_time(text)

    assert (time, time.tzinfo) == (expected, UTC)


DURATIONS = [
    ("30s", timedelta(seconds=30)),
    ("10m", timedelta(minutes=10)),
    ("6h", timedelta(hours=6)),
    ("7d", timedelta(days=7)),
    ("100ms", timedelta(milliseconds=100)),
    ("1h30m", timedelta(minutes=90)),
    ("1d2h3m4s5ms", timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5)),
    ("90m", timedelta(minutes=90)),
    ("0s", timedelta(0)),
    ("3650d", timedelta(days=3650)),
]


@pytest.mark.parametrize(("text", "expected"), DURATIONS)
def test_a_duration(text: str, expected: timedelta):
    assert parse_duration(text) == expected


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_survives_being_written(time: datetime):
    assert parse_time(time.isoformat()) == time


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "nothing"),
        (True, "the truth value true"),
        (5, "the number 5"),
        (0.5, "the number 0.5"),
        ("a\nb", "'a\\nb'"),
        ("a" * 61, "'" + "a" * 60 + "…'"),
        ([], "a list"),
        ({}, "a mapping"),
    ],
)
def test_a_value_is_shown_on_one_line(value: object, expected: str):
    assert shown(value) == expected
