import pytest

from tests.unit.sandbox.api import CRM, SHOP, Api

IDLE = {"detail": "No snapshot is currently running for the specified source"}
STOPS = (
    "/sources/cancel_snapshot",
    "/sources/stop_incremental_snapshot",
    "/sources/stop_blocking_snapshot",
)


def running(kind="incremental", *topics, **quirks):
    api = Api(**quirks)
    api.start(SHOP, *(topics or ("public.a", "public.b")), snapshot_type=kind)
    api.time += 15
    return api


def stop(api, path, **more):
    return api.call("POST", path, {"source_id": SHOP, **more})


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [("incremental", [200, 200, 404]), ("blocking", [200, 404, 200])],
)
def test_typed_stops_refuse_the_other_type(kind, statuses):
    assert [stop(running(kind), path).status_code for path in STOPS] == statuses


def test_the_other_type_is_refused_even_where_idle_is_fine():
    assert stop(running("blocking", stop_when_idle="200"), STOPS[1]).status_code == 404


@pytest.mark.parametrize(("quirk", "expected"), [("404", (404, IDLE)), ("200", (200, {}))])
@pytest.mark.parametrize("path", STOPS)
def test_a_stop_with_nothing_running_is_404_or_nothing(quirk, expected, path):
    answer = stop(Api(stop_when_idle=quirk), path)

    assert (answer.status_code, answer.json()) == expected


def test_a_stopped_incremental_run_keeps_its_rows_and_streaming_goes_on():
    api = running()
    stop(api, STOPS[0])
    api.time += 100
    entries = [
        topic["snapshot_details"][0]
        for topic in api.lineage().values()
        if topic["snapshot_details"]
    ]

    assert [
        (entry["status"], entry["rows_scanned"], entry["start_timestamp"], entry["end_timestamp"])
        for entry in entries
    ] == [
        ("cancelled", 50, "2027-01-15T08:00:10Z", "2027-01-15T08:00:15Z"),
        ("cancelled", 0, None, "2027-01-15T08:00:15Z"),
    ]
    assert api.get(f"/sources/{SHOP}")["result"][0]["connector_status"] == "Active"


def test_a_stopped_blocking_run_loses_its_rows_and_restarts_the_connector():
    api = running("blocking")
    stop(api, STOPS[2])
    (entry, _) = api.lineage()["public.a"]["snapshot_details"]
    statuses = []
    for passed in (0, 19.9, 0.1):
        api.time += passed
        statuses.append(api.get(f"/sources/{SHOP}")["result"][0]["connector_status"])

    assert (entry["status"], entry["rows_scanned"]) == ("cancelled", 0)
    assert statuses == ["Starting", "Starting", "Active"]


def test_what_had_ended_before_the_stop_stays_completed():
    api = running()
    api.time += 10
    stop(api, STOPS[0])

    assert api.runs()[-1]["topic_statuses"] == {"public.a": "completed", "public.b": "cancelled"}


def test_a_pending_run_can_be_stopped():
    api = Api()
    api.start(SHOP)
    stop(api, STOPS[1])

    assert api.runs()[-1]["status"] == "cancelled"


def test_a_stop_ends_a_run_once():
    api = running()

    assert [stop(api, STOPS[0]).status_code for _ in range(2)] == [200, 404]


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [
        ("no", {"public.a": "cancelled", "public.b": "cancelled"}),
        ("yes", {"public.a": "running", "public.b": "cancelled"}),
    ],
)
@pytest.mark.parametrize("path", STOPS[:2])
def test_names_narrow_a_stop_or_do_not(quirk, expected, path):
    api = running(stop_narrows=quirk)
    stop(api, path, topic_names=["public.b"])

    assert api.runs()[-1]["topic_statuses"] == expected


def test_after_a_narrow_stop_the_next_topic_has_its_turn_at_once():
    api = running(stop_narrows="yes")
    stop(api, STOPS[0], topic_names=["public.a"])
    before = api.runs()[-1]["topic_statuses"]
    api.time += 20

    assert before == {"public.a": "cancelled", "public.b": "running"}
    assert api.runs()[-1]["topic_statuses"]["public.b"] == "completed"


def test_a_narrow_stop_of_what_does_not_run_is_404():
    api = running("incremental", "public.a", stop_narrows="yes")

    assert stop(api, STOPS[0], topic_names=["public.b"]).status_code == 404


def test_a_blocking_run_can_only_be_stopped_whole():
    api = running("blocking", stop_narrows="yes")
    stop(api, STOPS[0], topic_names=["public.b"])

    assert api.runs()[-1]["status"] == "cancelled"


def test_unknown_names_of_a_narrow_stop_are_refused():
    assert stop(running(stop_narrows="yes"), STOPS[0], topic_names=["nope"]).status_code == 422


def test_a_stop_reaches_every_run_of_the_source():
    api = running("incremental", "public.a", conflict_on="never")
    api.start(SHOP, "public.b")
    stop(api, STOPS[0])

    assert [run["status"] for run in api.runs()] == ["completed", "cancelled", "cancelled"]


def test_a_bulk_stop_by_one_topic_stops_the_whole_source():
    api = running()
    entity = api.get("/topics/details", entity_id=SHOP)["result"][0]["entity"]
    other = api.get("/topics/details", entity_id=CRM)["result"][0]["entity"]
    answer = api.post(
        "/topics/bulk/stop-snapshot",
        {"topic_ids": [entity["topic_db_ids"][2], other["topic_db_ids"][0]]},
    )

    assert api.runs()[-1]["status"] == "cancelled"
    assert [(item["id"], item["success"], item["message"]) for item in answer["results"]] == [
        (SHOP, True, None),
        (CRM, False, f"404: {IDLE['detail']}"),
    ]


def test_a_bulk_stop_of_idle_sources_can_be_fine():
    answer = Api(stop_when_idle="200").post("/sources/bulk/stop-snapshot", {"select_all": True})

    assert answer["summary"] == {"total": 3, "succeeded": 3, "failed": 0}


def test_a_bulk_stop_on_sources_detects_the_type():
    api = running("blocking")
    api.post("/sources/bulk/stop-snapshot", {"ids": [SHOP]})

    assert api.runs()[-1]["status"] == "cancelled"
