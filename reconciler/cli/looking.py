"""Open connections for a command that only looks, whatever documents say of them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TypeVar

import anyio

from reconciler.cli.clock import SystemClock
from reconciler.cli.options import Common
from reconciler.cli.wiring import Wiring, state_dir
from reconciler.core.match import nearest
from reconciler.engine.events import Listener
from reconciler.errors import UsageError
from reconciler.model.desired import Connection, Desired
from reconciler.providers.surveyor import Surveyor

R = TypeVar("R")
_INIT = "`reconciler init` makes a project with one"


def look(
    common: Common,
    connections: Sequence[Connection],
    command: Callable[[Mapping[str, Surveyor], Listener], Awaitable[R]],
) -> R:
    """Run something that only reads.

    Args:
        common: Options of every command.
        connections: Those to open; one that cannot be opened says why when it is asked.
        command: What to do with the open connections.

    Raises:
        ReconcilerError: Something on the way.
    """
    results: list[R] = []

    async def main() -> None:
        with ExitStack() as stack:
            wiring = Wiring(state_dir(common.state_dir), SystemClock(), stack, common.console.say)
            providers = wiring.open(connections)
            try:
                with common.console.progress() as listen:
                    results.append(await command(providers, listen))
            finally:
                with anyio.CancelScope(shield=True):
                    for provider in providers.values():
                        await provider.aclose()

    anyio.run(main)
    return results[0]


def chosen(desired: Desired, name: str | None) -> Connection:
    """The connection that a person means.

    Args:
        desired: All documents.
        name: Its name; None where there is one only.

    Raises:
        UsageError: There is none of that name, or no name and several.
    """
    names = [connection.name for connection in desired.connections]
    if not names:
        raise UsageError(f"the specs hold no Connection; {_INIT}")
    if name is None and len(names) > 1:
        raise UsageError(f"there are several connections: {', '.join(names)}; say --connection")
    if name is not None and name not in names:
        near = nearest(name, names)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(names)}"
        raise UsageError(f"--connection {name}: there is no such Connection; {hint}")
    return desired.connection(name or names[0])
