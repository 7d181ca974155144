"""Whole sources into the fewest requests, counted by hand."""

import pytest

from reconciler.core.pack import (
    Parcel,
    chunks,
    fits_bulk,
    pack,
    packing,
    split,
)
from reconciler.model.desired import Limits

FREE = Limits(sources_per_call=0)
PAIRS = Limits(sources_per_call=2)


def _parcels(*sizes: int, listing: int = 0) -> list[Parcel[str]]:
    names = (f"s{n}" for n in range(len(sizes)))
    return [
        Parcel(name, size, listing or size, name) for name, size in zip(names, sizes, strict=True)
    ]


def _sizes(calls: list[list[Parcel[str]]]) -> list[list[int]]:
    return [[p.size for p in call] for call in calls]


@pytest.mark.parametrize(("size", "fits"), [(1, True), (500, True), (501, False)])
def test_a_source_of_more_than_500_topics_fits_no_bulk_call(size, fits):
    assert fits_bulk(size) == fits


@pytest.mark.parametrize(
    ("sizes", "limits", "calls"),
    [
        ([], FREE, []),
        ([500], FREE, [[500]]),
        ([250, 250], FREE, [[250, 250]]),
        ([251, 250], FREE, [[251], [250]]),
        ([200, 300, 300, 200], FREE, [[200, 300], [300, 200]]),
        ([100, 500, 400], FREE, [[500], [100, 400]]),
        ([1, 1, 1, 1, 1], PAIRS, [[1, 1], [1, 1], [1]]),
        ([400, 1, 1], PAIRS, [[400, 1], [1]]),
        ([1] * 51, Limits(), [[1] * 50, [1]]),
        ([1] * 51, FREE, [[1] * 51]),
    ],
)
def test_calls_are_filled_with_the_largest_first(sizes, limits, calls):
    assert _sizes(pack(_parcels(*sizes), limits)) == calls


def test_a_call_names_its_sources_in_order_of_their_ids():
    calls = pack(_parcels(1, 400, 3), FREE)

    assert [[p.source_id for p in call] for call in calls] == [["s0", "s1", "s2"]]


@pytest.mark.parametrize(
    ("sizes", "limits", "lowest"),
    [
        ([], FREE, 0),
        ([], Limits(), 0),
        ([1], FREE, 1),
        ([500], FREE, 1),
        ([500, 1], FREE, 2),
        ([1] * 500, FREE, 1),
        ([1] * 50, Limits(), 1),
        ([1] * 51, Limits(), 2),
        ([400, 400, 200], PAIRS, 3),
        ([500, 500, 500], PAIRS, 3),
        ([251, 251, 251], FREE, 3),
    ],
)
def test_the_fewest_calls_by_topics_and_by_sources(sizes, limits, lowest):
    found = packing(sizes, limits)

    assert (found.bound, len(found.calls), found.doubt) == (lowest, lowest, "")


@pytest.mark.parametrize(
    ("names", "most", "calls"),
    [
        ("abc", 2, [("a", "b"), ("c",)]),
        ("abc", 3, [("a", "b", "c")]),
        ("abc", 1, [("a",), ("b",), ("c",)]),
        ("abc", 0, [("a", "b", "c")]),
        ("a", 9, [("a",)]),
    ],
)
def test_names_are_cut_into_calls_in_their_order(names, most, calls):
    assert chunks(list(names), most) == calls


def test_sources_without_ids_and_sources_that_share_no_call_go_alone():
    parcels = _parcels(400, 50, 300, 50, 200)

    bulk, alone = split(parcels, FREE, lambda name: name != "s3")

    assert [[p.source_id for p in call] for call in bulk] == [["s0", "s1"], ["s2", "s4"]]
    assert [p.source_id for p in alone] == ["s3"]


def test_a_call_of_one_source_is_no_bulk_call():
    bulk, alone = split(_parcels(400, 400), FREE, lambda _: True)

    assert (bulk, [p.source_id for p in alone]) == ([], ["s0", "s1"])
