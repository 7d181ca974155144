"""Whole sources into the fewest requests.

A bulk start carries up to 500 topics of several sources; a single start carries one source, with
filters and a surrogate key (`docs/apis/streamkap.md#snapshots`). A source is never split over two
calls: that would be two runs.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from reconciler.core.bins import Packing, solve
from reconciler.core.bounds import Bin
from reconciler.model.desired import Limits
from reconciler.records import Struct

TOPICS_PER_CALL = 500

Payload = TypeVar("Payload")


class Parcel(Struct, Generic[Payload], frozen=True):
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


def packing(sizes: Sequence[int], limits: Limits) -> Packing:
    """The fewest calls for sources of these sizes, and how far that is proved.

    Args:
        sizes: Each fits a bulk call; in any order.
        limits: Of the connection.
    """
    bin_ = Bin(TOPICS_PER_CALL, limits.sources_per_call or None)
    return solve(tuple(sorted(sizes, reverse=True)), bin_)


def pack(parcels: Sequence[Parcel[Payload]], limits: Limits) -> list[list[Parcel[Payload]]]:
    """Fill as few calls as can be found.

    Args:
        parcels: Each fits a bulk call.
        limits: Of the connection.

    Returns:
        Calls, each with at least one source, sorted by source id inside.
    """
    of_size: dict[int, list[Parcel[Payload]]] = {}
    for parcel in sorted(parcels, key=lambda p: p.source_id, reverse=True):
        of_size.setdefault(parcel.size, []).append(parcel)
    calls = packing([parcel.size for parcel in parcels], limits).calls
    chosen = [[of_size[size].pop() for size in call] for call in calls]
    return [sorted(call, key=lambda p: p.source_id) for call in chosen]


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
