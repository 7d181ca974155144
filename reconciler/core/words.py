"""Times and spans as a reader of a plan sees them."""

from datetime import UTC, datetime, timedelta

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def moment(time: datetime) -> str:
    """RFC 3339 in UTC, to the second: `2026-11-20T00:00:00Z`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span(length: timedelta) -> str:
    """The two largest units of a span: `2d 3h`, `45m`, `0s`."""
    seconds = int(abs(length.total_seconds()))
    parts: list[str] = []
    for unit, size in _UNITS:
        if seconds >= size:
            parts.append(f"{seconds // size}{unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0s"


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: `1 call`, `3 calls`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def listed(names: tuple[str, ...], most: int = 3) -> str:
    """A few names and how many more: `a, b, c and 4 more`."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
