from datetime import datetime, timedelta

import pytest

from reconciler.model.observed import (
    ObservedConnection,
    ObservedSource,
    ObservedTopic,
    Problem,
    ProblemKind,
    Run,
    SourceTarget,
    SourceTopics,
    SourceView,
)
from reconciler.model.outcome import Traffic
from reconciler.providers.advice import SILENT, UNREADABLE
from reconciler.providers.protocol import Purpose
from tests.support.clock import START, FakeClock
from tests.support.streamkap import LINEAGE, Streamkap, opened, rows, source
from tests.support.streamkap_look import ALL_OF_S1, ONE, S1, look, topics
from tests.support.vendor import Reply, Request

pytestmark = pytest.mark.anyio


async def test_a_source_is_seen_whole(clock: FakeClock) -> None:
    provider, vendor = opened(ONE, clock)

    seen = await look(provider, S1)

    expected = ObservedSource(
        "s1",
        "orders",
        "Active",
        "postgresql",
        (ObservedTopic("a", ()), ObservedTopic("b", ())),
    )
    assert seen == ObservedConnection("here", START, (SourceView(S1, expected),))
    assert vendor.log == ["POST /auth/access-token", "GET /sources/s1", f"POST {LINEAGE}"]
    assert provider.traffic() == Traffic(tokens=1, reads=2)
    assert (provider.connection, provider.identity) == ("here", "sandbox")


async def test_nothing_asked_is_nothing_sent(clock: FakeClock) -> None:
    provider, vendor = opened(ONE, clock)

    assert await look(provider) == ObservedConnection("here", START)
    assert vendor.log == []


async def test_states_that_serve_no_rule_are_not_read(clock: FakeClock) -> None:
    provider, vendor = opened(ONE, clock)

    seen = await look(provider, SourceTarget(source_id="s1", wants_runs=False))

    assert topics(seen) == (ObservedTopic("a", None), ObservedTopic("b", None))
    assert vendor.log[1:] == ["GET /sources/s1"]


async def test_a_glob_reads_the_topics_and_remembers_their_database_ids(clock: FakeClock) -> None:
    provider, vendor = opened(ONE, clock)

    seen = await look(provider, ALL_OF_S1)

    assert [topic.name for topic in topics(seen)] == ["a", "b"]
    assert vendor.requests[-1].path in {"/topics/details", LINEAGE}
    assert provider.db_ids_known("s1")
    assert not provider.db_ids_known("s2")
    assert await provider.topics(["s1"], Purpose.READS, seen_runs=False) == (
        SourceTopics("s1", (("a", "db-source_s1.a"), ("b", "db-source_s1.b"))),
    )
    assert provider.traffic() == Traffic(tokens=1, reads=3)


async def test_topics_of_a_source_that_names_none_are_read(clock: FakeClock) -> None:
    bare = source("s1", "orders") | {"topic_ids": None}
    streamkap = Streamkap(
        [bare], details=rows(source("s1", "orders", "a")), lineage=Reply(200, {"s1": []})
    )
    provider, _ = opened(streamkap, clock)

    assert topics(await look(provider, S1)) == (ObservedTopic("a", ()),)


async def test_the_query_for_topics_is_exactly_the_documented_one(clock: FakeClock) -> None:
    provider, vendor = opened(ONE, clock)

    await provider.topics(["s1", "s2"], Purpose.SECOND_LOOK, seen_runs=True)

    assert vendor.requests[-1].query == {
        "entity_type": "sources",
        "entity_id": "s1,s2",
        "include_dlq": "false",
        "snapshot": "running,pending,completed,failed,cancelled",
        "page": "1",
        "page_size": "100",
    }
    assert provider.traffic() == Traffic(tokens=1, second_look=1)


async def test_topics_that_only_the_state_names_are_seen_too(clock: FakeClock) -> None:
    shown = {"s1": [{"id": "source_s1.c", "snapshot_status": "running"}]}
    provider, _ = opened(Streamkap(ONE.sources, lineage=Reply(200, shown)), clock)

    assert topics(await look(provider, S1)) == (
        ObservedTopic("a", ()),
        ObservedTopic("b", ()),
        ObservedTopic("c", (Run("running"),)),
    )


async def test_topics_with_another_prefix_are_ignored_with_a_warning(clock: FakeClock) -> None:
    odd = source("s1", "orders", "a") | {"topic_ids": ["source_s1.a", "transform_x.b"]}
    provider, _ = opened(Streamkap([odd], lineage=Reply(200, {"s1": []})), clock)
    warning = "source s1: ignored topic 'transform_x.b': not named source_s1.<topic>"

    for target in (S1, ALL_OF_S1):
        seen = await look(provider, target)

        assert (topics(seen), seen.warnings) == ((ObservedTopic("a", ()),), (warning,))


