import pytest

from reconciler.model.checkup import Check, Level
from tests.support.clock import FakeClock
from tests.support.streamkap import LINEAGE, Streamkap, opened, rows, source
from tests.support.vendor import Reply

pytestmark = pytest.mark.anyio
S1 = source("s1", "orders", "a", "b")


async def checks(streamkap: Streamkap, clock: FakeClock) -> dict[str, Check]:
    provider, _ = opened(streamkap, clock)
    examined = await provider.examine(())
    return {check.name: check for check in examined.checks}


async def test_each_read_is_tried_once(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap([S1]), clock)
    await provider.examine(())

    assert vendor.log == [
        "POST /auth/access-token",
        "GET /sources",
        f"POST {LINEAGE}",
        "GET /topics/details",
        "GET /topics/details",
    ]


async def test_topics_under_other_names_fail(clock: FakeClock) -> None:
    strange = [row | {"id": "x", "name": "x"} for row in rows(S1)]
    found = await checks(Streamkap([S1], details=strange), clock)

    assert found["topics"].level is Level.FAIL
    assert found["topics"].found == "topics are not named source_<id>.<topic>"


async def test_an_answer_that_is_not_grouped_by_source_is_none(clock: FakeClock) -> None:
    found = await checks(Streamkap([S1], lineage=Reply(200, {"other": []})), clock)

    assert found["lineage"].found == "the answer is not grouped by source id"
    assert found["metrics"].level is Level.OK


async def test_sources_that_do_not_say_their_project_are_odd(clock: FakeClock) -> None:
    found = await checks(Streamkap([S1 | {"service_id": None}]), clock)

    assert found["project"].found == "sources do not say their project"


@pytest.mark.parametrize(
    ("time", "told"),
    [
        pytest.param("2026-11-20T00:00:00Z", "RFC 3339 with a zone (1)", id="utc"),
        pytest.param("2026-11-20T00:00:00-05:00", "RFC 3339 with a zone (1)", id="west"),
        pytest.param("2026-11-20T00:00:00", "without a zone, which is read as UTC (1)", id="naive"),
        pytest.param("1795348800000", "milliseconds since 1970 (1)", id="digits"),
        pytest.param(1795348800000, "milliseconds since 1970 (1)", id="number"),
        pytest.param("", "no time at all (1)", id="empty"),
    ],
)
async def test_how_times_are_written(time: object, told: str, clock: FakeClock) -> None:
    detail = {"status": "completed", "start_timestamp": time}
    topics = [{"id": "source_s1.a", "snapshot_details": [detail]}]
    found = await checks(Streamkap([S1], lineage=Reply(200, {"s1": topics})), clock)

    assert found["times"].found == told
