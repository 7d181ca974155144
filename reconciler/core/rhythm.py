"""When apply looks again while something settles: soon at first, then ever more rarely.

The intervals bound the looks: whoever knows how long an apply may follow knows how often it looks.
"""

from collections.abc import Iterator
from datetime import timedelta

GROWTH = 1.5
LONGEST = 15.0
_SOON = 1.0


def delays(lag: timedelta) -> Iterator[float]:
    """Seconds before each look, without an end.

    Args:
        lag: How long a started run may stay invisible.
    """
    delay = min(_SOON, lag.total_seconds() / 2)
    while True:
        yield delay
        delay = min(delay * GROWTH, LONGEST)


def most_looks(lag: timedelta, patience: timedelta) -> int:
    """How often is looked at most within a time.

    Args:
        lag: How long a started run may stay invisible.
        patience: The time; the look at its very end counts.
    """
    left, looks, waits = patience.total_seconds(), 0, delays(lag)
    while left > 0:
        left -= next(waits)
        looks += 1
    return looks
