"""A connection that could not be opened: every look says why, and nothing is ever sent."""

from collections.abc import Sequence
from typing import NoReturn

from reconciler.errors import ProviderError
from reconciler.model.call import Call
from reconciler.model.change import Change
from reconciler.model.checkup import Check, Examined, Level
from reconciler.model.inventory import Inventory
from reconciler.model.observed import ObservedConnection, ObserveRequest, SourceTopics
from reconciler.model.outcome import Receipt, Traffic
from reconciler.model.request import Request
from reconciler.providers.protocol import Gate, Purpose, always
from reconciler.providers.surveyor import Surveyor


class Unready:
    """A provider without a credential."""

    def __init__(self, connection: str, error: ProviderError) -> None:
        self._connection = connection
        self._error = error

    @property
    def connection(self) -> str:
        """Name of the Connection."""
        return self._connection

    @property
    def identity(self) -> str:
        """Nothing answers."""
        return ""

    async def observe(self, request: ObserveRequest, purpose: Purpose) -> ObservedConnection:
        """Say why nothing can be seen."""
        _ = request, purpose
        self._refuse()

    async def topics(
        self, source_ids: Sequence[str], purpose: Purpose, *, seen_runs: bool
    ) -> tuple[SourceTopics, ...]:
        """Say why nothing can be seen."""
        _ = source_ids, purpose, seen_runs
        self._refuse()

    def db_ids_known(self, source_id: str) -> bool:
        """Nothing is known."""
        _ = source_id
        return False

    def render(self, change: Change) -> Call:
        """Say why nothing can be sent."""
        _ = change
        self._refuse()

    def permit_writes(self) -> None:
        """There is nothing to permit."""

    async def send(self, change: Change, call: Call, gate: Gate = always) -> Receipt:
        """Say why nothing can be sent."""
        _ = change, call, gate
        self._refuse()

    def traffic(self) -> Traffic:
        """Nothing was sent."""
        return Traffic()

    def requests(self) -> tuple[Request, ...]:
        """Nothing was sent."""
        return ()

    async def aclose(self) -> None:
        """There is nothing to close."""

    async def inventory(self, cluster_ids: Sequence[str]) -> Inventory:
        """Say why nothing can be seen."""
        _ = cluster_ids
        self._refuse()

    async def examine(self, cluster_ids: Sequence[str]) -> Examined:
        """Say why nothing can be seen."""
        _ = cluster_ids
        told = Check("credential", Level.FAIL, self._error.message, self._error.advice)
        return Examined((told,))

    def _refuse(self) -> NoReturn:
        raise self._error


_: type[Surveyor] = Unready
