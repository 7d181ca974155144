import pytest

from tests.unit.sandbox.api import CRM, IDLE, SHOP, Api, small_world


def names(answer):
    return [source["name"] for source in answer["result"]]


def many(count):
    sources = [{"name": f"s{at:03}", "topics": [{"name": "t"}]} for at in range(count)]
    return small_world(
        streamkap={"credentials": [{"clientId": "demo", "secret": "hush"}], "sources": sources}
    )


def test_a_source_has_every_field_of_the_documents():
    (source,) = Api().get(f"/sources/{SHOP}")["result"]

    assert source == {
        "id": SHOP,
        "name": "shop",
        "connector": "postgresql",
        "connector_display_name": "Postgresql",
        "connector_status": "Active",
        "desired_state": "Active",
        "created_timestamp": "2026-12-16T08:00:00Z",
        "sub_id": source["sub_id"],
        "tenant_id": "0f8d2f4e-5c3b-4a57-9f0e-6a1f5d2c7b11",
        "service_id": "65f0c1d2e3f4a5b6c7d8e9f0",
        "kc_cluster_id": None,
        "config": {},
        "topics": ["public.a", "public.b", "public.c"],
        "topic_ids": [f"source_{SHOP}.public.{letter}" for letter in "abc"],
        "topic_map": {},
        "tasks": [0],
        "task_statuses": {"0": {"state": "RUNNING"}},
        "tags": [],
    }


def test_null_fields_can_be_left_out_at_any_depth():
    api = Api(nulls="omitted")

    (source,) = api.get(f"/sources/{SHOP}")["result"]
    (topic,) = api.get("/topics/details", topic_id=f"source_{SHOP}.public.a")["result"]

    assert "kc_cluster_id" not in source
    assert "key_converter" not in topic["serialization"]


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [
        ("404", (404, {"detail": "Source not found"})),
        ("empty", (200, {"result": [], "page": 1, "page_size": 10, "total": 0, "has_next": False})),
    ],
)
def test_an_unknown_source_is_404_or_an_empty_list(quirk, expected):
    answer = Api(missing_source=quirk).call("GET", "/sources/nope")

    assert (answer.status_code, answer.json()) == expected


def test_pages_cover_every_source_once():
    api = Api(many(25))

    pages = [api.get("/sources", page=page) for page in (1, 2, 3, 4)]

    assert [name for page in pages for name in names(page)] == [f"s{at:03}" for at in range(25)]
    assert [(page["total"], page["has_next"]) for page in pages] == [
        (25, True),
        (25, True),
        (25, False),
        (25, False),
    ]


def test_the_total_can_lie():
    answer = Api(many(25) | {"quirks": {"total_lies": "yes"}}).get("/sources")

    assert (len(answer["result"]), answer["total"], answer["has_next"]) == (10, 12, True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"partial_name": "SHO"}, ["shop"]),
        ({"partial_name": "zzz"}, []),
        ({"id": CRM}, ["crm"]),
        ({"status": "Paused,Broken"}, ["idle"]),
        ({"connector": "mysql,mongodb"}, ["crm", "idle"]),
        ({"snapshot": "completed"}, ["shop"]),
        ({"snapshot": "running,pending"}, []),
        ({"tag_ids": "gold"}, []),
        ({"sort": "name"}, ["crm", "idle", "shop"]),
        ({"sort": "name", "sort_dir": "desc"}, ["shop", "idle", "crm"]),
        ({"sort": "created_at"}, ["shop", "crm", "idle"]),
        ({"sort": "connector_status"}, ["shop", "crm", "idle"]),
        ({"sort": "latency"}, ["shop", "crm", "idle"]),
    ],
    ids=str,
)
def test_lists_are_filtered_and_sorted(query, expected):
    assert names(Api().get("/sources", **query)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, ["shop"]),
        ({}, ["shop"]),
        ({"connector": ["mysql"]}, ["crm"]),
        ({"connector": "mysql,mongodb", "status": ["Paused"]}, ["idle"]),
        ({"connector": None, "snapshot": ["completed"]}, ["shop"]),
        ({"connector": [], "tag_ids": "gold"}, []),
    ],
    ids=str,
)
def test_filters_of_a_search_body_win_over_the_query(body, expected):
    assert (
        names(Api().call("POST", "/sources/search?connector=postgresql", body).json()) == expected
    )


def test_a_new_source_has_the_tables_of_its_config():
    api = Api()
    config = {
        "table.include.list.user.defined": "public.x, public.y",
        "port": 5432,
        "ssl": True,
        "database.password": "p",
    }
    made = api.post(
        "/sources", {"name": "new", "connector": "postgresql", "config": config, "tags": ["gold"]}
    )

    shown = api.get("/sources", tag_ids="gold", secret_returned="true")["result"]

    assert made["topic_ids"] == [f"source_{made['id']}.public.x", f"source_{made['id']}.public.y"]
    assert made["config"] == {
        "table.include.list.user.defined": "public.x, public.y",
        "port": "5432",
        "ssl": "true",
        "database.password": "********",
    }
    assert [source["config"]["database.password"] for source in shown] == ["p"]
    assert api.start(made["id"]).status_code == 200


def test_a_source_that_does_not_wait_is_pending_for_a_while():
    api = Api()
    body = {"name": "new", "connector": "mysql", "config": {}}
    made = api.call("POST", "/sources?wait=false", body).json()
    api.time += 2

    assert made["connector_status"] == "Pending"
    assert api.get(f"/sources/{made['id']}")["result"][0]["connector_status"] == "Active"


