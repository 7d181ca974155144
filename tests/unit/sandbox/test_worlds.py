import pytest

from reconciler.sandbox import WorldInvalid, sample_world
from reconciler.sandbox.world import read_text, read_world, world_document, write_yaml
from tests.unit.sandbox.api import CRM, SHOP, START, Api, small_world


def snapshots(*entries):
    """A world with one topic that has these runs."""
    source = {
        "name": "s",
        "id": SHOP,
        "topics": [{"name": "t", "rows": 100, "snapshots": list(entries)}],
    }
    return small_world(streamkap={"sources": [source]})


def statuses(world, now=START):
    document = world_document(read_world(world, START), now)
    (source,) = document["streamkap"]["sources"]
    return [entry["status"] for topic in source["topics"] for entry in topic.get("snapshots", [])]


def test_a_world_reads_back_from_its_own_document():
    document = world_document(read_world(sample_world(), START), START)

    assert world_document(read_world(document, START), START) == document


def test_a_world_reads_back_from_its_own_yaml():
    document = world_document(read_world(sample_world(), START), START)

    assert read_text(write_yaml(document).encode()) == document


@pytest.mark.parametrize("after", [0, 5, 15, 25, 31, 40])
def test_a_world_with_a_run_under_way_reads_back_and_goes_on_the_same(after):
    first = Api()
    first.start(
        SHOP,
        "public.a",
        "public.b",
        additional_conditions=[{"data_collection": "public.b", "filter": "x > 1"}],
    )
    first.start(CRM, snapshot_type="blocking")
    first.call("POST", "/sources/cancel_snapshot", {"source_id": CRM})
    first.time += after
    document = first.get("/_sandbox/world")
    second = Api(document)
    second.time = first.time
    second.call("PUT", "/_sandbox/world", document)

    assert second.get("/_sandbox/world") == document
    first.time += 7
    second.time += 7
    assert second.statuses() == first.statuses()


def test_the_sample_world_is_the_one_of_the_guide():
    api = Api(
        sample_world()
        | {
            "streamkap": dict(sample_world()["streamkap"])
            | {"credentials": [{"clientId": "demo", "secret": "hush"}]}
        }
    )

    sources = api.get("/sources")["result"]

    assert [(source["id"], source["name"], source["connector_status"]) for source in sources] == [
        ("67ad6e0af08a2365c729ba79", "orders-postgres", "Active"),
        ("67ad6e0af08a2365c729ba80", "customers-mysql", "Active"),
        ("67ad6e0af08a2365c729ba81", "inventory-postgres", "Active"),
        ("67ad6e0af08a2365c729ba82", "billing-mongodb", "Paused"),
    ]
    assert api.statuses("67ad6e0af08a2365c729ba79") == {
        "public.orders": "completed",
        "public.order_items": None,
        "public.order_events": "completed",
        "public.scratch": None,
        "audit.logins": None,
        "audit.changes": None,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sede": 1}, "world: unknown field 'sede'; did you mean seed?"),
        ({"speed": 1e9}, "speed: expected a number up to 1000000"),
        ({"speed": -1}, "speed: expected a number from 0"),
        ({"quirks": {"lineage": "none"}}, "quirk lineage: 'none' is none of batch"),
        ({"timing": {"pending": "x"}}, "timing.pending: expected a duration"),
        (
            {"streamkap": {"sources": [{"id": "1"}]}},
            r"streamkap.sources\[0\].name: expected a text",
        ),
        (
            {"streamkap": {"sources": [{"name": "s", "state": "Active"}]}},
            r"streamkap.sources\[0\]: unknown field 'state'",
        ),
        (
            {"streamkap": {"sources": [{"name": "s", "status": "active"}]}},
            "expected one of Active, Paused",
        ),
        (
            {"streamkap": {"sources": [{"name": "s"}, {"name": "s"}]}},
            r"sources\[1\]: source id .* stands there twice",
        ),
        (
            {"streamkap": {"sources": [{"name": "s", "topics": [{"name": "t"}, {"name": "t"}]}]}},
            "topic 't' stands there twice",
        ),
        (
            {"streamkap": {"sources": [{"name": "s", "topics": [{"name": "t", "row": 1}]}]}},
            r"topics\[0\]: unknown field 'row'; did you mean rows",
        ),
        (
            {"streamkap": {"destinations": [{"name": "d"}, {"name": "d"}]}},
            "destination id .* stands there twice",
        ),
        (
            {"streamkap": {"credentials": [{"clientId": "c"}]}},
            r"credentials\[0\].secret: expected a text",
        ),
        ({"confluent": {"clusters": "lkc"}}, "clusters"),
    ],
)
def test_a_wrong_world_is_refused_with_its_place(change, message):
    with pytest.raises(WorldInvalid, match=message):
        read_world(small_world(**change), START)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"status": "done"}, "expected one of pending, running"),
        ({"started": "-1d"}, "out of order"),
        ({"submitted": "-1d", "started": "-2d"}, "out of order"),
        ({"submitted": "-1d", "ended": "-2d"}, "out of order"),
        ({"status": "running", "ended": "-1s"}, "a running snapshot has no `ended`"),
        ({"status": "pending", "trace": "x"}, "a pending snapshot has no `ended`"),
        ({"statsu": "running"}, "did you mean status"),
    ],
)
def test_a_wrong_snapshot_is_refused_with_its_place(entry, message):
    with pytest.raises(WorldInvalid, match=r"sources\[0\].topics\[0\].snapshots\[0\].*" + message):
        read_world(snapshots(entry), START)


def test_a_pending_snapshot_starts_after_the_world_did():
    world = snapshots({"status": "pending", "submitted": "-1h"})

    assert [statuses(world, START + after) for after in (0, 10, 20)] == [
        ["pending"],
        ["running"],
        ["completed"],
    ]


def test_a_pending_snapshot_may_say_when_it_starts():
    world = snapshots({"status": "pending", "submitted": "-1h", "starts": "+1d"})

    assert [statuses(world, START + after) for after in (0, 86399, 86400)] == [
        ["pending"],
        ["pending"],
        ["running"],
    ]


def test_a_running_snapshot_goes_on_from_the_rows_it_has():
    world = snapshots(
        {"status": "running", "submitted": "-1h", "started": "-50m", "rows_scanned": 50}
    )

    assert [statuses(world, START + after) for after in (0, 4.9, 5)] == [
        ["running"],
        ["running"],
        ["completed"],
    ]


def test_snapshots_with_the_same_run_are_one_run_that_reads_them_in_order():
    entries = [
        {"name": name, "rows": 100, "snapshots": [{"status": "pending", "run": 3}]}
        for name in ("t", "u")
    ]
    world = small_world(streamkap={"sources": [{"name": "s", "topics": entries}]})

    assert statuses(world, START + 15) == ["running", "pending"]


@pytest.mark.parametrize("text", [b"{", b"a: [", b"- 1", b"5", b"\xff\xfe\x00"])
def test_text_that_is_no_document_is_refused(text):
    with pytest.raises(WorldInvalid):
        read_text(text)


def test_yaml_times_without_quotes_are_times():
    document = read_text(b"streamkap: {sources: [{name: s, created: 2027-01-01T00:00:00Z}]}")

    world = read_world(document, START)

    assert [source.created for source in world.streamkap.sources.values()] == [1_798_761_600.0]


def test_the_same_world_gives_the_same_ids():
    world = {"streamkap": {"sources": [{"name": "s", "topics": [{"name": "t"}]}]}}

    first, second = (world_document(read_world(world, START), START) for _ in range(2))

    assert first == second
