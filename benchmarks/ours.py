"""The product in one engine call, wired as its commands wire it."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TypeVar

import anyio.to_thread

from reconciler import spec
from reconciler.cli.clock import SystemClock
from reconciler.cli.wiring import Wiring
from reconciler.core.judge import Policy
from reconciler.core.scopes import host_of
from reconciler.core.thresholds import Brakes
from reconciler.engine.memory import Means, Memory
from reconciler.engine.observing import Providers
from reconciler.engine.planning import PlanAsk, Planned, make_plan
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.desired import Desired
from reconciler.model.journal import Actor

T = TypeVar("T")
SECRET = "BENCH_KEY"  # noqa: S105 - the name of a variable


def desired_of(text: str) -> Desired:
    """What specs say."""
    os.environ[SECRET] = "demo"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "specs.yaml"
        path.write_text(text, encoding="utf-8")
        return spec.load([path], now=SystemClock().now())


async def _in_thread(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work)


@dataclass(frozen=True, slots=True)
class Command:
    """One command's open connections.

    Attributes:
        desired: All documents.
        providers: By connection name.
        memory: What the ledger holds.
        clock: The real clock.
    """

    desired: Desired
    providers: Providers
    memory: Memory
    clock: SystemClock = field(default_factory=SystemClock)

    async def plan(self) -> Planned:
        """Make a plan."""
        ask = PlanAsk(Policy(), self.memory, None, Brakes(max_percent=100), is_whole=False)
        return await make_plan(self.desired, self.providers, self.clock, ask, lambda _: None)


@asynccontextmanager
async def opened(desired: Desired, ledger: Ledger | None = None) -> AsyncIterator[Command]:
    """Open what a command needs, and close it.

    Args:
        desired: All documents.
        ledger: Where what is sent is written down, or None.
    """
    clock = SystemClock()
    hosts = {connection.name: host_of(connection) for connection in desired.connections}
    used = {d.connection for d in desired.sources} | {d.connection for d in desired.links}
    means = Means(ledger, ledger is not None, hosts, Actor("bench"), "bench", token_hex, _in_thread)
    with ExitStack() as stack:
        wiring = Wiring(Path("unused"), clock, stack, print)
        providers = wiring.open(c for c in desired.connections if c.name in used)
        try:
            yield Command(desired, providers, Memory(means, clock), clock)
        finally:
            for provider in providers.values():
                await provider.aclose()


@contextmanager
def ledger_in(folder: str) -> Iterator[Ledger]:
    """A new ledger, as a first apply makes one.

    Args:
        folder: Where.
    """
    with closing(open_ledger(f"{folder}/ledger.db", read_only=False)) as ledger:
        yield ledger
