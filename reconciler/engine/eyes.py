"""Look at what steps touch: again before they are sent, and until they are as wanted."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from reconciler.core.levels import is_for, level_of
from reconciler.core.recheck import Look, recheck, without
from reconciler.core.sight import Sight
from reconciler.core.words import moment
from reconciler.engine.record import Record
from reconciler.engine.surroundings import Surroundings
from reconciler.errors import LedgerError, ProviderError
from reconciler.model.change import Start
from reconciler.model.ledger import EMPTY, Attempt, AttemptState
from reconciler.model.observed import (
    LinkTarget,
    ObservedConnection,
    ObserveRequest,
    SourceTarget,
)
from reconciler.model.outcome import Result
from reconciler.model.plan import Step, StepItem
from reconciler.providers.protocol import Purpose

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may be apart."""


class Eyes:
    """What one lane sees.

    Attributes:
        before: What was visible right before the calls.
        is_blind: Whether the last look failed.
    """

    def __init__(self, around: Surroundings, record: Record) -> None:
        """Begin with what the plan saw.

        Args:
            around: What the lane works with.
            record: Where it is told.
        """
        self._around = around
        self._record = record
        self.before = around.planned.sight
        self.is_blind = False
        self._attempts = EMPTY

    async def again(self, steps: Sequence[Step]) -> list[Step]:
        """Look at what the steps touch, and leave out what is done or stale.

        Args:
            steps: Not sent yet.
        """
        if not steps:
            return []
        items = [item for step in steps for item in step.items]
        second = await self.look(items, Purpose.SECOND_LOOK, whole=True)
        kept = []
        for step in steps:
            dropped = frozenset(
                item
                for item in step.items
                if not self._is_kept(step, item, second) or self._was_asked(step, item)
            )
            smaller = without(step, dropped)
            if smaller is not None:
                kept.append(smaller)
        self.before = Sight(
            self.before.sources | second.sources, self.before.mirrors | second.mirrors
        )
        return kept

    def _is_kept(self, step: Step, item: StepItem, second: Sight) -> bool:
        word = recheck(step, item, self._around.planned.sight, second)
        if word is Look.KEPT:
            return True
        if word is Look.DONE:
            self._record.leave_out(step, item, Result.DONE, "it is as wanted by now")
            return False
        message = f"it moved since the plan, which saw: {item.before}"
        if not second.shows(item.target):
            message = "it could not be looked at again"
        self._record.leave_out(step, item, Result.STALE, message)
        return False

    def _was_asked(self, step: Step, item: StepItem) -> bool:
        """Whether the ledger holds a start for the same level that may still show up."""
        around = self._around
        rule = around.asked.snapshot_rule(item.address)
        if not isinstance(step.change, Start) or rule is None or self._is_wanted_again(item):
            return False
        since = level_of(rule, around.now)
        mine = self._attempts.of(item.target, item.topic)
        last = [a for a in mine if self._may_show_up(a) and is_for(a, rule, since)]
        if last:
            message = f"a start was asked for {moment(last[-1].at)}, and may still show up"
            self._record.leave_out(step, item, Result.STALE, message)
        return bool(last)

    def _may_show_up(self, attempt: Attempt) -> bool:
        """Whether more may be seen of a start; of one that was seen before, the plan knew."""
        known = self._around.planned.plan.created_at - SKEW
        is_known = attempt.state is AttemptState.SEEN and attempt.at < known
        return attempt.is_waiting and not is_known

    def _is_wanted_again(self, item: StepItem) -> bool:
        return any(selector.takes_topic(item.address) for selector in self._around.retry)

    async def look(
        self, items: Iterable[StepItem], purpose: Purpose, *, whole: bool = False
    ) -> Sight:
        """Observe what items are about; what cannot be read is simply not seen.

        Args:
            items: Of any steps of this lane.
            purpose: What the requests are counted as.
            whole: Whether everything a plan rests on is wanted; else states alone.
        """
        request = self._request(items, whole=whole)
        try:
            observed = await self._around.provider.observe(request, purpose)
        except ProviderError as error:
            self._record.lost_sight(error)
            self.is_blind = True
            return Sight({}, {})
        problems = [v.problem or (v.link.problem if v.link else None) for v in observed.links]
        unread = [p for p in (*problems, *(v.problem for v in observed.sources)) if p is not None]
        if unread:
            self._record.lost_state(self._around.connection.name, unread[0].message)
        self.is_blind = bool(unread)
        await self._remember(observed)
        return Sight.of([observed])

    async def _remember(self, observed: ObservedConnection) -> None:
        """Runs of ours that show up are written down: the vendor may forget them before we look again."""
        memory = self._around.memory
        if not memory.is_kept:
            return
        evidence = memory.weigh([observed], self._around.halt.clock.now())
        self._attempts = evidence.view
        try:
            await memory.see(evidence.sightings)
        except LedgerError as error:
            self._record.lost_memory(error)

    def _request(self, items: Iterable[StepItem], *, whole: bool) -> ObserveRequest:
        """Ask about the things that items are of, the way the plan asked."""
        known = self._around.planned.targets
        ids: set[str] = set()
        links: set[LinkTarget] = set()
        for item in items:
            cluster, slash, link = item.target.partition("/")
            if slash:
                links.add(LinkTarget(cluster, link))
            else:
                ids.add(item.target)
        return ObserveRequest(
            tuple(known.get(i, SourceTarget(source_id=i)) for i in sorted(ids)),
            tuple(sorted(links)),
            states_only=not whole,
        )
