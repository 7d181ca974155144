"""Cron schedules of five fields, in a time zone that may change its clocks.

What happens when clocks change is what Debian's cron does:

    minute and hour          clocks go forward                   clocks go back
    -----------------------  ----------------------------------  --------------------------------
    neither begins with `*`  a time that is skipped strikes at   a time that comes twice strikes
                             the first minute after the gap      the first time only
    one of them does         only times that there are           both times

A schedule is read once, and its times are worked out as they are asked for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

FIELDS = 5
_EARLIER = timedelta(hours=4)
"""No clock is put back by as much nowadays: who begins so much earlier misses no time that comes twice."""
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
    last = after
    for local in CronSim(schedule, (after - _EARLIER).astimezone(_zone(zone))):
        time = local.astimezone(UTC)
        # Of the times that clocks skip, several may strike at once.
        if time > last:
            last = time
            yield time


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
