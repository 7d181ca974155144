"""The sandbox's own time: it starts with the real one, may run faster, and may be moved forward."""

from reconciler.records import Struct
from reconciler.sandbox.times import LATEST

FASTEST = 1_000_000.0
"""Highest speed; a year passes in half a minute."""

_END = LATEST - 10 * 366 * 86400.0
"""The clock stands still ten years before the last time that can be written down."""


class WorldClock(Struct, frozen=True):
    """Three facts that give the sandbox's time for any real time.

    Attributes:
        real: Real time, in seconds since 1970, when the facts were written down.
        world: The sandbox's time at that moment.
        speed: Seconds of the sandbox per real second; 0 stops it.
    """

    real: float
    world: float
    speed: float = 1.0

    def now(self, real: float) -> float:
        """The sandbox's time at a real time; it never goes back."""
        return min(self.world + max(real - self.real, 0.0) * self.speed, _END)

    def moved(
        self, real: float, *, advance: float = 0.0, speed: float | None = None
    ) -> "WorldClock":
        """A clock that goes on from now, further ahead or at another speed.

        Args:
            real: Real time now.
            advance: Seconds to move ahead.
            speed: New speed, or None to keep it.
        """
        ahead = min(self.now(real) + advance, _END)
        return WorldClock(real, ahead, self.speed if speed is None else speed)
