"""Reading mirror topics: one, all of a link, those of a status."""

import httpx
import pytest

from tests.unit.sandbox_confluent.conftest import START_MS


def test_a_list_shows_every_field_of_a_mirror(world, link, mirror):
    side = world(link("main", mirror("a b", lag=5, source_topic="A", since="-1h")))

    assert side.get("links/main/mirrors").json() == {
        "kind": "KafkaMirrorDataList",
        "metadata": {
            "self": "http://sandbox/kafka/v3/clusters/lkc-1/links/main/mirrors",
            "next": None,
        },
        "data": [
            {
                "kind": "KafkaMirrorData",
                "metadata": {
                    "self": "http://sandbox/kafka/v3/clusters/lkc-1/links/main/mirrors/a%20b"
                },
                "link_name": "main",
                "mirror_topic_name": "a b",
                "source_topic_name": "A",
                "num_partitions": 2,
                "mirror_lags": [
                    {"partition": 1, "lag": 5, "last_source_fetch_offset": -1},
                    {"partition": 0, "lag": 5, "last_source_fetch_offset": -1},
                ],
                "mirror_status": "ACTIVE",
                "mirror_topic_error": "NO_ERROR",
                "state_time_ms": START_MS - 3_600_000,
            }
        ],
    }


def test_one_mirror_reads_like_its_item_in_the_list(side):
    listed = side.get("links/main/mirrors").json()["data"][3]

    assert side.get("links/main/mirrors/broken").json() == listed


def test_transition_errors_are_added_on_request(side):
    found = side.get("links/main/mirrors/broken", include_state_transition_errors="true").json()

    assert found["mirror_state_transition_errors"] == []


def test_a_status_filters_a_list(side):
    assert side.statuses(mirror_status="PAUSED") == {"halted": "PAUSED"}


def test_a_dash_lists_the_mirrors_of_all_links(world, link, mirror):
    side = world(link("one", mirror("a")), link("two", mirror("b")), link("none"))
    answer = side.get("links/-/mirrors").json()

    assert [(item["link_name"], item["mirror_topic_name"]) for item in answer["data"]] == [
        ("one", "a"),
        ("two", "b"),
    ]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("links/main/mirrors", {"mirror_status": "SLEEPING"}),
        ("links/-/mirrors", {"mirror_status": "active"}),
        ("links/main/mirrors/flowing", {"include_state_transition_errors": "perhaps"}),
    ],
)
def test_a_query_that_cannot_be_read_is_a_400(side, path, params):
    answer = side.get(path, **params)

    assert (answer.status_code, answer.json()["error_code"]) == (400, 400)


def test_an_unknown_mirror_is_a_404(side):
    answer = side.get("links/main/mirrors/none")

    assert (answer.status_code, answer.json()) == (
        404,
        {"error_code": 404, "message": "The mirror topic doesn't exist: "},
    )


def test_many_mirrors_are_listed_in_one_answer(world, link, mirror):
    side = world(link("main", *(mirror(f"t{number}") for number in range(5000))))

    assert len(side.statuses()) == 5000


def test_an_answer_is_json_with_its_length(side):
    answer: httpx.Response = side.get("links/main/mirrors")

    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)
