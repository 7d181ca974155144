import asyncio

import pytest

from reconciler.sandbox import ConnectionDropped
from reconciler.sandbox.faults import partial
from tests.unit.sandbox.api import SHOP, START, Api, send

MIRRORS = "/kafka/v3/clusters/lkc-1/links/west/mirrors"


def rule(effect, **more):
    return {"rules": [{"effect": effect, "path": "^/sources", **more}]}


def test_every_answer_says_the_sandbox_time_and_its_own_id():
    api = Api()
    api.put("/_sandbox/clock", {"advance": "1h"})

    answers = [api.call("GET", "/sources") for _ in range(2)]

    assert [answer.headers["date"] for answer in answers] == ["Fri, 15 Jan 2027 09:00:00 GMT"] * 2
    assert len({answer.headers["x-request-id"] for answer in answers}) == 2


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [
        ("exact", "Fri, 15 Jan 2027 08:00:00 GMT"),
        ("skewed", "Fri, 15 Jan 2027 08:05:00 GMT"),
        ("absent", None),
    ],
)
@pytest.mark.parametrize("path", ["/sources", MIRRORS])
def test_the_date_header_is_a_quirk_of_both_vendors(quirk, expected, path):
    api = Api(date_header=quirk)

    assert api.call("GET", path).headers.get("date") == expected


def test_the_same_seed_gives_the_same_request_ids():
    first, second = (Api().call("GET", "/sources").headers["x-request-id"] for _ in range(2))

    assert first == second


def test_every_request_is_logged_without_its_secrets():
    api = Api()
    api.call("GET", "/sources?page=1&entity_id=a&entity_id=b")
    api.call("POST", "/sources/snapshot", b"no json with a secret")

    logged = api.get("/_sandbox/requests")["requests"]

    for entry in logged:
        assert len(entry.pop("request_id")) == 32
    common = {"time": "2027-01-15T08:00:00Z", "fault": None, "duration_ms": 0.0}
    assert logged == [
        {
            "number": 1,
            "method": "POST",
            "path": "/auth/access-token",
            "query": {},
            "body": {"client_id": "demo", "secret": "***"},
            "status": 200,
            **common,
        },
        {
            "number": 2,
            "method": "GET",
            "path": "/sources",
            "query": {"page": "1", "entity_id": ["a", "b"]},
            "body": None,
            "status": 200,
            **common,
        },
        {
            "number": 3,
            "method": "POST",
            "path": "/sources/snapshot",
            "query": {},
            "body": None,
            "status": 422,
            **common,
        },
    ]


def test_control_requests_need_no_token_and_are_not_logged():
    api = Api()
    api.headers.clear()
    api.get("/_sandbox/world")
    api.call("DELETE", "/_sandbox/requests")

    assert api.get("/_sandbox/requests") == {"requests": []}


def test_numbers_go_on_when_the_log_is_emptied():
    api = Api()
    api.call("DELETE", "/_sandbox/requests")
    api.get("/sources")

    assert [entry["number"] for entry in api.get("/_sandbox/requests")["requests"]] == [2]


def test_a_connection_dropped_before_has_no_effect():
    api = Api()
    api.put("/_sandbox/faults", rule("drop_before", method="POST"))

    with pytest.raises(ConnectionDropped):
        api.start(SHOP, "public.a")
    assert len(api.runs()) == 1
    assert api.get("/_sandbox/requests")["requests"][-1]["status"] is None


def test_a_connection_dropped_after_has_had_its_effect():
    api = Api()
    api.put("/_sandbox/faults", rule("drop_after", method="POST"))

    with pytest.raises(ConnectionDropped):
        api.start(SHOP, "public.a")
    assert [run["topics"] for run in api.runs()] == [["public.a"], ["public.a"]]
    logged = api.get("/_sandbox/requests")["requests"][-1]
    assert (logged["status"], logged["fault"], api.runs()[-1]["request"]) == (
        200,
        "drop_after",
        logged["number"],
    )


def test_a_delay_does_not_move_the_clock_of_a_test():
    api = Api()
    api.put("/_sandbox/faults", rule("delay", seconds=3600))

    assert api.call("GET", "/sources").status_code == 200
    assert api.get("/_sandbox/clock") == {"now": "2027-01-15T08:00:00Z", "speed": 1.0}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (503, "application/json", '{"detail":"The sandbox was told to answer 503"}')),
        (
            {"status": 409, "body": {"detail": "busy"}},
            (409, "application/json", '{"detail":"busy"}'),
        ),
    ],
)
def test_a_status_takes_the_place_of_the_effect(more, expected):
    api = Api()
    api.put("/_sandbox/faults", rule("status", headers={"Retry-After": "7"}, **more))

    answer = api.start(SHOP, "public.a")

    assert (answer.status_code, answer.headers["content-type"], answer.text) == expected
    assert answer.headers["retry-after"] == "7"
    assert len(api.runs()) == 1


def test_errors_of_the_kafka_api_have_its_shape():
    api = Api()
    api.put("/_sandbox/faults", {"rules": [{"effect": "status", "status": 500, "path": "/kafka/"}]})

    assert api.call("GET", MIRRORS).json() == {
        "error_code": 500,
        "message": "The sandbox was told to answer 500",
    }


