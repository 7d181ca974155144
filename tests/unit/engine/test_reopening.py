"""A saved plan taken up again: it does what the plan would do, but for what moved meanwhile."""

from datetime import timedelta

import pytest

from reconciler.core.admission import MAX_AGE
from reconciler.core.pins import Moved
from reconciler.engine.reopening import Reopening, reopen
from reconciler.model.outcome import Result
from reconciler.records import replace
from tests.support.rich import (
    RICH_SPECS,
    RICH_WORLD,
    RUNNING,
    active,
    connections,
    idle,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.saved import apply_saved, saved_of
from tests.support.stage import Stage, source_id
from tests.unit.engine.reopened import MIRRORS, bodies_of, crm, messages_of, results_of, rich


def test_a_plan_from_the_disk_does_what_the_plan_itself_would_do():
    stage, saved = rich()
    direct = Stage(RICH_WORLD, RICH_SPECS)
    report, applied = apply_saved(stage, saved), direct.apply()

    assert results_of(report) == {i.address.topic: i.result for i in applied.report.items}
    assert bodies_of(stage) == bodies_of(direct)
    assert len(stage.writes()) == len(saved.plan.steps)


def test_what_it_touches_is_looked_at_once_and_starts_a_second_time():
    stage = crm()
    saved = saved_of(stage.plan())
    before = len(stage.requests())
    apply_saved(stage, saved)
    asked = [f"{r['method']} {r['path']}" for r in stage.requests()[before:]]
    first = next(n for n, line in enumerate(asked) if "mirrors:" in line)
    start = next(n for n, line in enumerate(asked) if line == "POST /sources/snapshot")

    assert len([line for line in asked[:first] if "lineage" in line]) == 1
    assert len([line for line in asked[:start] if "lineage" in line]) == 2
    assert [line for line in asked if "/topics/details" in line] == []


def test_what_is_disruptive_still_needs_a_word():
    stage, saved = rich()
    report = apply_saved(stage, saved, allow=False)

    held = {t for t, result in results_of(report).items() if result is Result.HELD}
    assert held == {"audit.x", "lab.a"}


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        pytest.param(
            "POST",
            f"{MIRRORS}:pause",
            {"mirror_topic_names": ["a"]},
            {"a": Result.DONE},
            id="paused-by-hand",
        ),
        pytest.param(
            "POST",
            f"{MIRRORS}:promote",
            {"mirror_topic_names": ["b"]},
            {"b": Result.STALE},
            id="promoted-by-hand",
        ),
        pytest.param(
            "POST",
            "/sources/snapshot",
            {"topic_names": ["crm.x", "crm.y"]},
            {"crm.x": Result.DONE, "crm.y": Result.DONE},
            id="started-by-hand",
        ),
        pytest.param(
            "POST",
            "/sources/snapshot",
            {"topic_names": ["crm.y"]},
            {"crm.y": Result.DONE},
            id="one-started-by-hand",
        ),
    ],
)
def test_what_was_done_by_hand_meanwhile_is_left_out(
    method: str, path: str, body: dict[str, object], expected: dict[str, Result]
):
    stage = crm()
    saved = saved_of(stage.plan())
    if path == "/sources/snapshot":
        body |= {"source_id": source_id(stage, "crm")}
    assert stage.hands_on(method, path, body).is_success
    stage.pass_time(8 * 3600)
    report = apply_saved(stage, saved)

    rest = {"a": Result.SETTLED, "b": Result.SETTLED}
    rest |= {"crm.x": Result.STARTED, "crm.y": Result.STARTED}
    assert results_of(report) == rest | expected
    sent = {t for body in bodies_of(stage) for t in ("'a'", "'b'", "crm.x", "crm.y") if t in body}
    assert {t.strip("'") for t in sent} == set(rest) - set(expected)


def test_what_moved_is_told_with_what_the_plan_saw():
    stage = crm()
    saved = saved_of(stage.plan())
    assert stage.hands_on("POST", f"{MIRRORS}:promote", {"mirror_topic_names": ["b"]}).is_success
    stage.pass_time(60)
    report = apply_saved(stage, saved)

    assert messages_of(report)["b"] == "it moved since the plan, which saw: PAUSED"


def test_a_stop_of_a_run_that_has_ended_is_done():
    stage = Stage(
        world(source("audit", topic("audit.x", RUNNING, rows=200))),
        connections() + snapshots("audit", idle("audit.*")),
    )
    saved = saved_of(stage.plan())
    stage.pass_time(3600)
    report = apply_saved(stage, saved)

    assert (results_of(report), stage.writes()) == ({"audit.x": Result.DONE}, [])


def test_a_pause_is_not_sent_when_its_time_is_over():
    stage = Stage(
        world(link("west", mirror("a"), mirror("b", "PAUSED"))),
        connections()
        + mirrors("west", paused("a", until="2026-11-22T13:00:00Z") + "\n" + active("b")),
    )
    saved = saved_of(stage.plan())
    stage.pass_time(3601)
    report = apply_saved(stage, replace(saved, not_after=saved.plan.created_at + MAX_AGE))

    assert results_of(report) == {"a": Result.STALE, "b": Result.SETTLED}
    assert messages_of(report)["a"] == "its time was over at 2026-11-22T13:00:00Z"
    assert len(stage.writes()) == 1


def test_a_pause_whose_answer_was_lost_is_not_sent_again_when_its_time_is_over():
    stage = Stage(
        world(link("west", mirror("a"))),
        connections() + mirrors("west", paused("a", until="2026-11-22T12:00:03Z")),
    )
    stage.fail({"path": "mirrors:pause", "effect": "drop_before", "times": 1})
    applied = stage.apply()

    assert applied.of("a").result is Result.FAILED
    assert applied.of("a").message == "not sent: its time was over at 2026-11-22T12:00:03Z"
    assert len(stage.writes()) == 1


def test_a_rehearsal_has_its_own_time():
    """`--now` beats the clock, also where a pause ends."""
    stage = Stage(
        world(link("west", mirror("a"))),
        connections() + mirrors("west", paused("a", until="2026-11-22T13:00:00Z")),
    )
    planned = stage.plan(now=stage.clock.now() - timedelta(days=9))
    stage.pass_time(7200)
    saved = saved_of(planned)

    async def main():
        async with stage._opened() as providers:
            asked = Reopening(saved, stage.desired, Moved({}, {}), planned.now)
            return await reopen(asked, providers, stage.clock, lambda _: None)

    assert stage.clock.run(main).now == planned.now
