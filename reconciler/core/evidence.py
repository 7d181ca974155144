"""What the ledger testifies to: its journal and what is visible now, as the judge wants them.

    a start of ours                                              attempt
    -----------------------------------------------------------  ---------
    refused, busy or not sent, and its run was never seen        none
    a person says that it did not happen                         none
    its run is visible, or was seen, and has not ended           seen
    its run is visible, or was seen, and has ended               ended
    a person says that it happened                               ended
    a person wanted another try, and that left an attempt        ended
    answered with yes                                            accepted
    anything else: no answer, or one that says nothing           open

A ledger only ever takes starts away. So a person's "it happened" ends an attempt, but dates no run:
that takes a mark.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from reconciler.core.ours import Trace, find_ours
from reconciler.model.change import Action
from reconciler.model.journal import (
    Answer,
    Intent,
    IntentItem,
    IntentRecord,
    Journal,
    Sighting,
    Word,
    WordKind,
    target_of,
)
from reconciler.model.ledger import Attempt, AttemptState, LedgerView
from reconciler.model.observed import ENDED_WORDS, ObservedSource, Run
from reconciler.model.outcome import Reply
from reconciler.records import Struct, replace

_REFUSED = frozenset({Reply.FAILED, Reply.BUSY, Reply.NOT_SENT})
_WAITING = frozenset({AttemptState.OPEN, AttemptState.ACCEPTED})


class Evidence(Struct, frozen=True):
    """What a ledger says in the light of a look.

    Attributes:
        view: For the judge.
        sightings: What the look shows of our runs and the ledger does not hold yet.
    """

    view: LedgerView
    sightings: tuple[Sighting, ...]


class Start(Struct, frozen=True):
    """One start of one topic, with the last that is known of it.

    Attributes:
        intent: The intent.
        item: The topic in it.
        level: The item's `since`.
        answer: What came back last, or None.
        sighting: What was seen of its run last, or None.
    """

    intent: Intent
    item: IntentItem
    level: datetime
    answer: Answer | None
    sighting: Sighting | None

    @property
    def at(self) -> datetime:
        """When the receipt was written, else the intent."""
        return self.answer.at if self.answer else self.intent.at


def weigh(journal: Journal, seen: Mapping[str, ObservedSource], now: datetime) -> Evidence:
    """Work out what every start of ours has come to.

    Args:
        journal: At least the intents of the scopes that were seen.
        seen: Sources that were looked at, by scope. What the ledger holds of other scopes says
            nothing here: a source of the same id may exist at two hosts.
        now: Our clock, for the sightings.
    """
    starts, stops = _starts(journal.intents), _stops(journal.intents)
    attempts: list[Attempt] = []
    sightings: list[Sighting] = []
    for scope, source in sorted(seen.items()):
        visible = {topic.name: topic.runs for topic in source.topics}
        words = [word for word in journal.words if word.scope == scope]
        for name, made in sorted(starts.get(scope, {}).items()):
            said = [word for word in words if word.covers(scope, name)]
            mine = [start for start in made if not _is_void(start, said)]
            traces = [Trace(start.item.before, start.sighting) for start in mine]
            runs = find_ours(traces, visible.get(name) or ())
            attempts.extend(_attempts(mine, runs, said, stops.get(scope, [])))
            sightings.extend(_news(mine, runs, now))
    view = LedgerView(
        tuple(attempts), _marks(journal.words, seen), bound_names(journal), journal.has_history
    )
    return Evidence(view, tuple(sightings))


def recollect(journal: Journal) -> dict[tuple[str, str, str], Attempt]:
    """Work out what every start of ours has come to as far as the ledger alone can tell.

    Args:
        journal: What the ledger holds.

    Returns:
        By id of the intent, scope and topic. A start of which nothing came is missing.
    """
    stops = _stops(journal.intents)
    found: dict[tuple[str, str, str], Attempt] = {}
    for scope, topics in _starts(journal.intents).items():
        for name, made in topics.items():
            said = [word for word in journal.words if word.covers(scope, name)]
            mine = [start for start in made if not _is_void(start, said)]
            attempts = _attempts(mine, [None] * len(mine), said, stops.get(scope, []))
            for start, attempt in zip(mine, attempts, strict=True):
                found[start.intent.id, scope, name] = attempt
    return found


def starts_that_count(journal: Journal) -> dict[tuple[str, str], tuple[Start, ...]]:
    """Starts that something may have come of: neither refused nor said not to have happened.

    Args:
        journal: What the ledger holds.

    Returns:
        By scope and topic, oldest first.
    """
    counted: dict[tuple[str, str], tuple[Start, ...]] = {}
    for scope, topics in _starts(journal.intents).items():
        words = [word for word in journal.words if word.scope == scope]
        for name, made in topics.items():
            said = [word for word in words if word.covers(scope, name)]
            counted[scope, name] = tuple(start for start in made if not _is_void(start, said))
    return counted


def unended_starts(journal: Journal) -> dict[tuple[str, str], Start]:
    """The last start of each topic, where nothing tells that its run has ended.

    An end is told by a sighting, by a person's word that the start happened and is past, and by a
    stop of ours on the same source that the vendor said yes to.

    Args:
        journal: What the ledger holds.

    Returns:
        By scope and topic.
    """
    stops = _stops(journal.intents)
    found: dict[tuple[str, str], Start] = {}
    for (scope, name), starts in starts_that_count(journal).items():
        last = starts[-1] if starts else None
        if last is None or (last.sighting is not None and last.sighting.ended):
            continue
        said = [word for word in journal.words if word.covers(scope, name)]
        stopped = any(at > last.intent.at for at in stops.get(scope, ()))
        if not stopped and _said(last, said) is not WordKind.HAPPENED:
            found[scope, name] = last
    return found


def _starts(records: Iterable[IntentRecord]) -> dict[str, dict[str, list[Start]]]:
    """Starts by scope and topic, oldest first."""
    starts: dict[str, dict[str, list[Start]]] = {}
    for record in sorted(records, key=lambda r: (r.intent.at, r.intent.id)):
        if record.intent.action is not Action.START:
            continue
        answers = {(answer.scope, answer.topic): answer for answer in record.answers}
        sightings = {(sighting.scope, sighting.topic): sighting for sighting in record.sightings}
        for item in record.intent.items:
            key, level = (item.scope, item.topic), item.since
            if level is not None:
                start = Start(record.intent, item, level, answers.get(key), sightings.get(key))
                starts.setdefault(item.scope, {}).setdefault(item.topic, []).append(start)
    return starts


def _stops(records: Iterable[IntentRecord]) -> dict[str, list[datetime]]:
    """When we stopped everything on a source and the vendor said yes, by scope."""
    stops: dict[str, list[datetime]] = {}
    for record in records:
        if record.intent.action is Action.STOP:
            accepted = {a.scope for a in record.answers if a.reply is Reply.ACCEPTED}
            for scope in accepted:
                stops.setdefault(scope, []).append(record.intent.at)
    return stops


def _is_void(start: Start, words: Sequence[Word]) -> bool:
    """Whether nothing came of it: it was refused, or a person says so."""
    refused = start.answer is not None and start.answer.reply in _REFUSED
    return (refused and start.sighting is None) or _said(start, words) is WordKind.DID_NOT


def _said(start: Start, words: Sequence[Word]) -> WordKind | None:
    """The last word of a person on whether a start happened; a run that was seen outweighs it.

    A word of the very moment in which the start was made is about an earlier one.
    """
    kinds = (WordKind.HAPPENED, WordKind.DID_NOT)
    said = [w for w in words if w.kind in kinds and w.said.at > start.intent.at]
    return said[-1].kind if said and start.sighting is None else None


def _attempts(
    starts: Sequence[Start],
    runs: Sequence[Run | None],
    words: Sequence[Word],
    stops: Iterable[datetime],
) -> Iterable[Attempt]:
    """Attempts on one topic, oldest first."""
    stopped = _stopped(starts, stops)
    for start, run in zip(starts, runs, strict=True):
        attempt = _attempt(start, run, words)
        if attempt.state in _WAITING and _was_tried_again(start, starts, words):
            attempt = _over(attempt)
        yield replace(attempt, stopped_by_us=start.intent.id in stopped)


def _attempt(start: Start, run: Run | None, words: Sequence[Word]) -> Attempt:
    item = start.item
    attempt = Attempt(target_of(item.scope), item.topic, start.level, AttemptState.OPEN, start.at)
    if run is not None:
        ended = run.status in ENDED_WORDS
        state = AttemptState.ENDED if ended else AttemptState.SEEN
        return replace(attempt, state=state, run_time=run.time)
    if start.sighting is not None:
        state = AttemptState.ENDED if start.sighting.ended else AttemptState.SEEN
        return replace(attempt, state=state, run_time=start.sighting.run_time)
    if _said(start, words) is WordKind.HAPPENED:
        return _over(attempt)
    if start.answer is not None and start.answer.reply is Reply.ACCEPTED:
        return replace(attempt, state=AttemptState.ACCEPTED)
    return attempt


def _over(attempt: Attempt) -> Attempt:
    """An attempt that counts and is past. With a time of its own it dates no run of the vendor's."""
    return replace(attempt, state=AttemptState.ENDED, run_time=attempt.at)


