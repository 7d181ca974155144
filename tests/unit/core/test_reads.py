"""What a list of topics costs."""

import pytest

from reconciler.core.reads import id_chunks, requests_to_list


def _ids(count: int) -> list[str]:
    return [f"{n:024}" for n in range(count)]


@pytest.mark.parametrize(("count", "chunks"), [(0, []), (1, [1]), (48, [48]), (49, [48, 1])])
def test_a_request_names_as_many_sources_as_its_url_has_room_for(count, chunks):
    assert [len(chunk) for chunk in id_chunks(_ids(count))] == chunks


def test_what_is_named_twice_is_asked_about_once():
    assert list(id_chunks(["b", "a", "b"])) == [["b", "a"]]


def test_one_that_is_too_long_goes_alone():
    assert list(id_chunks(["a", "x" * 2000, "b"])) == [["a"], ["x" * 2000], ["b"]]


@pytest.mark.parametrize(
    ("listings", "requests"),
    [
        ([], 0),
        ([0], 1),
        ([99], 1),
        # a full page may have another behind it
        ([100], 2),
        ([50, 50], 2),
        ([50, 49], 1),
        ([250], 3),
        ([10] * 48, 5),
        ([10] * 49, 6),
    ],
)
def test_pages_are_read_until_a_short_one(listings, requests):
    assert requests_to_list(dict(zip(_ids(len(listings)), listings, strict=True))) == requests
