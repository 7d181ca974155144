"""Whole sources into the fewest requests.

A bulk start carries up to 500 topics of several sources; a single start carries one source, with
filters and a surrogate key (`docs/apis/streamkap.md#snapshots`). A source is never split over two
calls: that would be two runs. Bulk needs database ids; those that were read already cost nothing,
the others cost a read per 100 topics. So the choice is counted in requests, then in writes.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from reconciler.core.search import Search
from reconciler.model.desired import Limits

TOPICS_PER_CALL = 500
TOPICS_PER_PAGE = 100
SOURCES_PER_READ = 50

Payload = TypeVar("Payload")


@dataclass(frozen=True, slots=True)
class Parcel(Generic[Payload]):
    """One source's share of a call.

    Attributes:
        source_id: The vendor's id.
        size: Ids it puts into a bulk call.
        listing: Topics the vendor would list to give its ids.
        payload: What the caller wants back.
    """

    source_id: str
    size: int
    listing: int
    payload: Payload


def fits_bulk(size: int) -> bool:
    """Whether one source alone stays within a bulk call.

    Args:
        size: Ids it puts into the call.
    """
    return size <= TOPICS_PER_CALL


def pack(parcels: Sequence[Parcel[Payload]], limits: Limits) -> list[list[Parcel[Payload]]]:
    """Fill as few calls as can be: first fit, then an exact search while the bound is not met.

    Args:
        parcels: Each fits a bulk call.
        limits: Of the connection.

    Returns:
        Calls, each with at least one source, sorted by source id inside.
    """
    falling = sorted(parcels, key=lambda p: (-p.size, p.source_id))
    calls = _first_fit(falling, limits)
    lowest = bound(parcels, limits)
    sizes = [parcel.size for parcel in falling]
    while len(calls) > lowest:
        places = limits.sources_per_call or None
        chosen = Search(sizes, TOPICS_PER_CALL, places, len(calls) - 1).solve()
        if chosen is None:
            break
        calls = [[] for _ in calls[1:]]
        for parcel, call in zip(falling, chosen, strict=True):
            calls[call].append(parcel)
        calls = [call for call in calls if call]
    return [sorted(call, key=lambda p: p.source_id) for call in calls]


def _first_fit(falling: Sequence[Parcel[Payload]], limits: Limits) -> list[list[Parcel[Payload]]]:
    """The largest source first, into the first call that has room."""
    calls: list[list[Parcel[Payload]]] = []
    rooms: list[int] = []
    for parcel in falling:
        for index, call in enumerate(calls):
            if rooms[index] >= parcel.size and _has_place(len(call), limits):
                call.append(parcel)
                rooms[index] -= parcel.size
                break
        else:
            calls.append([parcel])
            rooms.append(TOPICS_PER_CALL - parcel.size)
    return calls


def _has_place(taken: int, limits: Limits) -> bool:
    return limits.sources_per_call == 0 or taken < limits.sources_per_call


def bound(parcels: Sequence[Parcel[Payload]], limits: Limits) -> int:
    """The fewest bulk calls that could carry these sources: by topics and by sources.

    Args:
        parcels: Each fits a bulk call.
        limits: Of the connection.
    """
    by_topics = _ceil(sum(p.size for p in parcels), TOPICS_PER_CALL)
    by_sources = _ceil(len(parcels), limits.sources_per_call or len(parcels) or 1)
    return max(by_topics, by_sources)


def ids_worth_reading(
    parcels: Sequence[Parcel[Payload]], known: Collection[str], limits: Limits
) -> tuple[str, ...]:
    """Sources whose database ids shall be read because bulk then costs fewer requests.

    Args:
        parcels: Sources that could go in bulk.
        known: Ids of sources whose database ids were read already.
        limits: Of the connection.

    Returns:
        Source ids, sorted; empty where reading does not pay.
    """
    unread = [p for p in parcels if p.source_id not in known]
    if not unread:
        return ()
    read = [p for p in parcels if p.source_id in known]
    without = (len(unread) + len(pack(read, limits)), len(unread) + len(pack(read, limits)))
    writes = len(pack(parcels, limits))
    pages = max(
        _ceil(sum(p.listing for p in unread), TOPICS_PER_PAGE),
        _ceil(len(unread), SOURCES_PER_READ),
    )
    if (pages + writes, writes) < without:
        return tuple(sorted(p.source_id for p in unread))
    return ()


def chunks(names: Sequence[str], most: int) -> list[tuple[str, ...]]:
    """Names in order, cut into calls.

    Args:
        names: At least one.
        most: Names per call; 0 lifts the limit.
    """
    size = most or len(names)
    return [tuple(names[i : i + size]) for i in range(0, len(names), size)]


def split(
    parcels: Sequence[Parcel[Payload]], limits: Limits, has_ids: Callable[[Payload], bool]
) -> tuple[list[list[Parcel[Payload]]], list[Parcel[Payload]]]:
    """Sources that go together in bulk, and those that go alone.

    Args:
        parcels: Sources that could go in bulk by their size.
        limits: Of the connection.
        has_ids: Whether every database id a payload needs is known.

    Returns:
        Bulk calls of at least two sources, and the rest, sorted by source id.
    """
    calls = pack([p for p in parcels if has_ids(p.payload)], limits)
    alone = [p for p in parcels if not has_ids(p.payload)]
    alone += [call[0] for call in calls if len(call) == 1]
    return [call for call in calls if len(call) > 1], sorted(alone, key=lambda p: p.source_id)


def _ceil(amount: int, size: int) -> int:
    return -(-amount // size)
