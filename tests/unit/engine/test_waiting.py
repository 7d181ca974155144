"""Waiting for a level: what reaches it, what ends the wait early, how often it looks."""

from datetime import timedelta

import pytest

from reconciler.core.sight import Sight
from reconciler.engine.events import Event, Stage
from reconciler.engine.planning import Planned
from reconciler.engine.waiting import Awaited, Goal, wait_for
from reconciler.errors import UsageError
from reconciler.model.desired import Desired
from reconciler.model.outcome import Outcome
from reconciler.model.verdict import Finding, Verdict
from tests.support.loop import LoopClock
from tests.support.plans import LINK, ORDERS, finding, in_sync, plan_of, start
from tests.support.specs import desired, halt, source_document, streamkap

TOPIC = ORDERS.of("a")
MIRROR = LINK.of("m")
RUNNING = finding(TOPIC, Verdict.IN_PROGRESS, "running, 40 %")
HELD = in_sync(TOPIC, "completed")
NOTHING = Desired()


def waited(
    goal: Goal,
    *rounds: tuple[Finding, ...],
    patience: float = 60.0,
    refused: bool = False,
    specs: Desired = NOTHING,
) -> tuple[Awaited, list[float], list[Event]]:
    """Wait over plans that come one after the other, the last for ever."""
    clock = LoopClock()
    times: list[float] = []
    events: list[Event] = []

    async def plan() -> Planned:
        findings = rounds[min(len(times), len(rounds) - 1)]
        times.append(round(clock.monotonic(), 2))
        return Planned(plan_of(*findings), specs, Sight({}, {}), {}, 0.0, is_refused=refused)

    async def main() -> Awaited:
        return await wait_for(plan, clock, (goal, timedelta(seconds=patience)), events.append)

    return clock.run(main), times, events


def test_a_level_that_holds_is_reached_at_once():
    awaited, times, events = waited(Goal.COMPLETED, (HELD,))

    assert (awaited, times, events) == (Awaited(Outcome.OK), [0.0], [])
    assert (awaited.is_reached, awaited.exit_code) == (True, 0)


def test_it_looks_again_until_the_level_holds():
    awaited, times, events = waited(Goal.COMPLETED, (RUNNING,), (RUNNING,), (HELD,))

    assert awaited == Awaited(Outcome.OK)
    assert times == [0.0, 1.0, 2.5]
    assert events == [Event(Stage.SETTLE, f"{TOPIC}: running, 40 %", 0, 1)] * 2


def test_looks_grow_apart_up_to_half_a_minute_and_end_with_the_patience():
    awaited, times, _ = waited(Goal.COMPLETED, (RUNNING,), patience=120)

    assert awaited == Awaited(Outcome.NOT_REACHED, 1, (f"{TOPIC}: running, 40 %",))
    assert times == [0.0, 1.0, 2.5, 4.75, 8.12, 13.19, 20.78, 32.17, 49.26, 74.89, 104.89, 120.0]
    assert (awaited.is_reached, awaited.exit_code) == (False, 6)


def test_patience_of_nothing_looks_once():
    awaited, times, _ = waited(Goal.COMPLETED, (RUNNING,), patience=0)

    assert (awaited.outcome, times) == (Outcome.NOT_REACHED, [0.0])


@pytest.mark.parametrize(("failed", "outcome"), [(True, Outcome.FAILED), (False, Outcome.BLOCKED)])
def test_what_needs_a_person_ends_the_wait(failed: bool, outcome: Outcome):
    blocked = Finding(TOPIC, Verdict.BLOCKED, "it failed", HELD.origin, failed=failed)
    other = finding(ORDERS.of("b"), Verdict.IN_PROGRESS, "running")
    awaited, times, _ = waited(Goal.COMPLETED, (blocked, other))

    assert awaited == Awaited(outcome, 2, (f"{TOPIC}: it failed", f"{other.address}: running"))
    assert times == [0.0]


@pytest.mark.parametrize("goal", [Goal.PAUSED, Goal.ACTIVE])
def test_a_mirror_is_waited_for_by_its_observed_status(goal: Goal):
    awaited, _, _ = waited(goal, (in_sync(MIRROR, goal.value.upper()),))

    assert awaited.is_reached


def test_a_promoted_mirror_that_only_a_glob_names_is_not_waited_for():
    gone = finding(MIRROR, Verdict.UNMANAGED, "STOPPED")

    assert waited(Goal.PAUSED, (gone,))[0].is_reached


def test_waiting_for_what_the_spec_does_not_want_ends_at_once():
    awaited, times, _ = waited(Goal.PAUSED, (in_sync(MIRROR, "ACTIVE"),))

    assert (awaited.outcome, times) == (Outcome.BLOCKED, [0.0])
    assert awaited.reasons == (f"{MIRROR}: it is as wanted; the spec does not ask for paused",)


