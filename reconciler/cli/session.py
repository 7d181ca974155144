"""Read specs, open what a command needs, run it, close everything."""

# ruff: noqa: PLC0415 - what a command does not need is not imported

import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, nullcontext
from datetime import UTC
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

import anyio
import anyio.to_thread

from reconciler.cli.actor import actor_from
from reconciler.cli.clock import SystemClock
from reconciler.cli.completing import DEFAULT_PATH
from reconciler.cli.ledgers import opened
from reconciler.cli.listing import nothing_listed, taken_from
from reconciler.cli.options import Common
from reconciler.cli.selecting import nothing_taken
from reconciler.cli.wiring import Wiring, allowed_hosts, state_dir
from reconciler.core.identity import host_of
from reconciler.core.judge import Policy
from reconciler.core.match import nearest
from reconciler.core.select import Selection, Selector, narrow
from reconciler.core.thresholds import Brakes
from reconciler.engine.events import Listener
from reconciler.engine.memory import Means, Memory
from reconciler.engine.planning import PlanAsk, Planned, make_plan
from reconciler.errors import UsageError
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.model.plan import Plan
from reconciler.providers.protocol import Provider
from reconciler.records import Struct, replace

if TYPE_CHECKING:
    from reconciler.ledger.protocol import Ledger

NO_SPECS = "there is no folder specs here; `reconciler init` makes one, or name the path of yours"
R = TypeVar("R")


class Session(Struct, frozen=True):
    """One command's open connections.

    Attributes:
        desired: All documents.
        providers: By connection name, those that selected documents use.
        clock: The real clock.
        common: Options of every command.
        listen: Told what is going on.
        memory: What the ledger holds, and what it is told.
        ledger: The ledger, or None.
        among: Documents that a list of files leaves, or None for all.
    """

    desired: Desired
    providers: Mapping[str, Provider]
    clock: SystemClock
    common: Common
    listen: Listener
    memory: Memory
    ledger: "Ledger | None"
    among: frozenset[Address] | None = None

    async def plan(
        self,
        asked: Selection | Policy,
        brakes: Brakes | None = None,
        *,
        is_whole: bool = True,
    ) -> Planned:
        """Make a plan.

        Args:
            asked: What is acted on and shown, or more of what is asked for.
            brakes: What is held back where much would change; None for a plan that is only shown.
            is_whole: Whether every topic that is as wanted is shown, and not only how many.

        Raises:
            UsageError: The selection matches nothing.
        """
        policy = Policy(asked) if isinstance(asked, Selection) else asked
        selection = replace(policy.selection, documents=self.among)
        policy = replace(policy, selection=selection)
        planned = await self.judged(policy, brakes, is_whole=is_whole)
        for selector in selection.selectors or ((None,) if selection.labels else ()):
            if self.among is None and not _has_finding(planned.plan, selector):
                raise UsageError(nothing_taken(selector, planned))
        return planned

    async def judged(
        self, policy: Policy, brakes: Brakes | None = None, *, is_whole: bool = True
    ) -> Planned:
        """Make a plan, also one without a finding.

        Args:
            policy: What is asked for.
            brakes: What is held back where much would change; None for a plan that is only shown.
            is_whole: Whether every topic that is as wanted is shown, and not only how many.
        """
        ask = PlanAsk(policy, self.memory, self.common.now, brakes, is_whole)
        return await make_plan(self.desired, self.providers, self.clock, ask, self.listen)


def load_specs(paths: Sequence[str], common: Common | None = None) -> Desired:
    """Read and check specs.

    Args:
        paths: As given; none is `specs/`.
        common: Options of every command, or None for the specs as they are.

    Raises:
        SpecInvalid: The specs have errors.
        UsageError: A path does not exist.
    """
    from reconciler import spec

    if not paths and not os.path.lexists(DEFAULT_PATH):
        raise UsageError(NO_SPECS)

    moment = (common.now if common else None) or SystemClock().now().astimezone(UTC)
    return spec.load(
        paths or (DEFAULT_PATH,),
        now=moment,
        allowed_hosts=allowed_hosts(),
        chosen=common.chosen if common else None,
    )


def check_selection(desired: Desired, selection: Selection) -> Desired:
    """The documents a selection takes.

    Args:
        desired: All documents.
        selection: What was asked for.

    Raises:
        UsageError: It takes none.
    """
    chosen = narrow(desired, selection)
    check_selectors("", selection.selectors, desired)
    is_asked = selection.selectors or selection.labels
    if is_asked and selection.documents is None and not chosen.sources and not chosen.links:
        raise UsageError(f"the selection matches no document{_labelled(desired, selection)}")
    return chosen


