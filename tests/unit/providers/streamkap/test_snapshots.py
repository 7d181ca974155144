from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.model.desired import Observer
from reconciler.model.observed import (
    ObservedTopic,
    Problem,
    ProblemKind,
    Run,
    SourceTarget,
)
from reconciler.model.outcome import Traffic
from reconciler.providers.advice import SILENT, UNREADABLE, advice_for
from tests.support.clock import START, FakeClock
from tests.support.streamkap import LINEAGE, Streamkap, opened, source
from tests.support.streamkap_look import MISSING, ONE, S1, look, topics
from tests.support.vendor import Reply

pytestmark = pytest.mark.anyio


async def test_states_of_many_sources_are_read_a_hundred_at_a_time(clock: FakeClock) -> None:
    sources = [source(f"s{number:03}", "", "a") for number in range(250)]
    provider, vendor = opened(Streamkap(sources), clock)

    seen = await look(provider, *(SourceTarget(source_id=str(item["id"])) for item in sources))

    batches = [request.body for request in vendor.requests if request.path == LINEAGE]
    assert sorted(len(body["entity_ids"]) for body in batches) == [50, 100, 100]
    assert all(view.source and view.source.topics[0].runs == () for view in seen.sources)
    assert provider.traffic() == Traffic(tokens=1, reads=3 + 3)


async def test_one_warning_is_enough_for_a_missing_batch(clock: FakeClock) -> None:
    sources = [source(f"s{number:03}", "", "a") for number in range(150)]
    provider, vendor = opened(Streamkap(sources, lineage=MISSING), clock)

    seen = await look(provider, *(SourceTarget(source_id=str(item["id"])) for item in sources))

    assert all(view.source and view.source.topics[0].runs == () for view in seen.sources)
    assert (len(seen.warnings), vendor.log.count(f"POST {LINEAGE}")) == (1, 2)


OTHER_SHAPES = {
    "missing": MISSING,
    "not allowed": Reply(405, {"detail": "Method Not Allowed"}),
    "other field": Reply(422, {"detail": []}),
    "list": Reply(200, [{"entity_id": "s1", "topics": []}]),
    "envelope": Reply(200, {"result": [], "total": 0}),
    "wrapped": Reply(200, {"s1": {"result": []}}),
    "html": Reply(200, b"<html>"),
    "other keys": Reply(200, {"sources_s1": []}),
}
RAN = Reply(
    200,
    {
        "data": {
            "snapshotStatus": [
                {
                    "topic_id": "source_s1.a",
                    "status": "completed",
                    "submit_timestamp": "2026-11-20T10:00:00Z",
                }
            ]
        }
    },
)
FROM_METRICS = (
    ObservedTopic("a", (Run("completed", submitted=datetime(2026, 11, 20, 10, tzinfo=UTC)),)),
    ObservedTopic("b", ()),
)


@pytest.mark.parametrize("lineage", OTHER_SHAPES.values(), ids=list(OTHER_SHAPES))
async def test_where_the_batch_is_not_there_for_us_the_metrics_answer(
    clock: FakeClock, lineage: Reply
) -> None:
    provider, vendor = opened(Streamkap(ONE.sources, lineage=lineage, metrics=RAN), clock)

    first = await look(provider, S1)
    asked = len(vendor.log)
    second = await look(provider, S1)

    assert topics(first) == topics(second) == FROM_METRICS
    assert len(first.warnings) == 1
    assert first.warnings[0].startswith("here: reading metrics instead of the dashboard's lineage")
    assert second.warnings == ()
    assert vendor.log[asked:] == ["GET /sources/s1", "GET /sources/s1/metrics"]


async def test_a_batch_that_answered_once_is_not_given_up_for_the_metrics(clock: FakeClock) -> None:
    """They show runs by other times: every old run would look like a new one."""
    streamkap = Streamkap(ONE.sources, metrics=RAN)
    replies = iter([None, MISSING])
    streamkap = replace(streamkap, override=lambda r: next(replies) if r.path == LINEAGE else None)
    provider, vendor = opened(streamkap, clock)

    await look(provider, S1)
    second = await look(provider, S1)

    assert [topic.runs for topic in topics(second)] == [None, None]
    assert second.warnings == ()
    assert "GET /sources/s1/metrics" not in vendor.log


