"""An event loop whose time is a test's: where it would wait, time passes instead."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import anyio

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Value = TypeVar("Value")


class LoopClock:
    """Implements `reconciler.providers.protocol.Clock`; timeouts of the loop follow it as well.

    Unlike `FakeClock`, several sleepers share one time: each wakes at its own moment, in order.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0

    def now(self) -> datetime:
        """The time, with zone UTC."""
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._passed

    def epoch(self) -> float:
        """Seconds since 1970: what the sandbox takes for its clock."""
        return self._start.timestamp() + self._passed

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
        await anyio.sleep(seconds)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds

    def run(self, main: Callable[[], Awaitable[Value]]) -> Value:
        """Run a coroutine to its end on a loop that lives by this clock."""
        return anyio.run(main, backend_options={"loop_factory": lambda: _Loop(self)})


class _Selector(selectors.SelectSelector):
    """Waits for no file: what would be a wait is time passing."""

    def __init__(self, clock: LoopClock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None):
        ready = super().select(0)
        if ready:
            return ready
        if timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever happen")
        self._clock.advance(max(timeout, 0.0))
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: LoopClock) -> None:
        super().__init__(_Selector(clock))
        self._of_test = clock

    def time(self) -> float:
        return self._of_test.monotonic()
