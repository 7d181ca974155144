"""Streamkap behind the seam."""

# ruff: noqa: PLC0415 - what only `dump` and `doctor` need is not there for a plan

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

from reconciler.errors import ProviderError
from reconciler.model.call import Call
from reconciler.model.change import Change
from reconciler.model.desired import Connection
from reconciler.model.observed import (
    ObservedConnection,
    ObserveRequest,
    Problem,
    ProblemKind,
    SourceTopics,
)
from reconciler.model.outcome import Receipt, Traffic
from reconciler.model.request import Request
from reconciler.providers.credential import StreamkapCredential
from reconciler.providers.exchange import AsgiApp
from reconciler.providers.fanout import unreadable
from reconciler.providers.now import vendor_now
from reconciler.providers.pace import Limiter
from reconciler.providers.protocol import Gate, Purpose, always
from reconciler.providers.streamkap import calls
from reconciler.providers.streamkap.auth import TokenSigner
from reconciler.providers.streamkap.client import DIALECT, StreamkapClient
from reconciler.providers.streamkap.observe import (
    Looking,
    Sight,
    observe_sources,
    observe_states,
)
from reconciler.providers.streamkap.snapshots import SnapshotReader
from reconciler.providers.streamkap.topics import Details, read_details
from reconciler.providers.transport import Transport

if TYPE_CHECKING:
    from reconciler.model.checkup import Examined
    from reconciler.model.inventory import Inventory
    from reconciler.providers.surveyor import Surveyor


class StreamkapProvider:
    """One connection to Streamkap (`docs/apis/streamkap.md`). Implements `Surveyor`."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        """Speak over a transport; `open` makes one.

        Args:
            connection: What the spec declares.
            transport: Of that connection.
        """
        self._declared = connection
        self._transport = transport
        self._client = StreamkapClient(transport)
        self._reader = SnapshotReader(self._client, connection.observe)
        self._looking = Looking(self._client, self._reader, connection.project)
        self._db_ids: dict[str, tuple[tuple[str, str], ...]] = {}
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    @classmethod
    def open(
        cls,
        connection: Connection,
        credential: StreamkapCredential,
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
        signer = TokenSigner(credential)
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
        """See `Provider.observe`; Streamkap has no links, so that `request.links` is empty."""
        clock = self._transport.clock
        started = clock.now()
        sight = await self._look(request, purpose) if request.sources else Sight()
        self._remember(sight.details)
        self._names.update(sight.names)
        self._counts.update(
            (view.source.id, view.source.listed)
            for view in sight.views
            if view.source and view.source.topics_known
        )
        now = vendor_now(self.connection, self._transport.seen, started, clock.now())
        return ObservedConnection(
            connection=self.connection,
            now=now.time,
            sources=sight.views,
            warnings=(*now.warnings, *self._reader.take_warnings(), *sight.warnings),
        )

    async def topics(
        self, source_ids: Sequence[str], purpose: Purpose, *, seen_runs: bool
    ) -> tuple[SourceTopics, ...]:
        """See `Provider.topics`."""
        wanted = [item for item in source_ids if seen_runs or not self.db_ids_known(item)]
        found = await read_details(self._client, wanted, purpose, with_runs=seen_runs)
        read = {key: item for key, item in found.items() if isinstance(item, Details)}
        if seen_runs:
            read = {key: item for key, item in read.items() if self._is_whole(key, item)}
        self._remember(read)
        return tuple(
            self._topics(item, found.get(item), seen_runs=seen_runs) for item in source_ids
        )

    def db_ids_known(self, source_id: str) -> bool:
        """See `Provider.db_ids_known`."""
        return source_id in self._db_ids

    def render(self, change: Change) -> Call:
        """See `Provider.render`."""
        return calls.render(self.connection, change)

    def permit_writes(self) -> None:
        """See `Provider.permit_writes`."""
        self._transport.permit_writes()

    async def send(self, change: Change, call: Call, gate: Gate = always) -> Receipt:
        """See `Provider.send`."""
        return calls.read_receipt(change, await self._client.send(call, gate), self._names)

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
        """See `Surveyor.inventory`; Streamkap has no clusters."""
        del cluster_ids
        await self._transport.sign_in()
        from reconciler.providers.streamkap import listing

        return await listing.inventory(self._client, self._declared.project)

    async def examine(self, cluster_ids: Sequence[str]) -> "Examined":
        """See `Surveyor.examine`; Streamkap has no clusters."""
        del cluster_ids
        from reconciler.providers.streamkap import examining

        return await examining.examine(self._client, self._declared)

    async def _look(self, request: ObserveRequest, purpose: Purpose) -> Sight:
        await self._transport.sign_in()
        if request.states_only:
            return await observe_states(self._reader, request.sources, purpose)
        return await observe_sources(self._looking, request, purpose)

    def _topics(
        self, source_id: str, found: Details | ProviderError | None, *, seen_runs: bool
    ) -> SourceTopics:
        db_ids = self._db_ids.get(source_id, ())
        if isinstance(found, ProviderError):
            return SourceTopics(source_id, db_ids, problem=unreadable(found))
        if not seen_runs or found is None:
            return SourceTopics(source_id, db_ids)
        if not found.is_attributed:
            text = f"no listed topic is named source_{source_id}.<topic>"
            return SourceTopics(source_id, db_ids, problem=Problem(ProblemKind.UNREADABLE, text))
        return SourceTopics(source_id, db_ids, seen_runs=frozenset(found.names))

    def _is_whole(self, source_id: str, details: Details) -> bool:
        """Whether rows that were asked for by status give every id of the source all the same."""
        count = self._counts.get(source_id)
        return count is not None and len(details.db_ids) >= max(count, 1)

    def _remember(self, details: Mapping[str, Details]) -> None:
        self._db_ids.update((key, item.db_ids) for key, item in details.items())


_: "type[Surveyor]" = StreamkapProvider
