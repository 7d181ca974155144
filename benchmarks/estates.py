"""Estates of any size, as the sandbox would show them: answers by substitution, and specs that fit.

The sandbox is asked for one link and for two sources, once. Every other link and source is one of
those with another number in its names and ids, so that the shapes are the sandbox's own and a
million mirror topics cost seconds instead of minutes.

    links     a fifth of their topics are `freeze.*` and paused, the others active;
              one topic in a hundred is not as its spec wants it
    sources   every topic completed after `since`, but for one topic of every other source,
              whose run is older: one in a hundred where a source has fifty
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

import anyio
import httpx
import msgspec

from reconciler.sandbox import in_memory_sandbox

LINK, CLUSTER = "a00000a", "b00000b"
FRESH, STALE = "c00000c", "d00000d"
KEY = ("demo", "demo")
ASTRAY_ONE_IN = 100
FROZEN_ONE_IN = 5
KAFKA = "/kafka/v3/clusters"


@dataclass(frozen=True, slots=True)
class Estate:
    """How much there is.

    Attributes:
        links: Cluster links.
        mirrors: Mirror topics of each link.
        links_per_cluster: Links of one destination cluster.
        sources: Sources.
        topics: Topics of each source.
    """

    links: int = 0
    mirrors: int = 0
    links_per_cluster: int = 1
    sources: int = 0
    topics: int = 0

    @property
    def clusters(self) -> list[range]:
        """The numbers of the links of each cluster."""
        step = self.links_per_cluster
        return [range(at, min(at + step, self.links)) for at in range(0, self.links, step)]

    @property
    def changes(self) -> int:
        """Topics that are not as their spec wants them."""
        astray = sum(map(is_astray, range(self.mirrors)))
        return self.links * astray + self.sources // 2

    def __str__(self) -> str:
        return json.dumps(asdict(self))


def named(template: str, number: int) -> str:
    """What stands for a template's token in the names of another of its kind."""
    return f"{template[0]}{number:05d}{template[-1]}"


def source_id(token: str) -> str:
    """The id of a source, 24 signs."""
    return f"67ad6e0af08a23651{token}"


def token_of(number: int) -> str:
    """The token of a source: every other one has a topic whose run is too old."""
    return named(STALE if number % 2 else FRESH, number)


@dataclass(frozen=True, slots=True)
class Listing:
    """A JSON list, taken apart without touching a byte of its items."""

    head: bytes
    items: tuple[bytes, ...]
    tail: bytes

    @classmethod
    def of(cls, body: bytes, field: str) -> "Listing":
        """Take an answer apart.

        Args:
            body: An object with a list in it.
            field: Name of the list.
        """
        items = msgspec.json.decode(body, type=dict[str, msgspec.Raw])[field]
        raw = bytes(items)
        at = body.index(raw)
        rows = msgspec.json.decode(raw, type=list[msgspec.Raw])
        return cls(body[: at + 1], tuple(map(bytes, rows)), body[at + len(raw) - 1 :])


@dataclass(frozen=True, slots=True)
class Templates:
    """What the sandbox said of one link and of two sources."""

    links: Listing
    mirrors: Listing
    every_mirror: Listing
    token: bytes
    sources: Listing
    lineage: dict[str, bytes]
    details: dict[str, Listing]


def templates(estate: Estate) -> Templates:
    """Ask the sandbox.

    Args:
        estate: How large a link and a source are.
    """
    sandbox = in_memory_sandbox(_world(estate), clock=lambda: time.time_ns() / 1e9)

    async def main() -> Templates:
        inside = httpx.ASGITransport(app=sandbox.app)
        async with httpx.AsyncClient(transport=inside, base_url="http://sandbox") as client:
            return await _asked(client)

    return anyio.run(main)


async def _asked(client: httpx.AsyncClient) -> Templates:
    credential = {"client_id": KEY[0], "secret": KEY[1]}
    token = await client.post("/auth/access-token", json=credential)
    headers = {"Authorization": f"Bearer {token.json()['accessToken']}"}
    ids = {token: source_id(token) for token in (FRESH, STALE)}

    async def kafka(path: str) -> Listing:
        answer = await client.get(f"{KAFKA}/lkc-{CLUSTER}/links{path}", auth=KEY)
        return Listing.of(answer.raise_for_status().content, "data")

    async def rows(source: str) -> Listing:
        query = {"entity_type": "sources", "entity_id": source, "page_size": "100"}
        answer = await client.get("/topics/details", params=query, headers=headers)
        return Listing.of(answer.raise_for_status().content, "result")

    batch = await client.post(
        "/dashboard/lineage/topics/batch", json={"entity_ids": list(ids.values())}, headers=headers
    )
    lineage = msgspec.json.decode(batch.content, type=dict[str, msgspec.Raw])
    sources = await client.get("/sources?page=1&page_size=100", headers=headers)
    return Templates(
        await kafka(""),
        await kafka(f"/link-{LINK}/mirrors"),
        await kafka("/-/mirrors"),
        token.content,
        Listing.of(sources.content, "result"),
        {token: bytes(lineage[found]) for token, found in ids.items()},
        {token: await rows(found) for token, found in ids.items()},
    )


