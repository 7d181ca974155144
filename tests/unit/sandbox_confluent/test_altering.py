"""Altering mirror topics: which verb leads where, what it refuses, what it answers."""

import pytest

from tests.unit.sandbox_confluent.conftest import START_MS

STOPPED = "Topic 'over' has already stopped its mirror from 'main'"


def test_a_pause_shows_after_the_delay_and_dates_the_status(side):
    side.alter("pause", "flowing")
    side.now += 1.9
    early = side.get("links/main/mirrors/flowing").json()
    side.now += 0.1
    late = side.get("links/main/mirrors/flowing").json()

    assert (early["mirror_status"], early["state_time_ms"]) == ("ACTIVE", START_MS)
    assert (late["mirror_status"], late["state_time_ms"]) == ("PAUSED", START_MS + 2000)


@pytest.mark.parametrize(
    ("verb", "topic", "steps"),
    [
        ("pause", "flowing", ["ACTIVE", "PAUSED", "PAUSED"]),
        ("pause", "cut", ["SOURCE_UNAVAILABLE", "PAUSED", "PAUSED"]),
        ("resume", "halted", ["PAUSED", "ACTIVE", "ACTIVE"]),
        ("promote", "flowing", ["PENDING_STOPPED", "STOPPED", "STOPPED"]),
        ("promote", "halted", ["PENDING_STOPPED", "STOPPED", "STOPPED"]),
        ("failover", "broken", ["PENDING_STOPPED", "STOPPED", "STOPPED"]),
        ("failover", "cut", ["PENDING_STOPPED", "STOPPED", "STOPPED"]),
        ("reverse-and-start-mirror", "flowing", ["PENDING_SYNCHRONIZE", "STOPPED", "STOPPED"]),
        ("reverse-and-pause-mirror", "halted", ["PENDING_SYNCHRONIZE", "STOPPED", "STOPPED"]),
        (
            "truncate-and-restore",
            "over",
            ["PENDING_SETUP_FOR_RESTORE", "PENDING_RESTORE", "ACTIVE"],
        ),
    ],
)
def test_a_verb_leads_through_its_steps(side, verb, topic, steps):
    answer = side.alter(verb, topic)
    seen = [side.statuses()[topic]]
    for _ in range(2):
        side.now += 2.0
        seen.append(side.statuses()[topic])

    assert (side.refusals(answer), seen) == ({topic: (None, None)}, steps)


@pytest.mark.parametrize(
    ("verb", "topic", "why"),
    [
        ("pause", "broken", "Topic 'broken' cannot be altered while its mirror is FAILED"),
        ("resume", "broken", "Topic 'broken' cannot be altered while its mirror is FAILED"),
        ("pause", "over", STOPPED),
        ("resume", "over", STOPPED),
        ("promote", "over", STOPPED),
        ("failover", "over", STOPPED),
        (
            "pause",
            "draining",
            "Topic 'draining' cannot be altered while its mirror is PENDING_STOPPED",
        ),
        (
            "truncate-and-restore",
            "flowing",
            "Topic 'flowing' cannot be altered while its mirror is ACTIVE",
        ),
    ],
)
def test_a_status_that_a_verb_does_not_leave_refuses_inside_a_200(side, verb, topic, why):
    before = side.statuses()
    answer = side.alter(verb, topic)
    side.now += 60

    assert (answer.status_code, side.refusals(answer)) == (200, {topic: (400, why)})
    assert side.statuses() == before


def test_one_failure_does_not_keep_the_other_topics_from_changing(side):
    answer = side.alter("pause", "over", "flowing")
    side.now += 2

    assert side.refusals(answer) == {"over": (400, STOPPED), "flowing": (None, None)}
    assert side.statuses()["flowing"] == "PAUSED"


@pytest.mark.parametrize("verb", ["pause", "promote", "truncate-and-restore"])
def test_validate_only_answers_alike_and_changes_nothing(side, verb):
    topic = "over" if verb == "truncate-and-restore" else "flowing"
    answer = side.alter(verb, topic, validate_only="true")
    side.now += 60

    assert side.refusals(answer) == {topic: (None, None)}
    assert (side.statuses()[topic], side.state.take_dirty()) == (
        "STOPPED" if topic == "over" else "ACTIVE",
        set(),
    )


def test_a_resume_before_the_pause_shows_turns_it(side):
    side.alter("pause", "flowing")
    side.now += 1
    side.alter("resume", "flowing")
    side.now += 60

    assert side.statuses()["flowing"] == "ACTIVE"


def test_a_name_given_twice_is_answered_once(side):
    answer = side.alter("pause", "flowing", "flowing")

    assert len(answer.json()["data"]) == 1


def test_a_pattern_selects_whole_names(side):
    answer = side.ask(
        "POST", "links/main/mirrors:pause", json={"mirror_topic_name_pattern": "flow.*|cu"}
    )

    assert side.refusals(answer) == {"flowing": (None, None)}


