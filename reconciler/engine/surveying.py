"""What an account has, as documents; and what its connections show, as checks. Only reads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import anyio

from reconciler.core.dumping import DumpAsk, Dumped, documents_for
from reconciler.core.inventories import request_for, undeclared
from reconciler.core.words import plural
from reconciler.engine.events import Event, Listener, Stage
from reconciler.model.address import Address
from reconciler.model.checkup import Checkup
from reconciler.model.desired import Connection, Desired
from reconciler.model.inventory import Inventory
from reconciler.providers.protocol import Purpose
from reconciler.providers.surveyor import Surveyor
from reconciler.records import Struct, field, replace


class SurveyAsk(Struct, frozen=True):
    """What a survey is made for.

    Attributes:
        connection: The connection to write documents for.
        cluster_ids: Destination clusters, where it leads to Confluent.
        stays: Documents that stay as they are; what they speak of is left out.
        completed: Whether a topic whose last snapshot completed shall be wanted so.
        now: Time that beats the vendor's clock (`--now`), or None.
    """

    connection: Connection
    cluster_ids: Sequence[str] = ()
    stays: Desired = field(default_factory=Desired)
    completed: bool = False
    now: datetime | None = None


async def survey(provider: Surveyor, ask: SurveyAsk, listen: Listener) -> Dumped:
    """Documents for everything that a connection leads to.

    Args:
        provider: Of the connection.
        ask: What it is made for.
        listen: Told what is going on.

    Raises:
        ProviderError: Nothing at all could be read.
    """
    name = ask.connection.name
    listen(Event(Stage.OBSERVE, f"{name}: what there is"))
    everything = await provider.inventory(ask.cluster_ids)
    chosen = undeclared(everything, ask.stays, ask.connection)
    listen(Event(Stage.OBSERVE, f"{name}: {_counted(chosen)}"))
    wanted = request_for(chosen, completed=ask.completed)
    observed = await provider.observe(wanted, Purpose.READS)
    observed = replace(observed, now=ask.now or observed.now)
    return documents_for(
        DumpAsk(ask.connection, everything, chosen, observed, _taken(ask.stays), ask.completed)
    )


async def examine(
    providers: Mapping[str, Surveyor],
    connections: Sequence[Connection],
    cluster_ids: Mapping[str, Collection[str]],
) -> tuple[Checkup, ...]:
    """Check connections at once; one that is broken never stops the others.

    Args:
        providers: By connection name.
        connections: Those to check.
        cluster_ids: Destination clusters by connection name.

    Returns:
        One checkup each, sorted by name.
    """
    found: dict[str, Checkup] = {}

    async def one(connection: Connection) -> None:
        name = connection.name
        examined = await providers[name].examine(sorted(cluster_ids.get(name, ())))
        found[name] = Checkup(name, connection.provider, connection.endpoint, examined)

    async with anyio.create_task_group() as group:
        for connection in connections:
            group.start_soon(one, connection)
    return tuple(found[name] for name in sorted(found))


def _taken(stays: Desired) -> set[Address]:
    return {d.address for d in stays.sources} | {d.address for d in stays.links}


def _counted(inventory: Inventory) -> str:
    counts = [(len(inventory.sources), "source"), (len(inventory.links), "cluster link")]
    return ", ".join(plural(count, noun) for count, noun in counts if count) or "nothing new"
