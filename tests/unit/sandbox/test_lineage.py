import pytest

from reconciler.sandbox.quirks import VALUES
from tests.unit.sandbox.api import CRM, IDLE, SHOP, START, Api, small_world

A, B, C = (f"source_{SHOP}.public.{letter}" for letter in "abc")
DONE = {
    "status": "completed",
    "start_timestamp": "2027-01-12T08:00:05Z",
    "end_timestamp": "2027-01-12T08:01:00Z",
    "duration_ms": 55000,
    "rows_scanned": 100,
    "rows_total": 100,
    "trace": None,
    "eta_ms": None,
}


def details(api, topic="public.a", source=SHOP):
    return api.lineage(source)[topic]["snapshot_details"]


def latest(api, **query):
    return api.get(f"/sources/{SHOP}/metrics", time_type="latest", **query)["data"][
        "snapshotStatus"
    ]


def test_a_topic_shows_its_runs_and_its_source_the_progress():
    topics = Api().lineage()

    assert topics["public.a"]["snapshot_details"] == [DONE]
    assert topics["public.b"]["snapshot_details"] == []
    assert topics["public.a"]["source"] == {
        "id": SHOP,
        "name": "shop",
        "connector": "postgresql",
        "snapshot_progress": {
            "state": "completed",
            "snapshot_type": "incremental",
            "total_table_count": 1,
            "remaining_table_count": 0,
            "percent_complete": 100.0,
            "eta_ms": None,
            "start_timestamp": "2027-01-12T08:00:05Z",
            "end_timestamp": "2027-01-12T08:01:00Z",
        },
    }


def test_a_source_that_never_ran_has_no_progress():
    assert {topic["source"]["snapshot_progress"] for topic in Api().lineage(CRM).values()} == {None}


def test_a_run_under_way_shows_rows_percent_and_time_left():
    api = Api()
    api.start(SHOP, "public.a", "public.b")
    api.time += 25
    topics = api.lineage()
    progress = topics["public.a"]["source"]["snapshot_progress"]

    assert topics["public.b"]["snapshot_details"] == [
        {
            "status": "running",
            "start_timestamp": "2027-01-15T08:00:20Z",
            "end_timestamp": None,
            "duration_ms": 5000,
            "rows_scanned": 50,
            "rows_total": 200,
            "trace": None,
            "eta_ms": 15000,
        }
    ]
    assert topics["public.b"]["metrics"]["snapshotPercentageComplete"] == 25.0
    assert progress == {
        "state": "running",
        "snapshot_type": "incremental",
        "total_table_count": 2,
        "remaining_table_count": 1,
        "percent_complete": 50.0,
        "eta_ms": 15000,
        "start_timestamp": "2027-01-15T08:00:10Z",
        "end_timestamp": None,
    }


def test_a_topic_without_rows_is_complete_at_once():
    source = {"name": "s", "id": SHOP, "topics": [{"name": "t", "rows": 0}]}
    credentials = [{"clientId": "demo", "secret": "hush"}]
    api = Api(small_world(streamkap={"credentials": credentials, "sources": [source]}))
    api.start(SHOP)
    api.time += 10

    assert (api.statuses(), api.lineage()["t"]["metrics"]["SnapshotPercentageComplete"]) == (
        {"t": "completed"},
        100.0,
    )


@pytest.mark.parametrize(
    ("depth", "expected"), [("all", ["running", "completed"]), ("1", ["running"])]
)
def test_history_is_kept_newest_first_or_not_at_all(depth, expected):
    api = Api(history_depth=depth)
    api.start(SHOP, "public.a")
    api.time += 12

    assert [entry["status"] for entry in details(api)] == expected


@pytest.mark.parametrize(
    ("quirk", "start", "submitted"),
    [
        ("value", "2027-01-12T08:00:05Z", "2027-01-12T08:00:00Z"),
        ("null", None, None),
        ("naive", "2027-01-12T08:00:05", "2027-01-12T08:00:00"),
        ("epoch_ms", (START - 3 * 86400 + 5) * 1000, (START - 3 * 86400) * 1000),
    ],
)
def test_times_of_runs_come_in_several_forms(quirk, start, submitted):
    api = Api(run_times=quirk)

    assert details(api)[0]["start_timestamp"] == start
    assert latest(api)[0]["submit_timestamp"] == submitted


