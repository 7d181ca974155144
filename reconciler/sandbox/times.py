"""Times as a world document writes them, and back.

2026-11-01T10:00:00Z     a moment (RFC 3339, with a zone)
1793527200               the same, in seconds since 1970
-21d  -2h30m  -21d+20m   so far from the world's start
30s  250ms  1h30m  2.5   a duration; a bare number is seconds
"""

import re
from datetime import UTC, datetime

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
LATEST = 253_402_300_799.0
"""The last second of the year 9999, in seconds since 1970; nothing later can be written."""

_PIECE = r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)"
_DURATION = re.compile(rf"(?:{_PIECE})+", re.ASCII)
_OFFSET = re.compile(rf"(?:[+-](?:{_PIECE})+)+", re.ASCII)
_SIGNED = re.compile(rf"([+-])((?:{_PIECE})+)", re.ASCII)


def parse_duration(text: object) -> float:
    """Read a duration.

    Args:
        text: `30s`, `1h30m`, `250ms`, or a number of seconds that is not negative.

    Returns:
        Seconds.

    Raises:
        ValueError: It is none of these; the message shows what was given.
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool) and 0 <= text <= LATEST:
        return float(text)
    if isinstance(text, str) and _DURATION.fullmatch(text):
        return _bounded(_sum(text), text)
    if isinstance(text, str) and re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return _bounded(float(text), text)
    raise ValueError(f"expected a duration such as 30s, 10m or 1h30m, got {text!r}")


def parse_time(text: object, start: float) -> float:
    """Read a moment.

    Args:
        text: RFC 3339 with a zone, `datetime` as YAML gives it (UTC where it has no zone), seconds
            since 1970, or an offset from the start such as `-21d+20m`.
        start: The world's start in seconds since 1970, which offsets count from.

    Returns:
        Seconds since 1970, between 0 and the end of the year 9999.

    Raises:
        ValueError: It is none of these, or outside that range; the message shows what was given.
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return _bounded(float(text), text)
    if isinstance(text, datetime):
        return _bounded((text if text.tzinfo else text.replace(tzinfo=UTC)).timestamp(), text)
    if isinstance(text, str) and _OFFSET.fullmatch(text):
        offsets = (_signed(*found.group(1, 2)) for found in _SIGNED.finditer(text))
        return _bounded(start + sum(offsets), text)
    if isinstance(text, str) and (moment := _moment(text)) is not None:
        return _bounded(moment, text)
    raise ValueError(
        f"expected a time such as 2026-11-01T10:00:00Z, or -21d counted from the start, got {text!r}"
    )


def format_time(epoch: float) -> str:
    """Write a moment as RFC 3339 in UTC, with milliseconds where they are not zero.

    Args:
        epoch: Seconds since 1970.
    """
    thousandths = round(epoch * 1000)
    moment = datetime.fromtimestamp(thousandths // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    rest = thousandths % 1000
    return f"{moment}.{rest:03d}Z" if rest else f"{moment}Z"


def _sum(text: str) -> float:
    return sum(float(number) * SECONDS[unit] for number, unit in re.findall(_PIECE, text))


def _signed(sign: str, duration: str) -> float:
    return -_sum(duration) if sign == "-" else _sum(duration)


def _moment(text: str) -> float | None:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return parsed.timestamp() if parsed.tzinfo else None


def _bounded(seconds: float, given: object) -> float:
    if not 0 <= seconds <= LATEST:
        raise ValueError(f"{given!r} lies outside the years 1970 to 9999")
    return seconds
