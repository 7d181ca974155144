"""Look at all connections at once; one that is broken never stops the others."""

from collections.abc import Mapping
from datetime import timedelta

import anyio

from reconciler.engine.events import Event, Listener, Stage
from reconciler.errors import AuthFailed, ProviderError
from reconciler.model.observed import ObservedConnection, ObserveRequest
from reconciler.model.outcome import Traffic
from reconciler.providers.protocol import Clock, Provider, Purpose
from reconciler.records import Struct, field

Providers = Mapping[str, Provider]


class Looked(Struct, frozen=True):
    """What all connections answered.

    Attributes:
        observed: By connection name.
        unreachable: Why a connection answered nothing, by name.
        refused: Connections among them whose credential is not accepted; patience mends nothing.
        ahead: How far the clock of each vendor is ahead of ours, by connection name.
    """

    observed: dict[str, ObservedConnection] = field(default_factory=dict)
    unreachable: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    ahead: dict[str, timedelta] = field(default_factory=dict)


async def look(
    providers: Providers,
    requests: Mapping[str, ObserveRequest],
    purpose: Purpose,
    listen: Listener,
    clock: Clock,
) -> Looked:
    """Observe over every connection that has something to look at.

    Args:
        providers: By connection name.
        requests: What each has to look at.
        purpose: What the requests are counted as.
        listen: Told when a connection has answered.
        clock: Our time, to hold the vendors' against.
    """
    looked = Looked()

    async def one(name: str, request: ObserveRequest) -> None:
        problem = ""
        try:
            looked.observed[name] = await providers[name].observe(request, purpose)
            looked.ahead[name] = looked.observed[name].now - clock.now()
        except ProviderError as error:
            looked.unreachable[name] = problem = str(error)
            if isinstance(error, AuthFailed):
                looked.refused.add(name)
        done = len(looked.observed) + len(looked.unreachable)
        listen(Event(Stage.OBSERVE, name, done, len(requests), name, problem=problem))

    async with anyio.create_task_group() as group:
        for name, request in requests.items():
            group.start_soon(one, name, request)
    return looked


def traffic_of(providers: Providers) -> Traffic:
    """Requests sent so far by all providers, by purpose.

    Args:
        providers: By connection name.
    """
    total = Traffic()
    for provider in providers.values():
        part = provider.traffic()
        total = Traffic(
            total.tokens + part.tokens,
            total.reads + part.reads,
            total.second_look + part.second_look,
            total.calls + part.calls,
            total.retries + part.retries,
            total.canary + part.canary,
            total.settle + part.settle,
        )
    return total
