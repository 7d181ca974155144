"""A Confluent side of the sandbox on its own, with a clock and quirks that a test turns."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias
from urllib.parse import quote

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from reconciler.records import replace
from reconciler.sandbox.confluent import ConfluentState, routes
from reconciler.sandbox.context import Context
from reconciler.sandbox.quirks import Quirks
from reconciler.sandbox.timing import Timing

START = 1_700_000_000.0

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def mirror(topic: str, status: str = "ACTIVE", **more: Json) -> dict[str, Json]:
    return {"topic": topic, "status": status, "partitions": 2, **more}


def link(name: str, *mirrors: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {"name": name, "state": "ACTIVE", "mirrors": list(mirrors), **more}


@dataclass
class Side:
    """A world of one cluster `lkc-1`, answered in process."""

    state: ConfluentState
    now: float = START
    quirks: Quirks = field(default_factory=Quirks)
    rng: random.Random = field(default_factory=partial(random.Random, 7))
    auth: httpx.Auth | None = field(default_factory=lambda: httpx.BasicAuth("demo", "demo"))

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        return anyio.run(partial(self._ask, method, path, **more))

    def get(self, path: str, **params: str) -> httpx.Response:
        return self.ask("GET", path, params=params)

    def alter(self, verb: str, *topics: str, link: str = "main", **params: str) -> httpx.Response:
        path = f"links/{quote(link, safe='')}/mirrors:{verb}"
        return self.ask("POST", path, params=params, json={"mirror_topic_names": list(topics)})

    def refusals(self, answer: httpx.Response) -> dict[str, tuple[int | None, str | None]]:
        return {
            item["mirror_topic_name"]: (item.get("error_code"), item.get("error_message"))
            for item in answer.json()["data"]
        }

    def statuses(self, link: str = "main", **params: str) -> dict[str, str]:
        answer = self.get(f"links/{quote(link, safe='')}/mirrors", **params)
        return {item["mirror_topic_name"]: item["mirror_status"] for item in answer.json()["data"]}

    def turn(self, **quirks: str) -> None:
        self.quirks = replace(self.quirks, **quirks)

    async def _ask(self, method: str, path: str, **more: object) -> httpx.Response:
        inner = routes(lambda _: self.state, lambda _: self._context())
        app = Starlette(routes=[Mount("/kafka/v3", routes=inner)])
        base = "http://sandbox/kafka/v3/clusters/lkc-1/"
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=base, auth=self.auth) as client:
            return await client.request(method, path, **more)

    def _context(self) -> Context:
        return Context(self.now, self.quirks, self.rng, "request-1", Timing(mirror=2.0))


@pytest.fixture
def world() -> Callable[..., Side]:
    """Give a side with the links that a test names."""

    def build(*links: dict[str, Json], **more: Json) -> Side:
        document = {
            "credentials": [{"key": "demo", "secret": "demo"}, {"token": "let-me-in"}],
            "clusters": [{"id": "lkc-1", "links": list(links)}],
            **more,
        }
        return Side(ConfluentState.parse(document, START))

    return build


@pytest.fixture(name="link")
def link_words() -> Callable[..., dict[str, Json]]:
    """Give the builder of a link for a world document."""
    return link


@pytest.fixture(name="mirror")
def mirror_words() -> Callable[..., dict[str, Json]]:
    """Give the builder of a mirror for a world document."""
    return mirror


@pytest.fixture
def side(world: Callable[..., Side]) -> Side:
    """Give a side with one mirror of every common status on the link `main`."""
    return world(
        link(
            "main",
            mirror("flowing"),
            mirror("halted", "PAUSED"),
            mirror("cut", "SOURCE_UNAVAILABLE"),
            mirror("broken", "FAILED", error="SOURCE_TOPIC_MAY_BE_DELETED"),
            mirror("over", "STOPPED"),
            mirror("draining", "PENDING_STOPPED"),
        )
    )
