"""How far apply follows what it sent, and how it ends when time is up or a signal comes."""

from itertools import pairwise

import pytest

from reconciler.core.settled import Wait
from reconciler.engine.events import Event
from reconciler.engine.events import Stage as Part
from reconciler.engine.halting import Halt
from reconciler.model.outcome import Result
from tests.contract.scenes import MIRRORS, ONE_LINK, ONE_LINK_SPECS, TWO_SOURCES, TWO_SPECS, rich
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
from tests.support.stage import Stage, left

# How far it follows


@pytest.mark.parametrize(
    ("wait", "start", "pause"),
    [
        (Wait.ACCEPTED, Result.ACCEPTED, Result.ACCEPTED),
        (Wait.STARTED, Result.STARTED, Result.SETTLED),
        (None, Result.STARTED, Result.SETTLED),
        (Wait.SETTLED, Result.SETTLED, Result.SETTLED),
    ],
)
def test_wait_says_how_far_apply_follows(wait: Wait | None, start: Result, pause: Result):
    stage = Stage(
        world(source("geo", topic("geo.p")), link("west", mirror("a"))),
        connections() + snapshots("geo", completed("geo.p")) + mirrors("west", paused("a")),
    )
    applied = stage.apply(wait=wait)

    assert applied.results == {"geo/geo.p": start, "west/a": pause}
    assert (applied.report.traffic.settle == 0) is (wait is Wait.ACCEPTED)


def test_a_run_that_fails_while_it_is_followed_has_failed_with_its_trace():
    stage = Stage(
        world(source("till", topic("till.keyless", keyed=False))),
        connections() + snapshots("till", completed("till.keyless")),
    )
    applied = stage.apply(wait=Wait.SETTLED)

    assert applied.results == {"till/till.keyless": Result.FAILED}
    assert "has no primary key" in applied.of("till.keyless").message
    assert left(stage.plan()).keys() == {"till/till.keyless"}


def test_polls_grow_and_stop_when_everything_is_seen():
    stage = Stage(ONE_LINK | {"timing": {"mirror": "60s"}}, ONE_LINK_SPECS)
    stage.apply()
    log = stage.sandbox._state.store.rows("requests")
    times = [entry["time"] for _, entry in log if entry["path"] == MIRRORS]
    gaps = [round(later - earlier, 2) for earlier, later in pairwise(times)]

    assert gaps == [0.0, 1.0, 1.5, 2.25, 3.38, 5.06, 7.59, 11.39, 15.0, 15.0]


# When it ends


def test_time_that_is_up_before_the_second_look_starts_nothing():
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    applied = stage.apply(timeout=3)
    said = {item.message for item in applied.report.items}

    assert set(applied.results.values()) == {Result.NOT_RUN}
    assert said == {"the time given with --timeout is up"}
    assert stage.writes() == []


def test_time_that_is_up_while_following_leaves_short_what_was_seen_so_far():
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    applied = stage.apply(wait=Wait.SETTLED, timeout=9)

    assert {(i.result, i.short) for i in applied.report.items} == {(Result.STARTED, True)}
    assert (applied.report.ended_at - applied.report.started_at).total_seconds() == 9


@pytest.mark.parametrize("seconds", [5.5, 5.0])
def test_time_that_is_up_with_a_lost_start_leaves_it_unknown(seconds: float):
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    stage.fail({"path": "/topics/bulk", "effect": "drop_before"})
    applied = stage.apply(timeout=seconds)
    expected = Result.NOT_RUN if seconds == 5.0 else Result.UNKNOWN

    assert set(applied.results.values()) == {expected}


def test_a_signal_before_any_call_sends_nothing():
    stage = rich()

    async def interrupt(halt: Halt) -> None:
        halt.asked.set()

    applied = stage.apply(between=interrupt)

    assert set(applied.results.values()) == {Result.NOT_RUN}
    assert applied.report.interrupted
    assert stage.writes() == []


@pytest.mark.parametrize("sends", [1, 2, 4, 5, 6, 8])
def test_a_signal_between_calls_awaits_those_under_way_and_sends_no_other(sends: int):
    stage = rich()
    seen: list[str] = []

    def interrupt(event: Event, halt: Halt) -> None:
        if event.stage is Part.SEND:
            seen.append(event.text)
            if len(seen) == sends:
                halt.asked.set()

    applied = stage.apply(on_event=interrupt)
    not_run = {i.step for i in applied.report.items if i.result is Result.NOT_RUN}
    sent = {call.step for call in applied.report.calls}

    assert len(stage.writes()) == len(applied.report.calls) == len(seen)
    assert sent.isdisjoint(not_run)
    assert applied.report.interrupted


def test_a_signal_while_the_canary_is_awaited_holds_the_others():
    stage = rich()
    stage.quirks(publish_lag="5m")

    def interrupt(event: Event, halt: Halt) -> None:
        if "POST /sources/snapshot" in event.text:
            halt.asked.set()

    applied = stage.apply(on_event=interrupt)
    held = [i for i in applied.report.items if i.result is Result.HELD]

    assert {item.address.name for item in held} >= {"shop", "till"}
    assert {item.message for item in held if item.address.name == "shop"} == {
        "held back because of the canary s1: interrupted"
    }
