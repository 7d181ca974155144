"""Every value of every switch of the Confluent side does something."""

import pytest

NAMES = [f"t{number}" for number in range(8)]


@pytest.fixture
def many(world, link, mirror):
    return world(link("main", *(mirror(name) for name in NAMES)))


def order(side):
    return [item["mirror_topic_name"] for item in side.alter("pause", *NAMES).json()["data"]]


def test_answers_come_in_another_order_than_asked(many):
    assert order(many) != NAMES
    assert sorted(order(many)) == NAMES


def test_answers_can_come_in_the_order_asked(many):
    many.turn(answer_order="request")

    assert order(many) == NAMES


def test_partitions_come_in_order_only_where_answers_do(many):
    def first():
        return many.get("links/main/mirrors/t0").json()["mirror_lags"][0]["partition"]

    shuffled = first()
    many.turn(answer_order="request")

    assert (shuffled, first()) == (1, 0)


def test_an_item_can_be_missing_though_its_change_happened(many):
    many.turn(answer_missing_items="yes")
    answered = many.refusals(many.alter("pause", "t0", "t1"))
    many.now += 2

    assert set(answered) == {"t0"}
    assert (many.statuses()["t0"], many.statuses()["t1"]) == ("PAUSED", "PAUSED")


def test_a_repeat_is_accepted(side):
    answer = side.alter("pause", "halted")

    assert side.refusals(answer) == {"halted": (None, None)}
    assert side.state.take_dirty() == set()


def test_a_repeat_can_be_refused(side):
    side.turn(repeat_pause="400")
    paused, resumed = side.alter("pause", "halted"), side.alter("resume", "flowing", "cut")

    assert side.refusals(paused) == {"halted": (400, "Topic 'halted' is already PAUSED")}
    assert side.refusals(resumed) == {
        "flowing": (400, "Topic 'flowing' is already ACTIVE"),
        "cut": (400, "Topic 'cut' is already SOURCE_UNAVAILABLE"),
    }


def test_a_repeat_before_the_first_shows_is_a_repeat_too(side):
    side.turn(repeat_pause="400")
    side.alter("pause", "flowing")

    assert side.refusals(side.alter("pause", "flowing")) == {
        "flowing": (400, "Topic 'flowing' is already PAUSED")
    }


def test_an_unknown_name_fails_alone(side):
    answer = side.alter("pause", "none", "flowing")

    assert side.refusals(answer) == {
        "none": (404, "The mirror topic doesn't exist: none"),
        "flowing": (None, None),
    }


def test_an_unknown_name_can_fail_the_whole_request(side):
    side.turn(unknown_mirror="404")
    answer = side.alter("pause", "none", "flowing")
    side.now += 2

    assert (answer.status_code, side.statuses()["flowing"]) == (404, "ACTIVE")


def test_a_paused_link_hides_what_flows(world, link, mirror):
    side = world(
        link(
            "main",
            mirror("a"),
            mirror("p", "PAUSED"),
            mirror("u", "SOURCE_UNAVAILABLE"),
            mirror("f", "FAILED"),
            mirror("s", "STOPPED"),
            state="PAUSED",
        )
    )

    hidden = dict.fromkeys(["a", "p", "u"], "LINK_PAUSED")

    assert side.statuses() == hidden | {"f": "FAILED", "s": "STOPPED"}


def test_a_paused_link_can_read_like_paused_topics(world, link, mirror):
    side = world(link("main", mirror("a"), state="PAUSED"))
    side.turn(link_pause_shows="PAUSED")

    assert side.statuses() == {"a": "PAUSED"}


def test_a_failed_link_hides_what_flows(world, link, mirror):
    side = world(link("main", mirror("a"), mirror("s", "STOPPED"), state="FAILED"))

    assert side.statuses() == {"a": "LINK_FAILED", "s": "STOPPED"}


def test_a_topic_can_be_paused_beneath_a_paused_link(world, link, mirror):
    side = world(link("main", mirror("a"), state="PAUSED"))
    side.alter("pause", "a")
    side.now += 2
    hidden = side.statuses()
    side.ask("DELETE", "links/main/configs/cluster.link.paused")

    assert (hidden, side.statuses()) == ({"a": "LINK_PAUSED"}, {"a": "PAUSED"})


def test_stopped_topics_can_leave_the_list(side):
    side.turn(stopped_listed="no")

    assert "over" not in side.statuses()
    assert "draining" in side.statuses()
    assert "over" not in side.get("links/main").json()["topic_names"]
    assert side.get("links/main/mirrors/over").status_code == 404


def test_nulls_can_be_left_out(side):
    side.turn(nulls="omitted")
    answer = side.alter("pause", "flowing").json()

    assert "next" not in answer["metadata"]
    assert sorted(answer["data"][0]) == ["kind", "metadata", "mirror_lags", "mirror_topic_name"]
    assert "tasks" not in side.get("links/main").json()


def test_some_topics_can_read_a_word_that_nobody_listed(many):
    many.turn(unknown_status="yes")
    strange = {topic for topic, status in many.statuses().items() if status == "HIBERNATING"}

    assert 0 < len(strange) < len(NAMES)
    assert {topic for topic, status in many.statuses().items() if status == "HIBERNATING"} == (
        strange
    )
