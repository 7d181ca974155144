"""When apply looks again while something settles: soon at first, then ever more rarely.

The intervals bound the looks: whoever knows how long an apply may follow knows how often it looks.
"""

from collections.abc import Iterator
from datetime import timedelta

GROWTH = 1.5
LONGEST = 15.0
_SOON = 1.0


def delays(lag: timedelta, *, at_once: bool = False) -> Iterator[float]:
    """Seconds before each look, without an end.

    Args:
        lag: How long a started run may stay invisible.
        at_once: Whether there may be something to see already; then one look more comes first.
    """
    if at_once:
        yield 0.0
    delay = min(_SOON, lag.total_seconds() / 2)
    while True:
        yield delay
        delay = min(delay * GROWTH, LONGEST)


def most_looks(lag: timedelta, patience: timedelta) -> int:
    """How often is looked at most within a time.

    Args:
        lag: How long a started run may stay invisible.
        patience: The time; the look at its very end counts, and the one at its beginning.
    """
    left, looks, waits = patience.total_seconds(), 1, delays(lag)
    while left > 0:
        left -= next(waits)
        looks += 1
    return looks
