import pytest
import yaml

from tests.unit.sandbox.api import CRM, SHOP, Api, small_world


def test_the_world_comes_as_json_or_yaml():
    api = Api()
    document = api.get("/_sandbox/world")

    by_query = api.call("GET", "/_sandbox/world?format=yaml")
    api.headers["accept"] = "application/yaml"
    by_header = api.call("GET", "/_sandbox/world")

    assert (
        by_query.headers["content-type"] == by_header.headers["content-type"] == "application/yaml"
    )
    assert yaml.safe_load(by_query.text) == yaml.safe_load(by_header.text) == document


def test_a_new_world_takes_the_place_of_the_old_and_time_goes_on():
    api = Api()
    api.time += 100
    answer = api.call("PUT", "/_sandbox/world", b"speed: 2\nstreamkap: {sources: [{name: only}]}")

    assert answer.json() == {"sources": 1, "links": 0}
    assert api.get("/_sandbox/clock") == {"now": "2027-01-15T08:01:40Z", "speed": 2.0}
    assert api.runs() == []
    assert len(api.get("/_sandbox/requests")["requests"]) == 1


def test_a_new_world_begins_with_its_own_quirks():
    api = Api(lineage="missing")
    api.put("/_sandbox/world", small_world())

    assert api.get("/_sandbox/quirks")["lineage"] == "batch"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("world", {"nonsense": 1}),
        ("world", b"{"),
        ("clock", {"speed": -1}),
        ("clock", {"speed": 1e9}),
        ("clock", {"advance": "soon"}),
        ("clock", {"sped": 1}),
        ("clock", b"[]"),
        ("faults", {"rules": [{}]}),
        ("faults", {"rules": [{"effect": "explode"}]}),
        ("faults", {"rules": [{"effect": "html", "path": "("}]}),
        ("faults", {"rules": [{"effect": "html", "status": 42}]}),
        ("faults", {"rules": [{"effect": "html", "times": -1}]}),
        ("faults", {"rule": []}),
        ("quirks", {"lineage": "nonsense"}),
        ("quirks", {"nonsense": "yes"}),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_422_and_changes_nothing(path, body):
    api = Api()
    before = api.get(f"/_sandbox/{path}")
    answer = api.call("PUT", f"/_sandbox/{path}", body)

    assert answer.status_code == 422
    assert isinstance(answer.json()["detail"], str)
    assert api.get(f"/_sandbox/{path}") == before


def test_the_clock_can_be_moved_and_sped_up():
    api = Api()
    api.put("/_sandbox/clock", {"speed": 60})
    api.time += 10

    assert api.put("/_sandbox/clock", {"advance": "10m", "speed": 0}) == {
        "now": "2027-01-15T08:20:00Z",
        "speed": 0.0,
    }
    api.time += 10
    assert api.get("/_sandbox/clock")["now"] == "2027-01-15T08:20:00Z"
    assert api.get("/_sandbox/world")["speed"] == 0.0


def test_some_quirks_can_be_changed_and_the_others_stay():
    api = Api(lineage="missing")

    chosen = api.put("/_sandbox/quirks", {"stop_narrows": True})

    assert (chosen["lineage"], chosen["stop_narrows"]) == ("missing", "yes")
    assert api.get("/_sandbox/quirks") == chosen


def test_every_run_is_listed_with_the_request_that_asked_for_it():
    api = Api()
    api.start(
        SHOP,
        "public.b",
        surrogate_key="id",
        additional_conditions=[{"data_collection": "public.b", "filter": "x > 1"}],
    )
    api.time += 15

    assert api.runs() == [
        {
            "number": 1,
            "source_id": SHOP,
            "source_name": "shop",
            "topics": ["public.a"],
            "type": "incremental",
            "filters": {},
            "surrogate_key": None,
            "submitted": "2027-01-12T08:00:00Z",
            "started": "2027-01-12T08:00:05Z",
            "ended": "2027-01-12T08:01:00Z",
            "status": "completed",
            "topic_statuses": {"public.a": "completed"},
            "request": None,
        },
        {
            "number": 2,
            "source_id": SHOP,
            "source_name": "shop",
            "topics": ["public.b"],
            "type": "incremental",
            "filters": {"public.b": "x > 1"},
            "surrogate_key": "id",
            "submitted": "2027-01-15T08:00:00Z",
            "started": "2027-01-15T08:00:10Z",
            "ended": None,
            "status": "running",
            "topic_statuses": {"public.b": "running"},
            "request": 2,
        },
    ]


def test_a_run_that_is_still_pending_has_no_start():
    api = Api()
    api.start(CRM)

    assert [(run["status"], run["started"], run["ended"]) for run in api.runs()][-1] == (
        "pending",
        None,
        None,
    )


def test_a_reset_takes_the_sample_or_the_world_it_is_given():
    api = Api()
    sample = api.post("/_sandbox/reset")
    given = api.call("POST", "/_sandbox/reset", {"seed": 3}).json()

    assert (sample, given) == ({"sources": 4, "links": 2}, {"sources": 0, "links": 0})
    assert api.call("POST", "/_sandbox/reset", {"nonsense": 3}).status_code == 422


def test_a_program_sees_the_same_as_the_control_endpoints():
    api = Api()
    api.start(SHOP)

    assert api.sandbox.requests() == api.get("/_sandbox/requests")["requests"]
    assert api.sandbox.runs() == api.runs()
    assert yaml.safe_load(api.sandbox.world_text()) == api.get("/_sandbox/world")
    api.sandbox.clear_requests()
    assert api.sandbox.requests() == []
