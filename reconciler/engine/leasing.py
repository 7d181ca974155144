"""The right to write, as one lane holds it: taken before the last look, made to last at each call."""

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta

from reconciler.core.words import moment
from reconciler.engine.events import Event, Listener, Stage
from reconciler.engine.halting import Halt
from reconciler.engine.memory import Memory, lease_time
from reconciler.errors import LedgerError
from reconciler.model.desired import Connection
from reconciler.model.journal import Intent, Lease, Word

PAUSE = 1.0


class Leases:
    """The leases of one lane."""

    def __init__(
        self,
        memory: Memory,
        connection: Connection,
        halt: Halt,
        patience: timedelta,
        tell: Listener,
    ) -> None:
        """Begin with none.

        Args:
            memory: The ledger.
            connection: Whose writes they are for.
            halt: When to end early.
            patience: How long to wait for leases of others.
            tell: Told what is going on.
        """
        self._memory = memory
        self._connection = connection
        self._halt = halt
        self._patience = patience
        self._tell = tell
        self._held: dict[str, Lease] = {}
        self._due = math.inf

    async def take(self, scopes: Sequence[str]) -> dict[str, str]:
        """Take leases, waiting for those of others as long as was asked.

        Args:
            scopes: What to take.

        Returns:
            Why each that was not granted was not, by scope.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        clock = self._halt.clock
        until = clock.monotonic() + self._patience.total_seconds()
        wanted = sorted(scopes)
        told = False
        while True:
            granted, held = await self._memory.take(wanted, self._write_timeout)
            self._held.update({lease.scope: lease for lease in granted})
            self._due = min(self._due, clock.monotonic() + self._half)
            if not held or clock.monotonic() >= until or self._halt.reason:
                return {lease.scope: _in_the_way(lease) for lease in held}
            wanted = [lease.scope for lease in held]
            if not told:
                text = f"{self._connection.name}: waiting for {_in_the_way(held[0])}"
                self._tell(Event(Stage.LOOK, text))
                told = True
            await self._halt.pause(min(PAUSE, max(0.0, until - clock.monotonic())))
            await self.keep()

    async def release(self, scopes: Iterable[str]) -> None:
        """Let go. What cannot be let go of ends by itself.

        Args:
            scopes: Of leases that `take` gave.

        Raises:
            LedgerError: The ledger cannot be used.
        """
        mine = [self._held.pop(scope) for scope in sorted(scopes) if scope in self._held]
        await self._memory.release(mine)

    async def depart(
        self, scopes: Sequence[str], intent: Intent | None, words: Sequence[Word]
    ) -> str:
        """Write down a call that is about to leave, if it may; then its leases last on.

        Args:
            scopes: What it changes.
            intent: The call; None at a further attempt.
            words: What a person wants of it.

        Returns:
            Why it must not leave, or empty.

        Raises:
            LedgerError: It cannot be written down.
        """
        if not self._memory.is_kept:
            return ""
        await self.keep()
        mine = [self._held[scope] for scope in scopes if scope in self._held]
        if len(mine) == len(scopes):
            mine = await self._renewed(intent, words, mine)
        still = {lease.scope for lease in mine}
        gone = [scope for scope in scopes if scope not in still]
        return f"another command took the lease on {gone[0]} meanwhile" if gone else ""

    async def keep(self) -> None:
        """Make all that is held last on once half its time is over, for what still waits.

        A lease that was lost, or a ledger that fails, is told at the door.
        """
        now = self._halt.clock.monotonic()
        if now < self._due:
            return
        self._due = now + self._half
        with suppress(LedgerError):
            await self._renewed(None, (), list(self._held.values()))

    async def _renewed(
        self, intent: Intent | None, words: Sequence[Word], leases: list[Lease]
    ) -> list[Lease]:
        kept = await self._memory.depart(intent, words, leases, self._write_timeout)
        # What was let go of in the meantime stays so.
        self._held.update({lease.scope: lease for lease in kept if lease.scope in self._held})
        return list(kept)

    @property
    def _half(self) -> float:
        return lease_time(self._write_timeout).total_seconds() / 2

    @property
    def _write_timeout(self) -> timedelta:
        return self._connection.limits.write_timeout


def _in_the_way(lease: Lease) -> str:
    return f"another apply ({lease.owner}), which may write there until {moment(lease.expires)}"