@pytest.mark.parametrize("status", [403, 500])
async def test_an_outage_or_a_lack_of_permission_is_unreadable_and_no_reason_for_metrics(
    clock: FakeClock, status: int
) -> None:
    provider, vendor = opened(Streamkap(ONE.sources, lineage=Reply(status, {"detail": "x"})), clock)

    found = topics(await look(provider, S1))

    assert {topic.runs for topic in found} == {None}
    assert {topic.problem.message for topic in found if topic.problem} == {
        f"here: POST {LINEAGE}: {status}: x"
    }
    assert "GET /sources/s1/metrics" not in vendor.log


async def test_lineage_can_be_insisted_on(clock: FakeClock) -> None:
    provider, vendor = opened(
        Streamkap(ONE.sources, lineage=MISSING), clock, observe=Observer.LINEAGE
    )

    found = topics(await look(provider, S1))

    assert {topic.problem.kind for topic in found if topic.problem} == {ProblemKind.UNREADABLE}
    assert "GET /sources/s1/metrics" not in vendor.log


async def test_metrics_can_be_insisted_on(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap(ONE.sources, metrics=RAN), clock, observe=Observer.METRICS)

    seen = await look(provider, S1)

    assert (topics(seen), seen.warnings) == (FROM_METRICS, ())
    assert vendor.log[1:] == ["GET /sources/s1", "GET /sources/s1/metrics"]


@pytest.mark.parametrize(
    ("oldest", "begin"),
    [
        (None, "2023-11-23T12:00:00Z"),
        (START - timedelta(days=7), "2023-11-23T12:00:00Z"),
        (datetime(2020, 1, 1, tzinfo=UTC), "2020-01-01T00:00:00Z"),
    ],
)
async def test_metrics_are_asked_about_a_period_that_hides_no_run(
    clock: FakeClock, oldest: datetime | None, begin: str
) -> None:
    provider, vendor = opened(ONE, clock, observe=Observer.METRICS)

    await look(provider, SourceTarget(source_id="s1", oldest_since=oldest), S1)

    assert vendor.requests[-1].query == {"time_type": "latest", "timestamp_from": begin}


@pytest.mark.parametrize(
    ("metrics", "message", "advice"),
    [
        (MISSING, "404: Not Found", SILENT),
        (Reply(500, {"detail": "x"}), "500: x", advice_for(500)),
        (
            Reply(200, {"data": {"snapshotStatus": None}}),
            "Streamkap shows neither runs nor an empty list for source s1",
            SILENT,
        ),
        (
            Reply(200, {"data": []}),
            "the answer cannot be read: Expected `object | null`, got `array` - at `$.data`",
            UNREADABLE,
        ),
    ],
    ids=["404", "500", "null", "other shape"],
)
async def test_metrics_that_cannot_be_read_say_why(
    clock: FakeClock, metrics: Reply, message: str, advice: str
) -> None:
    provider, _ = opened(Streamkap(ONE.sources, metrics=metrics), clock, observe=Observer.METRICS)

    kind = ProblemKind.SILENT if advice is SILENT else ProblemKind.UNREADABLE
    problem = Problem(kind, f"here: GET /sources/s1/metrics: {message}", advice)
    assert topics(await look(provider, S1)) == (
        ObservedTopic("a", None, problem),
        ObservedTopic("b", None, problem),
    )


async def test_a_source_that_the_batch_leaves_out_is_unreadable(clock: FakeClock) -> None:
    streamkap = Streamkap(
        [source("s1", "", "a"), source("s2", "", "a"), source("s3", "", "a")],
        lineage=Reply(200, {"s1": [], "s3": None}),
    )
    provider, _ = opened(streamkap, clock)

    seen = await look(provider, *(SourceTarget(source_id=f"s{number}") for number in (1, 2, 3)))

    runs = [view.source.topics[0].runs for view in seen.sources if view.source]
    assert runs == [(), None, None]
