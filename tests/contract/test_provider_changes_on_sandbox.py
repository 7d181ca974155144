"""Changes sent by both providers to the sandbox, and what their receipts say."""

from datetime import timedelta

import pytest
import stamina

from reconciler.model.change import (
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.observed import (
    SourceTarget,
)
from reconciler.model.outcome import Reply
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap import StreamkapProvider
from tests.support.clock import START, FakeClock
from tests.support.provider_stage import (
    BY_ID,
    CUSTOMERS,
    INCREMENTAL,
    INVENTORY,
    LINK,
    confluent,
    fault,
    look,
    runs,
    send,
    streamkap,
    words,
    world,
)

pytestmark = pytest.mark.anyio


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


def _link() -> tuple[str, str]:
    return LINK.cluster_id, LINK.link
