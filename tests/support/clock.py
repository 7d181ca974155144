"""A clock that moves only when a test, or somebody waiting on it, moves it."""

from datetime import UTC, datetime, timedelta

import anyio.lowlevel

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeClock:
    """Implements `reconciler.providers.protocol.Clock`; `sleep` returns at once, later.

    Attributes:
        slept: Every wait that was asked for, in seconds.
    """

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._passed = 0.0
        self.slept: list[float] = []

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
        """Let that time pass, and the others run."""
        self.slept.append(seconds)
        self.advance(seconds)
        await anyio.lowlevel.checkpoint()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds
