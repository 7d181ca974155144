"""Cron schedules of five fields, in a time zone that may change its clocks.

What happens when clocks change is what Debian's cron does:

    minute and hour          clocks go forward                   clocks go back
    -----------------------  ----------------------------------  --------------------------------
    neither begins with `*`  a time that is skipped strikes at   a time that comes twice strikes
                             the first minute after the gap      the first time only
    one of them does         only times that there are           both times

The library is asked for times on the wall only: with a zone it misses half an hour after Lord Howe's
clocks went forward by that much. A schedule is read once, and its times are worked out as they are
asked for.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

FIELDS = 5
_EARLIER = timedelta(hours=4)
"""No clock is put back by as much nowadays: who begins so much earlier misses no time that comes twice."""
_MINUTE = timedelta(minutes=1)
_OF_THE_MACHINE = frozenset({"localtime", "posixrules"})
"""Links that some systems keep among their zones: what they mean is another thing elsewhere."""
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


def check_schedule(text: str) -> None:
    """See whether a text is a cron schedule that ever strikes.

    Args:
        text: Five fields with blanks between them.

    Raises:
        ValueError: It is none; the message says what is wrong, without a full stop.
    """
    count = len(text.split())
    if count != FIELDS:
        raise ValueError(f"it has {count} fields, and a schedule has {FIELDS}")
    try:
        first = next(CronSim(text, _SOME_DAY), None)
    except CronSimError as error:
        raise ValueError(str(error).lower()) from error
    if first is None:
        raise ValueError("no day is like that")


def check_zone(name: str) -> None:
    """See whether a text names a time zone.

    Args:
        name: Such as `Europe/Berlin`.

    Raises:
        ValueError: It does not.
    """
    if name in _OF_THE_MACHINE:
        raise ValueError("each machine has its own")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("there is no such zone") from error


def strikes(schedule: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Every time a schedule strikes, in order; ends only where it never strikes again.

    Args:
        schedule: As `check_schedule` accepts it.
        zone: As `check_zone` accepts it.
        after: Aware; a strike at that very time is left out.

    Yields:
        Times in UTC.
    """
    here = _zone(zone)
    begin = (after - _EARLIER).astimezone(here).replace(tzinfo=None)
    is_wild = any(field.startswith("*") for field in schedule.split()[:2])
    last = after
    for time in (_each if is_wild else _once)(CronSim(schedule, begin), here):
        # Of the times that clocks skip, several may strike at once.
        if time > last:
            last = time
            yield time


def _once(times: Iterable[datetime], zone: ZoneInfo) -> Iterator[datetime]:
    """Times on the wall as instants: of two the first, of none the first that there is after it."""
    for local in times:
        there = local
        while not (found := _instants(there, zone)):
            there += _MINUTE
        yield found[0]


def _each(times: Iterable[datetime], zone: ZoneInfo) -> Iterator[datetime]:
    """Times on the wall as instants: none, one or both, in the order in which they come."""
    waiting: list[datetime] = []
    for local in times:
        for instant in _instants(local, zone):
            heappush(waiting, instant)
        # Whatever comes later on the wall comes later than this for the first time.
        first = local.replace(tzinfo=zone).astimezone(UTC)
        while waiting and waiting[0] <= first:
            yield heappop(waiting)


def _instants(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """When a clock on the wall shows a time: never, once, or twice."""
    both = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({time for time in both if time.astimezone(zone).replace(tzinfo=None) == local})


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
