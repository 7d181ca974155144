"""Windows while a plan is carried out: what has closed meanwhile is not sent, unless somebody says why."""

from reconciler.core.judge import Policy
from reconciler.engine.halting import Halt
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Actor, WordKind
from reconciler.model.outcome import Result
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.support.rich import (
    completed,
    connections,
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
from tests.support.stage import Stage, left

GLASS = Policy(break_glass="INC-1")
WORLD = world(link("west", mirror("a"), mirror("b")), source("crm", topic("crm.x"), topic("crm.y")))
SPECS = connections() + mirrors("west", paused("a", "b")) + snapshots("crm", completed("crm.x"))


def policy(schedule: str, duration: str, kind: str = "allow") -> str:
    """A Policy over everything, in UTC; the clock of a stage begins at noon of a Sunday."""
    window = f'{{schedule: "{schedule}", duration: {duration}, reason: CHG-9}}'
    head = "---\napiVersion: reconciler.dev/v1alpha1\nkind: Policy\nmetadata: {name: w}\n"
    return f"{head}spec: {{windows: {{{kind}: [{window}]}}}}\n"


CLOSING = policy("0 11 * * *", "61m")  # closes at 12:01
CLOSED = policy("0 22 * * *", "6h")
ALL = {"west/a": Result.STALE, "west/b": Result.STALE, "crm/crm.x": Result.STALE}


async def _two_minutes(halt: Halt) -> None:
    await halt.clock.sleep(120)


def test_outside_nothing_is_sent_and_inside_everything():
    stage = Stage(WORLD, SPECS + CLOSED)
    outside = stage.apply()
    before = stage.writes()
    stage.pass_time(10 * 3600)
    inside = stage.apply()

    assert (outside.results, before) == ({}, [])
    assert set(left(outside.planned).values()) == {Verdict.DEFERRED}
    assert set(inside.results.values()) <= {Result.SETTLED, Result.STARTED}
    assert len(inside.results) == 3


def test_what_closes_while_somebody_thinks_is_not_sent():
    stage = Stage(WORLD, SPECS + CLOSING)
    applied = stage.clock.run(lambda: stage.applying(between=_two_minutes))

    assert applied.results == ALL
    assert stage.writes() == []
    assert applied.of("a").message == (
        "its window has closed: Policy/w allows changes only for 1h 1m from `0 11 * * *` (UTC: CHG-9); "
        "the next opening is 2026-11-23T11:00:00Z"
    )


def test_what_closes_while_the_first_look_at_a_source_is_repeated_is_not_started():
    """Without an older ledger a start waits for `lag`; here that is longer than the window lasts."""
    specs = SPECS.replace("lag: 5s", "lag: 120s")
    applied = Stage(WORLD, specs + CLOSING).apply()

    assert applied.results == {
        "west/a": Result.SETTLED,
        "west/b": Result.SETTLED,
        "crm/crm.x": Result.STALE,
    }


def test_a_step_with_one_document_whose_window_has_closed_waits_whole():
    """Both sources go in one call; which part of it could go is not for apply to choose."""
    both = world(source("crm", topic("crm.x")), source("till", topic("till.x")))
    labelled = snapshots("till", completed("till.x")).replace(
        "name: till}", "name: till, labels: {a: b}}"
    )
    specs = connections() + snapshots("crm", completed("crm.x")) + labelled
    only = CLOSING.replace("spec: {", "spec: {selector: {labels: {a: b}}, ")
    stage = Stage(both, specs + only)
    applied = stage.clock.run(lambda: stage.applying(between=_two_minutes))

    assert applied.results == {"crm/crm.x": Result.STALE, "till/till.x": Result.STALE}
    assert stage.our_starts() == []


def test_a_broken_glass_lets_it_through_and_is_written_down_with_who_and_why(ledger: Ledger):
    stage = Stage(WORLD, SPECS + CLOSED, ledger=ledger)
    applied = stage.apply(policy=GLASS)
    words = [(w.kind, w.said.actor, w.said.reason, w.topic) for w in ledger.words()]

    assert set(applied.results.values()) == {Result.SETTLED, Result.STARTED}
    assert sorted(words) == [
        (WordKind.BREAK_GLASS, Actor("anna"), "INC-1", name) for name in ("a", "b", "crm.x")
    ]
    assert [text.partition(",")[0] for text in applied.report.warnings] == [
        "s1 was sent with --break-glass (INC-1)",
        "s2 was sent with --break-glass (INC-1)",
    ]
    assert all("although Policy/w allows changes only" in w for w in applied.report.warnings)


def test_a_glass_that_was_broken_for_nothing_is_not_written_down(ledger: Ledger):
    stage = Stage(WORLD, SPECS + policy("0 11 * * *", "6h"), ledger=ledger)
    applied = stage.apply(policy=GLASS)

    assert len(applied.results) == 3
    assert (ledger.words(), applied.report.warnings) == ((), ())


def test_a_saved_plan_is_held_against_the_windows_of_the_moment():
    stage = Stage(WORLD, SPECS + CLOSING)
    planned = stage.plan()
    saved = saved_of(planned)
    stage.pass_time(120)
    report = apply_saved(stage, saved)

    assert {str(s.not_after) for s in planned.plan.steps} == {"2026-11-22 12:01:00+00:00"}
    assert {item.result for item in report.items} == {Result.STALE}
    assert stage.writes() == []


def test_a_saved_plan_is_held_against_windows_that_came_after_it():
    stage = Stage(WORLD, SPECS)
    saved = saved_of(stage.plan())
    stage = Stage(WORLD, SPECS + CLOSED)

    assert {item.result for item in apply_saved(stage, saved).items} == {Result.STALE}
    assert stage.writes() == []


def test_a_saved_plan_needs_its_glass_broken_again():
    stage = Stage(WORLD, SPECS + CLOSED)
    saved = saved_of(stage.plan(GLASS))
    refused = apply_saved(stage, saved)
    applied = apply_saved(stage, saved, break_glass="INC-1")

    assert {item.result for item in refused.items} == {Result.STALE}
    assert {item.result for item in applied.items} == {Result.SETTLED, Result.STARTED}


def test_a_broken_glass_lifts_the_end_of_a_window_and_not_that_of_a_pause():
    specs = connections() + mirrors(
        "west", paused("a", until="2026-11-22T12:05:00Z") + "\n" + paused("b")
    )
    stage = Stage(WORLD, specs + CLOSING)
    saved = saved_of(stage.plan())
    stage.pass_time(120)
    after_window = apply_saved(stage, saved, break_glass="INC-1")
    again = Stage(WORLD, specs + CLOSING)
    again.pass_time(600)
    after_pause = apply_saved(again, saved, break_glass="INC-1")

    assert {item.result for item in after_window.items} == {Result.SETTLED}
    assert {item.result for item in after_pause.items} == {Result.STALE}


def test_a_time_that_is_given_beats_the_clock():
    stage = Stage(WORLD, SPECS + CLOSED)
    midnight = stage.clock.now().replace(hour=23)

    assert stage.plan(now=midnight).plan.steps != ()
    assert stage.plan().plan.steps == ()


def test_it_is_the_vendors_clock_that_closes_a_window():
    """Theirs is an hour ahead of ours: the window that is open here has closed there."""
    stage = Stage(WORLD, SPECS + CLOSING)
    stage.control("PUT", "clock", {"advance": "1h"})

    assert stage.plan().plan.steps == ()


def test_only_what_was_planned_to_go_has_an_end():
    planned = Stage(WORLD, SPECS + policy("0 13 * * *", "1h", "deny")).plan()

    assert {step.not_after for step in planned.plan.steps} == {
        planned.plan.created_at.replace(hour=13)
    }
    assert (
        replace(planned.plan.steps[0], not_after=None) == Stage(WORLD, SPECS).plan().plan.steps[0]
    )
