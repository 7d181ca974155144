"""Links, their configs, and who is let in."""

import base64

import httpx
import pytest


class Header(httpx.Auth):
    def __init__(self, value: str) -> None:
        self.value = value

    def auth_flow(self, request):
        request.headers["Authorization"] = self.value
        yield request


def basic(text: str) -> Header:
    return Header(f"Basic {base64.b64encode(text.encode()).decode()}")


def values(side, link="main"):
    answer = side.get(f"links/{link}/configs").json()
    return {item["name"]: item["value"] for item in answer["data"]}


def test_a_list_shows_every_field_of_a_link(world, link, mirror):
    side = world(link("main", mirror("a"), source_cluster="lkc-src"))

    assert side.get("links").json() == {
        "kind": "KafkaLinkDataList",
        "metadata": {"self": "http://sandbox/kafka/v3/clusters/lkc-1/links", "next": None},
        "data": [
            {
                "kind": "KafkaLinkData",
                "metadata": {"self": "http://sandbox/kafka/v3/clusters/lkc-1/links/main"},
                "source_cluster_id": "lkc-src",
                "destination_cluster_id": None,
                "remote_cluster_id": "lkc-src",
                "link_name": "main",
                "link_id": "FkIkH89RhTkB4s4RwAtnow",
                "cluster_link_id": "FkIkH89RhTkB4s4RwAtnow",
                "topic_names": ["a"],
                "link_error": "NO_ERROR",
                "link_error_message": None,
                "link_state": "ACTIVE",
                "tasks": None,
                "category_counts": None,
            }
        ],
    }


def test_one_link_counts_its_mirrors_by_category(side):
    assert side.get("links/main").json()["category_counts"] == [
        {"state_category": "PAUSED", "count": 1},
        {"state_category": "IN_ERROR", "count": 2},
        {"state_category": "PENDING", "count": 1},
        {"state_category": "ACTIVE", "count": 1},
        {"state_category": "NOT_APPLICABLE", "count": 1},
    ]


@pytest.mark.parametrize(
    ("state", "task"), [("ACTIVE", "ACTIVE"), ("PAUSED", "LINK_PAUSED"), ("FAILED", "LINK_FAILED")]
)
def test_tasks_of_a_link_are_told_on_request(world, link, state, task):
    side = world(link("main", state=state, error="TIMEOUT_ERROR"))
    found = side.get("links/main", include_tasks="true").json()

    assert {entry["state"] for entry in found["tasks"]} == {task}
    assert found["link_error_message"] == "The link saw TIMEOUT_ERROR"


def test_a_link_need_not_tell_its_state(world, link):
    side = world(link("main", state=None))

    assert "link_state" not in side.get("links").json()["data"][0]


def test_the_config_pauses_the_link(side):
    answer = side.ask("PUT", "links/main/configs/cluster.link.paused", json={"value": "True"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert side.get("links/main").json()["link_state"] == "PAUSED"
    assert side.state.take_dirty() == {"lkc-1/main"}


def test_a_failed_link_stays_failed_while_it_is_paused(world, link):
    side = world(link("main", state="FAILED", configs={"cluster.link.paused": "true"}))

    assert side.get("links/main").json()["link_state"] == "FAILED"


def test_several_configs_change_together(side):
    side.ask("PUT", "links/main/configs/acl.sync.enable", json={"value": "true"})
    changes = [
        {"name": "cluster.link.paused", "value": "true"},
        {"name": "acl.sync.enable", "operation": "DELETE"},
        {"name": "acl.sync.ms", "value": "9", "operation": "SET"},
    ]
    answer = side.ask("PUT", "links/main/configs:alter", json={"data": changes})
    found = values(side)

    assert answer.status_code == 204
    assert [found[change["name"]] for change in changes] == ["true", "false", "9"]


@pytest.mark.parametrize(
    ("params", "body"), [({"validate_only": "true"}, {}), ({}, {"validate_only": True})]
)
def test_configs_can_be_tried_without_a_change(side, params, body):
    data = {"data": [{"name": "cluster.link.paused", "value": "true"}], **body}
    answer = side.ask("PUT", "links/main/configs:alter", params=params, json=data)

    assert (answer.status_code, values(side)["cluster.link.paused"]) == (204, "false")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 400),
        ({"data": 3}, 400),
        ({"data": [3]}, 400),
        ({"data": [{"value": "true"}]}, 400),
        ({"data": [{"name": "cluster.link.paused", "value": True}]}, 400),
        ({"data": [{"name": "acl.sync.ms", "value": "1", "operation": "APPEND"}]}, 400),
        ({"data": [], "validate_only": "yes"}, 400),
        ({"data": [{"name": "nothing", "value": "1"}]}, 400),
        ({"data": [{"name": "acl.sync.enable", "value": "perhaps"}]}, 40002),
        ({"data": [{"name": "link.mode", "value": "SOURCE"}]}, 40002),
    ],
)
def test_one_wrong_config_keeps_all_from_changing(side, body, code):
    good = {"name": "acl.sync.ms", "value": "7"}
    if isinstance(body.get("data"), list):
        body = body | {"data": [good, *body["data"]]}
    answer = side.ask("PUT", "links/main/configs:alter", json=body)

    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    assert values(side)["acl.sync.ms"] == "5000"


def test_one_config_reads_like_its_item_in_the_list(side):
    listed = side.get("links/main/configs").json()["data"]
    found = side.get("links/main/configs/acl.sync.ms").json()

    assert found in listed
    assert (found["source"], found["is_default"]) == ("DEFAULT_CONFIG", True)


