"""When to stop: a signal, or the time that was given."""

import anyio

from reconciler.providers.protocol import Clock
from reconciler.records import Struct, field

INTERRUPTED = "interrupted"


class Halt(Struct):
    """One apply's reasons to end early.

    Attributes:
        clock: Time.
        deadline: Seconds of the clock that never goes back, or None.
        asked: Set by the first Ctrl-C or SIGTERM.
        scope: Everything that is sent and followed; cancelled by the second signal.
    """

    clock: Clock
    deadline: float | None = None
    asked: anyio.Event = field(default_factory=anyio.Event)
    scope: anyio.CancelScope = field(default_factory=anyio.CancelScope)

    @property
    def reason(self) -> str:
        """Why to stop now, or empty."""
        if self.asked.is_set():
            return INTERRUPTED
        if self.deadline is not None and self.clock.monotonic() >= self.deadline:
            return "the time given with --timeout is up"
        return ""

    async def pause(self, seconds: float) -> None:
        """Sleep, but no longer than until there is a reason to stop.

        Args:
            seconds: At most this long.
        """
        if self.deadline is not None:
            seconds = min(seconds, max(0.0, self.deadline - self.clock.monotonic()))
        if self.reason:
            return

        async with anyio.create_task_group() as group:

            async def sleep() -> None:
                await self.clock.sleep(seconds)
                group.cancel_scope.cancel()

            group.start_soon(sleep)
            await self.asked.wait()
            group.cancel_scope.cancel()
