"""World documents in and out, and rows on a disk."""

import json

import pytest

from reconciler.sandbox.confluent import ConfluentState

START = 1_700_000_000.0
DOCUMENT = {
    "credentials": [{"key": "k", "secret": "s"}, {"token": "t"}],
    "clusters": [
        {
            "id": "lkc-1",
            "links": [
                {
                    "name": "a/b",
                    "state": "PAUSED",
                    "error": "TIMEOUT_ERROR",
                    "prefix": "p.",
                    "source_cluster": "lkc-0",
                    "configs": {"acl.sync.ms": "1"},
                    "mirrors": [
                        {
                            "topic": "p.é",
                            "source_topic": "é",
                            "status": "SOURCE_UNAVAILABLE",
                            "partitions": 3,
                            "lag": 4,
                            "error": "UNKNOWN",
                            "since": "2023-11-14T22:13:19.500Z",
                            "then": [{"status": "ACTIVE", "at": "2023-11-14T22:20:00Z"}],
                        }
                    ],
                },
                {
                    "name": "failed",
                    "state": "FAILED",
                    "error": "NO_ERROR",
                    "configs": {"cluster.link.paused": "true"},
                    "mirrors": [],
                },
                {"name": "silent", "state": None, "error": "NO_ERROR", "mirrors": []},
            ],
        },
        {"id": "lkc-2", "links": []},
    ],
}


def test_a_document_is_written_as_it_was_read():
    assert ConfluentState.parse(DOCUMENT, START).document() == DOCUMENT


def test_rows_survive_a_json_file():
    state = ConfluentState.parse(DOCUMENT, START)
    meta, rows = json.loads(json.dumps([state.meta(), state.rows()]))

    assert ConfluentState.from_rows(meta, rows) == state


def test_rows_can_be_asked_for_by_key():
    state = ConfluentState.parse(DOCUMENT, START)

    assert list(state.rows({"lkc-1/silent", "lkc-1/gone"})) == ["lkc-1/silent"]


def test_nothing_at_all_is_an_empty_state():
    assert ConfluentState.parse({}, START) == ConfluentState()


def test_what_is_left_out_has_a_default():
    state = ConfluentState.parse(
        {"clusters": [{"id": "c", "links": [{"name": "l", "state": "ACTIVE", "prefix": "p."}]}]},
        START,
    )
    mirrors = [{"topic": "p.t", "status": "ACTIVE"}, {"topic": "p.", "status": "PAUSED"}]
    filled = ConfluentState.parse(
        {
            "clusters": [
                {
                    "id": "c",
                    "links": [{"name": "l", "state": "ACTIVE", "prefix": "p.", "mirrors": mirrors}],
                }
            ]
        },
        START,
    )
    found = filled.document()["clusters"][0]["links"][0]["mirrors"]

    assert state.clusters["c"].links["l"].mirrors == {}
    assert found == [
        {
            "topic": topic,
            "source_topic": source,
            "status": status,
            "partitions": 1,
            "lag": 0,
            "error": "NO_ERROR",
            "since": "2023-11-14T22:13:20Z",
        }
        for topic, source, status in [("p.t", "t", "ACTIVE"), ("p.", "p.", "PAUSED")]
    ]


def with_link(**changes):
    return {"clusters": [{"id": "c", "links": [{"name": "l", "state": "ACTIVE"} | changes]}]}