def test_an_item_of_an_alter_answer_has_every_field(side):
    item = side.alter("pause", "flowing").json()["data"][0]

    assert item == {
        "kind": "AlterMirrorsData",
        "metadata": {
            "self": "http://sandbox/kafka/v3/clusters/lkc-1/links/main/mirrors/flowing",
        },
        "mirror_topic_name": "flowing",
        "error_code": None,
        "error_message": None,
        "mirror_lags": [
            {"partition": 1, "lag": 0, "last_source_fetch_offset": -1},
            {"partition": 0, "lag": 0, "last_source_fetch_offset": -1},
        ],
        "messages_truncated": None,
        "partition_level_truncation_data": None,
    }


def test_truncation_is_told_by_partition_on_request(side):
    path = "links/main/mirrors:truncate-and-restore"
    answer = side.ask(
        "POST",
        path,
        params={"include_partition_level_truncation_data": "true"},
        json={"mirror_topic_names": ["over"]},
    )
    item = answer.json()["data"][0]

    assert item["messages_truncated"] == 0
    assert item["partition_level_truncation_data"] == [
        {"partition_id": 0, "offset_truncated_to": 0, "messages_truncated": 0},
        {"partition_id": 1, "offset_truncated_to": 0, "messages_truncated": 0},
    ]


def test_who_is_resumed_without_a_source_reads_source_unavailable(world, link, mirror):
    side = world(link("main", mirror("t", "PAUSED"), state="UNAVAILABLE"))
    side.alter("resume", "t")
    side.now += 2

    assert side.statuses() == {"t": "SOURCE_UNAVAILABLE"}


def test_a_world_can_say_when_a_status_heals(world, link, mirror):
    healing = mirror("t", "SOURCE_UNAVAILABLE", then=[{"status": "ACTIVE", "at": "+5m"}])
    side = world(link("main", healing))
    before = side.statuses()
    side.now += 300

    assert (before, side.statuses()) == ({"t": "SOURCE_UNAVAILABLE"}, {"t": "ACTIVE"})


def test_a_pause_overtakes_what_the_world_had_in_store(world, link, mirror):
    side = world(link("main", mirror("t", then=[{"status": "FAILED", "at": "+1h"}])))
    side.alter("pause", "t")
    side.now += 3600

    assert side.statuses() == {"t": "PAUSED"}


def test_names_with_signs_of_the_path_survive(world, link, mirror):
    side = world(link("a/b:c é", mirror("x/y mirrors:pause %")))
    side.alter("pause", "x/y mirrors:pause %", link="a/b:c é")
    side.now += 2
    path = "links/a%2Fb%3Ac%20%C3%A9/mirrors/x%2Fy%20mirrors%3Apause%20%25"

    assert side.get(path).json()["mirror_status"] == "PAUSED"


def test_a_colon_may_come_encoded(side):
    answer = side.ask(
        "POST", "links/main/mirrors%3Apause", json={"mirror_topic_names": ["flowing"]}
    )

    assert side.refusals(answer) == {"flowing": (None, None)}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff",
        b"[" * 100_000,
        b"{}",
        b'{"mirror_topic_names": []}',
        b'{"mirror_topic_names": null}',
        b'{"mirror_topic_names": "flowing"}',
        b'{"mirror_topic_names": ["flowing", 3]}',
        b'{"mirror_topic_names": [""]}',
        b'{"mirror_topic_names": ["flowing"], "mirror_topic_name_pattern": ".*"}',
        b'{"mirror_topic_name_pattern": 3}',
        b'{"mirror_topic_name_pattern": "("}',
        b'{"mirror_topic_name_pattern": "a{99999999999}"}',
    ],
)
def test_a_body_that_selects_nothing_clearly_is_a_400_and_changes_nothing(side, body):
    answer = side.ask("POST", "links/main/mirrors:pause", content=body)

    assert (answer.status_code, answer.json()["error_code"]) == (400, 400)
    assert side.state.take_dirty() == set()


def test_a_pattern_that_python_warns_about_is_read(side):
    answer = side.ask(
        "POST", "links/main/mirrors:pause", json={"mirror_topic_name_pattern": "[[a]flowing"}
    )

    assert (answer.status_code, answer.json()["data"]) == (200, [])


def test_a_name_that_utf8_cannot_write_is_answered(side):
    answer = side.ask(
        "POST", "links/main/mirrors:pause", content=b'{"mirror_topic_names": ["\\ud800"]}'
    )

    assert (answer.status_code, list(side.refusals(answer))) == (200, ["\ud800"])


def test_a_change_marks_the_link_and_nothing_else(world, link, mirror):
    side = world(link("one", mirror("a")), link("two", mirror("b")))
    side.alter("pause", "a", link="one")

    assert (side.state.take_dirty(), side.state.take_dirty()) == ({"lkc-1/one"}, set())
