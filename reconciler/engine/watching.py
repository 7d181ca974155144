"""Look again and again, until somebody has seen enough; only reads."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from reconciler.core.watching import is_settled
from reconciler.engine.halting import Halt
from reconciler.engine.planning import Planned
from reconciler.errors import ReconcilerError, UsageError
from reconciler.records import Struct


class WatchAsk(Struct, frozen=True):
    """How to watch.

    Attributes:
        every: From the end of one look to the beginning of the next.
        halt: When to end.
        until_settled: Whether to end once nothing is under way.
    """

    every: timedelta
    halt: Halt
    until_settled: bool = False


class Viewer(Struct, frozen=True):
    """Who is shown what.

    Attributes:
        show: Given what a look shows.
        fail: Given why one showed nothing.
    """

    show: Callable[[Planned], None]
    fail: Callable[[ReconcilerError], None]


async def watch(look: Callable[[], Awaitable[Planned]], ask: WatchAsk, viewer: Viewer) -> None:
    """Look until it is to end; what fails is told, and looked at again.

    Args:
        look: Makes a plan; only reads.
        ask: How to watch.
        viewer: Who is shown what.

    Raises:
        UsageError: The selection or the specs mean nothing, which looking again does not mend.
    """
    while not ask.halt.reason:
        try:
            planned = await look()
        except UsageError:
            raise
        except ReconcilerError as error:
            viewer.fail(error)
        else:
            viewer.show(planned)
            if ask.until_settled and is_settled(planned.plan):
                return
        await ask.halt.pause(ask.every.total_seconds())
