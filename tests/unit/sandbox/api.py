"""A small world with round numbers, and a client for it that owns the time."""

import asyncio
import json
from collections.abc import Mapping

import httpx

from reconciler.sandbox import in_memory_sandbox

START = 1_800_000_000.0
"""2027-01-15T08:00:00Z."""

SHOP, CRM, IDLE = "a" * 24, "b" * 24, "c" * 24


def small_world(**changes: object) -> dict[str, object]:
    """Three sources; a run waits 10 s and reads 10 rows a second, so 100 rows take 10 s."""
    return {
        "seed": 7,
        "timing": {"pending": "10s", "rows_per_second": 10, "restart": "20s", "token": "1h"},
        "streamkap": {
            "credentials": [{"clientId": "demo", "secret": "hush"}],
            "destinations": [{"id": "d" * 24, "name": "warehouse"}],
            "sources": [
                {
                    "id": SHOP,
                    "name": "shop",
                    "connector": "postgresql",
                    "topics": [
                        {
                            "name": "public.a",
                            "rows": 100,
                            "snapshots": [
                                {
                                    "status": "completed",
                                    "submitted": "-3d",
                                    "started": "-3d+5s",
                                    "ended": "-3d+1m",
                                }
                            ],
                        },
                        {"name": "public.b", "rows": 200},
                        {"name": "public.c", "rows": 50, "keyed": False},
                    ],
                },
                {
                    "id": CRM,
                    "name": "crm",
                    "connector": "mysql",
                    "topics": [{"name": "crm.x", "rows": 100}, {"name": "crm.y", "rows": 100}],
                },
                {
                    "id": IDLE,
                    "name": "idle",
                    "connector": "mongodb",
                    "status": "Paused",
                    "topics": [{"name": "idle.z", "rows": 100}],
                },
            ],
        },
        "confluent": {
            "credentials": [{"key": "demo", "secret": "hush"}],
            "clusters": [
                {
                    "id": "lkc-1",
                    "links": [
                        {
                            "name": "west",
                            "state": "ACTIVE",
                            "mirrors": [{"topic": "t1", "status": "ACTIVE", "partitions": 2}],
                        }
                    ],
                }
            ],
        },
    } | changes


class Api:
    """An in-process client; time stands still until a test moves it."""

    def __init__(self, world: Mapping[str, object] | None = None, **quirks: str) -> None:
        self.time = START
        document = dict(small_world() if world is None else world)
        if quirks:
            document["quirks"] = quirks
        self.sandbox = in_memory_sandbox(document, clock=lambda: self.time)
        self.headers: dict[str, str] = {}
        token = self.call("POST", "/auth/access-token", {"client_id": "demo", "secret": "hush"})
        self.headers["authorization"] = f"Bearer {token.json()['accessToken']}"

    def call(self, method: str, path: str, body: object = None, **options: object):
        """One request."""
        return asyncio.run(
            send(self.sandbox.app, method, path, body, headers=self.headers, **options)
        )

    def get(self, path: str, **query: object):
        """The JSON of a GET that must succeed."""
        answer = self.call("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: object = None):
        """The JSON of a POST that must succeed."""
        answer = self.call("POST", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def put(self, path: str, body: object):
        """The JSON of a PUT that must succeed."""
        answer = self.call("PUT", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self, source: str = SHOP, *topics: str, **more: object):
        """Start a snapshot, whatever comes of it."""
        body = {"source_id": source} | ({"topic_names": list(topics)} if topics else {}) | more
        return self.call("POST", "/sources/snapshot", body)

    def runs(self):
        """Every run, as it really stands."""
        return self.get("/_sandbox/runs")["runs"]

    def lineage(self, source: str = SHOP):
        """Lineage topics of a source by name."""
        topics = self.post("/dashboard/lineage/topics/batch", {"entity_ids": [source]})[source]
        return {topic["name"]: topic for topic in topics}

    def statuses(self, source: str = SHOP):
        """The latest snapshot status of each topic of a source."""
        return {name: topic["snapshot_status"] for name, topic in self.lineage(source).items()}


async def send(app, method: str, path: str, body: object = None, **options: object):
    """One request to an ASGI application."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://sandbox", trust_env=False
    ) as client:
        if isinstance(body, (bytes, str)):
            return await client.request(method, path, content=body, **options)
        if body is not None:
            options["content"] = json.dumps(body)
        return await client.request(method, path, **options)
