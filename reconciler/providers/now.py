"""Whose time counts: the vendor's, as its newest answer told it; ours where it tells none."""

from datetime import datetime, timedelta

from reconciler.providers.exchange import Seen
from reconciler.records import Struct

_TOLERATED = timedelta(seconds=60)


class Now(Struct, frozen=True):
    """The time that verdicts rest on.

    Attributes:
        time: With zone UTC.
        warnings: A sentence where the clocks are over a minute apart.
    """

    time: datetime
    warnings: tuple[str, ...] = ()


def vendor_now(connection: str, seen: Seen | None, started: datetime, ours: datetime) -> Now:
    """The vendor's time.

    Args:
        connection: Name of the Connection.
        seen: What the newest answer told, or None.
        started: Our clock when the observation began; what was seen before it does not count.
        ours: Our clock now.
    """
    if seen is None or seen.ours < started:
        return Now(ours)
    if abs(seen.vendor - seen.ours) <= _TOLERATED:
        return Now(seen.vendor)
    there, here = (f"{time:%Y-%m-%dT%H:%M:%SZ}" for time in (seen.vendor, seen.ours))
    warning = (
        f"{connection}: the clocks are apart: {there} there, {here} here; theirs counts; check the"
        " clock of this machine"
    )
    return Now(seen.vendor, (warning,))
