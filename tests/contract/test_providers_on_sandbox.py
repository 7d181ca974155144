"""Both providers in front of the sandbox, which was written without knowing them.

Every quirk that concerns reading, and every answer to a change, is met here once.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
import stamina

from reconciler.model.desired import Observer
from reconciler.model.observed import (
    LinkTarget,
    ProblemKind,
    SourceTarget,
)
from reconciler.providers.protocol import Purpose
from reconciler.sandbox import in_memory_sandbox, sample_world
from tests.support.clock import START, FakeClock
from tests.support.provider_stage import (
    BY_ID,
    BY_NAME,
    CUSTOMERS,
    LINK,
    ORDERS,
    RAN,
    SAMPLE,
    UNDATED,
    UNREADABLE,
    WITHOUT_CUSTOMERS,
    confluent,
    fault,
    look,
    named,
    runs,
    sample,
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


async def test_a_token_that_ends_is_renewed(clock: FakeClock) -> None:
    provider = streamkap(world(clock), clock)
    await look(provider, BY_ID)
    clock.advance(timedelta(days=2).total_seconds())

    await look(provider, BY_ID)

    assert (provider.traffic().tokens, provider.traffic().retries) == (2, 0)