def test_what_only_apply_can_do_is_told_to_those_who_wait():
    moving = finding(MIRROR, Verdict.CHANGE, "it is mirroring, and should be paused")
    awaited, _, _ = waited(Goal.PAUSED, (moving,), patience=0)

    assert awaited.reasons == (
        f"{MIRROR}: it is mirroring, and should be paused; `reconciler apply` does it, waiting does not",
    )


def test_an_end_is_not_waited_for_where_nobody_asks_for_one():
    idle = Finding(ORDERS.of("b"), Verdict.IN_SYNC, "nothing runs", HELD.origin, after="idle")
    awaited, _, _ = waited(Goal.COMPLETED, (HELD, idle))

    assert awaited.is_reached
    with pytest.raises(UsageError, match="the spec does not ask for completed there"):
        waited(Goal.COMPLETED, (idle,))


def test_a_refused_credential_is_not_waited_for():
    dark = finding(TOPIC, Verdict.UNOBSERVED, "401")
    awaited, times, _ = waited(Goal.COMPLETED, (dark,), refused=True)

    assert awaited == Awaited(Outcome.ERROR, 1, (f"{TOPIC}: 401",))
    assert times == [0.0]


def test_the_last_look_is_given_a_moment_and_what_was_known_is_told_without_it():
    clock = LoopClock()
    looks: list[float] = []

    async def plan() -> Planned:
        looks.append(clock.monotonic())
        await clock.sleep(2 if len(looks) < 3 else 3600)
        return Planned(plan_of(RUNNING), Desired(), Sight({}, {}), {}, 0.0)

    async def main() -> Awaited:
        return await wait_for(plan, clock, (Goal.COMPLETED, timedelta(seconds=6)), [].append)

    awaited = clock.run(main)

    assert looks == [0.0, 3.0, 6.0]
    assert awaited == Awaited(
        Outcome.NOT_REACHED,
        1,
        (f"{TOPIC}: running, 40 %", "no answer before the time was up"),
    )
    assert clock.monotonic() == 11


def test_a_vendor_who_never_answers_is_left_when_the_time_is_up():
    clock = LoopClock()

    async def plan() -> Planned:
        await clock.sleep(3600)
        raise AssertionError

    async def main() -> Awaited:
        return await wait_for(plan, clock, (Goal.PAUSED, timedelta(seconds=5)), [].append)

    awaited = clock.run(main)

    reasons = ("no answer before the time was up",)
    assert (awaited, clock.monotonic()) == (Awaited(Outcome.NOT_REACHED, 0, reasons), 5)


def test_a_mirror_on_its_way_is_waited_for():
    moving = finding(MIRROR, Verdict.CHANGE, "it is mirroring, and should be paused")
    awaited, times, _ = waited(Goal.PAUSED, (moving,), (in_sync(MIRROR, "PAUSED"),))

    assert (awaited.outcome, times) == (Outcome.OK, [0.0, 1.0])


DEFERRED_START = start("a", verdict=Verdict.DEFERRED, reason="suspended until tomorrow; never ran")


def _suspended(until: timedelta, *, by_connection: bool = False) -> Desired:
    suspend = halt("INC-42", seconds=until.total_seconds())
    if by_connection:
        return desired(streamkap(suspend=suspend), source_document(ORDERS.name))
    return desired(streamkap(), source_document(ORDERS.name, suspend=suspend))


@pytest.mark.parametrize("by_connection", [False, True])
def test_a_suspended_document_is_not_waited_for(by_connection: bool):
    specs = _suspended(timedelta(days=1), by_connection=by_connection)
    awaited, times, _ = waited(Goal.COMPLETED, (DEFERRED_START,), specs=specs)

    assert (awaited.outcome, awaited.exit_code, times) == (Outcome.BLOCKED, 9, [0.0])
    assert awaited.reasons == (f"{TOPIC}: suspended until tomorrow; never ran",)


@pytest.mark.parametrize(
    ("found", "until"),
    [
        pytest.param(RUNNING, timedelta(days=1), id="what-runs-already-goes-on"),
        pytest.param(DEFERRED_START, timedelta(days=-1), id="a-halt-that-has-ended-is-none"),
    ],
)
def test_what_a_halt_does_not_hold_is_waited_for(found: Finding, until: timedelta):
    awaited, times, _ = waited(Goal.COMPLETED, (found,), (HELD,), specs=_suspended(until))

    assert (awaited.outcome, times) == (Outcome.OK, [0.0, 1.0])
