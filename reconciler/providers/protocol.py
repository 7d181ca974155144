"""The seam: what the engine may ask of a vendor, and what every provider promises.

A provider executes and translates; it never judges, never chooses and never writes unasked.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from reconciler.model.call import Call
from reconciler.model.change import Change
from reconciler.model.observed import ObservedConnection, ObserveRequest, SourceTopics
from reconciler.model.outcome import Receipt, Traffic
from reconciler.model.request import Request


class Gate(Protocol):
    """What each attempt of a request that changes something has to pass, right before it leaves."""

    async def __call__(self) -> None:
        """Let an attempt leave, or raise `Withheld`."""
        ...

    def refused(self) -> None:
        """Hear that the last attempt surely changed nothing: it never arrived, or was turned away."""
        ...


class _Open:
    """A gate that is open."""

    async def __call__(self) -> None:
        """See `Gate`."""

    def refused(self) -> None:
        """See `Gate.refused`."""


always: Final[Gate] = _Open()


class Purpose(StrEnum):
    """Why something is read; each names a field of `Traffic`."""

    READS = "reads"
    SECOND_LOOK = "second_look"
    CANARY = "canary"
    SETTLE = "settle"


class Clock(Protocol):
    """Time as an argument, so that tests need not wait."""

    def now(self) -> datetime:
        """The time, with zone UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; cancellable."""
        ...


class Provider(Protocol):
    """One connection to one vendor."""

    @property
    def connection(self) -> str:
        """Name of the Connection."""
        ...

    @property
    def identity(self) -> str:
        """Host that answers, or `sandbox`; never a credential."""
        ...

    async def observe(self, request: ObserveRequest, purpose: Purpose) -> ObservedConnection:
        """Look at targets. Never writes.

        Args:
            request: What to look at; one view per target comes back, in the same order.
            purpose: What the requests are counted as.

        Returns:
            Views; a target that could not be read has an `UNREADABLE` problem and does not keep
            the others from being read.

        Raises:
            ProviderError: Nothing at all could be read: credential, name, connection.
        """
        ...

    async def topics(
        self, source_ids: Sequence[str], purpose: Purpose, *, seen_runs: bool
    ) -> tuple[SourceTopics, ...]:
        """Read `GET /topics/details` for sources.

        Args:
            source_ids: The vendor's ids.
            purpose: What the requests are counted as.
            seen_runs: Ask which topics have a run under any status, to confirm absence; else ask
                for the database ids, from memory where they were read before.

        Returns:
            One value per id, in the same order; a failed read is a `problem`, never an exception.
        """
        ...

    def db_ids_known(self, source_id: str) -> bool:
        """Whether database ids of that source's topics were read already, so that they cost nothing."""
        ...

    def render(self, change: Change) -> Call:
        """The one request that carries a change. Pure: the same change, the same call."""
        ...

    def permit_writes(self) -> None:
        """From now on `send` may send; before it, `send` raises `WriteRefused`."""
        ...

    async def send(self, change: Change, call: Call, gate: Gate = always) -> Receipt:
        """Send one call and read its answer item by item.

        Sent again only where nothing can have happened (connect error, DNS, TLS, 429) and once
        after a 401 with a new token.

        Args:
            change: What the call carries.
            call: What `render` gave for it.
            gate: Asked right before each attempt leaves, after every wait; where it raises
                `Withheld`, nothing is sent, which the receipt says. Told of each that was refused.

        Returns:
            A receipt; a lost answer is `UNKNOWN`, never an exception.

        Raises:
            WriteRefused: Writes were not permitted.
        """
        ...

    def traffic(self) -> Traffic:
        """Requests sent so far, by purpose."""
        ...

    def requests(self) -> tuple[Request, ...]:
        """The newest requests that left, in the order of their answers; not all of very many."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...
