"""What every ledger can do, and what each promises.

Whatever writes is durable when it returns: it survives the death of this process and of the
machine. Every method may be called from any thread, and from many processes at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from reconciler.model.call import Json
from reconciler.model.history import Entry
from reconciler.model.journal import (
    Answer,
    Applied,
    Binding,
    Departure,
    DriftNote,
    IntentRecord,
    Journal,
    Lease,
    Said,
    Sighting,
    Taken,
    Word,
)


class Ledger(Protocol):
    """Memory that outlives a command.

    Every method raises `LedgerError` where the ledger cannot be read or written, and every method
    that writes also where it was opened to be read only.
    """

    @property
    def place(self) -> str:
        """Where it is, for messages; never a password."""
        ...

    @property
    def has_history(self) -> bool:
        """Whether it existed before this command opened it, so that "no intent" is a fact."""
        ...

    def depart(
        self, departures: Sequence[Departure], answers: Sequence[Answer] = ()
    ) -> tuple[tuple[Lease, ...], ...]:
        """Write down calls that are about to be sent, where the leases they need still hold.

        Send a call only after this has returned, and only if all its leases did.

        Args:
            departures: An intent's id was never used before.
            answers: What came back of others, to be written in the same transaction.

        Returns:
            For each, its leases that are still their owner's, also where nobody took them although
            they were over; they last on now. Where one is missing, nothing else of it was written.
        """
        ...

    def answer(self, answers: Sequence[Answer]) -> None:
        """Write down what came back.

        Args:
            answers: One per item; for an item that has one already the new one counts.
        """
        ...

    def see(self, sightings: Sequence[Sighting]) -> None:
        """Write down that runs of ours were seen.

        Args:
            sightings: For an item that has one already the new one counts.
        """
        ...

    def say(self, words: Sequence[Word]) -> None:
        """Write down what a person said.

        Args:
            words: In the order in which they count.
        """
        ...

    def note(self, applied: Sequence[Applied]) -> None:
        """Write down levels that hold. What differs from `applied` is all that need be given.

        Args:
            applied: Each takes the place of what was known of its topic.
        """
        ...

    def bind(self, bindings: Sequence[Binding]) -> None:
        """Write down which source stood behind which name.

        Args:
            bindings: Each takes the place of what was known of its name.
        """
        ...

    def note_drift(self, notes: Sequence[DriftNote]) -> None:
        """Write down what a monitor found; what is known already is not written again.

        Args:
            notes: At most one of each address.
        """
        ...

    def drift(self) -> dict[str, str]:
        """What drifts, as far as it was written down: the mark of its last note by address."""
        ...

    def journal(self, scopes: Sequence[str] | None = None) -> Journal:
        """Everything that plans rest on, as of one moment.

        Args:
            scopes: Only intents and levels of these; None is all.
        """
        ...

    def intents(self, scopes: Sequence[str] | None = None) -> tuple[IntentRecord, ...]:
        """Intents with all that is known of them, oldest first.

        Args:
            scopes: Only those with an item in one of these; None is all.
        """
        ...

    def words(self) -> tuple[Word, ...]:
        """What people said, oldest first."""
        ...

    def applied(self, scopes: Sequence[str] | None = None) -> tuple[Applied, ...]:
        """Levels that were last seen to hold, sorted by scope and topic.

        Args:
            scopes: Only of these; None is all.
        """
        ...

    def bindings(self) -> tuple[Binding, ...]:
        """Which source stood behind which name, sorted by endpoint and name."""
        ...

    def history(self, prefix: str = "", limit: int = 100) -> tuple[Entry, ...]:
        """What happened, newest first.

        Args:
            prefix: `Kind`, `Kind/name` or `Kind/name/topic`; empty is everything.
            limit: At most so many lines.
        """
        ...

    def export(self) -> dict[str, list[Json]]:
        """Every row of every table, by table, in a fixed order; for a backup, or another tool."""
        ...

    def take(self, scopes: Sequence[str], owner: str, now: datetime, until: datetime) -> Taken:
        """Take leases, each on its own: what is free, over, or this owner's already is granted.

        Args:
            scopes: What to take.
            owner: This command's own name, different for each command.
            now: Our clock.
            until: When they shall expire.

        Returns:
            The leases granted, and those of others in the way. A granted lease that names a
            `former` owner was taken from a command that may have died: its open intents are
            unknown.
        """
        ...

    def is_mine(self, lease: Lease, now: datetime) -> bool:
        """Whether a lease still holds: not over, not broken, not taken by another.

        Args:
            lease: As it was granted, or as a departure gave it back.
            now: Our clock.
        """
        ...

    def release(self, leases: Sequence[Lease]) -> None:
        """Let go of leases; those that were lost meanwhile are left alone.

        Args:
            leases: As they were granted.
        """
        ...

    def leases(self) -> tuple[Lease, ...]:
        """Leases that somebody holds, or held until they were over, sorted by scope."""
        ...

    def break_(self, scope: str, said: Said) -> Lease | None:
        """Take a lease away from whoever holds it, because a person says so.

        Args:
            scope: What to free.
            said: When, by whom, why; kept in the history.

        Returns:
            The lease that was broken, or None where nobody held it.
        """
        ...

    def close(self) -> None:
        """Let go of file or connection. Leases stay until they are released or over."""
        ...
