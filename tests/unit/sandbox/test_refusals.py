import pytest

from tests.unit.sandbox.api import SHOP, Api


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/sources/nope", {"name": "n", "connector": "c", "config": {}}),
        ("DELETE", "/sources/nope", None),
        ("POST", "/sources/nope/deploy", None),
        ("POST", "/sources/nope/actions/pause", None),
        ("POST", f"/sources/{SHOP}/actions/explode", None),
        ("GET", "/sources/nope/metrics", None),
        ("GET", "/topics/nope", None),
        ("PUT", "/topics/nope", {"payload": {"tags": []}}),
        ("POST", "/sources/snapshot", {"source_id": "nope"}),
        ("POST", "/sources/cancel_snapshot", {"source_id": "nope"}),
    ],
    ids=str,
)
def test_what_does_not_exist_is_404(method, path, body):
    answer = Api().call(method, path, body)

    assert answer.status_code == 404
    assert isinstance(answer.json()["detail"], str)


def error(place, kind):
    return (422, [(place, kind)])


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("GET", "/sources?page=0", None, error(["query", "page"], "greater_than_equal")),
        ("GET", "/sources?page=x", None, error(["query", "page"], "int_parsing")),
        ("GET", f"/sources?page={'9' * 5000}", None, error(["query", "page"], "int_parsing")),
        ("GET", "/sources?page_size=101", None, error(["query", "page_size"], "less_than_equal")),
        (
            "GET",
            "/sources?secret_returned=maybe",
            None,
            error(["query", "secret_returned"], "bool_parsing"),
        ),
        ("GET", "/sources?sort_dir=up", None, error(["query", "sort_dir"], "enum")),
        (
            "GET",
            f"/sources/{SHOP}/metrics?time_type=now",
            None,
            error(["query", "time_type"], "enum"),
        ),
        (
            "GET",
            f"/sources/{SHOP}/metrics?timestamp_from=now",
            None,
            error(["query", "timestamp_from"], "datetime_from_date_parsing"),
        ),
        (
            "GET",
            f"/sources/{SHOP}/metrics?timestamp_to={'9' * 400}",
            None,
            error(["query", "timestamp_to"], "datetime_from_date_parsing"),
        ),
        (
            "GET",
            "/topics/details/grouped?group_id=x",
            None,
            error(["query", "group_id"], "value_error"),
        ),
        ("POST", "/sources/snapshot", None, error(["body"], "missing")),
        ("POST", "/sources/snapshot", b"{", error(["body", 0], "json_invalid")),
        ("POST", "/sources/snapshot", b'{"source_id": NaN}', error(["body", 0], "json_invalid")),
        ("POST", "/sources/snapshot", b"\xff\xfe", error(["body", 0], "json_invalid")),
        ("POST", "/sources/snapshot", b"[" * 9999, error(["body", 0], "json_invalid")),
        ("POST", "/sources/snapshot", [], error(["body"], "model_attributes_type")),
        ("POST", "/sources/snapshot", {}, error(["body", "source_id"], "missing")),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": 5},
            error(["body", "source_id"], "string_type"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "topic_names": "public.a"},
            error(["body", "topic_names"], "list_type"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "topic_names": ["public.a", 5]},
            error(["body", "topic_names", 1], "string_type"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "snapshot_type": "full"},
            error(["body", "snapshot_type"], "enum"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "snapshot_type": None},
            error(["body", "snapshot_type"], "enum"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "additional_conditions": {}},
            error(["body", "additional_conditions"], "list_type"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "additional_conditions": [{"filter": "x"}]},
            error(["body", "additional_conditions", 0, "data_collection"], "missing"),
        ),
        (
            "POST",
            "/sources/snapshot",
            {"source_id": SHOP, "additional_conditions": ["x"]},
            error(["body", "additional_conditions", 0], "model_attributes_type"),
        ),
        (
            "POST",
            "/topics/bulk/snapshot",
            {"topic_ids": []},
            error(["body", "topic_ids"], "too_short"),
        ),
        (
            "POST",
            "/topics/bulk/stop-snapshot",
            {"topic_ids": ["x"] * 501},
            error(["body", "topic_ids"], "too_long"),
        ),
        (
            "POST",
            "/dashboard/lineage/topics/batch",
            {"entity_ids": ["x"] * 101},
            error(["body", "entity_ids"], "too_long"),
        ),
        (
            "POST",
            "/dashboard/lineage/topics/batch",
            {"entity_ids": []},
            error(["body", "entity_ids"], "too_short"),
        ),
        (
            "POST",
            "/sources/bulk/snapshot",
            {"select_all": "yes"},
            error(["body", "select_all"], "bool_type"),
        ),
        (
            "POST",
            "/sources/bulk/snapshot",
            {"filters": 5},
            error(["body", "filters"], "model_attributes_type"),
        ),
        ("POST", "/topics/table_metrics", {}, error(["body", "entities"], "missing")),
        (
            "POST",
            "/topics/table_metrics",
            {"entities": [], "time_interval": "x"},
            error(["body", "time_interval"], "int_type"),
        ),
        (
            "PUT",
            f"/topics/source_{SHOP}.public.a",
            {"payload": {}},
            error(["body", "payload"], "value_error"),
        ),
        ("PUT", f"/topics/source_{SHOP}.public.b", {}, error(["body", "payload"], "missing")),
        (
            "PUT",
            f"/topics/source_{SHOP}.public.c",
            {"payload": {"partition_count": 0}},
            error(["body", "payload", "partition_count"], "value_error"),
        ),
        (
            "POST",
            "/sources",
            {"name": "n", "connector": "c", "config": []},
            error(["body", "config"], "model_attributes_type"),
        ),
        (
            "POST",
            "/sources",
            {"name": "n", "connector": "c", "config": {}, "desired_state": "Gone"},
            error(["body", "desired_state"], "enum"),
        ),
        ("POST", "/sources/search", {"status": 5}, error(["body", "status"], "list_type")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_wrong_is_422_with_its_place(method, path, body, expected):
    answer = Api().call(method, path, body)
    found = [(item["loc"], item["type"]) for item in answer.json()["detail"]]

    assert (answer.status_code, found) == expected


def test_unknown_fields_are_accepted_in_silence():
    """A misspelt `topic_names` snapshots the whole source."""
    api = Api()
    api.start(SHOP, topic_name=["public.a"])

    assert api.runs()[-1]["topics"] == ["public.a", "public.b", "public.c"]