@pytest.mark.parametrize(
    ("quirk", "lineage", "statuses"),
    [
        ("empty", {A: 1, B: [], C: []}, [A]),
        ("null", {A: 1, B: None, C: None}, [A, B, C]),
        ("404", {A: 1}, [A]),
    ],
)
def test_a_topic_that_never_ran_is_shown_as_the_quirk_says(quirk, lineage, statuses):
    api = Api(snapshot_read_missing=quirk)
    shown = {
        topic["id"]: topic["snapshot_details"] or topic["snapshot_details"]
        for topic in api.lineage().values()
    }

    assert {name: len(runs) if runs else runs for name, runs in shown.items()} == lineage
    assert [entry["topic_id"] for entry in latest(api)] == statuses
    assert {entry["status"] for entry in latest(api)} <= {"completed", None}


@pytest.mark.parametrize(
    ("quirk", "batch", "metrics"),
    [
        ("empty", [CRM], (200, [])),
        ("null", [CRM], (200, None)),
        ("404", [], (404, None)),
    ],
)
def test_a_source_that_never_ran_is_shown_as_the_quirk_says(quirk, batch, metrics):
    api = Api(snapshot_read_missing=quirk)

    found = api.post("/dashboard/lineage/topics/batch", {"entity_ids": [CRM]})
    answer = api.call("GET", f"/sources/{CRM}/metrics?time_type=latest")

    assert list(found) == batch
    assert (answer.status_code, answer.json().get("data", {}).get("snapshotStatus")) == metrics


def test_the_batch_answers_by_entity_id_and_leaves_out_the_unknown():
    found = Api().post("/dashboard/lineage/topics/batch", {"entity_ids": [SHOP, CRM, "nope", CRM]})

    assert {entity: [topic["name"] for topic in topics] for entity, topics in found.items()} == {
        SHOP: ["public.a", "public.b", "public.c"],
        CRM: ["crm.x", "crm.y"],
    }


def test_the_batch_can_have_another_shape():
    found = Api(lineage="other_shape").post(
        "/dashboard/lineage/topics/batch", {"entity_ids": [CRM]}
    )

    assert [(group["entity_id"], len(group["topics"]["result"])) for group in found["result"]] == [
        (CRM, 2)
    ]


def test_the_batch_can_be_missing():
    answer = Api(lineage="missing").call(
        "POST", "/dashboard/lineage/topics/batch", {"entity_ids": [CRM]}
    )

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize(("lag", "seconds"), [("0", 0), ("30s", 30), ("5m", 300)])
def test_state_is_published_late(lag, seconds):
    """Every change of a run, and its very existence, shows that much later than it happens."""
    api = Api(publish_lag=lag)
    api.start(SHOP, "public.b")
    shown = []
    for moment in (-0.1, 0, 10, 30):
        api.time = START + seconds + moment
        shown.append(api.statuses()["public.b"])

    assert (
        shown == [None, "pending", "running", "completed"]
        if seconds
        else shown[1:] == ["pending", "running", "completed"]
    )


def test_a_stop_is_published_late_as_well():
    api = Api(publish_lag="30s")
    api.start(SHOP, "public.b")
    api.time += 15
    api.post("/sources/cancel_snapshot", {"source_id": SHOP})
    api.time += 29
    before = api.statuses()["public.b"]
    api.time += 1

    assert (before, api.statuses()["public.b"]) == ("running", "cancelled")


def test_a_run_that_was_under_way_at_the_start_is_running_even_if_seen_late():
    entry = {"status": "running", "submitted": "-1h", "rows_scanned": 40}
    source = {"name": "s", "id": SHOP, "topics": [{"name": "t", "rows": 100, "snapshots": [entry]}]}
    credentials = [{"clientId": "demo", "secret": "hush"}]
    api = Api(
        small_world(streamkap={"credentials": credentials, "sources": [source]}), publish_lag="5m"
    )

    (shown,) = details(api, "t")

    assert (shown["status"], shown["start_timestamp"], shown["rows_scanned"]) == (
        "running",
        "2027-01-15T07:00:00Z",
        40,
    )


@pytest.mark.parametrize(
    ("quirk", "statuses", "progress"),
    [("yes", "pending", "pending"), ("no", "completed", "completed")],
)
def test_pending_runs_are_listed_or_not(quirk, statuses, progress):
    api = Api(pending_listed=quirk)
    api.start(SHOP, "public.a")
    found = api.lineage()["public.a"]
    listed = api.get("/topics/details", entity_id=SHOP, snapshot="pending")["result"]

    assert (
        found["snapshot_status"],
        found["source"]["snapshot_progress"]["state"],
        len(listed),
    ) == (statuses, progress, int(quirk == "yes"))