def _was_tried_again(start: Start, starts: Iterable[Start], words: Iterable[Word]) -> bool:
    """Whether a person wanted another start after this one, and it was made."""
    wanted = [
        word.said.at
        for word in words
        if word.kind is WordKind.RETRY and word.said.at >= start.intent.at
    ]
    others = [other.intent.at for other in starts if other.intent.id != start.intent.id]
    return any(word <= other for word in wanted for other in others)


def _stopped(starts: Sequence[Start], stops: Iterable[datetime]) -> frozenset[str]:
    """Intents whose run a stop of ours ended: the last one before it, had it not ended already."""
    stopped = set()
    for at in stops:
        earlier = [start for start in starts if start.intent.at < at]
        if not earlier:
            continue
        sighting = earlier[-1].sighting
        if sighting is None or not sighting.ended or sighting.at >= at:
            stopped.add(earlier[-1].intent.id)
    return frozenset(stopped)


def _news(starts: Sequence[Start], runs: Sequence[Run | None], now: datetime) -> Iterable[Sighting]:
    """What is seen of our runs and was not seen before."""
    for start, run in zip(starts, runs, strict=True):
        if run is None or (start.sighting is not None and start.sighting.ended):
            continue
        item, ended = start.item, run.status in ENDED_WORDS
        if start.sighting is None or ended or start.sighting.run_time != run.time:
            yield Sighting(
                start.intent.id, item.scope, item.topic, now, run.time, run.status, ended
            )


def _marks(
    words: Iterable[Word], seen: Mapping[str, ObservedSource]
) -> dict[tuple[str, str], datetime]:
    """The time that people gave last to the undated run of a topic."""
    return {
        (source.id, topic.name): word.time
        for word in words
        if word.kind is WordKind.MARK and word.time is not None and word.scope in seen
        for source in (seen[word.scope],)
        for topic in source.topics
        if word.covers(word.scope, topic.name)
    }


def bound_names(journal: Journal) -> dict[tuple[str, str], str]:
    """Names and their ids, without those that a person told us to forget.

    Args:
        journal: What the ledger holds.

    Returns:
        Source ids by endpoint and name.
    """
    forgotten = [w for w in journal.words if w.kind is WordKind.FORGET and not w.topic]
    return {
        (binding.endpoint, binding.name): binding.source_id
        for binding in journal.bindings
        if not any(
            target_of(word.scope) == binding.source_id and word.said.at >= binding.at
            for word in forgotten
        )
    }
