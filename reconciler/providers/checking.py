"""Checks that are the same for every vendor."""

from datetime import timedelta

from reconciler.core.words import span
from reconciler.errors import ProviderError
from reconciler.model.checkup import Check, Level
from reconciler.model.desired import Connection
from reconciler.providers.exchange import Seen
from reconciler.providers.transport import Transport

_TOLERATED = timedelta(seconds=60)
_SLOWED_TO = 2


def passed(name: str, found: str) -> Check:
    """A check that went well."""
    return Check(name, Level.OK, found)


def odd(name: str, found: str, advice: str) -> Check:
    """A check that found something to know."""
    return Check(name, Level.WARN, found, advice)


def failed(name: str, error: ProviderError, advice: str = "") -> Check:
    """A check whose read failed.

    Args:
        name: What was looked at.
        error: Why it failed.
        advice: What to do, where it is more than the error says.
    """
    return Check(name, Level.FAIL, f"{error.request}: {error.message}", advice or error.advice)


def clock_check(seen: Seen | None) -> Check:
    """How far the vendor's clock is from ours.

    Args:
        seen: What the newest answer told, or None.
    """
    if seen is None:
        told = "the vendor sends no Date; the time of this machine counts"
        return odd("clock", told, "keep the clock of this machine right")
    apart = abs(seen.vendor - seen.ours)
    if apart <= _TOLERATED:
        return passed("clock", f"{span(apart)} apart")
    where = "ahead of" if seen.vendor > seen.ours else "behind"
    told = f"the vendor is {span(apart)} {where} this machine; its time counts"
    return odd("clock", told, "check the clock of this machine")


def pace_check(transport: Transport) -> Check:
    """Whether the requests of a checkup went through at the first attempt.

    Args:
        transport: Of the connection.
    """
    traffic = transport.traffic()
    told = f"{traffic.total} requests"
    if not traffic.retries:
        return passed("pace", told)
    return odd("pace", f"{told}, {traffic.retries} of them repeated", "lower limits as below")


def common_settings(connection: Connection, transport: Transport) -> tuple[tuple[str, str], ...]:
    """Settings that every connection has: what it has now, slowed down where the vendor asked for it.

    Args:
        connection: What the spec declares.
        transport: Of the connection.
    """
    limits = connection.limits
    rate = limits.requests_per_second
    if transport.traffic().retries:
        rate = min(rate or _SLOWED_TO, _SLOWED_TO)
    parts = f"requestsPerSecond: {rate:g}, burst: {limits.burst}, concurrency: {limits.concurrency}"
    return (("lag", _duration(connection.lag)), ("limits", f"{{{parts}}}"))


def _duration(length: timedelta) -> str:
    seconds = length.total_seconds()
    return f"{seconds:.0f}s" if seconds.is_integer() else f"{seconds * 1000:.0f}ms"
