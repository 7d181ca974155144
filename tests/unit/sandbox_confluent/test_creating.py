"""Creating mirror topics, and deleting them with their topic."""

import pytest


def test_a_mirror_is_created_and_becomes_active(side):
    answer = side.ask("POST", "links/main/mirrors", json={"source_topic_name": "new"})
    early = side.statuses()["new"]
    side.now += 2

    assert (answer.status_code, answer.content) == (201, b"")
    assert (early, side.statuses()["new"]) == ("PENDING_MIRROR", "ACTIVE")


def test_a_created_mirror_carries_the_prefix_of_the_link(world, link):
    side = world(link("main", prefix="east."))
    side.ask(
        "POST",
        "links/main/mirrors",
        json={"source_topic_name": "new", "mirror_topic_name": "east.new", "configs": []},
    )

    assert side.get("links/main/mirrors/east.new").json()["source_topic_name"] == "new"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400),
        ({"source_topic_name": ""}, 400),
        ({"source_topic_name": 3}, 400),
        ({"source_topic_name": "n", "replication_factor": "3"}, 400),
        ({"source_topic_name": "n", "replication_factor": True}, 400),
        ({"source_topic_name": "n", "configs": [{"value": "v"}]}, 400),
        ({"source_topic_name": "n", "configs": [{"name": "a"}, {"name": "b", "value": 1}]}, 400),
        ({"source_topic_name": "n", "mirror_topic_name": "other"}, 40035),
        ({"source_topic_name": "flowing"}, 40002),
    ],
)
def test_a_mirror_that_cannot_be_is_not_created(side, body, code):
    answer = side.ask("POST", "links/main/mirrors", json=body)

    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    assert len(side.statuses()) == 6


def test_a_topic_is_a_mirror_of_one_link_only(world, link, mirror):
    side = world(link("one", mirror("t")), link("two"))
    answer = side.ask("POST", "links/two/mirrors", json={"source_topic_name": "t"})

    assert answer.json() == {"error_code": 40002, "message": "Topic 't' already exists."}


def test_deleting_the_topic_removes_the_mirror(side):
    answer = side.ask("DELETE", "topics/over")

    assert (answer.status_code, answer.content) == (204, b"")
    assert "over" not in side.statuses()
    assert side.state.take_dirty() == {"lkc-1/main"}


def test_an_unknown_topic_cannot_be_deleted(side):
    answer = side.ask("DELETE", "topics/none")

    assert (answer.status_code, answer.json()["error_code"]) == (404, 40403)