def _world(estate: Estate) -> dict[str, object]:
    return {
        "streamkap": {
            "credentials": [{"clientId": KEY[0], "secret": KEY[1]}],
            "sources": [
                _source(FRESH, estate.topics, stale=0),
                _source(STALE, estate.topics, stale=1),
            ],
        },
        "confluent": {
            "credentials": [{"key": KEY[0], "secret": KEY[1]}],
            "clusters": [{"id": f"lkc-{CLUSTER}", "links": [_link(estate.mirrors)]}],
        },
    }


def _link(mirrors: int) -> dict[str, object]:
    rows = [
        {
            "topic": topic_of(LINK, at),
            "status": "PAUSED" if (at % FROZEN_ONE_IN == 0) is not is_astray(at) else "ACTIVE",
            "partitions": 6,
            "since": f"-{at + 1}h",
        }
        for at in range(mirrors)
    ]
    return {"name": f"link-{LINK}", "state": "ACTIVE", "mirrors": rows}


def topic_of(token: str, at: int) -> str:
    """The name of a mirror topic."""
    stem = "freeze" if at % FROZEN_ONE_IN == 0 else ("orders", "billing")[at % 2]
    return f"{stem}.{token}.{at:05d}"


def is_astray(at: int) -> bool:
    """Whether a mirror topic is not as its spec wants it."""
    block, place = divmod(at, ASTRAY_ONE_IN)
    return place == block % 2  # by turns a pause that is missing, and one too many


def _source(token: str, topics: int, stale: int) -> dict[str, object]:
    rows = [
        {
            "name": f"core.table_{at:03d}",
            "db_id": f"67ad6e0cc{at:08d}{token}",
            "rows": 200_000,
            "keyed": True,
            "snapshots": [_run(9 if at < stale else 3)],
        }
        for at in range(topics)
    ]
    return {
        "id": source_id(token),
        "name": f"orders-{token}",
        "connector": "postgresql",
        "status": "Active",
        "topics": rows,
    }


def _run(days: int) -> dict[str, str]:
    return {
        "status": "completed",
        "type": "incremental",
        "submitted": f"-{days}d",
        "started": f"-{days}d+5s",
        "ended": f"-{days}d+20m",
    }


def specs(estate: Estate, endpoint: str, concurrency: int) -> str:
    """Specs as people write them: globs, two or three rules to a document.

    Args:
        estate: What they are for.
        endpoint: Where it is served.
        concurrency: Requests at once.
    """
    now = datetime.fromtimestamp(time.time_ns() / 1e9, UTC)
    since = (now - timedelta(days=6)).strftime("%Y-%m-%dT00:00:00Z")
    documents = [*_connections(endpoint, concurrency)]
    documents += [_source_spec(token_of(number), since) for number in range(estate.sources)]
    for cluster, numbers in enumerate(estate.clusters):
        documents += [_link_spec(named(CLUSTER, cluster), named(LINK, n)) for n in numbers]
    return "---\n".join(documents)


def _connections(endpoint: str, concurrency: int) -> Iterator[str]:
    limits = f"limits: {{requestsPerSecond: 0, concurrency: {concurrency}, snapshots: 0}}"
    for provider, auth, more in (
        ("streamkap", "clientId: {env: BENCH_KEY}, clientSecret: {env: BENCH_KEY}", "lineage"),
        ("confluent", "apiKey: {env: BENCH_KEY}, apiSecret: {env: BENCH_KEY}", ""),
    ):
        yield (
            "apiVersion: reconciler.dev/v1alpha1\nkind: Connection\n"
            f"metadata: {{name: {provider}}}\n"
            f"spec:\n  provider: {provider}\n  endpoint: {endpoint}\n  auth: {{{auth}}}\n"
            f"  {limits}\n" + (f"  observe: {more}\n" if more else "")
        )


def _source_spec(token: str, since: str) -> str:
    return (
        "apiVersion: reconciler.dev/v1alpha1\nkind: Source\n"
        f"metadata: {{name: orders-{token}, labels: {{team: orders}}}}\n"
        f"spec:\n  connection: streamkap\n  source: orders-{token}\n  snapshots:\n"
        f'    - topics: ["core.table_00*"]\n      state: completed\n      since: {since}\n'
        f'    - topics: ["core.*"]\n      state: completed\n      since: {since}\n'
    )


def _link_spec(cluster: str, token: str) -> str:
    return (
        "apiVersion: reconciler.dev/v1alpha1\nkind: ClusterLink\n"
        f"metadata: {{name: link-{token}, labels: {{team: orders}}}}\n"
        f"spec:\n  connection: confluent\n  clusterId: lkc-{cluster}\n  link: link-{token}\n"
        '  mirrors:\n    - topics: ["freeze.*"]\n      state: paused\n'
        "      until: 2099-01-01T00:00:00Z\n      reason: CHG-1234\n"
        f'    - topics: [billing.{token}.00001, "billing.*"]\n      state: active\n'
        '    - topics: ["*"]\n      state: active\n'
    )
