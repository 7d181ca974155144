import pytest

from tests.unit.sandbox.api import CRM, SHOP, Api, small_world

DLQ = f"destination_{'d' * 24}.streamkap.deadletterqueue"


def ids(answer):
    return [topic["id"] for topic in answer["result"]]


def topics(source, *names):
    return [f"source_{source}.{name}" for name in names]


def test_an_item_is_one_topic_with_all_ids_of_its_source():
    item = Api().get("/topics/details", entity_id=CRM)["result"][0]
    entity = item.pop("entity")
    db_ids = entity.pop("topic_db_ids")

    assert item == {
        "id": f"source_{CRM}.crm.x",
        "name": "crm.x",
        "prefix": f"source_{CRM}",
        "serialization": {
            "key_format": "json",
            "value_format": "json",
            "key_converter": None,
            "value_converter": None,
            "schema_registry_enabled": False,
        },
        "messages_7d": 10,
        "messages_30d": 50,
    }
    assert entity == {
        "entity_type": "sources",
        "entity_id": CRM,
        "name": "crm",
        "connector": "mysql",
        "topic_ids": topics(CRM, "crm.x", "crm.y"),
        "display_name": "Mysql",
    }
    assert [len(each) for each in db_ids] == [24, 24]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"entity_id": f"{CRM},nope"}, topics(CRM, "crm.x", "crm.y")),
        ({"entity_id": SHOP, "snapshot": "completed,failed"}, topics(SHOP, "public.a")),
        ({"entity_id": SHOP, "snapshot": "running"}, []),
        ({"partial_name": "PUBLIC.B"}, topics(SHOP, "public.b")),
        ({"topic_id": f"source_{SHOP}.public.c"}, topics(SHOP, "public.c")),
        ({"entity_type": "destinations"}, [DLQ]),
        ({"entity_type": "destinations", "include_dlq": "false"}, []),
        ({"entity_type": "destinations", "snapshot": "running"}, []),
        (
            {"entity_type": "sources", "entity_id": CRM, "include_dlq": "true"},
            topics(CRM, "crm.x", "crm.y"),
        ),
        (
            {"page": 2, "page_size": 3, "include_dlq": "false"},
            [*topics(CRM, "crm.x", "crm.y"), f"source_{'c' * 24}.idle.z"],
        ),
        ({"page": 2, "page_size": 6}, [DLQ]),
    ],
    ids=str,
)
def test_lists_of_topics_are_filtered_and_paged(query, expected):
    assert ids(Api().get("/topics/details", **query)) == expected


def test_dead_letter_topics_are_listed_unless_told_otherwise():
    api = Api()

    everything = ids(api.get("/topics/details"))
    without = ids(api.get("/topics/details", include_dlq="false"))

    assert [topic for topic in everything if topic not in without] == [DLQ]


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [("aligned", [0, 1, 2]), ("shuffled", [1, 2, 0]), ("short", [0, 1])],
)
def test_database_ids_pair_with_topic_ids_or_not(quirk, expected):
    usual = Api().get("/topics/details", entity_id=SHOP)["result"][0]["entity"]["topic_db_ids"]

    shown = Api(pairing=quirk).get("/topics/details", entity_id=SHOP)["result"][0]["entity"][
        "topic_db_ids"
    ]

    assert shown == [usual[at] for at in expected]


def test_ids_can_be_given_by_the_world():
    source = {
        "name": "s",
        "topics": [
            {
                "name": "t",
                "id": "other_prefix.t",
                "db_id": "e" * 24,
                "partitions": 3,
                "tags": ["gold"],
            }
        ],
    }
    credentials = [{"clientId": "demo", "secret": "hush"}]
    api = Api(small_world(streamkap={"credentials": credentials, "sources": [source]}))

    shown = api.get("/topics/other_prefix.t")

    assert (
        shown["id"],
        shown["entity"]["topic_db_ids"],
        shown["tags"],
        shown["kafka"]["partitions"],
    ) == ("other_prefix.t", ["e" * 24], ["gold"], {"count": 3})
    assert api.get("/_sandbox/world")["streamkap"]["sources"][0]["topics"][0]["db_id"] == "e" * 24


def test_a_topic_shows_kafka_only_in_detail():
    api = Api()
    path = f"/topics/source_{SHOP}.public.a"

    assert set(api.get(path)) - set(api.get(path, detailed="false")) == {"tags", "kafka"}


def test_partitions_and_tags_of_a_topic_can_change():
    api = Api()
    path = f"/topics/source_{SHOP}.public.a"
    api.put(path, {"payload": {"partition_count": 4, "tags": ["gold"]}})
    api.put(path, {"payload": {"tags": None}})

    shown = api.get(path)

    assert (shown["kafka"]["partitions"]["count"], shown["tags"]) == (4, ["gold"])


def test_groups_are_paged_with_their_topics_inside():
    api = Api()
    first = api.get("/topics/details/grouped", page_size=2)
    only = api.get("/topics/details/grouped", entity_type="sources", group_id=CRM)

    assert [(group["id"], ids(group["topics"])) for group in first["result"]] == [
        (SHOP, topics(SHOP, "public.a", "public.b", "public.c")),
        (CRM, topics(CRM, "crm.x", "crm.y")),
    ]
    assert (first["total"], first["has_next"]) == (3, True)
    assert [group["id"] for group in only["result"]] == [CRM]


def test_table_metrics_are_keyed_by_entity_and_topic():
    entities = [
        {"id": SHOP, "topic_ids": topics(SHOP, "public.a")},
        {"id": CRM},
        {"id": "nope"},
        {},
    ]
    body = {"entities": entities, "time_type": "latest", "time_unit": "day", "time_interval": 1}

    found = Api().post("/topics/table_metrics", body)

    assert {entity: list(metrics) for entity, metrics in found.items()} == {
        SHOP: topics(SHOP, "public.a"),
        CRM: topics(CRM, "crm.x", "crm.y"),
    }
    assert found[SHOP][f"source_{SHOP}.public.a"]["SnapshotPercentageComplete"] == 100.0
    assert found[CRM][f"source_{CRM}.crm.x"]["SnapshotPercentageComplete"] is None
