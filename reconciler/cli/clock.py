"""The real clock."""

import time
from datetime import UTC, datetime

import anyio


class SystemClock:
    """Time as the machine tells it."""

    def now(self) -> datetime:
        """The time, with zone UTC."""
        return datetime.fromtimestamp(wall(), UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable.

        Args:
            seconds: How long.
        """
        await anyio.sleep(seconds)


def wall() -> float:
    """Seconds since 1970, as the machine tells it."""
    return time.time_ns() / 1e9
