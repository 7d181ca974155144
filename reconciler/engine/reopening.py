"""Take up a saved plan: hold it against the providers, look at what it touches, leave out the rest.

What comes out is a plan like any other, with one difference: it may have fewer items than the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from reconciler.core.pins import Moved
from reconciler.core.recheck import Look, recheck_saved, without
from reconciler.core.sight import Sight
from reconciler.core.targets import requests_again
from reconciler.engine.events import Listener
from reconciler.engine.observing import Looked, Providers, look
from reconciler.engine.planning import Planned
from reconciler.errors import ProviderError, UsageError
from reconciler.model.address import Address
from reconciler.model.change import action_of
from reconciler.model.desired import Desired
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.plan import Step, StepItem
from reconciler.model.saved import SavedPlan
from reconciler.providers.protocol import Clock, Purpose


@dataclass(frozen=True, slots=True)
class Reopening:
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
    looked = await look(providers, wanted, Purpose.SECOND_LOOK, listen)
    sorter = _Sorter(asked, looked, Sight.of(looked.observed.values()), _source_names(asked))
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
        plan, asked.desired, sorter.sight, targets, began, asked.now, left_out=tuple(left_out)
    )


def _places(asked: Reopening) -> Iterator[tuple[str, Address, str]]:
    for step in asked.saved.plan.steps:
        for item in step.items:
            if not asked.moved.why(step, item):
                yield step.call.connection, item.address.document, item.target


def _source_names(asked: Reopening) -> dict[Address, str]:
    return {document.address: document.source for document in asked.desired.sources}


@dataclass(frozen=True, slots=True)
class _Sorter:
    """Says of each item whether it stays.

    Attributes:
        asked: The plan, and what it is held against.
        looked: What all connections answered.
        sight: The same, by keys.
        names: Name of its source as each document spells it; empty where it gives an id.
    """

    asked: Reopening
    looked: Looked
    sight: Sight
    names: dict[Address, str]

    def gone(self, step: Step, item: StepItem) -> ItemOutcome | None:
        """The outcome of an item that is left out; None where it stays."""
        result, message = self._word(step, item)
        if result is None:
            return None
        return ItemOutcome(item.address, action_of(step.change), result, message, step.id)

    def _word(self, step: Step, item: StepItem) -> tuple[Result | None, str]:
        why = self.asked.moved.why(step, item)
        if why:
            return Result.STALE, why
        unreachable = self.looked.unreachable.get(step.call.connection)
        if unreachable:
            return Result.STALE, f"it could not be looked at: {unreachable}"
        if not self.sight.shows(item.target):
            return Result.STALE, "it could not be looked at"
        source = self.sight.sources.get(item.target)
        wanted = self.names.get(item.address.document)
        if source is not None and wanted and source.name != wanted:
            return Result.STALE, f"its source is called {source.name} now"
        match recheck_saved(step, item, self.sight):
            case Look.KEPT:
                return None, ""
            case Look.DONE:
                return Result.DONE, "it is as wanted by now"
            case Look.STALE:
                return Result.STALE, f"it moved since the plan, which saw: {item.before}"
