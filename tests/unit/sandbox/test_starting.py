import pytest

from tests.unit.sandbox.api import CRM, IDLE, SHOP, START, Api, small_world

FULL = f"source_{SHOP}."


def last(api):
    run = api.runs()[-1]
    return run["topics"] if run["request"] else None


def test_a_run_reads_its_topics_one_after_the_other():
    api = Api()
    api.start(SHOP, "public.b", "public.a")
    shown = []
    for moment in (0, 9.9, 10, 19.9, 20, 39.9, 40):
        api.time = START + moment
        shown.append(tuple(api.runs()[-1]["topic_statuses"].values()))

    assert shown == [
        ("pending", "pending"),
        ("pending", "pending"),
        ("running", "pending"),
        ("running", "pending"),
        ("completed", "running"),
        ("completed", "running"),
        ("completed", "completed"),
    ]


def test_a_keyless_topic_fails_when_its_turn_comes_and_the_others_do_not():
    api = Api()
    api.start(SHOP, "public.c", "public.b")
    api.time += 30
    topics = api.lineage()
    (entry,) = topics["public.c"]["snapshot_details"]
    trace = entry.pop("trace")

    assert "public.c is not possible: the table has no primary key" in trace
    assert entry == {
        "status": "failed",
        "start_timestamp": "2027-01-15T08:00:30Z",
        "end_timestamp": "2027-01-15T08:00:30Z",
        "duration_ms": 0,
        "rows_scanned": 0,
        "rows_total": 50,
        "eta_ms": None,
    }
    assert (topics["public.b"]["snapshot_status"], api.runs()[-1]["status"]) == (
        "completed",
        "failed",
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "failed"),
        ({"surrogate_key": "id"}, "completed"),
        ({"snapshot_type": "blocking"}, "completed"),
    ],
    ids=str,
)
def test_a_keyless_topic_needs_a_surrogate_key_or_a_blocking_run(more, expected):
    api = Api()
    api.start(SHOP, "public.c", **more)
    api.time += 100

    assert (api.runs()[-1]["status"], api.statuses()["public.c"]) == (expected, expected)


def test_conditions_and_surrogate_key_mean_nothing_to_a_blocking_run():
    api = Api()
    conditions = [{"data_collection": "public.a", "filter": "x"}]
    api.start(
        SHOP,
        "public.a",
        snapshot_type="blocking",
        surrogate_key="id",
        additional_conditions=conditions,
    )

    assert (api.runs()[-1]["filters"], api.runs()[-1]["surrogate_key"]) == ({}, None)


def test_conditions_are_kept_under_the_pretty_name():
    api = Api()
    conditions = [
        {"data_collection": f"{FULL}public.a", "filter": "x"},
        {"data_collection": "other", "filter": "y"},
    ]
    api.start(SHOP, "public.a", additional_conditions=conditions)

    assert api.runs()[-1]["filters"] == {"public.a": "x", "other": "y"}


@pytest.mark.parametrize("names", [None, []])
def test_no_names_mean_the_whole_source(names):
    api = Api()
    api.start(SHOP, topic_names=names)

    assert last(api) == ["public.a", "public.b", "public.c"]


@pytest.mark.parametrize(
    ("quirk", "name", "expected"),
    [
        ("pretty", "public.a", ["public.a"]),
        ("pretty", f"{FULL}public.a", None),
        ("full", f"{FULL}public.a", ["public.a"]),
        ("full", "public.a", None),
    ],
)
def test_names_come_in_one_form_only(quirk, name, expected):
    api = Api(topic_names=quirk)
    api.start(SHOP, name)

    assert last(api) == expected


@pytest.mark.parametrize(
    ("quirk", "status", "expected"),
    [
        ("422", 422, None),
        ("ignored", 200, ["public.a"]),
        ("whole_source", 200, ["public.a", "public.b", "public.c"]),
    ],
)
def test_an_unknown_name_is_refused_ignored_or_fatal(quirk, status, expected):
    api = Api(unknown_name=quirk)
    answer = api.start(SHOP, "public.a", "public.nope")

    assert (answer.status_code, last(api)) == (status, expected)


