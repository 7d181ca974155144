"""Times, durations and hosts: text in, value out, or a sentence about what is wrong with it."""

import re
from datetime import UTC, datetime, timedelta

TIME_PATTERN = r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$"
DURATION_PATTERN = r"^(?=\d)(\d{1,7}d)?(\d{1,7}h)?(\d{1,7}m)?(\d{1,7}s)?(\d{1,7}ms)?$"

_TIME = re.compile(TIME_PATTERN, re.ASCII)
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
_NO_ZONE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[Tt ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?", re.ASCII)
_DIGITS = r"\d{1,40}"  # more than any duration needs, so that a long one is told as that
_DURATION = re.compile(
    "".join(rf"(?:({_DIGITS}){unit})?" for unit in ("d", "h", "m", "s", "ms")), re.ASCII
)
_TIME_ADVICE = "write an RFC 3339 time such as 2026-11-20T00:00:00Z"
_DURATION_ADVICE = "write a number and a unit, largest first, such as 30s, 10m, 1h30m, 7d or 100ms"
LONGEST = timedelta(days=3650)
_SHOWN = 60
_TYPE_NAMES = {type(None): "nothing", list: "a list"}


class Malformed(ValueError):
    """A text that is not what its field wants.

    Attributes:
        message: What is wrong.
        advice: What to do.
    """

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


def one_line(text: str) -> str:
    """A text as it may stand in a message: shortened, line breaks and the like spelt out.

    Args:
        text: Anything that a document holds.
    """
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in short
    )


def shown(value: object) -> str:
    """A value as a message may quote it: its type as people call it, then the value, shortened."""
    if isinstance(value, str):
        return f"'{one_line(value)}'"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return _TYPE_NAMES.get(type(value), "a mapping")


def parse_time(value: object) -> datetime:
    """An RFC 3339 time.

    Args:
        value: What the document holds.

    Returns:
        The time, with zone UTC; digits beyond microseconds are cut.

    Raises:
        Malformed: It is anything else.
    """
    if not isinstance(value, str):
        raise Malformed(f"expected a time, got {shown(value)}", _TIME_ADVICE)
    if _DATE.fullmatch(value):
        raise Malformed(
            f"expected a time, got the date {shown(value)}",
            f"add a time of day and a zone, such as {value}T00:00:00Z",
        )
    if _NO_ZONE.fullmatch(value):
        raise Malformed(
            f"the time {shown(value)} has no zone",
            "add `Z` for UTC, or an offset such as `+02:00`",
        )
    if not _TIME.fullmatch(value):
        raise Malformed(f"expected a time, got {shown(value)}", _TIME_ADVICE)
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed(f"there is no such time as {shown(value)}", _TIME_ADVICE) from error


def parse_until(value: object) -> datetime | None:
    """When a pause ends: a time, or None for `never`.

    Args:
        value: What the document holds.

    Raises:
        Malformed: It is neither.
    """
    if value == "never":
        return None
    try:
        return parse_time(value)
    except Malformed as error:
        advice = f"{error.advice}, or `never`"
        raise Malformed(error.message, advice) from error


def parse_duration(value: object) -> timedelta:
    """A duration such as `30s`, `10m`, `6h`, `7d`, `100ms` or `1h30m`.

    Args:
        value: What the document holds.

    Returns:
        The duration, at most ten years.

    Raises:
        Malformed: It is anything else.
    """
    if not isinstance(value, str):
        raise Malformed(f"expected a duration, got {shown(value)}", _DURATION_ADVICE)
    match = _DURATION.fullmatch(value)
    if match is None or not value:
        raise Malformed(f"expected a duration, got {shown(value)}", _DURATION_ADVICE)
    days, hours, minutes, seconds, milliseconds = (int(part or 0) for part in match.groups())
    in_all = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
    if in_all > LONGEST // timedelta(milliseconds=1):
        raise Malformed(
            f"the duration {shown(value)} is longer than ten years", "write a shorter one"
        )
    return timedelta(milliseconds=in_all)


def parse_duration_from(value: object, least: timedelta, least_text: str) -> timedelta:
    """A duration with a lower bound.

    Args:
        value: What the document holds.
        least: The shortest that is allowed.
        least_text: The same as a person would write it.

    Raises:
        Malformed: It is no duration, or shorter.
    """
    length = parse_duration(value)
    if length < least:
        raise Malformed(f"the duration {shown(value)} is too short", f"write {least_text} or more")
    return length
