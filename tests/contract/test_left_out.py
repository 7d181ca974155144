"""What apply leaves out: what moved since the plan, what needs a word, what is busy."""

import pytest

from reconciler.engine.halting import Halt
from reconciler.model.outcome import Result
from tests.contract.scenes import MIRRORS, ONE_LINK, ONE_LINK_SPECS, TWO_SOURCES, TWO_SPECS, rich
from tests.support.rich import (
    RUNNING,
    connections,
    idle,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, source_id


@pytest.mark.parametrize(
    ("topics", "result"), [(["crm.x"], Result.DONE), (["crm.zz"], Result.STALE)]
)
def test_a_run_started_by_hand_after_the_plan_is_noticed_and_its_neighbours_go_on(
    topics: list[str], result: Result
):
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def start(_halt: Halt) -> None:
        body = {"source_id": source_id(stage, "crm"), "topic_names": topics}
        await stage.by_hand("POST", "/sources/snapshot", body)

    applied = stage.apply(between=start)

    assert applied.results == {"crm/crm.x": result, "stock/stock.l": Result.STARTED}
    assert stage.our_starts() == ["stock/stock.l"]


@pytest.mark.parametrize(("method", "rest"), [("POST", "/actions/pause"), ("DELETE", "")])
def test_a_source_that_was_paused_or_deleted_after_the_plan_is_stale(method: str, rest: str):
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def spoil(_halt: Halt) -> None:
        answer = await stage.by_hand(method, f"/sources/{source_id(stage, 'crm')}{rest}")
        assert answer.is_success, answer.text

    applied = stage.apply(between=spoil)

    assert applied.results == {"crm/crm.x": Result.STALE, "stock/stock.l": Result.STARTED}


@pytest.mark.parametrize(
    ("verb", "results"),
    [
        ("pause", {"west/a": Result.DONE, "west/b": Result.SETTLED}),
        ("promote", {"west/a": Result.STALE, "west/b": Result.SETTLED}),
    ],
)
def test_an_old_plan_looks_at_mirrors_again(verb: str, results: dict[str, Result]):
    stage = Stage(ONE_LINK, ONE_LINK_SPECS)

    async def change(halt: Halt) -> None:
        await stage.by_hand("POST", f"{MIRRORS}:{verb}", {"mirror_topic_names": ["a"]})
        await halt.clock.sleep(120)

    applied = stage.apply(between=change)
    sent = [r["body"] for r in stage.requests() if r["method"] == "POST"]

    assert applied.results == results
    assert sent == [{"mirror_topic_names": ["b"]}]


def test_a_run_that_ended_by_itself_needs_no_stop():
    stage = Stage(
        world(source("audit", topic("audit.x", RUNNING, rows=200))),
        connections() + snapshots("audit", idle("audit.*")),
    )

    async def wait(halt: Halt) -> None:
        await halt.clock.sleep(120)

    applied = stage.apply(between=wait)

    assert applied.results == {"audit/audit.x": Result.DONE}
    assert stage.writes() == []


def test_what_could_not_be_looked_at_again_is_not_started():
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    broken = {"rules": [{"path": ".", "effect": "status", "status": 403, "times": None}]}

    async def spoil(_halt: Halt) -> None:
        await stage._control("PUT", "faults", broken)

    applied = stage.apply(between=spoil)

    assert set(applied.results.values()) == {Result.STALE}
    assert stage.writes() == []


def test_disruptive_changes_are_held_and_their_safe_neighbours_go():
    specs = connections() + mirrors("west", paused("a") + "\n" + paused("b", until="never"))
    stage = Stage(ONE_LINK, specs)
    applied = stage.apply(allow=False)
    sent = [r["body"] for r in stage.requests() if r["method"] == "POST"]

    assert applied.results == {"west/a": Result.SETTLED, "west/b": Result.HELD}
    assert applied.of("b").message == "disruptive: needs --allow disruptive"
    assert sent == [{"mirror_topic_names": ["a"]}]


def test_a_step_that_is_wholly_disruptive_is_not_sent():
    stage = rich()
    applied = stage.apply(allow=False)
    held = {name for name, result in applied.results.items() if result is Result.HELD}

    assert held == {"lab/lab.a", "audit/audit.x"}
    assert [write for write in stage.writes() if "stop" in write or "lab" in write] == []


def test_one_source_that_is_busy_keeps_no_other_of_its_call_from_starting():
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def start(_method: str, path: str) -> None:
        if path == "/topics/bulk/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "crm"), "topic_names": ["crm.zz"]}
            await stage.by_hand("POST", "/sources/snapshot", body)

    stage.before = start
    applied = stage.apply()

    assert applied.results == {"crm/crm.x": Result.DEFERRED, "stock/stock.l": Result.STARTED}


def test_a_busy_source_whose_run_covers_the_topic_has_started():
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def start(_method: str, path: str) -> None:
        if path == "/topics/bulk/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "crm"), "topic_names": ["crm.x"]}
            await stage.by_hand("POST", "/sources/snapshot", body)

    stage.before = start
    applied = stage.apply()

    assert applied.results == {"crm/crm.x": Result.STARTED, "stock/stock.l": Result.STARTED}
    assert applied.of("crm.x").message == "a run that was started elsewhere covers it"
    assert stage.our_starts() == ["stock/stock.l"]
