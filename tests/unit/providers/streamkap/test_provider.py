import pytest

from reconciler.errors import WriteRefused
from reconciler.model.change import Form, Start, StartSource, StartTopic
from reconciler.model.desired import SnapshotType
from reconciler.model.observed import ObserveRequest, SourceTarget
from reconciler.model.outcome import ItemReply, Receipt, Traffic
from reconciler.model.outcome import Reply as Word
from reconciler.providers.protocol import Purpose
from tests.support.clock import FakeClock
from tests.support.streamkap import Streamkap, opened, source
from tests.support.vendor import Reply

pytestmark = pytest.mark.anyio
START = Start(
    Form.BULK,
    SnapshotType.INCREMENTAL,
    (StartSource("s1", (StartTopic("a", "d1"),)), StartSource("s2", (StartTopic("a", "d2"),))),
)


def named(*names: str) -> Streamkap:
    results = [{"id": name, "success": True} for name in names]
    done = Reply(200, {"results": results}, {"x-request-id": "r1"})
    return Streamkap(
        [source("s1", "orders", "a"), source("s2", "customers", "a")],
        override=lambda ask: done if ask.path == "/topics/bulk/snapshot" else None,
    )


async def test_a_write_before_writes_are_permitted_is_refused(clock: FakeClock) -> None:
    provider, vendor = opened(named(), clock)

    with pytest.raises(WriteRefused):
        await provider.send(START, provider.render(START))

    assert vendor.log == []


async def test_an_answer_by_name_is_understood_after_the_sources_were_seen(
    clock: FakeClock,
) -> None:
    provider, vendor = opened(named("customers", "orders"), clock)
    provider.permit_writes()
    targets = (SourceTarget(source_id="s1"), SourceTarget(source_id="s2"))
    await provider.observe(ObserveRequest(sources=targets), Purpose.SECOND_LOOK)

    receipt = await provider.send(START, provider.render(START))
    await provider.aclose()

    items = (ItemReply("s1", Word.ACCEPTED), ItemReply("s2", Word.ACCEPTED))
    assert receipt == Receipt(Word.ACCEPTED, items, 200, "r1")
    assert vendor.requests[-1].body == {"snapshot_type": "incremental", "topic_ids": ["d1", "d2"]}
    assert provider.traffic() == Traffic(tokens=1, second_look=2, calls=1)


async def test_an_answer_by_a_name_that_was_never_seen_is_unknown(clock: FakeClock) -> None:
    provider, _ = opened(named("customers", "orders"), clock)
    provider.permit_writes()

    receipt = await provider.send(START, provider.render(START))

    assert receipt.reply is Word.UNKNOWN
