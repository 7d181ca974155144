"""Ending early: why, and how a pause ends with it."""

import anyio
import pytest

from reconciler.engine.halting import Halt
from tests.support.loop import LoopClock


def paused(
    seconds: float, *, deadline: float | None = None, asked_at: float | None = None
) -> float:
    """How long a pause took."""
    clock = LoopClock()

    async def main() -> float:
        halt = Halt(clock, deadline)

        async def ask() -> None:
            if asked_at is not None:
                await clock.sleep(asked_at)
                halt.asked.set()

        async with anyio.create_task_group() as group:
            group.start_soon(ask)
            await anyio.lowlevel.checkpoint()
            await halt.pause(seconds)
            took = clock.monotonic()
            group.cancel_scope.cancel()
        return took

    return clock.run(main)


@pytest.mark.parametrize(
    ("seconds", "more", "took"),
    [
        (5.0, {}, 5.0),
        (0.0, {}, 0.0),
        (5.0, {"deadline": 3.0}, 3.0),
        (5.0, {"deadline": 7.0}, 5.0),
        (5.0, {"deadline": 0.0}, 0.0),
        (5.0, {"deadline": -1.0}, 0.0),
        (5.0, {"asked_at": 2.0}, 2.0),
        (5.0, {"asked_at": 9.0}, 5.0),
        (5.0, {"asked_at": 2.0, "deadline": 1.0}, 1.0),
    ],
)
def test_a_pause_ends_with_whatever_comes_first(
    seconds: float, more: dict[str, float], took: float
):
    assert paused(seconds, **more) == took


def test_a_signal_is_the_reason_before_the_time_that_is_up():
    clock = LoopClock()

    async def main() -> list[str]:
        halt = Halt(clock, 1.0)
        reasons = [halt.reason]
        clock.advance(1.0)
        reasons.append(halt.reason)
        halt.asked.set()
        return [*reasons, halt.reason]

    assert clock.run(main) == ["", "the time given with --timeout is up", "interrupted"]


def test_without_a_deadline_time_is_never_up():
    clock = LoopClock()
    clock.advance(1e9)

    async def main() -> str:
        return Halt(clock).reason

    assert clock.run(main) == ""
