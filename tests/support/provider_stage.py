"""Providers in front of the sandbox's sample world, and short words for what they see."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx

from reconciler.model.change import (
    Change,
)
from reconciler.model.desired import ProviderName, SnapshotType
from reconciler.model.observed import (
    LinkTarget,
    ObservedConnection,
    ObserveRequest,
    SourceTarget,
)
from reconciler.model.outcome import Receipt
from reconciler.model.secret import Secret
from reconciler.providers.confluent import ConfluentProvider
from reconciler.providers.credential import ApiKey, StreamkapCredential
from reconciler.providers.protocol import Provider, Purpose
from reconciler.providers.streamkap import StreamkapProvider
from reconciler.sandbox import Sandbox, in_memory_sandbox, sample_world
from tests.support.clock import START, FakeClock
from tests.support.vendor import connection, limiter

ORDERS = "67ad6e0af08a2365c729ba79"
CUSTOMERS = "67ad6e0af08a2365c729ba80"
INVENTORY = "67ad6e0af08a2365c729ba81"
BY_NAME = SourceTarget(name="orders-postgres", wants_all_topics=True)
BY_ID = SourceTarget(source_id=CUSTOMERS)
LINK = LinkTarget("lkc-abc123", "east-to-west")
RAN = START - timedelta(days=21)
INCREMENTAL = SnapshotType.INCREMENTAL


def world(clock: FakeClock, **quirks: str) -> Sandbox:
    return in_memory_sandbox(sample_world() | {"quirks": quirks}, clock=clock.epoch)


def streamkap(sandbox: Sandbox, clock: FakeClock, **changes: object) -> StreamkapProvider:
    credential = StreamkapCredential(Secret("demo"), Secret("demo"))
    return StreamkapProvider.open(connection(**changes), credential, limiter(clock), sandbox.app)


def confluent(sandbox: Sandbox, clock: FakeClock) -> ConfluentProvider:
    declared = connection(ProviderName.CONFLUENT, base_path="/kafka/v3")
    credential = ApiKey(Secret("demo"), Secret("demo"))
    return ConfluentProvider.open(declared, credential, limiter(clock), sandbox.app)


async def look(provider: Provider, *targets: SourceTarget | LinkTarget) -> ObservedConnection:
    request = ObserveRequest(
        sources=tuple(item for item in targets if isinstance(item, SourceTarget)),
        links=tuple(item for item in targets if isinstance(item, LinkTarget)),
    )
    return await provider.observe(request, Purpose.READS)


def runs(seen: ObservedConnection) -> dict[str, list[tuple[str, datetime | None]] | None]:
    """Topic and its runs, word and time each; None where they could not be read."""
    return {
        topic.name: None if topic.runs is None else [(run.status, run.time) for run in topic.runs]
        for view in seen.sources
        if view.source
        for topic in view.source.topics
    }


def words(seen: ObservedConnection) -> dict[str, str | None]:
    """Mirror topic and its status."""
    link = seen.links[0].link
    assert link is not None
    return {mirror.name: mirror.status for mirror in link.mirrors or ()}


async def send(provider: Provider, change: Change) -> Receipt:
    provider.permit_writes()
    return await provider.send(change, provider.render(change))


SAMPLE = {
    "audit.changes": [],
    "audit.logins": [],
    "public.order_events": [("completed", START - timedelta(days=2) + timedelta(seconds=5))],
    "public.order_items": [],
    "public.orders": [("completed", RAN + timedelta(seconds=5))],
    "public.scratch": [],
    "crm.addresses": [],
    "crm.customers": [],
    "crm.notes": [],
}


def sample(events: object, orders: object) -> Mapping[str, object]:
    """The sample with other runs of the two topics that ran."""
    return SAMPLE | {"public.order_events": events, "public.orders": orders}


UNDATED = sample([("completed", None)], [("completed", None)])
WITHOUT_CUSTOMERS = {name: None if "crm" in name else ran for name, ran in SAMPLE.items()}
UNREADABLE = {name: found or None for name, found in SAMPLE.items()}


def named(quirk: Mapping[str, str]) -> str:
    """What a test under a quirk is called."""
    return " ".join(f"{name}={value}" for name, value in quirk.items()) or "none"


async def fault(sandbox: Sandbox, *rules: Mapping[str, object]) -> None:
    """Make requests fare badly."""
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        answer = await client.put("/_sandbox/faults", json={"rules": list(rules)})
    assert answer.status_code < 300
