"""The least that a plan can do: the same requests with httpx, and the fields that it needs.

Written without a look at how the package reads: its shapes are its own. Structs that hold nothing a
cycle could go through are kept from the garbage collector, as a program would that does nothing else.
"""

import asyncio
from typing import TypeAlias

import msgspec

from reconciler.providers.transport.lean import httpx

PATIENCE = 60.0
"""Seconds without a byte, on a machine that does other things as well."""

Ask: TypeAlias = tuple[str, str, str]
"""Method, path with query, body."""


class Link(msgspec.Struct, gc=False):
    link_name: str
    link_state: str | None = None
    link_error: str | None = None
    link_error_message: str | None = None


class Links(msgspec.Struct):
    data: list[Link]


class Mirror(msgspec.Struct, gc=False):
    mirror_topic_name: str
    link_name: str
    mirror_status: str | None = None
    mirror_topic_error: str | None = None
    state_time_ms: int | None = None


class Mirrors(msgspec.Struct):
    data: list[Mirror]


class Altered(msgspec.Struct, gc=False):
    mirror_topic_name: str
    error_code: int | None = None


class AlteredMirrors(msgspec.Struct):
    data: list[Altered]


class Source(msgspec.Struct):
    id: str
    name: str
    connector: str
    connector_status: str | None = None
    service_id: str | None = None
    topic_ids: list[str] | None = None


class Sources(msgspec.Struct):
    result: list[Source]
    total: int
    page_size: int


class Entity(msgspec.Struct):
    entity_id: str
    topic_ids: list[str]
    topic_db_ids: list[str]


class Topic(msgspec.Struct):
    id: str
    name: str
    entity: Entity


class Topics(msgspec.Struct):
    result: list[Topic]
    page_size: int


class Run(msgspec.Struct, gc=False):
    status: str
    start_timestamp: str | None = None
    end_timestamp: str | None = None
    rows_scanned: int | None = None
    rows_total: int | None = None
    trace: str | None = None
    eta_ms: int | None = None


class Progress(msgspec.Struct, gc=False):
    state: str | None = None
    snapshot_type: str | None = None


class LineageSource(msgspec.Struct, gc=False):
    snapshot_progress: Progress | None = None


class LineageTopic(msgspec.Struct):
    id: str
    name: str
    source: LineageSource
    snapshot_details: list[Run] | None = None


class Token(msgspec.Struct):
    accessToken: str  # noqa: N815 - the vendor's word


DECODERS = {
    "/links": msgspec.json.Decoder(Links),
    "/mirrors": msgspec.json.Decoder(Mirrors),
    "/mirrors:pause": msgspec.json.Decoder(AlteredMirrors),
    "/sources": msgspec.json.Decoder(Sources),
    "/topics/details": msgspec.json.Decoder(Topics),
    "/dashboard/lineage/topics/batch": msgspec.json.Decoder(dict[str, list[LineageTopic]]),
    "/auth/access-token": msgspec.json.Decoder(Token),
}


def decoder_of(target: str) -> msgspec.json.Decoder[object]:
    """What reads the answer to a path."""
    path = target.partition("?")[0]
    return DECODERS.get(path) or DECODERS[path[path.rindex("/") :]]


def client(base_url: str = "", auth: tuple[str, str] | None = None) -> httpx.AsyncClient:
    """A client with the settings of ours.

    Args:
        base_url: Where to.
        auth: Key and secret, or None.
    """
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    headers = {"Accept": "application/json", "User-Agent": "floor"}
    return httpx.AsyncClient(
        headers=headers, limits=limits, base_url=base_url, auth=auth, timeout=PATIENCE
    )


async def exchange(
    http: httpx.AsyncClient, asks: list[Ask], concurrency: int
) -> tuple[list[object], list[int]]:
    """Send requests and decode what they answer.

    Args:
        http: What sends, and where to.
        asks: In any order; all may go at once.
        concurrency: But not more than this.

    Returns:
        What was decoded, and the bytes of each answer.
    """
    turns = asyncio.Semaphore(concurrency)
    kept: list[object] = [None] * len(asks)
    sizes = [0] * len(asks)

    async def one(at: int, ask: Ask) -> None:
        method, target, body = ask
        headers = {"Content-Type": "application/json"} if body else {}
        async with turns:
            answer = await http.request(
                method, target, content=body.encode() or None, headers=headers
            )
            kept[at] = decoder_of(target).decode(answer.content)
            sizes[at] = len(answer.content)

    async with asyncio.TaskGroup() as group:
        for at, ask in enumerate(asks):
            group.create_task(one(at, ask))
    return kept, sizes
