"""Take up a saved plan: hold it against the providers, look at what it touches, leave out the rest.

What comes out is a plan like any other, with one difference: it may have fewer items than the file.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from reconciler.core.pins import Moved
from reconciler.core.recheck import Look, recheck_saved, without
from reconciler.core.sight import Sight
from reconciler.core.targets import requests_again
from reconciler.engine.events import Listener
from reconciler.engine.observing import Looked, Providers, look
from reconciler.engine.planning import Planned
from reconciler.errors import ProviderError, UsageError
from reconciler.model.address import Address
from reconciler.model.change import (
    Change,
    Form,
    Start,
    StartSource,
    Stop,
    StopSource,
    action_of,
)
from reconciler.model.desired import Desired
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.plan import Step, StepItem
from reconciler.model.saved import SavedPlan
from reconciler.providers.protocol import Clock, Purpose
from reconciler.records import Struct, replace

Part = TypeVar("Part", StartSource, StopSource)


class Reopening(Struct, frozen=True):
    """A saved plan and what it is held against.

    Attributes:
        saved: What the file holds.
        desired: All documents.
        moved: Which parts no longer rest on them.
        now: Time that beats every clock (`--now`), or None.
    """

    saved: SavedPlan
    desired: Desired
    moved: Moved
    now: datetime | None = None

    def whole_steps(self) -> Iterator[Step]:
        """Steps that rest on the specs in every part."""
        return (step for step in self.saved.plan.steps if self.moved.is_whole(step))


def check_calls(asked: Reopening, providers: Providers) -> None:
    """Render each call again, and refuse the plan where the file holds another.

    A connection that cannot be opened renders nothing; nothing is sent over it either.

    Args:
        asked: The plan, and what it is held against.
        providers: By connection name.

    Raises:
        UsageError: A call of the file is not what its change says.
    """
    for step in asked.whole_steps():
        try:
            call = providers[step.call.connection].render(step.change)
        except ProviderError:
            continue
        except TypeError as error:
            raise UsageError(f"{step.id} is no change for its connection: {error}") from error
        if call != step.call:
            raise UsageError(
                f"the call of {step.id} is not the one that its change makes; plan again"
            )


async def reopen(asked: Reopening, providers: Providers, clock: Clock, listen: Listener) -> Planned:
    """Look at everything that a saved plan touches, and keep of it what is as it was.

    Args:
        asked: The plan, and what it is held against.
        providers: By connection name.
        clock: Time.
        listen: Told what is going on.
    """
    plan, began = asked.saved.plan, clock.monotonic()
    places = list(_places(asked))
    wanted, targets = requests_again(asked.desired, places, plan.created_at)
    looked = await look(providers, wanted, Purpose.SECOND_LOOK, listen, clock)
    sight = Sight.of(looked.observed.values())
    ids = await _db_ids(asked, providers, sight)
    sorter = _Sorter(asked, looked, sight, _source_names(asked), ids)
    kept: list[Step] = []
    left_out: list[ItemOutcome] = []
    for step in plan.steps:
        gone = {item: outcome for item in step.items if (outcome := sorter.gone(step, item))}
        left_out += gone.values()
        smaller = without(step, frozenset(gone))
        if smaller is not None:
            kept.append(smaller)
    unseen = tuple(looked.unreachable[name] for name in sorted(looked.unreachable))
    plan = replace(plan, steps=tuple(kept), incomplete=(*plan.incomplete, *unseen))
    return Planned(
        plan,
        asked.desired,
        sorter.sight,
        targets,
        began,
        asked.now,
        left_out=tuple(left_out),
        ahead=looked.ahead,
    )


def _places(asked: Reopening) -> Iterator[tuple[str, Address, str]]:
    for step in asked.saved.plan.steps:
        for item in step.items:
            if not asked.moved.why(step, item):
                yield step.call.connection, item.address.document, item.target


async def _db_ids(
    asked: Reopening, providers: Providers, sight: Sight
) -> dict[str, dict[str, str]]:
    """Database ids that bulk calls rest on, by source id and topic, as they are now.

    They are all that such a call sends, no document names them, and a topic that was made anew has
    another one.
    """
    wanted: dict[str, set[str]] = {}
    for step in asked.saved.plan.steps:
        for item in step.items:
            is_kept = item.target in sight.sources and not asked.moved.why(step, item)
            if _is_bulk(step.change) and is_kept:
                wanted.setdefault(step.call.connection, set()).add(item.target)
    found: dict[str, dict[str, str]] = {}
    for name, source_ids in sorted(wanted.items()):
        ids = sorted(source_ids)
        for topics in await providers[name].topics(ids, Purpose.SECOND_LOOK, seen_runs=False):
            found[topics.source_id] = dict(topics.db_ids)
    return found


def _is_bulk(change: Change) -> bool:
    return isinstance(change, Start | Stop) and change.form is Form.BULK


def _source_names(asked: Reopening) -> dict[Address, str]:
    return {document.address: document.source for document in asked.desired.sources}


class _Sorter(Struct, frozen=True):
    """Says of each item whether it stays.

    Attributes:
        asked: The plan, and what it is held against.
        looked: What all connections answered.
        sight: The same, by keys.
        names: Name of its source as each document spells it; empty where it gives an id.
        ids: Database ids of topics, by source id and topic.
    """

    asked: Reopening
    looked: Looked
    sight: Sight
    names: dict[Address, str]
    ids: dict[str, dict[str, str]]

    def gone(self, step: Step, item: StepItem) -> ItemOutcome | None:
        """The outcome of an item that is left out; None where it stays."""
        result, message = self._word(step, item)
        if result is None:
            return None
        return ItemOutcome(item.address, action_of(step.change), result, message, step.id)

    def _word(self, step: Step, item: StepItem) -> tuple[Result | None, str]:
        why = self.asked.moved.why(step, item) or self._unseen(step, item)
        if why:
            return Result.STALE, why
        match recheck_saved(step, item, self.sight):
            case Look.KEPT:
                return None, ""
            case Look.DONE:
                return Result.DONE, "it is as wanted by now"
            case Look.STALE:
                return Result.STALE, f"it moved since the plan, which saw: {item.before}"

    def _unseen(self, step: Step, item: StepItem) -> str:
        """Why what an item is about was not seen, or empty."""
        unreachable = self.looked.unreachable.get(step.call.connection)
        if unreachable:
            return f"it could not be looked at: {unreachable}"
        if not self.sight.shows(item.target):
            return "it could not be looked at"
        source = self.sight.sources.get(item.target)
        wanted = self.names.get(item.address.document)
        if source is not None and wanted and source.name != wanted:
            return f"its source is called {source.name} now"
        return self._other_id(step.change, item)

    def _other_id(self, change: Change, item: StepItem) -> str:
        """Why the database id that a bulk call sends for an item does not hold, or empty."""
        known = self.ids.get(item.target, {})
        if isinstance(change, Start) and change.form is Form.BULK:
            sent = {t.name: t.db_id for s in _of(change.sources, item) for t in s.topics}
            holds = known.get(item.topic) == sent[item.topic]
        elif isinstance(change, Stop) and change.form is Form.BULK:
            holds = all(s.db_id in known.values() for s in _of(change.sources, item))
        else:
            holds = True
        return "" if holds else "its database id is another one now"


def _of(sources: Iterable[Part], item: StepItem) -> list[Part]:
    """The part of a change that is about the source of an item."""
    return [source for source in sources if source.source_id == item.target]
