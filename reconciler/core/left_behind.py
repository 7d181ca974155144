"""What we did and no spec speaks of any more. It is listed, and nothing is done about it.

    of ours                                               is left behind unless
    ----------------------------------------------------  ------------------------------------------
    a mirror topic, the last change of it a pause that    it was seen to mirror since, or is seen now
    took effect: the vendor said yes, or it was seen      in another state than PAUSED
    a snapshot, the last start of its topic, nothing of   its source is seen now, with no run under
    which tells that it ended                             way on that topic
    either                                                a rule names the topic and wants something
                                                          of it, or a person said `forget` since

Rules of every document count, whatever was selected. A document whose scope is not known may speak
of any topic behind its connection, so what its rules would name is not told either: doubt is no
news.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from reconciler.core.before import WANTED
from reconciler.core.evidence import unended_starts
from reconciler.core.hindsight import Hindsight
from reconciler.core.judge_mirrors import LINK_WORDS
from reconciler.core.select import Selection
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import DesiredLink, DesiredSource
from reconciler.model.journal import (
    Applied,
    Intent,
    IntentItem,
    Journal,
    WordKind,
)
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.observed import ObservedConnection, ObservedLink, ObservedSource, Run
from reconciler.model.outcome import Reply
from reconciler.records import Struct, field

_UNSURE = frozenset({Reply.UNKNOWN, None})
_HIDDEN = frozenset({None, "PAUSED"}) | LINK_WORDS


class Seen(Struct, frozen=True):
    """What the look of now shows, by scope; what was not looked at or could not be read is absent.

    Attributes:
        sources: Sources.
        links: Links.
    """

    sources: Mapping[str, ObservedSource] = field(default_factory=dict)
    links: Mapping[str, ObservedLink] = field(default_factory=dict)

    @classmethod
    def of(cls, observed: Iterable[ObservedConnection], scope: Callable[[str, str], str]) -> "Seen":
        """Index what connections answered.

        Args:
            observed: What each connection answered.
            scope: Names the scope of a connection and a target: a source id, or `cluster/link`.
        """
        sources: dict[str, ObservedSource] = {}
        links: dict[str, ObservedLink] = {}
        for answer in observed:
            for view in answer.sources:
                if view.source is not None:
                    sources[scope(answer.connection, view.source.id)] = view.source
            for seen in answer.links:
                if seen.link is not None and seen.problem is None:
                    target = f"{seen.target.cluster_id}/{seen.target.link}"
                    links[scope(answer.connection, target)] = seen.link
        return cls(sources, links)


class _Deed(Struct, frozen=True):
    """One topic of an intent of ours that may be left behind."""

    intent: Intent
    item: IntentItem
    what: Remains


class _Ground(Struct, frozen=True):
    """Specs and observation by scope, made ready for many questions."""

    hindsight: Hindsight
    placed: dict[str, list[Address]]
    unplaced: tuple[tuple[str, Address], ...]
    statuses: dict[str, dict[str, str | None]]
    runs: dict[str, dict[str, tuple[Run, ...] | None]]

    @classmethod
    def of(cls, hindsight: Hindsight, seen: Seen) -> "_Ground":
        desired = hindsight.desired
        documents: tuple[DesiredSource | DesiredLink, ...] = (*desired.sources, *desired.links)
        placed: dict[str, list[Address]] = {}
        for address, scope in hindsight.scopes.items():
            placed.setdefault(scope, []).append(address)
        return cls(
            hindsight,
            placed,
            tuple(
                (d.connection, d.address) for d in documents if d.address not in hindsight.scopes
            ),
            {
                scope: {mirror.name: mirror.status for mirror in link.mirrors}
                for scope, link in seen.links.items()
                if link.mirrors is not None
            },
            {s: {topic.name: topic.runs for topic in o.topics} for s, o in seen.sources.items()},
        )

    def is_named(self, deed: _Deed) -> bool:
        """Whether a rule wants something of the topic, or may do so."""
        item = deed.item
        maybe = (
            address
            for connection, address in self.unplaced
            if address.kind is item.address.kind
            and (connection == deed.intent.connection or address == item.address.document)
        )
        return any(
            self.hindsight.rule_of(address.of(item.topic)) is not None
            for address in (*self.placed.get(item.scope, ()), *maybe)
        )

    def is_over(self, deed: _Deed) -> bool:
        """Whether the look of now shows that nothing is left of it."""
        scope, topic = deed.item.scope, deed.item.topic
        match deed.what:
            case Remains.PAUSED:
                words = self.statuses.get(scope)
                return words is not None and words.get(topic, "gone") not in _HIDDEN
            case Remains.RUN:
                # A topic with a run under way is always among those that are shown.
                runs = self.runs[scope].get(topic, ()) if scope in self.runs else None
                return runs is not None and all(r.is_known and not r.is_active for r in runs)


def find_left_behind(hindsight: Hindsight, seen: Seen) -> tuple[LeftBehind, ...]:
    """Tell what of ours no spec speaks of.

    Args:
        hindsight: Specs and ledger, with what the look of now shows of our runs.
        seen: What the look of now shows.

    Returns:
        Sorted by address, then by scope.
    """
    ground = _Ground.of(hindsight, seen)
    deeds = [*_pauses(hindsight), *_runs(hindsight.journal)]
    found = [
        LeftBehind(
            deed.item.address,
            deed.item.scope,
            deed.item.topic,
            deed.what,
            deed.intent.at,
            deed.intent.actor,
        )
        for deed in deeds
        if not ground.is_named(deed)
        and not ground.is_over(deed)
        and not _is_forgotten(deed, hindsight.journal)
    ]
    return tuple(sorted(found, key=lambda left: (left.address, left.scope)))


def _pauses(hindsight: Hindsight) -> Iterable[_Deed]:
    """Mirror topics whose last change of ours was a pause, and that were not seen to mirror since."""
    last: dict[tuple[str, str], tuple[Intent, IntentItem]] = {}
    for record in sorted(hindsight.journal.intents, key=lambda r: (r.intent.at, r.intent.id)):
        intent = record.intent
        if intent.action not in WANTED:
            continue
        replies = {(answer.scope, answer.topic): answer.reply for answer in record.answers}
        for item in intent.items:
            place = (item.scope, item.topic)
            reply, seen = replies.get(place), _level_since(hindsight.levels.get(place), intent.at)
            took = reply is Reply.ACCEPTED or (reply in _UNSURE and seen == WANTED[intent.action])
            if took:
                last[place] = (intent, item)
    for place, (intent, item) in last.items():
        seen = _level_since(hindsight.levels.get(place), intent.at)
        if intent.action is Action.PAUSE and seen != WANTED[Action.RESUME]:
            yield _Deed(intent, item, Remains.PAUSED)


def _level_since(applied: Applied | None, at: datetime) -> str:
    """The level that was seen to hold at or after a time, or empty."""
    return applied.level if applied is not None and applied.at >= at else ""


def _runs(journal: Journal) -> Iterable[_Deed]:
    for start in unended_starts(journal).values():
        yield _Deed(start.intent, start.item, Remains.RUN)


def _is_forgotten(deed: _Deed, journal: Journal) -> bool:
    return any(
        word.kind is WordKind.FORGET
        and word.covers(deed.item.scope, deed.item.topic)
        and word.said.at >= deed.intent.at
        for word in journal.words
    )


def shown(left: Iterable[LeftBehind], selection: Selection) -> tuple[LeftBehind, ...]:
    """What a selection takes; its document may be gone, and with it its labels.

    Args:
        left: From `find_left_behind`.
        selection: What was asked for.
    """
    if selection.labels:
        return ()
    return tuple(item for item in left if selection.takes_topic(item.address))