def test_a_config_that_was_set_says_so(side):
    side.ask("PUT", "links/main/configs/acl.sync.ms", json={"value": "1"})
    found = side.get("links/main/configs/acl.sync.ms").json()

    assert (found["value"], found["source"], found["is_default"]) == (
        "1",
        "DYNAMIC_CLUSTER_LINK_CONFIG",
        False,
    )


def test_a_secret_is_never_shown(side):
    side.ask("PUT", "links/main/configs/sasl.jaas.config", json={"value": "hush"})

    assert values(side)["sasl.jaas.config"] is None


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "links/main/configs/nothing", 400),
        ("PUT", "links/main/configs/nothing", 400),
        ("DELETE", "links/main/configs/nothing", 400),
        ("DELETE", "links/main/configs/link.mode", 40002),
    ],
)
def test_a_config_that_does_not_exist_or_is_settled_is_refused(side, method, path, code):
    answer = side.ask(method, path, json={"value": "x"})

    assert (answer.status_code, answer.json()["error_code"]) == (400, code)


def test_a_config_needs_a_value(side):
    answer = side.ask("PUT", "links/main/configs/acl.sync.ms", json={"value": None})

    assert (answer.status_code, answer.json()["message"]) == (400, "'value' is missing")


def test_a_link_is_created_with_its_configs(side):
    body = {
        "source_cluster_id": "lkc-src",
        "configs": [
            {"name": "cluster.link.prefix", "value": "p."},
            {"name": "link.mode", "value": "BIDIRECTIONAL"},
        ],
    }
    answer = side.ask("POST", "links", params={"link_name": "a/b"}, json=body)
    found = values(side, "a%2Fb")

    assert (answer.status_code, answer.content) == (204, b"")
    assert (found["cluster.link.prefix"], found["link.mode"]) == ("p.", "BIDIRECTIONAL")
    assert side.get("links/a%2Fb").json()["source_cluster_id"] == "lkc-src"
    assert side.state.take_dirty() == {"lkc-1/a/b"}


def test_a_link_can_be_tried_without_being_created(side):
    answer = side.ask("POST", "links", params={"link_name": "new", "validate_only": "true"})

    assert (answer.status_code, side.get("links/new").status_code) == (204, 404)


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("", b"", 400),
        ("-", b"", 400),
        ("main", b"", 404),
        ("new", b"[]", 400),
        ("new", b'{"source_cluster_id": 1}', 400),
        ("new", b'{"cluster_link_id": 1}', 400),
        ("new", b'{"configs": [{"name": "nothing", "value": "1"}]}', 400),
    ],
)
def test_a_link_that_cannot_be_is_not_created(side, name, body, code):
    answer = side.ask("POST", "links", params={"link_name": name}, content=body)

    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    assert side.state.take_dirty() == set()


def test_a_link_with_live_mirrors_is_deleted_by_force_only(side):
    refused = side.ask("DELETE", "links/main")
    tried = side.ask("DELETE", "links/main", params={"force": "true", "validate_only": "true"})
    kept = side.get("links/main").status_code
    forced = side.ask("DELETE", "links/main", params={"force": "true"})

    assert [refused.status_code, tried.status_code, kept, forced.status_code] == [
        403,
        200,
        200,
        200,
    ]
    assert side.get("links/main").status_code == 404
    assert (side.state.rows(), side.state.take_dirty()) == ({}, {"lkc-1/main"})


def test_a_link_whose_mirrors_have_stopped_is_deleted(world, link, mirror):
    side = world(link("main", mirror("s", "STOPPED")))

    assert side.ask("DELETE", "links/main").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (
            "links/none",
            404,
            "The cluster link doesn't exist: Cluster link 'none' does not exist.",
        ),
        ("links//mirrors", 400, "Invalid Cluster Link Name."),
        ("../lkc-9/links", 404, "Cluster lkc-9 cannot be found."),
        ("../lkc-1", 404, "HTTP 404 Not Found"),
        ("../../elsewhere/clusters/lkc-1/links", 404, "HTTP 404 Not Found"),
        ("links/main/mirrors/flowing/more", 404, "HTTP 404 Not Found"),
    ],
)
def test_what_is_not_there_is_said_in_the_vendors_shape(side, path, status, message):
    answer = side.get(path)

    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert sorted(answer.json()) == ["error_code", "message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "links/main/configs:alter", "PUT"),
        ("GET", "links/main/mirrors:pause", "POST"),
        ("PATCH", "links", "GET, POST"),
        ("QUERY", "links/main", "DELETE, GET"),
    ],
)
def test_another_method_is_a_405_that_names_the_right_ones(side, method, path, allowed):
    answer = side.ask(method, path)

    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json() == {"error_code": 405, "message": "HTTP 405 Method Not Allowed"}


def test_head_is_answered_like_get(side):
    assert side.ask("HEAD", "links").status_code == 200


@pytest.mark.parametrize(
    "auth", [basic("demo:demo"), Header("Bearer let-me-in"), Header("bearer  let-me-in ")]
)
def test_a_credential_of_the_world_is_let_in(side, auth):
    side.auth = auth

    assert side.get("links").status_code == 200


@pytest.mark.parametrize(
    "auth",
    [
        None,
        basic("demo:wrong"),
        basic("demo"),
        basic(":"),
        Header("Basic"),
        Header("Basic ***"),
        Header("Basic /w=="),
        Header("Bearer demo"),
        Header("Bearer"),
        Header("Digest demo"),
    ],
)
def test_any_other_is_not(side, auth):
    side.auth = auth
    answer = side.get("links/none")

    assert (answer.status_code, answer.json()) == (
        401,
        {"error_code": 40101, "message": "Authentication failed"},
    )
