from datetime import UTC, datetime

import pytest

from reconciler.sandbox.times import LATEST, format_time, parse_duration, parse_time

START = 1_800_000_000.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-21d", START - 21 * 86400),
        ("-2h30m", START - 9000),
        ("-21d+20m", START - 21 * 86400 + 1200),
        ("+5s", START + 5),
        ("2027-01-15T08:00:00Z", START),
        ("2027-01-15T09:00:00+01:00", START),
        ("2027-01-15T08:00:00.250Z", START + 0.25),
        (12, 12.0),
        (1.5, 1.5),
        (datetime(2027, 1, 15, 8, tzinfo=UTC), START),
        (datetime(2027, 1, 15, 8), START),  # noqa: DTZ001 - YAML gives UTC without a zone
    ],
)
def test_times_are_moments_or_offsets_from_the_start(text, expected):
    assert parse_time(text, START) == expected


@pytest.mark.parametrize(
    "text", ["2027-01-15T08:00:00", "yesterday", "21d", "", "-", "-d", True, None, [], -1, 1e300]
)
def test_what_is_no_time_is_refused_and_shown(text):
    with pytest.raises(ValueError, match=r"expected a time|outside the years") as caught:
        parse_time(text, START)

    assert repr(text) in str(caught.value)


def test_an_offset_before_1970_is_refused():
    with pytest.raises(ValueError, match="1970"):
        parse_time("-99999w", START)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", 30.0),
        ("250ms", 0.25),
        ("1h30m", 5400.0),
        ("2w", 1_209_600.0),
        ("1.5s", 1.5),
        ("0", 0.0),
        ("45", 45.0),
        (2, 2.0),
        (0.5, 0.5),
    ],
)
def test_durations_are_sums_of_pieces_or_seconds(text, expected):
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "s", "5x", "-5s", -1, True, None, "5 s", LATEST * 2])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(text)


def test_a_duration_without_end_is_refused():
    with pytest.raises(ValueError, match="outside the years"):
        parse_duration("9999999999w")


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        (START, "2027-01-15T08:00:00Z"),
        (START + 0.25, "2027-01-15T08:00:00.250Z"),
        (0, "1970-01-01T00:00:00Z"),
    ],
)
def test_times_are_written_in_utc_with_milliseconds_where_needed(epoch, expected):
    assert format_time(epoch) == expected