async def test_listed_topics_of_which_none_is_the_source_s_are_unreadable(clock: FakeClock) -> None:
    streamkap = Streamkap(ONE.sources, details=[{"id": "a", "entity": {"entity_id": "s1"}}])
    provider, _ = opened(streamkap, clock)

    seen = await look(provider, ALL_OF_S1)
    again = await provider.topics(["s1"], Purpose.READS, seen_runs=True)

    problem = Problem(ProblemKind.UNREADABLE, "no listed topic is named source_s1.<topic>")
    assert seen.sources == (SourceView(ALL_OF_S1, None, problem),)
    assert again == (SourceTopics("s1", problem=problem),)


async def test_topics_that_cannot_be_listed_make_the_source_unreadable(clock: FakeClock) -> None:
    broken = lambda ask: Reply(403, {}) if ask.path == "/topics/details" else None  # noqa: E731
    provider, _ = opened(Streamkap(ONE.sources, override=broken), clock)

    seen = await look(provider, ALL_OF_S1)
    again = await provider.topics(["s1"], Purpose.READS, seen_runs=False)

    problem = Problem(
        ProblemKind.UNREADABLE,
        "here: GET /topics/details: 403 (application/json): {}",
        "check what the credential may do",
    )
    assert seen.sources == (SourceView(ALL_OF_S1, None, problem),)
    assert again == (SourceTopics("s1", problem=problem),)
    assert not provider.db_ids_known("s1")


@pytest.mark.parametrize(
    "lists",
    [
        {"topic_ids": ["source_s1.a"], "topic_db_ids": []},
        {"topic_ids": ["source_s1.a", "source_s1.a"], "topic_db_ids": ["1", "2"]},
        {"topic_ids": ["source_s1.a", "source_s1.b"], "topic_db_ids": ["1", "1"]},
        {"topic_ids": None, "topic_db_ids": None},
        {},
    ],
    ids=["short", "same topic", "same id", "null", "absent"],
)
async def test_database_ids_that_cannot_be_paired_for_certain_are_none(
    clock: FakeClock, lists: dict[str, object]
) -> None:
    row = {"id": "source_s1.a", "entity": {"entity_id": "s1"} | lists}
    provider, vendor = opened(Streamkap(ONE.sources, details=[row]), clock)

    found = await provider.topics(["s1"], Purpose.READS, seen_runs=False)
    again = await provider.topics(["s1"], Purpose.READS, seen_runs=False)

    assert found == again == (SourceTopics("s1"),)
    assert (provider.db_ids_known("s1"), len(vendor.log)) == (True, 2)


async def test_rows_that_pair_differently_are_not_paired(clock: FakeClock) -> None:
    first, second = rows(source("s1", "", "a", "b"))
    second = second | {"entity": second["entity"] | {"topic_db_ids": ["x", "y"]}}
    provider, _ = opened(Streamkap(ONE.sources, details=[first, second]), clock)

    found = await provider.topics(["s1"], Purpose.READS, seen_runs=False)

    assert found == (SourceTopics("s1"),)


async def test_topics_of_many_sources_are_read_in_urls_that_are_not_too_long(
    clock: FakeClock,
) -> None:
    sources = [source(f"{number:024}", "", "a") for number in range(120)]
    provider, vendor = opened(Streamkap(sources), clock)
    ids = [str(item["id"]) for item in sources]

    found = await provider.topics(ids, Purpose.READS, seen_runs=False)

    assert [item.source_id for item in found] == ids
    assert {len(item.db_ids) for item in found} == {1}
    assert [len(request.query["entity_id"].split(",")) for request in vendor.requests[1:]] == [
        48,
        48,
        24,
    ]


async def test_every_page_of_topics_is_read(clock: FakeClock) -> None:
    big = source("s1", "", *(f"t{number:03}" for number in range(200)))
    provider, vendor = opened(Streamkap([big]), clock)

    found = await provider.topics(["s1"], Purpose.READS, seen_runs=True)

    assert found[0].seen_runs == {f"t{number:03}" for number in range(200)}
    assert [request.query["page"] for request in vendor.requests[1:]] == ["1", "2", "3"]


async def test_pages_of_topics_that_repeat_themselves_are_unreadable(clock: FakeClock) -> None:
    full = rows(source("s1", "", *(f"t{number:03}" for number in range(100))))
    same = lambda ask: Reply(200, {"result": full}) if ask.path == "/topics/details" else None  # noqa: E731
    provider, _ = opened(Streamkap(override=same), clock)

    found = await provider.topics(["s1"], Purpose.READS, seen_runs=True)

    text = "here: GET /topics/details: page 2 repeats the one before"
    assert found == (SourceTopics("s1", problem=Problem(ProblemKind.UNREADABLE, text, UNREADABLE)),)


