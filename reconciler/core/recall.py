"""What a ledger knows of each topic, put together for a person; nobody looks at the vendor.

    what is known of a call                              standing
    ---------------------------------------------------  --------
    refused, busy or not sent, and no run was seen       refused
    a person says that it did not happen                 denied
    its run was seen, and has not ended                  seen
    its run was seen to end, or is past by a word        ended
    answered with yes                                    answered
    anything else: no answer, or one that says nothing   open

A start that is open or answered *waits*: its run was never seen. Only a look, or a person's word,
can end that.
"""

from collections.abc import Iterable
from enum import StrEnum

from reconciler.core.evidence import bound_names, recollect
from reconciler.core.select import Selection, Selector
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.journal import (
    Answer,
    Applied,
    Binding,
    Intent,
    IntentItem,
    IntentRecord,
    Journal,
    Sighting,
    Word,
    target_of,
)
from reconciler.model.ledger import Attempt, AttemptState
from reconciler.model.outcome import Reply
from reconciler.records import Struct

REFUSALS = frozenset({Reply.FAILED, Reply.BUSY, Reply.NOT_SENT})


class Standing(StrEnum):
    """What became of a call, for one of its topics."""

    OPEN = "open"
    ANSWERED = "answered"
    SEEN = "seen"
    ENDED = "ended"
    REFUSED = "refused"
    DENIED = "denied"


_STANDINGS = {
    AttemptState.OPEN: Standing.OPEN,
    AttemptState.ACCEPTED: Standing.ANSWERED,
    AttemptState.SEEN: Standing.SEEN,
    AttemptState.ENDED: Standing.ENDED,
}


class Asked(Struct, frozen=True):
    """One topic of a call that was sent, or was about to be.

    Attributes:
        intent: The call.
        item: The topic.
        standing: What became of it.
        answer: The last one, or None.
        sighting: The last one, or None.
    """

    intent: Intent
    item: IntentItem
    standing: Standing
    answer: Answer | None = None
    sighting: Sighting | None = None

    @property
    def waits(self) -> bool:
        """Whether it is a start of which nobody knows whether a run came of it."""
        unsure = self.standing in (Standing.OPEN, Standing.ANSWERED)
        return unsure and self.intent.action is Action.START

    @property
    def rests_on_a_word(self) -> bool:
        """Whether a person's word alone says what came of a start."""
        if self.intent.action is not Action.START or self.sighting is not None or self.waits:
            return False
        return self.standing is not Standing.REFUSED


class TopicMemory(Struct, frozen=True):
    """Everything that a ledger holds of one topic.

    Attributes:
        address: The name it was last known by, or None where only a word on its scope names it.
        scope: The source or link.
        topic: As people see it.
        asked: Newest first.
        words: Of people on this very topic, newest first.
        applied: The level that was last seen to hold, or None.
    """

    address: Address | None
    scope: str
    topic: str
    asked: tuple[Asked, ...] = ()
    words: tuple[Word, ...] = ()
    applied: Applied | None = None

    @property
    def waiting(self) -> tuple[Asked, ...]:
        """Starts of which nobody knows whether a run came of them, newest first."""
        return tuple(asked for asked in self.asked if asked.waits)


class Recollection(Struct, frozen=True):
    """Everything that a ledger holds, but for leases.

    Attributes:
        topics: Sorted by scope and topic.
        words: Of people on whole scopes, newest first.
        bindings: Which source stands behind which name, sorted by endpoint and name.
    """

    topics: tuple[TopicMemory, ...] = ()
    words: tuple[Word, ...] = ()
    bindings: tuple[Binding, ...] = ()


def recall(journal: Journal, asked_for: Selector | None = None) -> Recollection:
    """Put together what a ledger knows.

    Args:
        journal: What the ledger holds.
        asked_for: Only topics that were ever known by such an address, and what is said of their
            sources and links; None is everything.
    """
    topics = _topics(journal)
    words = tuple(word for word in reversed(journal.words) if not word.topic)
    bound = bound_names(journal)
    bindings = tuple(b for b in journal.bindings if (b.endpoint, b.name) in bound)
    if asked_for is None:
        return Recollection(topics, words, bindings)
    topics = tuple(topic for topic in topics if _is_asked_for(topic, asked_for))
    scopes = {topic.scope for topic in topics}
    sources = {target_of(scope) for scope in scopes}
    return Recollection(
        topics,
        tuple(word for word in words if word.scope in scopes),
        tuple(binding for binding in bindings if binding.source_id in sources),
    )


def addresses_of(topic: TopicMemory) -> frozenset[Address]:
    """Every address by which a topic was ever known.

    Args:
        topic: What a ledger holds of it.
    """
    named = [asked.item.address for asked in topic.asked]
    named += [word.address for word in topic.words if word.address is not None]
    named += [topic.applied.address] if topic.applied else []
    return frozenset(named)


def _is_asked_for(topic: TopicMemory, asked_for: Selector) -> bool:
    one = Selection((asked_for,))
    return any(
        asked_for.takes(address.document) and one.takes_topic(address)
        for address in addresses_of(topic)
    )


def _topics(journal: Journal) -> tuple[TopicMemory, ...]:
    asked: dict[tuple[str, str], list[Asked]] = {}
    for one in _asked(journal):
        asked.setdefault((one.item.scope, one.item.topic), []).append(one)
    words: dict[tuple[str, str], list[Word]] = {}
    for word in journal.words:
        if word.topic:
            words.setdefault((word.scope, word.topic), []).append(word)
    applied = {(level.scope, level.topic): level for level in journal.applied}
    return tuple(
        _topic(key, asked.get(key, ()), words.get(key, ()), applied.get(key))
        for key in sorted({*asked, *words, *applied})
    )


def _topic(
    key: tuple[str, str],
    asked: Iterable[Asked],
    words: Iterable[Word],
    applied: Applied | None,
) -> TopicMemory:
    named = [(one.intent.at, one.item.address) for one in asked]
    named += [(word.said.at, word.address) for word in words if word.address is not None]
    named += [(applied.at, applied.address)] if applied else []
    newest = max(named, default=None)
    return TopicMemory(
        newest[1] if newest else None,
        *key,
        tuple(reversed(list(asked))),
        tuple(reversed(list(words))),
        applied,
    )


def _asked(journal: Journal) -> Iterable[Asked]:
    """Every topic of every call, oldest first."""
    attempts = recollect(journal)
    for record in sorted(journal.intents, key=lambda r: (r.intent.at, r.intent.id)):
        yield from _of_record(record, attempts)


def _of_record(
    record: IntentRecord, attempts: dict[tuple[str, str, str], Attempt]
) -> Iterable[Asked]:
    answers = {(answer.scope, answer.topic): answer for answer in record.answers}
    sightings = {(sighting.scope, sighting.topic): sighting for sighting in record.sightings}
    for item in record.intent.items:
        key = (item.scope, item.topic)
        answer, sighting = answers.get(key), sightings.get(key)
        attempt = attempts.get((record.intent.id, *key))
        if attempt is not None:
            standing = _STANDINGS[attempt.state]
        else:
            standing = _without_attempt(record.intent, item, answer)
        yield Asked(record.intent, item, standing, answer, sighting)


def _without_attempt(intent: Intent, item: IntentItem, answer: Answer | None) -> Standing:
    if answer is not None and answer.reply in REFUSALS:
        return Standing.REFUSED
    if intent.action is Action.START and item.since is not None:
        return Standing.DENIED
    return Standing.ANSWERED if answer and answer.reply is Reply.ACCEPTED else Standing.OPEN
