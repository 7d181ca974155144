"""When schedules strike: fields, zones, clocks that change, and texts that are no schedules."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from reconciler.timetable import check_schedule, check_zone, strikes

BERLIN = "Europe/Berlin"


def first(count: int, schedule: str, zone: str, after: str) -> list[str]:
    """The first times after a time, in short."""
    begin = datetime.fromisoformat(after).astimezone(UTC)
    times = islice(strikes(schedule, zone, begin), count)
    return [f"{time:%m-%dT%H:%M}" for time in times]


@pytest.mark.parametrize(
    ("schedule", "after", "expected"),
    [
        ("0 22 * * 1-5", "2026-11-20T12:00Z", ["11-20T22:00", "11-23T22:00", "11-24T22:00"]),
        ("0 22 * * 1-5", "2026-11-20T22:00Z", ["11-23T22:00", "11-24T22:00", "11-25T22:00"]),
        ("*/20 9 * * *", "2026-11-22T09:05Z", ["11-22T09:20", "11-22T09:40", "11-23T09:00"]),
        ("0 0 29 2 *", "2026-11-22T00:00Z", ["02-29T00:00", "02-29T00:00", "02-29T00:00"]),
        ("0 6 1 jan,jul *", "2026-11-22T00:00Z", ["01-01T06:00", "07-01T06:00", "01-01T06:00"]),
        ("0 0 13 * 5", "2026-11-10T00:00Z", ["11-13T00:00", "11-20T00:00", "11-27T00:00"]),
    ],
)
def test_a_schedule_strikes_as_cron_reads_it(schedule: str, after: str, expected: list[str]):
    assert first(3, schedule, "UTC", after) == expected


@pytest.mark.parametrize(
    ("schedule", "zone", "after", "expected"),
    [
        # 02:30 is skipped on 29 March: it strikes at 03:00 of summer time.
        ("30 2 * * *", BERLIN, "2026-03-28T12:00Z", ["03-29T01:00", "03-30T00:30"]),
        # 02:30 comes twice on 25 October: it strikes the first time.
        ("30 2 * * *", BERLIN, "2026-10-24T12:00Z", ["10-25T00:30", "10-26T01:30"]),
        ("30 2 * * *", BERLIN, "2026-10-25T00:40Z", ["10-26T01:30", "10-27T01:30"]),
        # A wildcard follows the time there really is.
        ("30 * * * *", BERLIN, "2026-10-25T00:00Z", ["10-25T00:30", "10-25T01:30"]),
        ("*/30 2 * * *", BERLIN, "2026-03-28T12:00Z", ["03-30T00:00", "03-30T00:30"]),
        # Half an hour, and a change at midnight.
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00Z", ["10-03T15:30", "10-04T15:15"]),
        ("15 0 * * *", "Asia/Beirut", "2026-03-28T12:00Z", ["03-28T22:00", "03-29T21:15"]),
    ],
)
def test_clocks_that_change(schedule: str, zone: str, after: str, expected: list[str]):
    assert first(2, schedule, zone, after) == expected


def test_a_time_within_a_second_is_not_told_again():
    assert first(1, "0 22 * * *", "UTC", "2026-11-20T22:00:00.5Z") == ["11-21T22:00"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it has 0 fields, and a schedule has 5"),
        ("0 22 * *", "it has 4 fields, and a schedule has 5"),
        ("0 0 22 * * *", "it has 6 fields, and a schedule has 5"),
        ("60 22 * * *", "bad minute"),
        ("0 24 * * *", "bad hour"),
        ("0 22 31 2 *", "bad day-of-month"),
        ("0 22 * * mo", "bad day-of-week"),
        ("@daily x x x x", "bad minute"),
        ("*/0 * * * *", "bad minute"),
    ],
)
def test_what_is_no_schedule(text: str, told: str):
    with pytest.raises(ValueError, match=f"^{told}$"):
        check_schedule(text)


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/St_Johns", "Etc/GMT+3"])
def test_a_zone_has_an_iana_name(name: str):
    check_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Berlin", "CEST", "+02:00", "/etc/passwd", "../UTC", "Europe", "europe/nowhere"]
)
def test_what_is_no_zone(name: str):
    with pytest.raises(ValueError, match=r"^there is no such zone$"):
        check_zone(name)


@pytest.mark.parametrize("name", ["localtime", "posixrules"])
def test_a_zone_means_the_same_on_every_machine(name: str):
    with pytest.raises(ValueError, match=r"^each machine has its own$"):
        check_zone(name)
