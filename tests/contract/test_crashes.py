"""Whoever comes after a crash: at every point of one call, what the next apply sees and does.

A process that dies lets go of nothing: its leases run out by themselves.
"""

import pytest

from reconciler.ledger.protocol import Ledger
from reconciler.model.outcome import Result
from reconciler.model.verdict import Verdict
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

START = "/sources/snapshot"
PAUSE = "mirrors:pause"


class Crash(BaseException):
    """The process is gone."""


class Dying:
    """A ledger whose user dies right before or right after one of its methods."""

    def __init__(self, ledger: Ledger, point: str) -> None:
        self._ledger = ledger
        self._when, _, self._method = point.partition(" ")
        self.is_dead = False

    def __getattr__(self, name: str) -> object:
        if name == self._method:
            return self._die
        return self._nothing if self.is_dead else getattr(self._ledger, name)

    def _die(self, *given: object) -> None:
        if self._when == "after":
            getattr(self._ledger, self._method)(*given)
        self.is_dead = True
        raise Crash

    def _nothing(self, *_given: object) -> None:
        return


def dies(stage: Stage, ledger: Ledger, point: str, path: str) -> None:
    """An apply that ends at a point: of the ledger, or on either side of the vendor's door."""
    dying = Dying(ledger, point)
    stage.ledger = dying

    async def die(_method: str, asked: str) -> None:
        if path in asked:
            dying.is_dead = True
            raise Crash

    if point == "before it left":
        stage.before = die
    if point == "after it left":
        stage.after = die
    with pytest.raises((BaseExceptionGroup, Crash)):
        stage.apply()
    revived = Stage(stage.world, stage.specs, ledger=ledger)
    stage.before, stage.after, stage.ledger = revived.before, revived.after, ledger


NOTHING: dict[str, Verdict] = {}
START_POINTS = {
    "after take": (Verdict.CHANGE, Result.LOCKED, NOTHING, 1),
    "before depart": (Verdict.CHANGE, Result.LOCKED, NOTHING, 1),
    "after depart": (Verdict.IN_PROGRESS, None, {"crm/crm.x": Verdict.UNKNOWN}, 0),
    "before it left": (Verdict.IN_PROGRESS, None, {"crm/crm.x": Verdict.UNKNOWN}, 0),
    "after it left": (Verdict.IN_PROGRESS, None, NOTHING, 1),
    "before answer": (Verdict.IN_PROGRESS, None, NOTHING, 1),
    "after answer": (Verdict.IN_PROGRESS, None, NOTHING, 1),
    "before see": (Verdict.IN_PROGRESS, None, NOTHING, 1),
    "after see": (Verdict.IN_PROGRESS, None, NOTHING, 1),
    "before release": (Verdict.IN_PROGRESS, None, NOTHING, 1),
}


@pytest.mark.parametrize("point", START_POINTS)
def test_whoever_comes_after_a_crash_of_a_start(ledger: Ledger, point: str):
    specs = connections() + snapshots("crm", completed("crm.x"))
    stage = Stage(world(source("crm", topic("crm.x"))), specs, ledger=ledger)
    dies(stage, ledger, point, START)
    soon = left(stage.plan())["crm/crm.x"]
    at_once = stage.apply().results.get("crm/crm.x")
    for _ in range(2):
        stage.pass_time(3600)
        stage.apply()
    stage.pass_time(3600)

    assert (soon, at_once, left(stage.plan()), len(stage.our_starts())) == START_POINTS[point]


PAUSE_POINTS = {
    "after take": (Verdict.CHANGE, Result.LOCKED, 1),
    "before depart": (Verdict.CHANGE, Result.LOCKED, 1),
    "after depart": (Verdict.CHANGE, Result.LOCKED, 1),
    "before it left": (Verdict.CHANGE, Result.LOCKED, 1),
    "after it left": (Verdict.CHANGE, Result.LOCKED, 1),
    "before answer": (Verdict.CHANGE, Result.LOCKED, 1),
    "after answer": (Verdict.CHANGE, Result.LOCKED, 1),
    "before release": (Verdict.CHANGE, Result.LOCKED, 1),
    "before note": (None, None, 1),
}


@pytest.mark.parametrize("point", PAUSE_POINTS)
def test_whoever_comes_after_a_crash_of_a_pause(ledger: Ledger, point: str):
    """A pause may be repeated, and is only where it is not seen to have happened."""
    specs = connections() + mirrors("west", paused("a"))
    stage = Stage(world(link("west", mirror("a"))), specs, ledger=ledger)
    dies(stage, ledger, point, PAUSE)
    soon = left(stage.plan()).get("west/a")
    at_once = stage.apply().results.get("west/a")
    stage.pass_time(3600)
    stage.apply()

    assert (soon, at_once, len(stage.writes())) == PAUSE_POINTS[point]
    assert stage.mirrors() == {"west/a": "PAUSED"}
    assert left(stage.plan()) == {}
