"""The ledger as one command uses it: what it says of what was seen, what it is told, its leases.

Without a ledger everything here does nothing, and says so: nobody needs two ways through the engine.
A ledger only ever takes starts away, so that one which forgets is never worse than none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from reconciler.core.evidence import Evidence, weigh
from reconciler.engine.scribe import InThread, Scribe
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import (
    Actor,
    Answer,
    Applied,
    Binding,
    Departure,
    Intent,
    IntentRecord,
    Journal,
    Lease,
    Sighting,
    Word,
    link_scope,
    source_scope,
    target_of,
)
from reconciler.model.observed import ObservedConnection, ObservedSource
from reconciler.providers.protocol import Clock
from reconciler.records import Struct, field, replace

T = TypeVar("T")

SHORTEST_LEASE = timedelta(minutes=2)
SKEW = timedelta(seconds=10)
"""How far the clocks of two machines that share a ledger may be apart without a call going twice."""

UNBOUNDED = timedelta(hours=1)
"""How long a lease lasts where a write may take for ever."""

NEVER = datetime.max.replace(tzinfo=UTC)


class Means(Struct, frozen=True):
    """What a memory works with.

    Attributes:
        ledger: Where it is kept, or None.
        may_write: Whether this command may write to it; else it only reads.
        hosts: Who answers for each connection: with the id, what names a scope.
        actor: Who gives the command.
        owner: This command's own name, different for each.
        new_id: Makes an id that was never used before.
        in_thread: Runs what blocks.
    """

    ledger: Ledger | None
    may_write: bool
    hosts: Mapping[str, str]
    actor: Actor
    owner: str
    new_id: Callable[[], str]
    in_thread: InThread


class _Known(Struct):
    """What the ledger holds, as far as this command read or wrote it."""

    journal: Journal = field(default_factory=Journal)
    records: dict[str, IntentRecord] = field(default_factory=dict)
    by_scope: dict[str, list[str]] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)
    bound: dict[str, datetime] = field(default_factory=dict)

    def add(self, record: IntentRecord) -> None:
        """Keep an intent, or what is new of one."""
        known = self.records.get(record.intent.id)
        self.records[record.intent.id] = record
        if known is None:
            for scope in sorted({item.scope for item in record.intent.items}):
                self.by_scope.setdefault(scope, []).append(record.intent.id)

    def of(self, scopes: Iterable[str]) -> tuple[IntentRecord, ...]:
        """Intents with an item in one of these, each once."""
        ids = {i: None for scope in scopes for i in self.by_scope.get(scope, ())}
        return tuple(self.records[i] for i in ids)


class Memory:
    """One command's view of the ledger."""

    def __init__(self, means: Means, clock: Clock) -> None:
        self._means = means
        self._clock = clock
        self._known = _Known()
        self._scribe: Scribe | None = None
        if means.ledger is not None and means.may_write:
            self._scribe = Scribe(means.ledger, means.in_thread)

    @property
    def is_kept(self) -> bool:
        """Whether what is sent is written down."""
        return self._scribe is not None

    @property
    def has_history(self) -> bool:
        """Whether "no intent" is a fact, so that a start needs no second look after a while."""
        return self._means.ledger is not None and self._means.ledger.has_history

    @property
    def journal(self) -> Journal:
        """What was read."""
        return self._known.journal

    @property
    def actor(self) -> Actor:
        """Who gives the command."""
        return self._means.actor

    def new_id(self) -> str:
        """An id that was never used before."""
        return self._means.new_id()

    def scope(self, connection: str, target: str) -> str:
        """What a lease covers.

        Args:
            connection: Name of the Connection.
            target: A source id, or `cluster/link`.
        """
        host = self._means.hosts.get(connection, "")
        cluster, slash, link = target.partition("/")
        return link_scope(host, cluster, link) if slash else source_scope(host, target)

    def has_known(self, scopes: Iterable[str], lag: timedelta) -> bool:
        """Whether the ledger has known scopes for longer than a run may stay invisible.

        Then "no intent" is a fact about them, and a start needs no second look after a while. A
        ledger that is younger may have followed one that was lost.

        Args:
            scopes: Of the sources that a start is for.
            lag: How long a run may stay invisible.
        """
        known, latest = self._known, self._clock.now() - lag
        return all(
            known.since.get(scope, NEVER) <= latest
            or known.bound.get(target_of(scope), NEVER) <= latest
            for scope in scopes
        )

    async def recall(self) -> Journal:
        """Read everything that plans rest on.

        Raises:
            LedgerError: It cannot be read.
        """
        ledger = self._means.ledger
        if ledger is not None:
            journal = await self._means.in_thread(ledger.journal)
            self._known = _Known(
                journal, since=_since(journal), bound={b.source_id: b.at for b in journal.bindings}
            )
            for record in journal.intents:
                self._known.add(record)
        return self._known.journal

    def weigh(self, observed: Iterable[ObservedConnection], now: datetime) -> Evidence:
        """What the ledger says in the light of a look.

        Args:
            observed: What connections answered.
            now: The time.
        """
        seen: dict[str, ObservedSource] = {}
        for connection in observed:
            for view in connection.sources:
                if view.source is not None:
                    seen[self.scope(connection.connection, view.source.id)] = view.source
        mine = replace(self._known.journal, intents=self._known.of(seen))
        return weigh(mine, seen, now)

    async def see(self, sightings: Sequence[Sighting]) -> None:
        """Write down what a look shows of our runs for the first time.

        Args:
            sightings: From `weigh`.

        Raises:
            LedgerError: It cannot be written.
        """
        ledger = self._means.ledger
        if ledger is None or not self.is_kept or not sightings:
            return
        await self._means.in_thread(lambda: ledger.see(sightings))
        for sighting in sightings:
            record = self._known.records[sighting.intent]
            self._known.add(replace(record, sightings=(*record.sightings, sighting)))

    async def news_of(self, scopes: Sequence[str], since: datetime) -> tuple[IntentRecord, ...]:
        """Intents of others that what this command observed may not show.

        Args:
            scopes: Whose leases this command holds now.
            since: When it began to observe. The ledger was read after that, so that an intent may
                be known and yet have taken effect later.

        Raises:
            LedgerError: It cannot be read.
        """
        ledger = self._means.ledger
        if ledger is None or not self.is_kept:
            return ()
        found = await self._means.in_thread(lambda: ledger.intents(scopes))
        known = self._known.records
        fresh = tuple(r for r in found if r.intent.id not in known or _moved(r) >= since - SKEW)
        for record in found:
            self._known.add(record)
        return fresh

    async def depart(
        self,
        intent: Intent | None,
        words: Sequence[Word],
        leases: Sequence[Lease],
        patience: timedelta,
    ) -> tuple[Lease, ...]:
        """Write down a call that is about to be sent, if the leases it needs still hold.

        What many ask for at the same time is written in one transaction.

        Args:
            intent: The call; None at a further attempt.
            words: What a person wants of it, which has to stand before it.
            leases: On everything it changes, as they were granted.
            patience: How long a write may take.

        Returns:
            The leases, which last on now; those that are missing were lost, and nothing else was
            written.

        Raises:
            LedgerError: It cannot be written; the call must not be sent.
        """
        if self._scribe is None:
            return tuple(leases)
        until = self._clock.now() + lease_time(patience)
        lasting = tuple(replace(lease, expires=until) for lease in leases)
        kept = await self._scribe.depart(Departure(intent, tuple(words), lasting))
        if intent is not None and kept == lasting:
            self._known.add(IntentRecord(intent))
        return kept

    async def answer(self, answers: Sequence[Answer]) -> None:
        """Write down what came back; what many have to say at the same time in one transaction.

        Args:
            answers: One per item of an intent.

        Raises:
            LedgerError: It cannot be written; the intent stays open.
        """
        if self._scribe is None or not answers:
            return
        await self._scribe.answer(answers)
        record = self._known.records[answers[0].intent]
        self._known.add(replace(record, answers=(*record.answers, *answers)))

    async def note(self, applied: Sequence[Applied], bindings: Sequence[Binding]) -> None:
        """Write down levels that hold, and which source stood behind which name.

        Args:
            applied: What differs from what the ledger holds.
            bindings: The same.

        Raises:
            LedgerError: It cannot be written.
        """
        ledger = self._means.ledger
        if ledger is None or not self.is_kept:
            return
        if applied:
            await self._means.in_thread(lambda: ledger.note(applied))
        if bindings:
            await self._means.in_thread(lambda: ledger.bind(bindings))

    async def take(
        self, scopes: Sequence[str], patience: timedelta
    ) -> tuple[tuple[Lease, ...], tuple[Lease, ...]]:
        """Take leases; each that is free is granted.

        Args:
            scopes: What to take, sorted.
            patience: How long a write may take.

        Returns:
            Those granted, and those of others in the way.

        Raises:
            LedgerError: It cannot be written.
        """
        ledger, now = self._means.ledger, self._clock.now()
        if ledger is None or not self.is_kept or not scopes:
            return (), ()
        until = now + lease_time(patience)
        taken = await self._means.in_thread(
            lambda: ledger.take(scopes, self._means.owner, now, until)
        )
        return taken.granted, taken.held

    async def release(self, leases: Sequence[Lease]) -> None:
        """Let go of leases.

        Args:
            leases: As they were granted.

        Raises:
            LedgerError: It cannot be written; they end by themselves.
        """
        ledger = self._means.ledger
        if ledger is not None and leases:
            await self._means.in_thread(lambda: ledger.release(leases))


def _since(journal: Journal) -> dict[str, datetime]:
    """Since when a ledger knows of each scope."""
    told = [
        *((item.scope, r.intent.at) for r in journal.intents for item in r.intent.items),
        *((level.scope, level.at) for level in journal.applied),
    ]
    since: dict[str, datetime] = {}
    for scope, at in told:
        since[scope] = min(since.get(scope, at), at)
    return since


def forgetful(clock: Clock) -> Memory:
    """A memory without a ledger.

    Args:
        clock: Time.
    """

    async def at_once(work: Callable[[], T]) -> T:
        return work()

    return Memory(
        Means(
            ledger=None,
            may_write=False,
            hosts={},
            actor=Actor(""),
            owner="",
            new_id=str,
            in_thread=at_once,
        ),
        clock,
    )


def _moved(record: IntentRecord) -> datetime:
    """When a call was last heard of."""
    return max((answer.at for answer in record.answers), default=record.intent.at)


def lease_time(patience: timedelta) -> timedelta:
    """How long a lease lasts: longer than any write can take.

    Args:
        patience: How long a write may take; 0 is for ever.
    """
    return max(SHORTEST_LEASE, 2 * patience) if patience else UNBOUNDED
