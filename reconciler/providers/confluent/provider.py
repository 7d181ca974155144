"""Confluent behind the seam."""

# ruff: noqa: PLC0415 - what only `dump` and `doctor` need is not there for a plan

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from reconciler.model.call import Call
from reconciler.model.change import Change
from reconciler.model.desired import Connection
from reconciler.model.observed import ObservedConnection, ObserveRequest, SourceTopics
from reconciler.model.outcome import Receipt, Traffic
from reconciler.model.request import Request
from reconciler.providers.confluent import calls
from reconciler.providers.confluent.auth import FixedSigner
from reconciler.providers.confluent.client import DIALECT, ConfluentClient
from reconciler.providers.confluent.observe import Looking, observe_links, observe_mirrors
from reconciler.providers.credential import ConfluentCredential
from reconciler.providers.exchange import AsgiApp
from reconciler.providers.now import vendor_now
from reconciler.providers.pace import Limiter
from reconciler.providers.protocol import Gate, Purpose, always
from reconciler.providers.transport import Transport

if TYPE_CHECKING:
    from reconciler.model.checkup import Examined
    from reconciler.model.inventory import Inventory
    from reconciler.providers.surveyor import Surveyor


class ConfluentProvider:
    """One connection to Confluent (`docs/apis/confluent.md`). Implements `Surveyor`."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        """Speak over a transport; `open` makes one.

        Args:
            connection: What the spec declares.
            transport: Of that connection.
        """
        self._declared = connection
        self._transport = transport
        self._client = ConfluentClient(transport, connection.base_path)
        self._looking = Looking(self._client)

    @classmethod
    def open(
        cls,
        connection: Connection,
        credential: ConfluentCredential,
        limiter: Limiter,
        app: AsgiApp | None = None,
    ) -> Self:
        """Prepare a connection; nothing is sent yet.

        Args:
            connection: What the spec declares.
            credential: What signs.
            limiter: The pace of the credential, and the clock.
            app: An ASGI application that answers in process instead of the endpoint, or None.

        Raises:
            UsageError: `tls.caFile` cannot be read.
        """
        signer = FixedSigner(credential)
        return cls(connection, Transport(connection, DIALECT, signer, limiter, app))

    @property
    def connection(self) -> str:
        """See `Provider.connection`."""
        return self._declared.name

    @property
    def identity(self) -> str:
        """See `Provider.identity`."""
        return self._transport.host

    async def observe(self, request: ObserveRequest, purpose: Purpose) -> ObservedConnection:
        """See `Provider.observe`; Confluent has no sources, so that `request.sources` is empty."""
        clock = self._transport.clock
        started = clock.now()
        look = observe_mirrors if request.states_only else observe_links
        views = await look(self._looking, request, purpose)
        now = vendor_now(self.connection, self._transport.seen, started, clock.now())
        return ObservedConnection(
            connection=self.connection, now=now.time, links=views, warnings=now.warnings
        )

    async def topics(
        self, source_ids: Sequence[str], purpose: Purpose, *, seen_runs: bool
    ) -> tuple[SourceTopics, ...]:
        """See `Provider.topics`; Confluent has no sources."""
        del source_ids, purpose, seen_runs
        return ()

    def db_ids_known(self, source_id: str) -> bool:
        """See `Provider.db_ids_known`; Confluent has no sources."""
        del source_id
        return False

    def render(self, change: Change) -> Call:
        """See `Provider.render`."""
        return calls.render(self.connection, self._declared.base_path, change)

    def permit_writes(self) -> None:
        """See `Provider.permit_writes`."""
        self._transport.permit_writes()

    async def send(self, change: Change, call: Call, gate: Gate = always) -> Receipt:
        """See `Provider.send`."""
        return calls.read_receipt(change, await self._client.send(call, gate))

    def traffic(self) -> Traffic:
        """See `Provider.traffic`."""
        return self._transport.traffic()

    def requests(self) -> tuple[Request, ...]:
        """See `Provider.requests`."""
        return self._transport.requests()

    async def aclose(self) -> None:
        """See `Provider.aclose`."""
        await self._transport.aclose()

    async def inventory(self, cluster_ids: Sequence[str]) -> "Inventory":
        """See `Surveyor.inventory`."""
        from reconciler.providers.confluent import listing

        return await listing.inventory(self._client, cluster_ids)

    async def examine(self, cluster_ids: Sequence[str]) -> "Examined":
        """See `Surveyor.examine`."""
        from reconciler.providers.confluent import listing

        return await listing.examine(self._client, self._declared, cluster_ids)


_: "type[Surveyor]" = ConfluentProvider