@pytest.mark.parametrize(
    ("desired", "status"), [("Paused", "Paused"), ("Pending", "Active"), (None, "Active")]
)
def test_a_new_source_takes_the_state_that_is_desired(desired, status):
    body = {"name": "new", "connector": "mysql", "config": {}, "desired_state": desired}

    assert Api().post("/sources", body)["connector_status"] == status


def test_a_name_that_is_taken_is_422():
    answer = Api().call("POST", "/sources", {"name": "shop", "connector": "mysql", "config": {}})

    assert (answer.status_code, answer.json()) == (
        422,
        {"detail": "A source named shop already exists"},
    )


def test_an_update_keeps_tags_and_known_topics():
    api = Api()
    body = {
        "name": "shop2",
        "connector": "postgresql",
        "config": {"table.include.list": "public.b,public.new"},
        "tags": ["gold"],
    }
    api.put(f"/sources/{SHOP}", body)
    del body["tags"]
    waiting = api.put(f"/sources/{SHOP}?wait=false", body)
    before = api.get(f"/topics/source_{SHOP}.public.b")

    assert (waiting["name"], waiting["tags"], waiting["connector_status"]) == (
        "shop2",
        ["gold"],
        "Pending Update",
    )
    assert waiting["topics"] == ["public.b", "public.new"]
    assert before["messages_30d"] == 100
    assert api.call("GET", f"/topics/source_{SHOP}.public.a").status_code == 404


def test_an_update_without_tables_keeps_the_topics():
    updated = Api().put(
        f"/sources/{SHOP}", {"name": "shop", "connector": "postgresql", "config": {}, "tags": []}
    )

    assert updated["topics"] == ["public.a", "public.b", "public.c"]


def test_a_deleted_source_is_gone_with_its_topics_and_runs():
    api = Api()
    db_id = api.get("/topics/details", entity_id=SHOP)["result"][0]["entity"]["topic_db_ids"][0]
    api.start(SHOP)

    assert api.call("DELETE", f"/sources/{SHOP}").json()["name"] == "shop"
    assert names(api.get("/sources")) == ["crm", "idle"]
    assert api.post("/topics/bulk/snapshot", {"topic_ids": [db_id]})["results"] == []
    assert api.post("/dashboard/lineage/topics/batch", {"entity_ids": [SHOP]}) == {}
    assert [run["status"] for run in api.runs()] == ["completed", "cancelled"]


def test_deploying_starts_a_source():
    api = Api()
    deployed = api.post(f"/sources/{IDLE}/deploy")
    api.time += 20

    assert deployed["connector_status"] == "Starting"
    assert api.get(f"/sources/{IDLE}")["result"][0]["connector_status"] == "Active"


@pytest.mark.parametrize(
    ("action", "source", "now", "later"),
    [
        ("pause", SHOP, "Paused", "Paused"),
        ("resume", IDLE, "Starting", "Active"),
        ("restart", SHOP, "Starting", "Active"),
    ],
)
def test_actions_change_what_the_connector_does(action, source, now, later):
    api = Api()
    api.post(f"/sources/{source}/actions/{action}")
    first = api.get(f"/sources/{source}")["result"][0]["connector_status"]
    api.time += 20

    assert (first, api.get(f"/sources/{source}")["result"][0]["connector_status"]) == (now, later)


@pytest.mark.parametrize("action", ["pause", "restart"])
@pytest.mark.parametrize(
    ("kind", "expected"), [("blocking", "cancelled"), ("incremental", "pending")]
)
def test_a_pause_or_restart_ends_blocking_runs_only(action, kind, expected):
    api = Api()
    api.start(CRM, snapshot_type=kind)
    api.post(f"/sources/{CRM}/actions/{action}")

    assert api.runs()[-1]["status"] == expected


def test_destinations_are_listed():
    api = Api()

    assert [item["name"] for item in api.get("/destinations")["result"]] == ["warehouse"]
    assert api.get("/destinations", partial_name="zzz")["result"] == []


def test_a_source_may_belong_to_another_project_and_cluster():
    source = {
        "id": SHOP,
        "name": "s",
        "service_id": "other",
        "kc_cluster_id": "big",
        "tags": ["gold"],
        "config": {"a": "b"},
    }
    credentials = [{"clientId": "demo", "secret": "hush"}]
    api = Api(small_world(streamkap={"credentials": credentials, "sources": [source]}))
    world = api.get("/_sandbox/world")
    api.put("/_sandbox/world", world)
    (shown,) = api.get("/sources")["result"]

    assert (shown["service_id"], shown["kc_cluster_id"], shown["tags"], shown["config"]) == (
        "other",
        "big",
        ["gold"],
        {"a": "b"},
    )
    assert api.get("/_sandbox/world") == world


def test_a_list_of_tables_that_is_no_text_changes_no_topics():
    body = {
        "name": "shop",
        "connector": "postgresql",
        "config": {"table.include.list": ["public.a"]},
    }

    assert Api().put(f"/sources/{SHOP}", body)["topics"] == ["public.a", "public.b", "public.c"]


def test_two_sources_may_share_a_name():
    credentials = [{"clientId": "demo", "secret": "hush"}]
    sources = [{"id": "1", "name": "twin"}, {"id": "2", "name": "twin"}]
    api = Api(small_world(streamkap={"credentials": credentials, "sources": sources}))

    assert [source["id"] for source in api.get("/sources", partial_name="twin")["result"]] == [
        "1",
        "2",
    ]
