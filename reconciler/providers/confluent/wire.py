"""Shapes of Confluent's JSON: exactly the fields that are read, decoded straight from bytes.

A field that is null and one that is absent are the same, words are kept raw, and fields that are not
listed here may come and go: the vendor's rules of compatibility (`docs/apis/confluent.md#errors`).
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec

from reconciler.providers.exchange import GarbledAnswer, UnreadableAnswer
from reconciler.records import Struct

T = TypeVar("T")


class Page(Struct, Generic[T], frozen=True):
    """A part of a list.

    Attributes:
        items: In the order of the answer.
        next: URL of the next part, or None; null in every recording.
    """

    items: list[T]
    next: str | None


class _Metadata(msgspec.Struct, frozen=True):
    next: str | None = None


class Link(msgspec.Struct, frozen=True):
    """One cluster link (`docs/apis/confluent.md#links`)."""

    link_name: str | None = None
    link_state: str | None = None
    link_error: str | None = None
    link_error_message: str | None = None


class _LinkList(msgspec.Struct, frozen=True):
    data: list[Link]
    metadata: _Metadata | None = None


_NO_LAGS = msgspec.Raw(b"")


class _Lag(msgspec.Struct, frozen=True):
    lag: int | None = None


class Mirror(msgspec.Struct, frozen=True, gc=False):
    """One mirror topic (`docs/apis/confluent.md#mirrors`).

    What it holds can lead to no cycle, so that the collector need not look at every row; and its
    partitions, most of its bytes, are read for the few that somebody asks about (`lag`).
    """

    mirror_topic_name: str
    link_name: str | None = None
    mirror_status: str | None = None
    mirror_topic_error: str | None = None
    state_time_ms: float | None = None
    mirror_lags: msgspec.Raw = _NO_LAGS


class _MirrorList(msgspec.Struct, frozen=True):
    data: list[Mirror]
    metadata: _Metadata | None = None


class Altered(msgspec.Struct, frozen=True):
    """What pausing or resuming did to one topic (`docs/apis/confluent.md#alter`)."""

    mirror_topic_name: str
    error_code: int | None = None
    error_message: str | None = None


class _AlteredList(msgspec.Struct, frozen=True):
    data: list[Altered]


class _Error(msgspec.Struct, frozen=True):
    error_code: int
    message: str | None = None


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


_links = _reading(_LinkList)
_mirrors = _reading(_MirrorList)
_altered = _reading(_AlteredList)
_lags = _reading(list[_Lag])
_error = _reading(_Error)


def links(body: bytes) -> Page[Link]:
    """Links of a cluster.

    Raises:
        UnreadableAnswer: It is not JSON of that shape.
    """
    found = _links(body)
    return Page(found.data, found.metadata.next if found.metadata else None)


def mirrors(body: bytes) -> Page[Mirror]:
    """Mirror topics of one link, or of all.

    Raises:
        UnreadableAnswer: It is not JSON of that shape.
    """
    found = _mirrors(body)
    return Page(found.data, found.metadata.next if found.metadata else None)


def lag(row: Mirror) -> int | None:
    """Messages behind over all partitions; None where the answer does not tell, in words we know."""
    try:
        found = _lags(bytes(row.mirror_lags))
    except UnreadableAnswer:
        return None
    known = [part.lag for part in found if part.lag is not None]
    return sum(known) if known else None


def altered(body: bytes) -> list[Altered]:
    """The results of a pause or a resume, in any order.

    Raises:
        UnreadableAnswer: There are none.
    """
    return _altered(body).data


def explain(body: bytes) -> str:
    """The API's own error text with its code, else empty (`docs/apis/confluent.md#errors`)."""
    try:
        found = _error(body)
    except UnreadableAnswer:
        return ""
    return f"{found.error_code} {found.message or ''}".strip()
