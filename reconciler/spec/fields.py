"""Types of single fields: what a value must look like, for pydantic and for editors alike."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, PlainValidator, WithJsonSchema

from reconciler.spec import scalars
from reconciler.spec.scalars import Malformed, shown

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
ApiVersion: TypeAlias = Literal["reconciler.dev/v1alpha1"]