def with_mirror(**changes):
    return with_link(mirrors=[{"topic": "t", "status": "ACTIVE"} | changes])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "confluent: expected a mapping with text keys, got []"),
        ({"cluster": []}, "confluent: unknown field 'cluster'; did you mean clusters?"),
        (
            {"credentials": [{"key": "k"}]},
            "confluent.credentials[0].secret: expected a text, got nothing",
        ),
        (
            {"credentials": [{"key": "a:b", "secret": "s"}]},
            "confluent.credentials[0].key: HTTP Basic cannot carry a key with a colon",
        ),
        (
            {"clusters": [{"id": "a/b"}]},
            "confluent.clusters[0].id: expected an id such as lkc-abc123, got 'a/b'",
        ),
        (
            {"clusters": [{"id": "a"}, {"id": "a"}]},
            "confluent.clusters[1].id: cluster 'a' is there twice",
        ),
        (
            with_link(name="-"),
            "confluent.clusters[0].links[0].name: expected a name ('-' stands for all links), got '-'",
        ),
        (
            {"clusters": [{"id": "c", "links": [{"name": "l", "state": "ACTIVE"}] * 2}]},
            "confluent.clusters[0].links[1].name: link 'l' is there twice",
        ),
        (
            with_link(configs={"nothing": "1"}),
            "confluent.clusters[0].links[0].configs: unknown field 'nothing'; known: ",
        ),
        (
            with_link(mirrors=[{"topic": "t", "status": "ACTIVE"}] * 2),
            "confluent.clusters[0].links[0].mirrors[1].topic: topic 't' is there twice",
        ),
        (
            {"clusters": [{"id": "c", "links": [{"name": "l"}]}]},
            "confluent.clusters[0].links[0].state: expected a text, got nothing",
        ),
        (
            with_mirror(status="SLEEPING"),
            "confluent.clusters[0].links[0].mirrors[0].status: expected one of ACTIVE, ",
        ),
        (
            with_mirror(partitions=0),
            "confluent.clusters[0].links[0].mirrors[0].partitions: expected 1 to 10000, got 0",
        ),
        (
            with_mirror(since="soon"),
            "confluent.clusters[0].links[0].mirrors[0].since: expected a time",
        ),
        (
            with_mirror(
                then=[{"status": "PAUSED", "at": "+2s"}, {"status": "ACTIVE", "at": "+1s"}]
            ),
            "confluent.clusters[0].links[0].mirrors[0].then: the steps are not in the order",
        ),
        (
            with_mirror(then=[{"status": "PAUSED", "when": "+2s"}]),
            "confluent.clusters[0].links[0].mirrors[0].then[0]: unknown field 'when'; known: ",
        ),
        (
            with_mirror(staus="PAUSED"),
            "confluent.clusters[0].links[0].mirrors[0]: unknown field 'staus'; did you mean status?",
        ),
    ],
)
def test_a_wrong_document_is_refused_with_its_place(document, message):
    with pytest.raises(ValueError, match=r"^confluent") as caught:
        ConfluentState.parse(document, START)

    assert str(caught.value).startswith(message)


def test_a_topic_is_a_mirror_of_one_link_of_a_cluster():
    twice = [
        {"name": name, "state": "ACTIVE", "mirrors": [{"topic": "t", "status": "ACTIVE"}]}
        for name in ("one", "two")
    ]
    with pytest.raises(ValueError, match="topic 't' belongs to another link of the cluster"):
        ConfluentState.parse({"clusters": [{"id": "c", "links": twice}]}, START)


@pytest.mark.parametrize(
    ("meta", "rows"),
    [
        ({}, {}),
        ({"credentials": [], "tokens": "t", "clusters": []}, {}),
        ({"credentials": [], "tokens": [], "clusters": [3]}, {}),
        ({"credentials": [["k"]], "tokens": [], "clusters": []}, {}),
        ({"credentials": [], "tokens": [], "clusters": ["c"]}, {"c/l": {}}),
        ({"credentials": [], "tokens": [], "clusters": ["c"]}, {"c/l": 3}),
    ],
)
def test_rows_of_another_shape_are_refused(meta, rows):
    with pytest.raises(ValueError, match="the saved Confluent state cannot be read"):
        ConfluentState.from_rows(meta, rows)


@pytest.mark.parametrize("broken", [["t"], ["t", "t", 1, "ACTIVE", "soon", "NO_ERROR", 0, []]])
def test_a_mirror_of_another_shape_is_refused(broken):
    state = ConfluentState.parse(with_mirror(), START)
    rows = state.rows()
    rows["c/l"]["mirrors"] = [broken]

    with pytest.raises(ValueError, match="the saved Confluent state cannot be read"):
        ConfluentState.from_rows(state.meta(), rows)
