"""Windows against a slow definition: every minute of days in which clocks change, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconciler.core.windows import hours
from reconciler.model.desired import DesiredPolicy
from reconciler.model.policy import Window, Windows
from reconciler.timetable import strikes
from tests.support.specs import policy

MINUTE = timedelta(minutes=1)
CHANGES = [
    ("UTC", "2026-03-29"),
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Asia/Beirut", "2026-03-29"),
    ("America/Havana", "2026-03-08"),
    ("America/Havana", "2026-11-01"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Antarctica/Troll", "2026-10-25"),
    ("Asia/Kathmandu", "2026-05-01"),
]


@dataclass(frozen=True)
class Schedule:
    """A schedule whose times of day are lists or everything; its days are all."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]

    @property
    def is_wild(self) -> bool:
        return not self.minutes or not self.hours

    def __str__(self) -> str:
        parts = (",".join(map(str, part)) or "*" for part in (self.minutes, self.hours))
        return " ".join([*parts, "* * *"])

    def takes(self, time: datetime) -> bool:
        return (not self.minutes or time.minute in self.minutes) and (
            not self.hours or time.hour in self.hours
        )


def schedules() -> st.SearchStrategy[Schedule]:
    """Most of them strike in the hours in which clocks change."""
    minutes = st.lists(st.sampled_from([0, 1, 15, 29, 30, 59]), max_size=2, unique=True)
    times = st.lists(st.sampled_from([0, 1, 2, 3, 22, 23]), max_size=3, unique=True)
    made = st.builds(lambda m, h: Schedule(tuple(sorted(m)), tuple(sorted(h))), minutes, times)
    return made.filter(lambda schedule: schedule.minutes or schedule.hours)


def slowly(schedule: Schedule, zone: str, begin: datetime, end: datetime) -> list[datetime]:
    """Every strike after `begin` and not after `end`, minute by minute."""
    here = ZoneInfo(zone)
    if schedule.is_wild:
        count = (end - begin) // MINUTE
        times = (begin + MINUTE * n for n in range(1, count + 1))
        return [time for time in times if schedule.takes(time.astimezone(here))]
    found = set()
    local = (begin - timedelta(days=2)).replace(tzinfo=None)
    while local < (end + timedelta(days=2)).replace(tzinfo=None):
        if schedule.takes(local):
            found.add(_instant(local, here))
        local += MINUTE
    return sorted(time for time in found if begin < time <= end)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """A local time as an instant: of two the first, of none the first that there is after it."""
    while True:
        instant = local.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == local:
            return instant
        local += MINUTE


@st.composite
def places(draw) -> tuple[str, datetime]:
    """A zone, and a whole minute within a day and a half of a change of its clocks."""
    zone, day = draw(st.sampled_from(CHANGES))
    noon = datetime.fromisoformat(f"{day}T00:00+00:00")
    return zone, noon + MINUTE * draw(st.integers(-36 * 60, 12 * 60))


@settings(max_examples=60, deadline=None)
@given(schedules(), places())
@example(
    Schedule(minutes=(), hours=(0,)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 19, 59, tzinfo=UTC)),
)
def test_a_schedule_strikes_where_the_slow_definition_says(
    schedule: Schedule, place: tuple[str, datetime]
) -> None:
    zone, begin = place
    end = begin + timedelta(hours=40)

    found = list(takewhile(lambda time: time <= end, strikes(str(schedule), zone, begin)))

    assert found == slowly(schedule, zone, begin, end)


@dataclass(frozen=True)
class Spoken:
    """A window as both definitions read it."""

    schedule: Schedule
    minutes: int
    zone: str

    def window(self) -> Window:
        return Window(str(self.schedule), timedelta(minutes=self.minutes), self.zone)

    def is_open(self, now: datetime) -> bool:
        return bool(slowly(self.schedule, self.zone, now - timedelta(minutes=self.minutes), now))


@st.composite
def cases(draw) -> tuple[list[Spoken], list[Spoken], datetime]:
    """Windows to allow and to deny, and a time."""
    zone, now = draw(places())
    lengths = st.sampled_from([1, 30, 60, 61, 240, 1500])
    spoken = st.builds(Spoken, schedules(), lengths, st.sampled_from([zone, "UTC"]))
    allow = draw(st.lists(spoken, max_size=2))
    deny = draw(st.lists(spoken, max_size=2, min_size=0 if allow else 1))
    return allow, deny, now


def slow_state(allow: Sequence[Spoken], deny: Sequence[Spoken], now: datetime) -> bool:
    inside = not allow or any(window.is_open(now) for window in allow)
    return inside and not any(window.is_open(now) for window in deny)


def spoken(allow: Sequence[Spoken], deny: Sequence[Spoken]) -> DesiredPolicy:
    windows = Windows(tuple(w.window() for w in allow), tuple(w.window() for w in deny))
    return policy("p", windows=windows)


@settings(max_examples=20, deadline=None)
@given(cases())
def test_deny_wins_and_any_allow_has_to_be_open(
    case: tuple[list[Spoken], list[Spoken], datetime],
) -> None:
    allow, deny, now = case

    assert hours([spoken(allow, deny)], now).is_open == slow_state(allow, deny, now)


@settings(max_examples=20, deadline=None)
@given(cases())
def test_nothing_turns_before_the_time_that_is_told_and_then_it_does(
    case: tuple[list[Spoken], list[Spoken], datetime],
) -> None:
    """Within a day: of windows that turn every minute, more is not followed."""
    allow, deny, now = case
    made = spoken(allow, deny)
    told = hours([made], now)
    checked = [now + MINUTE * n for n in (1, 61, 300)]

    assert [
        hours([made], time).is_open for time in checked if not told.until or time < told.until
    ] == [told.is_open for time in checked if not told.until or time < told.until]
    if told.until is not None and told.until < now + timedelta(days=1):
        assert slow_state(allow, deny, told.until) != told.is_open
        assert slow_state(allow, deny, told.until - MINUTE) == told.is_open


@settings(max_examples=20, deadline=None)
@given(cases(), cases())
def test_of_several_policies_all_have_to_be_open(
    one: tuple[list[Spoken], list[Spoken], datetime],
    other: tuple[list[Spoken], list[Spoken], datetime],
) -> None:
    first, second, now = spoken(*one[:2]), spoken(*other[:2]), one[2]
    alone = [hours([each], now).is_open for each in (first, second)]

    assert hours([first, second], now).is_open == all(alone)
