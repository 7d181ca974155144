"""How the API stands in an application: mounted, or beside others below prefixes."""

import random
from functools import partial

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import NoMatchFound, Route

from reconciler.sandbox.confluent import ConfluentState, routes
from reconciler.sandbox.context import Context
from reconciler.sandbox.quirks import Quirks

PREFIXES = ("/kafka/v3", "/v3")
RNG = partial(random.Random, 7)


@pytest.fixture
def app():
    state = ConfluentState.parse(
        {"credentials": [{"key": "k", "secret": "s"}], "clusters": [{"id": "c"}]}, 0.0
    )
    context = Context(0.0, Quirks(), RNG(), "request-1")
    other = Route("/{rest:path}", lambda _: PlainTextResponse("other"))
    ours = routes(lambda _: state, lambda _: context, prefixes=PREFIXES)
    return Starlette(routes=[*ours, other])


def get(app, path):
    async def ask():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, auth=("k", "s")) as client:
            return await client.get(f"http://sandbox{path}")

    return anyio.run(ask)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_prefix_answers_and_links_to_itself(app, prefix):
    answer = get(app, f"{prefix}/clusters/c/links")

    assert answer.json()["metadata"]["self"] == f"http://sandbox{prefix}/clusters/c/links"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/v3", "HTTP 404 Not Found"),
        ("/v3/elsewhere", "HTTP 404 Not Found"),
        (
            "/v3/clusters/c/links/a%0Ab",
            "The cluster link doesn't exist: Cluster link 'a\nb' does not exist.",
        ),
    ],
)
def test_all_below_a_prefix_is_answered_in_the_vendors_shape(app, path, message):
    assert get(app, path).json() == {"error_code": 404, "message": message}


@pytest.mark.parametrize("path", ["/", "/v30/clusters/c/links", "/clusters/c/links"])
def test_what_is_not_below_a_prefix_is_left_to_others(app, path):
    assert get(app, path).text == "other"


def test_a_server_need_not_pass_on_the_path_as_it_came_in(app):
    async def without_raw_path(scope, receive, send):
        await app({name: scope[name] for name in scope if name != "raw_path"}, receive, send)

    assert get(without_raw_path, "/v3/clusters/c/links").status_code == 200


def test_nothing_but_http_is_taken():
    route = routes(lambda _: ConfluentState(), lambda _: None)[0]

    assert route.matches({"type": "websocket", "path": "/"})[0].name == "NONE"


def test_nothing_has_a_name(app):
    with pytest.raises(NoMatchFound):
        app.url_path_for("links")