def check_selectors(option: str, selectors: Sequence[Selector], desired: Desired) -> None:
    """Refuse a misspelt name, also beside right ones.

    Args:
        option: As the user spells it; empty where the selector says enough.
        selectors: What it was given.
        desired: All documents.

    Raises:
        UsageError: One of them matches no document.
    """
    addresses = sorted({d.address for d in desired.sources} | {d.address for d in desired.links})
    for selector in selectors:
        if not any(selector.takes(address) for address in addresses):
            hint = _meant(selector, addresses) or _listed(addresses)
            raise UsageError(f"{option} {selector} matches no document{hint}".lstrip())


def _has_finding(plan: Plan, selector: Selector | None) -> bool:
    if selector is None:
        return bool(plan.findings)
    one = Selection((selector,))
    return any(
        selector.takes(f.address.document) and one.takes_topic(f.address) for f in plan.findings
    )


def _meant(selector: Selector, addresses: Sequence[Address]) -> str:
    near = nearest(selector.name, [a.name for a in addresses if a.kind is selector.kind])
    return f"; did you mean {selector.kind}/{near}?" if near else ""


def _labelled(desired: Desired, selection: Selection) -> str:
    """Which values there are of the labels that were asked for, or which labels at all."""
    from reconciler.core.words import listed

    labels = {label for source in desired.sources for label in source.labels}
    labels |= {label for link in desired.links for label in link.labels}
    keys = {key for key, _ in selection.labels}
    told = sorted({label for label in labels if label[0] in keys} or labels)
    if not told:
        return "; none has a label"
    return f"; labels are {listed(tuple(f'{key}={value}' for key, value in told), 5)}"


def _listed(addresses: Sequence[Address]) -> str:
    known = ", ".join(map(str, addresses[:5]))
    more = f" and {len(addresses) - 5} more" if len(addresses) > 5 else ""  # noqa: PLR2004 - a handful
    return f"; there are {known}{more}" if known else ""


def run(
    common: Common,
    paths: Sequence[str],
    selection: Selection,
    command: Callable[[Session], Awaitable[R]],
    *,
    writes: bool = False,
) -> R:
    """Run a command that needs the vendors.

    Args:
        common: Options of every command.
        paths: Specs.
        selection: What is acted on and shown.
        command: What to do with the open session.
        writes: Whether it may write to the ledger, and make one.

    Returns:
        What the command returns.

    Raises:
        ReconcilerError: The specs, the selection, or something on the way.
    """
    desired = load_specs(paths, common)
    among = taken_from(common, desired)
    chosen = check_selection(desired, replace(selection, documents=among))
    is_left = among is None or bool(chosen.sources or chosen.links)
    if not is_left:
        common.console.say(nothing_listed(common.listed))

    results: list[R] = []

    async def main() -> None:
        # Nothing is returned: asyncio puts a task's result into a `repr` when it gives SIGINT back,
        # and that of a large plan takes seconds.
        async with opening(common, (desired, chosen), writes=writes and is_left) as session:
            results.append(await command(replace(session, among=among)))

    anyio.run(main)
    return results[0]


async def _in_thread(work: Callable[[], R]) -> R:
    return await anyio.to_thread.run_sync(work)


def _means(ledger: "Ledger | None", desired: Desired, *, may_write: bool) -> Means:
    actor = actor_from(os.environ)
    owner = f"{actor.name}@{socket.gethostname()}, process {os.getpid()}, {token_hex(4)}"
    return Means(
        ledger,
        may_write,
        {connection.name: host_of(connection) for connection in desired.connections},
        actor,
        owner,
        token_hex,
        _in_thread,
    )


def _sent(providers: Mapping[str, Provider]) -> dict[str, Callable[[], int]]:
    """What tells how many requests left so far, by connection."""
    return {name: partial(_total, provider) for name, provider in providers.items()}


def _total(provider: Provider) -> int:
    return provider.traffic().total


@asynccontextmanager
async def opening(
    common: Common,
    documents: tuple[Desired, Desired],
    *,
    writes: bool,
    listen: Listener | None = None,
) -> AsyncIterator[Session]:
    """Everything that a command needs, open while it runs.

    Args:
        common: Options of every command.
        documents: All documents, and those that are selected.
        writes: Whether it may write to the ledger, and make one.
        listen: Told what is going on; None shows it as progress.
    """
    desired, chosen = documents
    clock = SystemClock()
    used = {d.connection for d in chosen.sources} | {d.connection for d in chosen.links}
    with ExitStack() as stack:
        ledger = stack.enter_context(opened(common, writing=writes))
        memory = Memory(_means(ledger, desired, may_write=writes), clock)
        wiring = Wiring(state_dir(common.state_dir), clock, stack, common.console.say)
        providers = wiring.open(c for c in desired.connections if c.name in used)
        try:
            with (
                nullcontext(listen) if listen else common.console.progress(_sent(providers)) as tell
            ):
                yield Session(desired, providers, clock, common, tell, memory, ledger)
        finally:
            with anyio.CancelScope(shield=True):
                for provider in providers.values():
                    await provider.aclose()
