"""Both providers in front of the sandbox, which was written without knowing them.

Every quirk that concerns reading, and every answer to a change, is met here once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import stamina

from reconciler.model.change import (
    Change,
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.desired import Observer, ProviderName, SnapshotType
from reconciler.model.observed import (
    LinkTarget,
    ObservedConnection,
    ObserveRequest,
    ProblemKind,
    SourceTarget,
)
from reconciler.model.outcome import Receipt, Reply
from reconciler.model.secret import Secret
from reconciler.providers.confluent import ConfluentProvider
from reconciler.providers.credential import ApiKey, StreamkapCredential
from reconciler.providers.protocol import Provider, Purpose
from reconciler.providers.streamkap import StreamkapProvider
from reconciler.sandbox import Sandbox, in_memory_sandbox, sample_world
from tests.support.clock import START, FakeClock
from tests.support.vendor import connection, limiter

pytestmark = pytest.mark.anyio
ORDERS = "67ad6e0af08a2365c729ba79"
CUSTOMERS = "67ad6e0af08a2365c729ba80"
INVENTORY = "67ad6e0af08a2365c729ba81"
BY_NAME = SourceTarget(name="orders-postgres", wants_all_topics=True)
BY_ID = SourceTarget(source_id=CUSTOMERS)
LINK = LinkTarget("lkc-abc123", "east-to-west")
RAN = START - timedelta(days=21)
INCREMENTAL = SnapshotType.INCREMENTAL


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_waiting():
    stamina.set_testing(True, attempts=5, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


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


READING: tuple[tuple[dict[str, str], Mapping[str, object]], ...] = (
    ({}, SAMPLE),
    ({"run_times": "null"}, UNDATED),
    ({"run_times": "naive"}, SAMPLE),
    ({"run_times": "epoch_ms"}, SAMPLE),
    ({"history_depth": "1"}, SAMPLE),
    ({"snapshot_read_missing": "404"}, WITHOUT_CUSTOMERS),
    ({"snapshot_read_missing": "null"}, UNREADABLE),
    ({"publish_lag": "5m"}, SAMPLE),
    ({"pending_listed": "no"}, SAMPLE),
    ({"pairing": "shuffled"}, SAMPLE),
    ({"pairing": "short"}, SAMPLE),
    ({"missing_source": "empty"}, SAMPLE),
    ({"total_lies": "yes"}, SAMPLE),
    ({"nulls": "omitted"}, SAMPLE),
    ({"nulls": "omitted", "snapshot_read_missing": "null"}, UNREADABLE),
    ({"topic_names": "full"}, SAMPLE),
    ({"metrics_window": "24h"}, SAMPLE),
)


def named(quirk: Mapping[str, str]) -> str:
    """What a test under a quirk is called."""
    return " ".join(f"{name}={value}" for name, value in quirk.items()) or "none"


@pytest.mark.parametrize(("quirk", "expected"), READING, ids=[named(quirk) for quirk, _ in READING])
async def test_sources_are_seen_under_every_quirk(
    clock: FakeClock, quirk: dict[str, str], expected: Mapping[str, object]
) -> None:
    sandbox = world(clock, **quirk)
    provider = streamkap(sandbox, clock)

    seen = await look(provider, BY_NAME, BY_ID)

    assert runs(seen) == expected
    assert (seen.now, seen.warnings) == (START, ())
    assert provider.traffic().total == len(sandbox.requests())


@pytest.mark.parametrize(
    ("quirk", "expected"),
    [
        ({}, sample([("completed", START - timedelta(days=2))], [("completed", RAN)])),
        ({"run_times": "null"}, UNDATED),
        (
            {"metrics_window": "24h"},
            sample([("completed", START - timedelta(days=2))], [("completed", RAN)]),
        ),
    ],
    ids=["none", "undated", "24h"],
)
@pytest.mark.parametrize("lineage", ["missing", "other_shape"])
async def test_metrics_answer_where_the_batch_does_not(
    clock: FakeClock, lineage: str, quirk: dict[str, str], expected: Mapping[str, object]
) -> None:
    provider = streamkap(world(clock, lineage=lineage, **quirk), clock)

    seen = await look(provider, BY_NAME, BY_ID)

    assert (runs(seen), len(seen.warnings)) == (expected, 1)


@pytest.mark.parametrize("missing", ["404", "null"])
async def test_metrics_of_a_source_that_never_ran_may_be_unreadable(
    clock: FakeClock, missing: str
) -> None:
    provider = streamkap(
        world(clock, snapshot_read_missing=missing), clock, observe=Observer.METRICS
    )

    seen = await look(provider, BY_ID)

    assert runs(seen) == {"crm.addresses": None, "crm.customers": None, "crm.notes": None}


async def test_words_that_nobody_knows_are_kept(clock: FakeClock) -> None:
    provider = streamkap(world(clock, unknown_status="yes"), clock)

    found = runs(await look(provider, BY_NAME))

    seen = {word for ran in found.values() for word, _ in ran or ()}
    assert seen - {"completed", "failed", "cancelled"}


@pytest.mark.parametrize("missing", ["404", "empty"])
async def test_sources_that_do_not_exist_are_not_found(clock: FakeClock, missing: str) -> None:
    provider = streamkap(world(clock, missing_source=missing), clock)

    for target in (SourceTarget(source_id="67ad6e0af08a2365c729ba99"), SourceTarget(name="orders")):
        seen = await look(provider, target)

        assert [view.problem.kind for view in seen.sources if view.problem] == [
            ProblemKind.NOT_FOUND
        ]


@pytest.mark.parametrize(
    ("date", "now", "warnings"),
    [("exact", START, 0), ("skewed", None, 1), ("absent", START, 0)],
)
async def test_clocks_may_differ(
    clock: FakeClock, date: str, now: datetime | None, warnings: int
) -> None:
    sandbox = world(clock, date_header=date)

    for provider, target in (
        (streamkap(sandbox, clock), BY_ID),
        (confluent(sandbox, clock), LINK),
    ):
        seen = await look(provider, target)

        assert (seen.now == START, len(seen.warnings)) == (now is not None, warnings)


@pytest.mark.parametrize("page", ["html", "json", "html+retry_after", "json+retry_after"])
async def test_too_many_requests_are_waited_out(clock: FakeClock, page: str) -> None:
    document = sample_world() | {"quirks": {"too_many_requests": page}}
    sandbox = in_memory_sandbox(document, clock=clock.epoch)
    provider = streamkap(sandbox, clock)
    await fault(sandbox, {"effect": "status", "status": 429, "path": "^/sources", "times": 2})

    seen = await look(provider, BY_ID)

    assert set(runs(seen)) == {"crm.addresses", "crm.customers", "crm.notes"}
    assert provider.traffic().retries == 2
    assert clock.slept


async def fault(sandbox: Sandbox, *rules: Mapping[str, object]) -> None:
    """Make requests fare badly."""
    transport = httpx.ASGITransport(app=sandbox.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        answer = await client.put("/_sandbox/faults", json={"rules": list(rules)})
    assert answer.status_code < 300


@pytest.mark.parametrize("effect", ["drop_before", "drop_after", "html", "truncate", "status"])
async def test_a_read_survives_what_passes(clock: FakeClock, effect: str) -> None:
    sandbox = world(clock)
    provider = streamkap(sandbox, clock)
    await fault(sandbox, {"effect": effect, "path": "^/(sources|dashboard)", "times": 3})

    seen = await look(provider, BY_NAME, BY_ID)

    assert runs(seen) == SAMPLE
    assert provider.traffic().retries == 3


async def test_which_topics_ever_ran_and_their_database_ids(clock: FakeClock) -> None:
    provider = streamkap(world(clock), clock)

    (ids,) = await provider.topics([ORDERS], Purpose.READS, seen_runs=False)
    ran, never = await provider.topics([ORDERS, CUSTOMERS], Purpose.SECOND_LOOK, seen_runs=True)

    assert [name for name, _ in ids.db_ids] == [name for name in SAMPLE if "crm" not in name]
    assert ran.seen_runs == {"public.order_events", "public.orders"}
    assert never.seen_runs == frozenset()


def single(*topics: StartTopic) -> Start:
    return Start(Form.SINGLE, INCREMENTAL, (StartSource(CUSTOMERS, topics),))


async def test_a_single_start_runs_exactly_its_topics(clock: FakeClock) -> None:
    sandbox = world(clock)
    provider = streamkap(sandbox, clock)
    change = single(
        StartTopic("crm.customers", filter="country = 'NL'"), StartTopic("crm.addresses")
    )

    receipt = await send(provider, change)
    clock.advance(1.5)
    seen = await look(provider, BY_ID)

    assert receipt.reply is Reply.ACCEPTED
    assert runs(seen) == {
        "crm.addresses": [("pending", None)],
        "crm.customers": [("running", START + timedelta(seconds=1))],
        "crm.notes": [],
    }
    types = {run.type for topic in seen.sources[0].source.topics for run in topic.runs or ()}
    assert types == {INCREMENTAL}


async def test_a_second_start_is_busy_and_a_stop_ends_the_first(clock: FakeClock) -> None:
    sandbox = world(clock)
    provider = streamkap(sandbox, clock)
    stop = Stop(Form.SINGLE, (StopSource(CUSTOMERS, INCREMENTAL, ("crm.customers",)),))

    first = await send(provider, single(StartTopic("crm.customers")))
    second = await send(provider, single(StartTopic("crm.addresses")))
    third = await send(provider, stop)
    fourth = await send(provider, stop)
    clock.advance(1)

    replies = [receipt.reply for receipt in (first, second, third, fourth)]
    assert replies == [Reply.ACCEPTED, Reply.BUSY, Reply.ACCEPTED, Reply.ACCEPTED]
    assert fourth.message.startswith("nothing ran")
    assert runs(await look(provider, BY_ID))["crm.customers"][0][0] == "cancelled"


async def bulk_of(provider: StreamkapProvider, *ids: str) -> Start:
    found = await provider.topics(ids, Purpose.READS, seen_runs=False)
    sources = tuple(
        StartSource(item.source_id, tuple(StartTopic(name, db_id) for name, db_id in item.db_ids))
        for item in found
    )
    return Start(Form.BULK, INCREMENTAL, sources)


@pytest.mark.parametrize("called", ["source", "topic", "name"])
async def test_a_bulk_start_is_understood_whatever_its_results_are_called(
    clock: FakeClock, called: str
) -> None:
    sandbox = world(clock, bulk_result_id=called)
    provider = streamkap(sandbox, clock)
    await look(provider, SourceTarget(source_id=CUSTOMERS), SourceTarget(source_id=INVENTORY))

    receipt = await send(provider, await bulk_of(provider, CUSTOMERS, INVENTORY))

    assert {item.key: item.reply for item in receipt.items} == {
        CUSTOMERS: Reply.ACCEPTED,
        INVENTORY: Reply.ACCEPTED,
    }


async def test_a_source_that_a_bulk_start_skips_silently_is_unknown(clock: FakeClock) -> None:
    sandbox = world(clock, bulk_skips_silently="yes")
    provider = streamkap(sandbox, clock)

    receipt = await send(provider, await bulk_of(provider, CUSTOMERS, INVENTORY))

    ran = {run["source_id"] for run in sandbox.runs() if run["request"] is not None}
    assert {item.key for item in receipt.items if item.reply is Reply.ACCEPTED} == ran
    assert Reply.UNKNOWN in {item.reply for item in receipt.items}


async def test_a_bulk_stop_ends_every_source(clock: FakeClock) -> None:
    sandbox = world(clock)
    provider = streamkap(sandbox, clock)
    start = await bulk_of(provider, CUSTOMERS, INVENTORY)
    await send(provider, start)
    stop = Stop(
        Form.BULK,
        tuple(
            StopSource(item.source_id, INCREMENTAL, (), item.topics[0].db_id)
            for item in start.sources
        ),
    )

    receipt = await send(provider, stop)
    again = await send(provider, stop)

    assert receipt.reply is Reply.ACCEPTED
    assert again.reply in {Reply.ACCEPTED, Reply.FAILED}


@pytest.mark.parametrize(
    ("effect", "started"), [("drop_before", 0), ("drop_after", 1), ("html", 0), ("truncate", 1)]
)
async def test_a_start_whose_answer_is_lost_is_unknown_and_sent_once(
    clock: FakeClock, effect: str, started: int
) -> None:
    sandbox = world(clock)
    provider = streamkap(sandbox, clock)
    await fault(sandbox, {"effect": effect, "method": "POST", "path": "^/topics/bulk/snapshot"})

    receipt = await send(provider, await bulk_of(provider, INVENTORY))

    assert (receipt.reply, receipt.attempts) == (Reply.UNKNOWN, 1)
    assert len([run for run in sandbox.runs() if run["request"] is not None]) == started


MIRRORS = {
    "inventory.levels": "ACTIVE",
    "inventory.moves": "ACTIVE",
    "legacy.exports": "STOPPED",
    "orders.cancelled": "ACTIVE",
    "orders.created": "ACTIVE",
    "orders.shipped": "ACTIVE",
    "payments.captured": "PAUSED",
    "payments.refunded": "ACTIVE",
}


@pytest.mark.parametrize(
    "quirk",
    [{}, {"nulls": "omitted"}, {"answer_order": "request"}, {"link_pause_shows": "PAUSED"}],
    ids=named,
)
async def test_mirrors_are_seen_under_every_quirk(clock: FakeClock, quirk: dict[str, str]) -> None:
    sandbox = world(clock, **quirk)
    provider = confluent(sandbox, clock)

    seen = await look(provider, LINK)

    assert (words(seen), seen.warnings) == (MIRRORS, ())
    assert provider.traffic().total == len(sandbox.requests())


async def test_stopped_mirrors_may_be_left_out_and_unknown_words_are_kept(clock: FakeClock) -> None:
    listed = words(await look(confluent(world(clock, stopped_listed="no"), clock), LINK))
    odd = words(await look(confluent(world(clock, unknown_status="yes"), clock), LINK))

    assert listed == {name: word for name, word in MIRRORS.items() if word != "STOPPED"}
    assert set(odd.values()) - {"ACTIVE", "PAUSED", "STOPPED"}


async def test_all_links_at_once_are_the_same_as_one_by_one(clock: FakeClock) -> None:
    sandbox = world(clock)

    both = await look(confluent(sandbox, clock), LINK, LinkTarget("lkc-abc123", "lab-to-west"))
    one = await look(confluent(sandbox, clock), LINK)

    assert both.links[0] == one.links[0]
    paths = [str(request["path"]) for request in sandbox.requests()]
    assert paths[1].endswith("/links/-/mirrors")
    assert paths[3].endswith("/links/east-to-west/mirrors")


async def test_a_pause_is_accepted_topic_by_topic_and_shows_later(clock: FakeClock) -> None:
    provider = confluent(world(clock), clock)
    change = Pause(*_link(), ("legacy.exports", "nobody", "orders.created"))

    receipt = await send(provider, change)
    before = words(await look(provider, LINK))
    clock.advance(1.5)
    after = words(await look(provider, LINK))

    assert [(item.key, item.reply) for item in receipt.items] == [
        ("legacy.exports", Reply.FAILED),
        ("nobody", Reply.FAILED),
        ("orders.created", Reply.ACCEPTED),
    ]
    assert (before["orders.created"], after["orders.created"]) == ("ACTIVE", "PAUSED")


async def test_a_resume_shows_later(clock: FakeClock) -> None:
    provider = confluent(world(clock), clock)

    receipt = await send(provider, Resume(*_link(), ("payments.captured",)))
    clock.advance(1.5)

    assert receipt.reply is Reply.ACCEPTED
    assert words(await look(provider, LINK))["payments.captured"] == "ACTIVE"


@pytest.mark.parametrize(
    ("quirk", "topics", "reply"),
    [
        ({"repeat_pause": "ok"}, ("payments.captured",), Reply.ACCEPTED),
        ({"repeat_pause": "400"}, ("payments.captured",), Reply.FAILED),
        ({"unknown_mirror": "item"}, ("nobody",), Reply.FAILED),
        ({"unknown_mirror": "404"}, ("nobody",), Reply.FAILED),
    ],
    ids=["repeat-ok", "repeat-400", "unknown-item", "unknown-404"],
)
async def test_odd_pauses_are_answered_as_the_quirk_says(
    clock: FakeClock, quirk: dict[str, str], topics: tuple[str, ...], reply: Reply
) -> None:
    receipt = await send(confluent(world(clock, **quirk), clock), Pause(*_link(), topics))

    assert [item.reply for item in receipt.items] == [reply]


async def test_items_missing_from_an_answer_are_failed(clock: FakeClock) -> None:
    provider = confluent(world(clock, answer_missing_items="yes"), clock)
    topics = ("orders.cancelled", "orders.created", "orders.shipped")

    receipt = await send(provider, Pause(*_link(), topics))

    missing = [item.key for item in receipt.items if item.message == "not in the answer"]
    assert missing
    assert [item.key for item in receipt.items if item.reply is Reply.FAILED] == missing


async def test_a_pause_whose_answer_is_lost_is_unknown(clock: FakeClock) -> None:
    sandbox = world(clock)
    await fault(sandbox, {"effect": "drop_after", "method": "POST", "path": "mirrors:pause"})
    provider = confluent(sandbox, clock)

    receipt = await send(provider, Pause(*_link(), ("orders.created",)))
    clock.advance(1.5)

    assert receipt.reply is Reply.UNKNOWN
    assert words(await look(provider, LINK))["orders.created"] == "PAUSED"


async def test_a_token_that_ends_is_renewed(clock: FakeClock) -> None:
    provider = streamkap(world(clock), clock)
    await look(provider, BY_ID)
    clock.advance(timedelta(days=2).total_seconds())

    await look(provider, BY_ID)

    assert (provider.traffic().tokens, provider.traffic().retries) == (2, 0)


def _link() -> tuple[str, str]:
    return LINK.cluster_id, LINK.link


def test_the_sample_ran_when_these_tests_think_it_did() -> None:
    assert datetime(2026, 11, 1, 12, tzinfo=UTC) == RAN