def test_unknown_names_only_start_nothing_where_they_are_ignored():
    api = Api(unknown_name="ignored")

    assert (api.start(SHOP, "public.nope").status_code, last(api)) == (200, None)


@pytest.mark.parametrize(
    "status", ["Paused", "Stopped", "Broken", "Unassigned", "Unknown", "Pending"]
)
def test_a_source_that_does_not_run_refuses(status):
    api = Api(small_world())
    world = api.get("/_sandbox/world")
    world["streamkap"]["sources"][1]["status"] = status
    api.put("/_sandbox/world", world)

    answer = api.start(CRM)

    assert answer.status_code == 422
    assert (
        answer.json()["detail"][0]["msg"]
        == f"Source {CRM} is {status}; a snapshot needs an active source"
    )
    assert last(api) is None


def test_a_source_that_restarts_starts_its_run_afterwards():
    api = Api()
    api.post(f"/sources/{CRM}/actions/restart")
    api.start(CRM, "crm.x")
    api.time += 15
    before = api.statuses(CRM)["crm.x"]
    api.time += 5

    assert (before, api.statuses(CRM)["crm.x"]) == ("pending", "running")


BUSY = (409, f"A snapshot is already running for source {SHOP}")


@pytest.mark.parametrize(
    ("quirk", "pending", "running", "elsewhere"),
    [
        ("running+pending", 409, 409, 409),
        ("running", 200, 409, 409),
        ("overlap", 409, 409, 200),
        ("never", 200, 200, 200),
    ],
)
def test_a_second_start_conflicts_as_the_quirk_says(quirk, pending, running, elsewhere):
    found = []
    for moment, topic in ((5, "public.a"), (15, "public.a"), (15, "public.b")):
        api = Api(conflict_on=quirk)
        api.start(SHOP, "public.a")
        api.time += moment
        found.append(api.start(SHOP, topic))

    assert [answer.status_code for answer in found] == [pending, running, elsewhere]
    assert {
        (answer.status_code, answer.json()["detail"])
        for answer in found
        if answer.status_code != 200
    } <= {BUSY}


def test_a_source_is_free_again_when_its_run_has_ended():
    api = Api()
    api.start(SHOP, "public.a")
    api.time += 20

    assert api.start(SHOP, "public.a").status_code == 200


@pytest.mark.parametrize(
    ("quirk", "start", "rows", "submitted"),
    [
        ("restart", "2027-01-15T08:00:35Z", 50, "2027-01-15T08:00:25Z"),
        ("keeps_start", "2027-01-15T08:00:10Z", 200, "2027-01-15T08:00:00Z"),
    ],
)
def test_a_cancelled_incremental_run_is_resumed_or_begun_anew(quirk, start, rows, submitted):
    api = Api(resume=quirk)
    api.start(SHOP, "public.b")
    api.time += 25
    api.post("/sources/cancel_snapshot", {"source_id": SHOP})
    api.start(SHOP, "public.b")
    api.time += 15
    (entry, _) = api.lineage()["public.b"]["snapshot_details"]
    status = api.get(f"/sources/{SHOP}/metrics")["data"]["snapshotStatus"][1]

    assert (entry["start_timestamp"], entry["rows_scanned"], status["submit_timestamp"]) == (
        start,
        rows,
        submitted,
    )


@pytest.mark.parametrize("spoiler", ["blocking before", "blocking after", "never started"])
def test_there_is_nothing_to_resume(spoiler):
    api = Api(resume="keeps_start")
    api.start(
        SHOP,
        "public.b",
        snapshot_type="blocking" if spoiler == "blocking before" else "incremental",
    )
    api.time += 5 if spoiler == "never started" else 25
    api.post("/sources/cancel_snapshot", {"source_id": SHOP})
    api.time += 60
    api.start(
        SHOP, "public.b", snapshot_type="blocking" if spoiler == "blocking after" else "incremental"
    )
    begun = api.time + 10
    api.time += 11
    (entry, _) = api.lineage()["public.b"]["snapshot_details"]

    assert entry["rows_scanned"] == 10
    assert begun == START + (75 if spoiler == "never started" else 95)


