"""Shapes of Streamkap's JSON: exactly the fields that are read, decoded straight from bytes.

A field that is null and one that is absent are the same. Fields that are not listed here may come
and go. What cannot be an empty value (a list of results) must be there: an answer without it is
unreadable, never empty.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

import msgspec

from reconciler.providers.exchange import GarbledAnswer, UnreadableAnswer
from reconciler.records import Struct

T = TypeVar("T")
Timestamp: TypeAlias = str | int | float | None

# Numbers below are no milliseconds of our century: seconds, most likely, which nobody documents.
_FIRST_EPOCH_MS = 10**11
_NOTHING = msgspec.Raw(b"")
_SHORTEST = len("2026-11-20T00:00:00Z")
_HAS_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


class Token(Struct, frozen=True):
    """An access token.

    Attributes:
        value: The token.
        lifetime: Seconds it is good for, or None where that is not said.
    """

    value: str
    lifetime: float | None


class _Token(msgspec.Struct, frozen=True, rename="camel"):
    access_token: str
    expires_in: float | None = None


class Source(msgspec.Struct, frozen=True):
    """A source connector (`docs/apis/streamkap.md#sources`)."""

    id: str
    name: str | None = None
    connector: str | None = None
    service_id: str | None = None
    connector_status: str | None = None
    topic_ids: list[str] | None = None


class SourcePage(msgspec.Struct, frozen=True):
    """One page of sources; `total` can lie."""

    result: list[Source]
    total: int | None = None
    page_size: int | None = None


class Entity(msgspec.Struct, frozen=True):
    """What a topic belongs to; pairing the two lists by index is inferred."""

    entity_id: str | None = None
    topic_ids: list[str] | None = None
    topic_db_ids: list[str] | None = None


class _Topic(msgspec.Struct, frozen=True):
    id: str | None = None
    name: str | None = None
    entity: msgspec.Raw = _NOTHING


class _TopicPage(msgspec.Struct, frozen=True):
    result: list[_Topic]
    page_size: int | None = None


class Topic(Struct, frozen=True):
    """One topic (`docs/apis/streamkap.md#topics`).

    Attributes:
        id: The topic id, or None.
        name: Its name, or None.
        entity: What it belongs to; the very same object where two rows say the same of it.
    """

    id: str | None = None
    name: str | None = None
    entity: Entity | None = None


class TopicPage(Struct, frozen=True):
    """One page of topics; the total it states can lie.

    Attributes:
        result: In the order of the answer.
        page_size: How many a full page has, where the answer says so.
    """

    result: list[Topic]
    page_size: int | None = None


class Detail(msgspec.Struct, frozen=True):
    """One snapshot run of a topic (`docs/apis/streamkap.md#state`)."""

    status: str | None = None
    start_timestamp: Timestamp = None
    end_timestamp: Timestamp = None
    rows_scanned: float | None = None
    rows_total: float | None = None
    trace: str | None = None
    eta_ms: float | None = None


class Progress(msgspec.Struct, frozen=True):
    """How far a source's run is."""

    state: str | None = None
    snapshot_type: str | None = None


class LineageSource(msgspec.Struct, frozen=True):
    """The source of a topic, as the dashboard shows it."""

    snapshot_progress: Progress | None = None


class LineageTopic(msgspec.Struct, frozen=True):
    """One topic as the dashboard shows it."""

    id: str | None = None
    name: str | None = None
    source: LineageSource | None = None
    snapshot_status: str | None = None
    snapshot_details: list[Detail] | None = None


class TopicStatus(msgspec.Struct, frozen=True):
    """The last run of a topic, as the metrics show it."""

    topic_id: str
    status: str | None = None
    submit_timestamp: Timestamp = None


class _MetricsData(msgspec.Struct, frozen=True, rename={"snapshot_status": "snapshotStatus"}):
    snapshot_status: list[TopicStatus] | None = None


class _Metrics(msgspec.Struct, frozen=True):
    data: _MetricsData | None = None


class BulkResult(msgspec.Struct, frozen=True):
    """What a bulk call did to one entity (`docs/apis/streamkap.md#snapshots`)."""

    id: str
    success: bool
    message: str | None = None


class _Bulk(msgspec.Struct, frozen=True):
    results: list[BulkResult]


class _Invalid(msgspec.Struct, frozen=True):
    loc: list[str | int] = []
    msg: str = ""


class _TextError(msgspec.Struct, frozen=True):
    detail: str