def test_ended_runs_with_an_odd_number_can_have_an_unknown_status():
    api = Api(unknown_status="yes")
    api.start(SHOP, "public.b")
    api.start(CRM, "crm.x")
    api.start(CRM, "crm.y")
    api.time += 100

    assert api.statuses() == {"public.a": "archived", "public.b": "completed", "public.c": None}
    assert api.statuses(CRM) == {"crm.x": "archived", "crm.y": None}
    assert latest(api)[0]["status"] == "archived"
    assert api.get("/topics/details", snapshot="completed")["result"][0]["name"] == "public.b"


def test_metrics_show_the_latest_run_of_each_topic():
    api = Api()
    api.start(SHOP, "public.a", "public.b", snapshot_type="blocking")
    api.time += 15
    data = api.get(f"/sources/{SHOP}/metrics")["data"]

    assert data == {
        "SnapshotRunning": 1,
        "SnapshotCompleted": 0,
        "SnapshotTotalNumberOfEventsSeen": 50,
        "SnapshotMilliSecondsSinceLastEvent": None,
        "StreamingConnected": 0,
        "StreamingMilliSecondsBehindSource": 500,
        "sourceRecordWriteTotal": 50,
        "state": "Snapshot",
        "streamingState": "paused",
        "snapshotState": "running",
        "snapshotStatus": [
            {"topic_id": A, "status": "running", "submit_timestamp": "2027-01-15T08:00:00Z"},
            {"topic_id": B, "status": "pending", "submit_timestamp": "2027-01-15T08:00:00Z"},
        ],
    }


def test_a_blocking_run_leaves_the_connector_active():
    api = Api()
    api.start(SHOP, snapshot_type="blocking")
    api.time += 15

    assert api.get(f"/sources/{SHOP}")["result"][0]["connector_status"] == "Active"


@pytest.mark.parametrize("kind", ["timeseries", "timesummary"])
def test_other_metrics_have_no_snapshot_status(kind):
    assert "snapshotStatus" not in Api().get(f"/sources/{SHOP}/metrics", time_type=kind)["data"]


@pytest.mark.parametrize(
    ("quirk", "query", "expected"),
    [
        ("none", {}, [A]),
        ("none", {"timestamp_from": "2027-01-15T00:00:00Z"}, [A]),
        ("24h", {}, []),
        ("24h", {"timestamp_from": "2027-01-12T08:00:00Z"}, [A]),
        ("24h", {"timestamp_from": "2027-01-12T09:00:00+01:00"}, [A]),
        ("24h", {"timestamp_from": "1799740800"}, [A]),
        ("24h", {"timestamp_from": "1799740800000", "timestamp_to": "1800000000000"}, [A]),
        ("24h", {"timestamp_from": "2027-01-12T08:00:01Z"}, []),
    ],
    ids=str,
)
def test_metrics_may_see_one_day_only(quirk, query, expected):
    assert [entry["topic_id"] for entry in latest(Api(metrics_window=quirk), **query)] == expected


def test_metrics_of_several_sources_come_in_groups():
    api = Api()
    everything = api.get("/sources/metrics")
    some = api.get("/sources/metrics", ids=f"{SHOP},{CRM}", snapshot="completed")

    assert list(everything["connector_metrics"]) == [SHOP, CRM, IDLE]
    assert list(some["connector_metrics"]) == list(some["topic_metrics"]) == [SHOP]
    assert list(some["topic_metrics"][SHOP]) == [A, B, C]


def test_metrics_of_several_sources_leave_out_those_that_never_ran_by_quirk():
    assert list(Api(snapshot_read_missing="404").get("/sources/metrics")["connector_metrics"]) == [
        SHOP
    ]


def test_lineage_groups_are_sources_with_their_topics():
    answer = Api().get("/dashboard/lineage", page_size=2)

    assert [
        (group["entity_id"], group["status"], group["topic_count"]) for group in answer["result"]
    ] == [
        (SHOP, "Active", 3),
        (CRM, "Active", 2),
    ]
    assert answer["result"][0]["snapshot_progress"]["state"] == "completed"
    assert (answer["total"], answer["has_next"]) == (3, True)


def test_lineage_topics_of_all_sources_are_paged():
    answer = Api().get("/dashboard/lineage/topics", page=2, page_size=4)

    assert [topic["name"] for topic in answer["result"]] == ["crm.y", "idle.z"]


@pytest.mark.parametrize("quirk", sorted(VALUES))
def test_every_value_of_every_quirk_serves_the_main_reads(quirk):
    for value in VALUES[quirk]:
        api = Api(**{quirk: value})
        api.start(SHOP)
        api.time += 12
        statuses = [
            api.call("GET", path).status_code
            for path in (
                "/sources",
                f"/sources/{SHOP}/metrics",
                "/topics/details",
                "/dashboard/lineage",
            )
        ]

        assert statuses == [200] * 4