def db_ids(api, *names):
    found = {}
    for topic in api.get("/topics/details", page_size=100)["result"]:
        pairs = zip(topic["entity"]["topic_ids"], topic["entity"]["topic_db_ids"], strict=True)
        found |= {topic_id.partition(".")[2]: db_id for topic_id, db_id in pairs}
    return [found[name] for name in names]


def bulk(api, *names, **more):
    return api.post("/topics/bulk/snapshot", {"topic_ids": db_ids(api, *names), **more})


def test_bulk_starts_one_run_per_source_limited_to_the_topics():
    api = Api()
    answer = bulk(api, "crm.x", "public.b", "public.a", "idle.z", "streamkap.deadletterqueue")
    message = f"422: Source {IDLE} is Paused; a snapshot needs an active source"

    assert answer == {
        "results": [
            {"id": SHOP, "success": True, "message": None, "data": None},
            {"id": CRM, "success": True, "message": None, "data": None},
            {"id": IDLE, "success": False, "message": message, "data": None},
        ],
        "summary": {"total": 3, "succeeded": 2, "failed": 1},
    }
    assert [(run["topics"], run["request"]) for run in api.runs()[1:]] == [
        (["public.a", "public.b"], 3),
        (["crm.x"], 3),
    ]


def test_bulk_conflicts_stand_inside_a_200():
    api = Api()
    api.start(SHOP)

    answer = bulk(api, "public.a")

    assert [(item["success"], item["message"]) for item in answer["results"]] == [
        (False, f"409: {BUSY[1]}")
    ]


def test_ids_that_no_source_owns_are_skipped():
    api = Api()

    assert api.post("/topics/bulk/snapshot", {"topic_ids": ["nope"]})["summary"] == {
        "total": 0,
        "succeeded": 0,
        "failed": 0,
    }


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [
        ("source", lambda _: SHOP),
        ("topic", lambda api: db_ids(api, "public.b")[0]),
        ("name", lambda _: "shop"),
    ],
    ids=["source", "topic", "name"],
)
def test_bulk_results_name_the_source_the_topic_or_the_name(quirk, expected):
    api = Api(bulk_result_id=quirk)

    assert [item["id"] for item in bulk(api, "public.b", "public.a")["results"]] == [expected(api)]


def test_a_bulk_call_may_skip_a_source_in_silence():
    api = Api(bulk_skips_silently="yes")
    answer = bulk(api, "crm.x", "public.a")

    assert [item["id"] for item in answer["results"]] == [SHOP]
    assert [run["source_name"] for run in api.runs()] == ["shop", "shop"]


def test_a_bulk_call_for_one_source_skips_nothing():
    assert len(bulk(Api(bulk_skips_silently="yes"), "crm.x")["results"]) == 1


def test_blocking_runs_of_one_call_start_one_after_the_other():
    api = Api()
    bulk(api, "public.a", "crm.x", snapshot_type="blocking")
    api.time += 12

    assert [run["status"] for run in api.runs()[1:]] == ["running", "pending"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ids": [CRM, SHOP, "nope"]}, [SHOP, CRM]),
        ({"select_all": True}, [SHOP, CRM, IDLE]),
        ({"select_all": True, "filters": {"source_id": CRM}}, [CRM]),
        ({"select_all": True, "filters": {}}, [SHOP, CRM, IDLE]),
        ({"filters": None}, []),
        ({}, []),
    ],
    ids=str,
)
def test_bulk_on_sources_takes_ids_or_everything(body, expected):
    api = Api()
    answer = api.post("/sources/bulk/snapshot", body)

    assert [item["id"] for item in answer["results"]] == expected
    assert [run["source_id"] for run in api.runs()[1:]] == [
        each for each in expected if each != IDLE
    ]


def test_bulk_on_a_source_without_topics_starts_nothing():
    source = {"name": "empty", "id": SHOP}
    credentials = [{"clientId": "demo", "secret": "hush"}]
    api = Api(
        small_world(streamkap={"credentials": credentials, "sources": [source]}),
        bulk_result_id="topic",
    )

    assert api.post("/sources/bulk/snapshot", {"ids": [SHOP]})["results"][0]["id"] == SHOP
    assert api.runs() == []