class _FieldErrors(msgspec.Struct, frozen=True):
    detail: list[_Invalid]


class _ObjectError(msgspec.Struct, frozen=True):
    detail: dict[str, msgspec.Raw]


def _reading(shape: type[T]) -> Callable[[bytes], T]:
    decoder = msgspec.json.Decoder(shape)

    def decode(body: bytes) -> T:
        try:
            return decoder.decode(body)
        except msgspec.ValidationError as error:
            raise UnreadableAnswer(str(error)) from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise GarbledAnswer(f"no JSON: {error}") from error

    return decode


source_page = _reading(SourcePage)
_topic_page = _reading(_TopicPage)
_entity = _reading(Entity)
lineage = _reading(dict[str, list[LineageTopic] | None])
_token = _reading(_Token)
_metrics = _reading(_Metrics)
_bulk = _reading(_Bulk)
_anything = _reading(msgspec.Raw)
_text_error = _reading(_TextError)
_field_errors = _reading(_FieldErrors)
_object_error = _reading(_ObjectError)


def token(body: bytes) -> Token:
    """The token of an answer; its spelling is camelCase, unlike the rest (`docs/apis/streamkap.md#auth`).

    Raises:
        UnreadableAnswer: There is none.
    """
    found = _token(body)
    return Token(found.access_token, found.expires_in)


def topic_page(body: bytes) -> TopicPage:
    """One page of topics.

    Every row repeats its whole source with all its ids, most of what there is to read, so that what
    is the same to the byte is read once.

    Raises:
        UnreadableAnswer: It is not JSON of that shape.
    """
    page = _topic_page(body)
    known: dict[bytes, Entity | None] = {b"": None, b"null": None}
    rows = []
    for row in page.result:
        raw = bytes(row.entity)
        if raw not in known:
            known[raw] = _entity(raw)
        rows.append(Topic(row.id, row.name, known[raw]))
    return TopicPage(rows, page.page_size)


def metrics(body: bytes) -> list[TopicStatus] | None:
    """The last run of every topic of a source; None where the answer shows neither runs nor a list.

    Raises:
        UnreadableAnswer: It is not JSON of that shape.
    """
    found = _metrics(body)
    return None if found.data is None else found.data.snapshot_status


def bulk(body: bytes) -> list[BulkResult]:
    """The results of a bulk call.

    Raises:
        UnreadableAnswer: There are none.
    """
    return _bulk(body).results


def is_json(body: bytes) -> bool:
    """Whether a body is empty or JSON of any shape."""
    try:
        return not body.strip() or bool(_anything(body))
    except UnreadableAnswer:
        return False


def explain(body: bytes) -> str:
    """The API's own error text, in any of its three shapes; else empty (`docs/apis/streamkap.md#errors`).

    What was sent (`input`) is left out: it may hold a secret.
    """
    try:
        return _text_error(body).detail
    except UnreadableAnswer:
        pass
    try:
        found = _field_errors(body).detail
    except UnreadableAnswer:
        return _explained_object(body)
    return "; ".join(f"{'.'.join(map(str, item.loc))}: {item.msg}" for item in found)


def _explained_object(body: bytes) -> str:
    try:
        found = _object_error(body).detail
    except UnreadableAnswer:
        return ""
    return ", ".join(f"{key}: {bytes(value).decode()}" for key, value in sorted(found.items()))


def moment(value: Timestamp) -> datetime | None:
    """A time as the vendor writes it: RFC 3339, without zone (UTC), or milliseconds since 1970.

    Args:
        value: Text, a number, or None.

    Returns:
        The time in UTC; None for None.

    Raises:
        UnreadableAnswer: It is none of these; a time that was misread could start a snapshot.
    """
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and not value.strip().lstrip("-").isdigit():
            return _written(value.strip())
        return _counted(float(value))
    except (ValueError, OverflowError, OSError) as error:
        raise UnreadableAnswer(f"{value!r} is not a time") from error


def plain_moment(value: Timestamp) -> datetime | None:
    """A time in the one spelling that most have, ending in `Z`; None for any other.

    Args:
        value: Text, a number, or None.
    """
    if not isinstance(value, str) or len(value) < _SHORTEST or value[-1] != "Z":
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _written(text: str) -> datetime:
    if not _HAS_TIME.match(text):
        raise ValueError(text)
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


def _counted(milliseconds: float) -> datetime:
    if not milliseconds >= _FIRST_EPOCH_MS:
        raise ValueError(str(milliseconds))
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