async def test_two_targets_of_one_source_share_the_reads(clock: FakeClock) -> None:
    provider, vendor = opened(ONE, clock)
    by_name = SourceTarget(name="orders", wants_all_topics=True, wants_runs=False)

    seen = await look(provider, S1, by_name)

    assert [view.source.id for view in seen.sources if view.source] == ["s1", "s1"]
    assert len(vendor.log) == 1 + 1 + 1 + 1


async def test_while_something_settles_only_states_are_read(clock: FakeClock) -> None:
    shown = {
        "s1": [
            {"id": "source_s1.b", "snapshot_status": "running"},
            {"id": "source_s1.a", "snapshot_details": []},
        ]
    }
    provider, vendor = opened(Streamkap(lineage=Reply(200, shown)), clock)

    seen = await look(provider, S1, SourceTarget(source_id="s2"), states_only=True)

    moving = ObservedSource(
        "s1",
        "",
        None,
        "",
        (ObservedTopic("a", ()), ObservedTopic("b", (Run("running"),))),
        topics_known=False,
    )
    problem = Problem(
        ProblemKind.SILENT,
        f"here: POST {LINEAGE}: Streamkap shows neither runs nor an empty list for source s2",
        SILENT,
    )
    assert seen.sources == (
        SourceView(S1, moving),
        SourceView(SourceTarget(source_id="s2"), None, problem),
    )
    assert vendor.log[1:] == [f"POST {LINEAGE}"]


def dated(text: str | None) -> Streamkap:
    def override(request: Request) -> Reply | None:
        if request.path != "/sources/s1":
            return None
        headers = {} if text is None else {"date": text}
        return Reply(200, {"result": [source("s1", "orders")]}, headers)

    return Streamkap(override=override)


@pytest.mark.parametrize(
    ("date", "now", "warnings"),
    [
        ("Sun, 22 Nov 2026 12:01:00 GMT", START + timedelta(seconds=60), ()),
        ("Sun, 22 Nov 2026 11:59:00 GMT", START - timedelta(seconds=60), ()),
        (
            "Sun, 22 Nov 2026 12:01:01 GMT",
            START + timedelta(seconds=61),
            (
                (
                    "here: the clocks are apart: 2026-11-22T12:01:01Z there,"
                    " 2026-11-22T12:00:00Z here; theirs counts; check the clock of this machine"
                ),
            ),
        ),
        ("nonsense", START, ()),
        (None, START, ()),
    ],
)
async def test_the_vendor_s_clock_counts(
    clock: FakeClock, date: str | None, now: datetime, warnings: tuple[str, ...]
) -> None:
    provider, _ = opened(dated(date), clock)

    seen = await look(provider, SourceTarget(source_id="s1", wants_runs=False))

    assert (seen.now, seen.warnings) == (now, warnings)


async def test_a_clock_that_was_seen_before_does_not_count(clock: FakeClock) -> None:
    provider, _ = opened(dated("Sun, 22 Nov 2026 12:00:30 GMT"), clock)
    await look(provider, SourceTarget(source_id="s1", wants_runs=False))
    clock.advance(600)

    seen = await look(provider)

    assert seen.now == START + timedelta(seconds=600)


@pytest.mark.parametrize(
    ("shown", "is_known"),
    [
        pytest.param(("a", "b"), True, id="all of its topics"),
        pytest.param(("a",), False, id="fewer than it has"),
        pytest.param((), False, id="no row at all"),
    ],
)
async def test_ids_that_came_with_a_confirmation_need_no_read(
    clock: FakeClock, shown: tuple[str, ...], *, is_known: bool
) -> None:
    """A row that shows one topic with a run gives the ids of all topics of its source."""
    rows_shown = rows(source("s1", "", *shown))[:1]
    provider, vendor = opened(Streamkap(ONE.sources, details=rows_shown), clock)
    await look(provider, S1)

    await provider.topics(["s1"], Purpose.READS, seen_runs=True)
    asked = len(vendor.log)
    await provider.topics(["s1"], Purpose.READS, seen_runs=False)

    assert len(vendor.log) - asked == (0 if is_known else 1)


async def test_a_confirmation_of_a_source_that_was_not_looked_at_gives_no_ids(
    clock: FakeClock,
) -> None:
    provider, _ = opened(ONE, clock)

    await provider.topics(["s1"], Purpose.READS, seen_runs=True)

    assert not provider.db_ids_known("s1")
