"""Types of single fields: what a value must look like, for pydantic and for editors alike."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from reconciler.core.select import parse_selector
from reconciler.spec import scalars
from reconciler.spec.scalars import Malformed, shown
from reconciler.timetable import check_schedule, check_zone

NAME_PATTERN = r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"
LABEL_PATTERN = r"^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$"
TRIMMED_PATTERN = r"^\S(.*\S)?$"
TOPIC_PATTERN = r"^\S+$"
ID_PATTERN = r"^[0-9a-f]{24}$"
CLUSTER_PATTERN = r"^[A-Za-z0-9_-]+$"
BASE_PATH_PATTERN = r"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$"
ENV_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]*$"

LEAST_MAX_AGE = timedelta(hours=1)
LEAST_LAG = timedelta(milliseconds=100)
LEAST_DEADLINE = timedelta(seconds=1)
LEAST_WINDOW, LONGEST_WINDOW = timedelta(minutes=1), timedelta(days=31)
LEAST_PAUSE = timedelta(hours=1)

SCHEDULE_PATTERN = r"^\s*\S+(\s+\S+){4}\s*$"
ZONE_PATTERN = r"^[A-Za-z][A-Za-z0-9_+/-]*$"
ADDRESS_PATTERN = r"^(Source|ClusterLink)/[^/\s]+(/\S+)?$"


def _max_age(value: object) -> timedelta:
    return scalars.parse_duration_from(value, LEAST_MAX_AGE, "1h")


def _lag(value: object) -> timedelta:
    return scalars.parse_duration_from(value, LEAST_LAG, "100ms")


def _deadline(value: object) -> timedelta:
    return scalars.parse_duration_from(value, LEAST_DEADLINE, "1s")


def _patience(value: object) -> timedelta:
    """A time limit; the number 0 lifts it, as for the limits that are numbers."""
    if type(value) is int and value == 0:
        return timedelta(0)
    try:
        return scalars.parse_duration(value)
    except Malformed as error:
        raise Malformed(error.message, f"{error.advice}, or 0 for no limit") from error


def _window(value: object) -> timedelta:
    length = scalars.parse_duration_from(value, LEAST_WINDOW, "1m")
    if length > LONGEST_WINDOW:
        raise Malformed(f"the duration {shown(value)} is too long", "write 31d or less")
    return length


def _spread(value: object) -> timedelta:
    """A duration; the number 0 is none."""
    if type(value) is int and value == 0:
        return timedelta(0)
    try:
        return scalars.parse_duration(value)
    except Malformed as error:
        raise Malformed(error.message, f"{error.advice}, or 0 for none") from error


def _max_pause(value: object) -> timedelta:
    return scalars.parse_duration_from(value, LEAST_PAUSE, "1h")


def _schedule(value: object) -> str:
    advice = "write minute, hour, day of month, month and day of week, such as '0 22 * * 1-5'"
    if not isinstance(value, str):
        raise Malformed(f"expected a cron schedule, got {shown(value)}", advice)
    try:
        check_schedule(value)
    except ValueError as error:
        raise Malformed(f"{shown(value)} is no cron schedule: {error}", advice) from error
    return " ".join(value.split())


def _zone(value: object) -> str:
    advice = "write an IANA name such as Europe/Berlin or UTC"
    if not isinstance(value, str):
        raise Malformed(f"expected a time zone, got {shown(value)}", advice)
    try:
        check_zone(value)
    except ValueError as error:
        raise Malformed(f"expected a time zone, got {shown(value)}", advice) from error
    return value


def _address(value: object) -> str:
    advice = "write KIND/NAME or KIND/NAME/TOPIC, such as ClusterLink/east/orders.*"
    if not isinstance(value, str) or value != value.strip():
        raise Malformed(f"expected an address, got {shown(value)}", advice)
    try:
        selector = parse_selector(value)
    except ValueError as error:
        raise Malformed(f"expected an address, got {shown(value)}", advice) from error
    if not value.startswith(f"{selector.kind}/"):
        raise Malformed(f"expected an address, got {shown(value)}", f"write {selector}")
    return value


def _file(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed(f"expected a path, got {shown(value)}", "write the path of a file")
    if not value.strip():
        raise Malformed("expected a path, got an empty text", "write the path of a file")
    return value


_TIME_SCHEMA = {
    "type": "string",
    "format": "date-time",
    "pattern": scalars.TIME_PATTERN,
    "examples": ["2026-11-20T00:00:00Z"],
}
_UNTIL_SCHEMA = {
    "anyOf": [{"const": "never"}, {"type": "string", "pattern": scalars.TIME_PATTERN}],
    "examples": ["2026-12-01T06:00:00Z", "never"],
}


def _duration_schema(*examples: str) -> dict[str, object]:
    return {"type": "string", "pattern": scalars.DURATION_PATTERN, "examples": list(examples)}


Name: TypeAlias = Annotated[str, Field(pattern=NAME_PATTERN, max_length=253)]
LabelKey: TypeAlias = Annotated[str, Field(pattern=LABEL_PATTERN, max_length=317)]
Trimmed: TypeAlias = Annotated[str, Field(pattern=TRIMMED_PATTERN)]
Topic: TypeAlias = Annotated[str, Field(pattern=TOPIC_PATTERN)]
VendorId: TypeAlias = Annotated[str, Field(pattern=ID_PATTERN)]
ClusterId: TypeAlias = Annotated[str, Field(pattern=CLUSTER_PATTERN)]
BasePath: TypeAlias = Annotated[str, Field(pattern=BASE_PATH_PATTERN)]
EnvName: TypeAlias = Annotated[str, Field(pattern=ENV_PATTERN)]
FilePath: TypeAlias = Annotated[
    str, PlainValidator(_file), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
Count: TypeAlias = Annotated[int, Field(ge=0)]
Percent: TypeAlias = Annotated[int, Field(ge=0, le=100)]
Rate: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Time: TypeAlias = Annotated[
    datetime, PlainValidator(scalars.parse_time), WithJsonSchema(_TIME_SCHEMA)
]
Until: TypeAlias = Annotated[
    datetime | None, PlainValidator(scalars.parse_until), WithJsonSchema(_UNTIL_SCHEMA)
]
MaxAge: TypeAlias = Annotated[
    timedelta, PlainValidator(_max_age), WithJsonSchema(_duration_schema("7d", "36h"))
]
Lag: TypeAlias = Annotated[
    timedelta, PlainValidator(_lag), WithJsonSchema(_duration_schema("60s", "100ms"))
]
Deadline: TypeAlias = Annotated[
    timedelta, PlainValidator(_deadline), WithJsonSchema(_duration_schema("24h", "1h30m"))
]
Patience: TypeAlias = Annotated[
    timedelta,
    PlainValidator(_patience),
    WithJsonSchema({"anyOf": [_duration_schema("30s", "3m"), {"const": 0}]}),
]
Spread: TypeAlias = Annotated[
    timedelta,
    PlainValidator(_spread),
    WithJsonSchema({"anyOf": [_duration_schema("12h", "30m"), {"const": 0}]}),
]
MaxPause: TypeAlias = Annotated[
    timedelta, PlainValidator(_max_pause), WithJsonSchema(_duration_schema("14d", "36h"))
]
WindowLength: TypeAlias = Annotated[
    timedelta, PlainValidator(_window), WithJsonSchema(_duration_schema("6h", "90m"))
]
Schedule: TypeAlias = Annotated[
    str,
    PlainValidator(_schedule),
    WithJsonSchema({"type": "string", "pattern": SCHEDULE_PATTERN, "examples": ["0 22 * * 1-5"]}),
]
Zone: TypeAlias = Annotated[
    str,
    PlainValidator(_zone),
    WithJsonSchema(
        {"type": "string", "pattern": ZONE_PATTERN, "examples": ["Europe/Berlin", "UTC"]}
    ),
]
AcknowledgedAddress: TypeAlias = Annotated[
    str,
    PlainValidator(_address),
    WithJsonSchema({"type": "string", "pattern": ADDRESS_PATTERN}),
]
ApiVersion: TypeAlias = Literal["reconciler.dev/v1alpha1"]