def test_html_is_a_gateway_page():
    api = Api()
    api.put("/_sandbox/faults", rule("html"))

    answer = api.call("GET", "/sources")

    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert "<h1>502</h1>" in answer.text


@pytest.mark.parametrize(
    ("quirk", "kind", "retry"),
    [
        ("html", "text/html", None),
        ("html+retry_after", "text/html", "1"),
        ("json", "application/json", None),
        ("json+retry_after", "application/json", "1"),
    ],
)
@pytest.mark.parametrize("effect", ["status", "html"])
def test_too_many_requests_look_as_the_quirk_says(effect, quirk, kind, retry):
    api = Api(too_many_requests=quirk)
    api.put("/_sandbox/faults", rule(effect, status=429))

    answer = api.call("GET", "/sources")

    assert (
        answer.status_code,
        answer.headers["content-type"],
        answer.headers.get("retry-after"),
    ) == (429, kind, retry)


def test_a_partial_answer_lacks_its_later_items():
    api = Api()
    api.put("/_sandbox/faults", {"rules": [{"effect": "partial", "path": "bulk"}]})

    answer = api.post("/sources/bulk/snapshot", {"ids": [SHOP, "b" * 24]})

    assert [item["id"] for item in answer["results"]] == [SHOP]
    assert len(api.runs()) == 3


@pytest.mark.parametrize(
    ("path", "count"),
    [("/dashboard/lineage/topics/batch", 1), ("/auth/access-token", 4)],
)
def test_a_partial_answer_of_another_shape_loses_half_of_its_lists_or_nothing(path, count):
    api = Api()
    api.put("/_sandbox/faults", {"rules": [{"effect": "partial", "times": None}]})

    answer = api.post(path, {"entity_ids": [SHOP, "b" * 24], "client_id": "demo", "secret": "hush"})

    assert len(answer) == count


def test_a_partial_answer_that_is_no_json_object_stays_as_it_is():
    assert [partial(body) for body in (b"<html>", b"5", b"[1,2]")] == [b"<html>", b"5", b"[1]"]


def test_a_truncated_answer_ends_in_the_middle():
    api = Api()
    whole = api.call("GET", "/sources")
    api.put("/_sandbox/faults", rule("truncate"))

    cut = api.call("GET", "/sources")

    assert cut.content == whole.content[: len(whole.content) // 2]
    assert cut.headers["content-length"] == str(len(cut.content))


def test_rules_count_what_they_skip_and_hit():
    api = Api()
    api.put("/_sandbox/faults", rule("html", skip=1, times=2, method="get"))

    statuses = [api.call("GET", "/sources").status_code for _ in range(5)]

    assert statuses == [200, 502, 502, 200, 200]
    assert api.get("/_sandbox/faults")["rules"][0] == {
        "effect": "html",
        "method": "GET",
        "path": "^/sources",
        "times": 0,
        "skip": 0,
        "seconds": 0.0,
        "status": 502,
        "body": None,
        "headers": {},
        "hits": 2,
    }


def test_rules_without_end_never_stop():
    api = Api()
    api.put("/_sandbox/faults", rule("html", times=None))

    assert [api.call("GET", "/sources").status_code for _ in range(3)] == [502] * 3


def test_the_first_rule_that_is_not_used_up_wins():
    api = Api()
    first, second = rule("html")["rules"][0], rule("status")["rules"][0]
    api.put("/_sandbox/faults", {"rules": [first, second]})

    assert [api.call("GET", "/sources").status_code for _ in range(3)] == [502, 503, 200]


def test_rules_leave_control_alone():
    api = Api()
    api.put("/_sandbox/faults", {"rules": [{"effect": "html", "times": None}]})

    assert api.put("/_sandbox/faults", {"rules": []}) == {"rules": []}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/nope", {"detail": "Not Found"}),
        ("/sources/", {"detail": "Not Found"}),
        ("/_sandbox/nope", {"detail": "Not Found"}),
    ],
)
def test_unknown_paths_are_404(path, expected):
    answer = Api().call("GET", path)

    assert (answer.status_code, answer.json()) == (404, expected)


def test_a_wrong_method_is_405_and_names_the_right_ones():
    answer = Api().call("PATCH", "/sources")

    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_a_body_that_comes_in_pieces_is_put_together():
    api = Api()

    async def pieces():
        yield b'{"source_id": "'
        yield SHOP.encode()
        yield b'"}'

    asyncio.run(
        send(api.sandbox.app, "POST", "/sources/snapshot", headers=api.headers, content=pieces())
    )

    assert [run["submitted"] for run in api.runs()][-1] == "2027-01-15T08:00:00Z"
    assert api.time == START


def test_what_is_not_http_passes_through():
    """A server that announces its start and end is answered by the application itself."""
    sent = []
    events = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive():
        return events.pop(0)

    async def collect(message):
        sent.append(message["type"])

    asyncio.run(Api().sandbox.app({"type": "lifespan"}, receive, collect))

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
