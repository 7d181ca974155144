"""The canary: of each form of start the smallest call goes first, and is watched."""

from reconciler.engine.halting import Halt
from reconciler.model.outcome import Result
from tests.support.rich import (
    RICH_SPECS,
    RICH_WORLD,
    completed,
    connections,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, source_id

THREE_SPECS = connections() + "".join(
    snapshots(name, completed(f"{name}.p", more=more))
    for name, more in (("a", ""), ("b", ", filter: x>1"), ("c", ", filter: x>1"))
)


def three(**first: object) -> Stage:
    """Three single starts; that of `a`, whose first topic is given, is the canary."""
    sources = [
        source(name, topic(f"{name}.p"), topic(f"{name}.q")) | {"id": name * 24} for name in "abc"
    ]
    sources[0]["topics"][0] |= first
    return Stage(world(*sources), THREE_SPECS)


def test_a_canary_that_is_refused_since_another_run_is_in_its_way_holds_the_others():
    stage = three()

    async def start(_method: str, path: str) -> None:
        if path == "/sources/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "a"), "topic_names": ["a.q"]}
            await stage.by_hand("POST", "/sources/snapshot", body)

    stage.before = start
    applied = stage.apply()

    assert applied.results == {
        "a/a.p": Result.DEFERRED,
        "b/b.p": Result.HELD,
        "c/c.p": Result.HELD,
    }
    assert applied.of("b.p").message == "held back because of the canary s1: it was refused"


def test_a_canary_that_is_stale_gives_its_place_to_the_next():
    stage = three()

    async def start(_halt: Halt) -> None:
        body = {"source_id": source_id(stage, "a"), "topic_names": ["a.q"]}
        await stage.by_hand("POST", "/sources/snapshot", body)

    applied = stage.apply(between=start)

    assert applied.results == {
        "a/a.p": Result.STALE,
        "b/b.p": Result.STARTED,
        "c/c.p": Result.STARTED,
    }


def test_a_single_canary_has_no_say_in_the_bulk_starts():
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.quirks(topic_names="full")
    applied = stage.apply()
    bulk = {r for n, r in applied.results.items() if n.startswith(("crm", "stock", "ads", "log"))}

    assert bulk == {Result.STARTED}


def test_a_canary_that_is_seen_to_cover_its_topics_lets_the_others_go():
    applied = three().apply()

    assert set(applied.results.values()) == {Result.STARTED}
    assert applied.report.traffic.canary == 1


def test_a_canary_whose_run_fails_on_its_own_topics_lets_the_others_go():
    """What it shows is that names are understood; the failure is the table's, which has no key."""
    stage = three(keyed=False)
    stage.quirks(pending_listed="no")
    applied = stage.apply()

    assert applied.results == {
        "a/a.p": Result.FAILED,
        "b/b.p": Result.STARTED,
        "c/c.p": Result.STARTED,
    }
    assert applied.report.warnings == ()


def test_a_canary_waits_no_longer_than_lag():
    stage = three()
    stage.quirks(publish_lag="5m")
    applied = stage.apply()
    waited = (applied.report.ended_at - applied.report.started_at).total_seconds()

    assert applied.results == {
        "a/a.p": Result.ACCEPTED,
        "b/b.p": Result.HELD,
        "c/c.p": Result.HELD,
    }
    assert waited < 5 + 15


def test_what_a_canary_shows_of_others_is_nothing():
    """A look at the canary says nothing of the bulk start that is under way meanwhile."""
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.quirks(topic_names="full", unknown_name="ignored")
    applied = stage.apply()
    bulk = {n: r for n, r in applied.results.items() if n.startswith(("crm", "stock"))}

    assert bulk == dict.fromkeys(
        ["crm/crm.x", "crm/crm.y", "stock/stock.l", "stock/stock.m"], Result.STARTED
    )


def test_a_bulk_canary_with_one_busy_source_is_judged_by_the_others():
    stage = Stage(RICH_WORLD, RICH_SPECS)

    async def start(_method: str, path: str) -> None:
        if path == "/topics/bulk/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "ads"), "topic_names": ["ads.bb"]}
            await stage.by_hand("POST", "/sources/snapshot", body)

    stage.before = start
    applied = stage.apply()

    assert (applied.of("ads.a").result, applied.of("log.n").result) == (
        Result.DEFERRED,
        Result.STARTED,
    )
    assert applied.of("crm.x").result is Result.STARTED
