"""The ledger, over any database that can do what `database` asks for."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from reconciler.errors import LedgerError
from reconciler.ledger import drifting, leasing, looking_back, reading, writing
from reconciler.ledger.database import Database, Transaction
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
    WordKind,
)


class StoredLedger:
    """See `protocol.Ledger`.

    Args:
        database: With the newest tables.
        has_history: Whether it existed before this command.
        read_only: Whether writing is refused.
    """

    def __init__(self, database: Database, *, has_history: bool, read_only: bool) -> None:
        self._database = database
        self._has_history = has_history
        self._read_only = read_only

    @property
    def place(self) -> str:
        """See `Ledger.place`."""
        return self._database.place

    @property
    def has_history(self) -> bool:
        """See `Ledger.has_history`."""
        return self._has_history

    def depart(
        self, departures: Sequence[Departure], answers: Sequence[Answer] = ()
    ) -> tuple[tuple[Lease, ...], ...]:
        """See `Ledger.depart`."""
        with self._writing() as transaction:
            writing.add_answers(transaction, answers)
            kept = leasing.renew(transaction, [departure.leases for departure in departures])
            leaving = [d for d, mine in zip(departures, kept, strict=True) if mine == d.leases]
            writing.add_words(transaction, (word for d in leaving for word in d.words))
            writing.add_intents(transaction, [d.intent for d in leaving if d.intent is not None])
            return kept

    def answer(self, answers: Sequence[Answer]) -> None:
        """See `Ledger.answer`."""
        with self._writing() as transaction:
            writing.add_answers(transaction, answers)

    def see(self, sightings: Sequence[Sighting]) -> None:
        """See `Ledger.see`."""
        with self._writing() as transaction:
            writing.add_sightings(transaction, sightings)

    def say(self, words: Sequence[Word]) -> None:
        """See `Ledger.say`."""
        with self._writing() as transaction:
            writing.add_words(transaction, words)

    def note(self, applied: Sequence[Applied]) -> None:
        """See `Ledger.note`."""
        with self._writing() as transaction:
            writing.put_applied(transaction, applied)

    def bind(self, bindings: Sequence[Binding]) -> None:
        """See `Ledger.bind`."""
        with self._writing() as transaction:
            writing.put_bindings(transaction, bindings)

    def note_drift(self, notes: Sequence[DriftNote]) -> None:
        """See `Ledger.note_drift`."""
        with self._writing() as transaction:
            drifting.add_drift(transaction, notes)

    def drift(self) -> dict[str, str]:
        """See `Ledger.drift`."""
        with self._database.reading() as transaction:
            return drifting.read_drift(transaction)

    def journal(self, scopes: Sequence[str] | None = None) -> Journal:
        """See `Ledger.journal`."""
        with self._database.reading() as transaction:
            return Journal(
                reading.read_intents(transaction, scopes),
                reading.read_words(transaction),
                reading.read_applied(transaction, scopes),
                reading.read_bindings(transaction),
                self._has_history,
            )

    def intents(self, scopes: Sequence[str] | None = None) -> tuple[IntentRecord, ...]:
        """See `Ledger.intents`."""
        with self._database.reading() as transaction:
            return reading.read_intents(transaction, scopes)

    def words(self) -> tuple[Word, ...]:
        """See `Ledger.words`."""
        with self._database.reading() as transaction:
            return reading.read_words(transaction)

    def applied(self, scopes: Sequence[str] | None = None) -> tuple[Applied, ...]:
        """See `Ledger.applied`."""
        with self._database.reading() as transaction:
            return reading.read_applied(transaction, scopes)

    def bindings(self) -> tuple[Binding, ...]:
        """See `Ledger.bindings`."""
        with self._database.reading() as transaction:
            return reading.read_bindings(transaction)

    def history(self, prefix: str = "", limit: int = 100) -> tuple[Entry, ...]:
        """See `Ledger.history`."""
        with self._database.reading() as transaction:
            return looking_back.history(transaction, prefix, limit)

    def export(self) -> dict[str, list[Json]]:
        """See `Ledger.export`."""
        with self._database.reading() as transaction:
            return looking_back.export(transaction)

    def take(self, scopes: Sequence[str], owner: str, now: datetime, until: datetime) -> Taken:
        """See `Ledger.take`."""
        with self._writing() as transaction:
            return leasing.take(transaction, scopes, leasing.Wish(owner, now, until))

    def is_mine(self, lease: Lease, now: datetime) -> bool:
        """See `Ledger.is_mine`."""
        with self._database.reading() as transaction:
            return leasing.is_mine(transaction, lease, now)

    def release(self, leases: Sequence[Lease]) -> None:
        """See `Ledger.release`."""
        with self._writing() as transaction:
            leasing.release(transaction, leases)

    def leases(self) -> tuple[Lease, ...]:
        """See `Ledger.leases`."""
        with self._database.reading() as transaction:
            return leasing.held(transaction)

    def break_(self, scope: str, said: Said) -> Lease | None:
        """See `Ledger.break_`."""
        with self._writing() as transaction:
            writing.add_words(transaction, [Word(WordKind.BREAK, said, scope)])
            return leasing.break_(transaction, scope)

    def close(self) -> None:
        """See `Ledger.close`."""
        self._database.close()

    def _writing(self) -> AbstractContextManager[Transaction]:
        if self._read_only:
            raise LedgerError(self.place, "it was opened to be read only")
        return self._database.writing()
