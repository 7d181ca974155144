"""Looking again and again, by a clock that needs no time."""

from datetime import timedelta

import pytest

from reconciler.engine.halting import Halt
from reconciler.engine.planning import Planned
from reconciler.engine.watching import Viewer, WatchAsk, watch
from reconciler.errors import LedgerBusy, ReconcilerError, UsageError
from tests.support.loop import LoopClock
from tests.support.rich import active, connections, link, mirror, mirrors, world
from tests.support.stage import Stage


def planned() -> Planned:
    stage = Stage(world(link("west", mirror("a"))), connections() + mirrors("west", active("a")))
    return stage.plan()


def watched(
    *looks: Planned | Exception, until_settled: bool = False, seconds: float = 100
) -> tuple[list[object], float]:
    clock, left = LoopClock(), list(looks)
    told: list[object] = []

    async def look() -> Planned:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    async def main() -> float:
        halt = Halt(clock, clock.monotonic() + seconds)
        ask = WatchAsk(timedelta(seconds=10), halt, until_settled)
        began = clock.monotonic()
        await watch(look, ask, Viewer(told.append, told.append))
        return clock.monotonic() - began

    return told, clock.run(main)


def test_it_looks_every_so_often_until_it_is_halted() -> None:
    found = planned()
    told, took = watched(found, seconds=35)

    assert (told, took) == ([found] * 4, 35)


def test_it_ends_once_nothing_is_under_way() -> None:
    found = planned()

    assert watched(found, until_settled=True) == ([found], 0)


def test_a_look_that_fails_is_told_and_looked_again() -> None:
    error, found = LedgerBusy("a", "held"), planned()

    assert watched(error, found, until_settled=True) == ([error, found], 10)
    assert isinstance(error, ReconcilerError)


def test_what_looking_again_does_not_mend_ends_it() -> None:
    with pytest.raises(UsageError):
        watched(UsageError("no such topic"))
