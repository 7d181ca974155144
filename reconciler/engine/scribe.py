"""Writing to a ledger, together, what many calls have to say at the same time.

A transaction costs about the same whether it holds one row or twenty. Whoever comes while another
one's is under way waits for its end, and then writes for all who wait.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

import anyio

from reconciler.errors import LedgerError
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Answer, Departure, Lease
from reconciler.records import Struct, field

T = TypeVar("T")


class InThread(Protocol):
    """Runs what blocks where it holds nobody up."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]:
        """Run it and await what it returns."""
        ...


class _Page(Struct, eq=False):
    """What one call has to write down: that it leaves, or what came back.

    Attributes:
        departure: That it leaves, or None.
        answers: What came back.
        kept: The leases that still hold; None as long as nothing is written.
        error: Why it could not be written.
        done: Set once one of them is known.
    """

    departure: Departure | None
    answers: Sequence[Answer] = ()
    kept: tuple[Lease, ...] | None = None
    error: LedgerError | None = None
    done: anyio.Event = field(default_factory=anyio.Event)


class Scribe:
    """Writes to a ledger; what fails, fails for all whose words were in the same transaction."""

    def __init__(self, ledger: Ledger, in_thread: InThread) -> None:
        """Begin with nothing to write.

        Args:
            ledger: Where to.
            in_thread: Runs what blocks.
        """
        self._ledger = ledger
        self._in_thread = in_thread
        self._turn = anyio.Lock()
        self._waiting: list[_Page] = []

    async def depart(self, departure: Departure) -> tuple[Lease, ...]:
        """See `Ledger.depart`.

        Whoever is cancelled before its turn came has written nothing. After that it returns as ever,
        and the caller has to ask whether it was cancelled.

        Args:
            departure: A call that is about to leave.

        Returns:
            Its leases that still hold.

        Raises:
            LedgerError: It cannot be written.
        """
        return await self._written(_Page(departure))

    async def answer(self, answers: Sequence[Answer]) -> None:
        """See `Ledger.answer`.

        Args:
            answers: What came back of one call.

        Raises:
            LedgerError: It cannot be written.
        """
        await self._written(_Page(None, answers))

    async def _written(self, mine: _Page) -> tuple[Lease, ...]:
        self._waiting.append(mine)
        try:
            async with self._turn:
                if mine in self._waiting:
                    # Others wait for this as well, and do not end when this one does.
                    with anyio.CancelScope(shield=True):
                        await self._write()
        except anyio.get_cancelled_exc_class():
            if mine in self._waiting:
                self._waiting.remove(mine)
                raise
            # Another one writes it just now: it is not as if nothing had been asked for.
            with anyio.CancelScope(shield=True):
                await mine.done.wait()
        if mine.kept is None:
            raise mine.error or LedgerError(self._ledger.place, "whoever wrote to it broke off")
        return mine.kept

    async def _write(self) -> None:
        pages, self._waiting = self._waiting, []
        departures = [page.departure for page in pages if page.departure is not None]
        answers = [answer for page in pages for answer in page.answers]

        def write() -> tuple[tuple[Lease, ...], ...]:
            if departures:
                return self._ledger.depart(departures, answers)
            self._ledger.answer(answers)
            return ()

        try:
            kept = iter(await self._in_thread(write))
            for page in pages:
                page.kept = next(kept) if page.departure is not None else ()
        except LedgerError as error:
            for page in pages:
                page.error = error
        finally:
            for page in pages:
                page.done.set()
