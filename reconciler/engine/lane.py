"""One connection's part of an apply."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import anyio

from reconciler.core.follow import Patience
from reconciler.core.recheck import Look, out_of_time, recheck, without
from reconciler.core.settled import Wait
from reconciler.core.sight import Sight
from reconciler.core.words import plural, span
from reconciler.engine.events import Event, Listener, Stage
from reconciler.engine.halting import Halt
from reconciler.engine.planning import Planned
from reconciler.engine.record import Record
from reconciler.engine.tracks import ASTRAY, Tracks
from reconciler.errors import ProviderError
from reconciler.model.change import Form, Start, Stop
from reconciler.model.desired import Connection
from reconciler.model.observed import LinkTarget, ObserveRequest, SourceTarget
from reconciler.model.outcome import CallOutcome, Receipt, Reply, Result
from reconciler.model.plan import Step, StepItem
from reconciler.providers.protocol import Provider, Purpose

FRESH = 60.0
LONGEST_POLL = 15.0
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a lane works with.

    Attributes:
        planned: The plan with what it rests on.
        provider: The connection's provider.
        connection: The connection.
        halt: When to end early.
        listen: Told what is going on.
    """

    planned: Planned
    provider: Provider
    connection: Connection
    halt: Halt
    listen: Listener


class Lane:
    """Sends one connection's steps in order and follows them."""

    def __init__(self, around: Surroundings, record: Record, wait: Wait | None) -> None:
        self._around = around
        self._record = record
        self._tracks = Tracks(record, Patience(around.connection.lag, wait))
        self._before = around.planned.sight
        self._is_blind = False

    async def run(self, steps: Sequence[Step]) -> None:
        """Carry out the steps.

        Args:
            steps: Of this connection, in the order of the plan.
        """
        stops = [s for s in steps if isinstance(s.change, Stop)]
        starts = [s for s in steps if isinstance(s.change, Start)]
        mirrors = [s for s in steps if not isinstance(s.change, Stop | Start)]
        await self._send_all(await self._if_fresh(stops))
        async with anyio.create_task_group() as group:
            group.start_soon(self._mirrors, mirrors)
            group.start_soon(self._starts, starts)
        await self._settle()

    async def _mirrors(self, steps: Sequence[Step]) -> None:
        await self._send_all(await self._if_fresh(steps))

    async def _starts(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        ready = await self._second_look(steps)
        forms = sorted({s.change.form for s in ready if isinstance(s.change, Start)})
        async with anyio.create_task_group() as group:
            for form in forms:
                group.start_soon(self._form, [s for s in ready if _has_form(s, form)])

    async def _form(self, steps: Sequence[Step]) -> None:
        """The starts of one form: the canary, and once it was seen right, the others."""
        first, *others = sorted(steps, key=lambda s: (not s.canary, len(s.items), int(s.id[1:])))
        await self._send(first)
        if not others:
            return
        wrong = await self._watch_canary(first)
        if not wrong:
            await self._send_all(others)
            return
        message = f"held back because of the canary {first.id}: {wrong}"
        self._record.warnings.append(f"{self._around.connection.name}: {message}")
        for step in others:
            for item in step.items:
                self._record.leave_out(step, item, Result.HELD, message)

    async def _watch_canary(self, step: Step) -> str:
        """Poll until the canary covers exactly its topics; else say what is wrong."""
        lag = self._around.connection.lag
        halt, clock = self._around.halt, self._around.halt.clock
        until = clock.monotonic() + lag.total_seconds()
        delay = self._first_delay
        while not halt.reason:
            await halt.pause(delay)
            sight = await self._look(step.items, Purpose.CANARY)
            mine = self._tracks.of(step)
            self._tracks.advance(self._before, sight, clock.monotonic(), mine)
            exact = self._tracks.covers_exactly(step, self._before, sight)
            if exact is False:
                return ASTRAY
            refusal = self._tracks.refusal(step)
            if refusal:
                return refusal
            if exact:
                return ""
            if clock.monotonic() >= until:
                return f"its run was not shown within {span(lag)}"
            delay = min(delay * GROWTH, LONGEST_POLL)
        return halt.reason

    async def _if_fresh(self, steps: Sequence[Step]) -> list[Step]:
        """Look again only where the plan's observation is old."""
        age = self._around.halt.clock.monotonic() - self._around.planned.observed_at
        if not steps or age <= FRESH:
            return list(steps)
        return await self._again(steps)

    async def _second_look(self, steps: Sequence[Step]) -> list[Step]:
        """Before a start, look twice, `lag` apart: a run may be shown late."""
        halt, lag = self._around.halt, self._around.connection.lag
        rest = self._around.planned.observed_at + lag.total_seconds() - halt.clock.monotonic()
        if rest > 0:
            text = f"{self._around.connection.name}: looking again in {span(lag)} before a start"
            self._around.listen(Event(Stage.LOOK, text))
            await halt.pause(rest)
        if halt.reason:
            for step in steps:
                self._not_run(step)
            return []
        return await self._again(steps)

    async def _again(self, steps: Sequence[Step]) -> list[Step]:
        """Look at what the steps touch, and leave out what is done or stale."""
        items = [item for step in steps for item in step.items]
        second = await self._look(items, Purpose.SECOND_LOOK, whole=True)
        kept = []
        for step in steps:
            dropped = set()
            for item in step.items:
                word = recheck(step, item, self._around.planned.sight, second)
                if word is Look.DONE:
                    self._record.leave_out(step, item, Result.DONE, "it is as wanted by now")
                    dropped.add(item)
                elif word is Look.STALE:
                    message = f"it moved since the plan, which saw: {item.before}"
                    if not second.shows(item.target):
                        message = "it could not be looked at again"
                    self._record.leave_out(step, item, Result.STALE, message)
                    dropped.add(item)
            smaller = without(step, frozenset(dropped))
            if smaller is not None:
                kept.append(smaller)
        self._before = Sight(
            self._before.sources | second.sources, self._before.mirrors | second.mirrors
        )
        return kept

    async def _send_all(self, steps: Iterable[Step]) -> None:
        async with anyio.create_task_group() as group:
            for step in steps:
                group.start_soon(self._send, step)

    async def _send(self, step: Step, sends: int = 1) -> None:
        halt = self._around.halt
        if halt.reason:
            self._not_run(step)
            return
        late = out_of_time(step, self._around.planned.now or halt.clock.now())
        if late:
            self._too_late(step, late, sends)
            return
        call = self._around.provider.render(step.change)
        step = replace(step, call=call)
        self._around.listen(Event(Stage.SEND, f"{step.id}: {call.method} {call.path}"))
        self._record.sending(step)
        receipt = await self._around.provider.send(step.change, call)
        self._record.calls.append(
            CallOutcome(
                step.id,
                call.connection,
                f"{call.method} {call.path}",
                receipt.reply,
                receipt.status,
                receipt.request_id,
                receipt.message,
            )
        )
        self._tracks.begin(step, receipt, halt.clock.monotonic(), sends)

    def _too_late(self, step: Step, why: str, sends: int) -> None:
        """Leave out a step whose time is over; one that was sent before and got lost has failed."""
        if sends > 1:
            receipt = Receipt(Reply.NOT_SENT, (), message=why)
            self._tracks.begin(step, receipt, self._around.halt.clock.monotonic(), sends)
            return
        for item in step.items:
            self._record.leave_out(step, item, Result.STALE, why)

    def _not_run(self, step: Step) -> None:
        for item in step.items:
            self._record.leave_out(step, item, Result.NOT_RUN, self._around.halt.reason)

    async def _settle(self) -> None:
        """Poll until every item is as far as it shall be followed."""
        halt = self._around.halt
        delay = self._first_delay
        while self._tracks.open and not halt.reason:
            asked = self._tracks.open
            await halt.pause(delay)
            sight = await self._look([t.item for t in asked], Purpose.SETTLE)
            self._tracks.advance(self._before, sight, halt.clock.monotonic(), asked)
            for step in self._tracks.take_resends():
                await self._send(step, sends=2)
            self._tell()
            delay = min(delay * GROWTH, LONGEST_POLL)
        self._tracks.give_up(halt.reason)

    @property
    def _first_delay(self) -> float:
        return min(1.0, self._around.connection.lag.total_seconds() / 2)

    def _tell(self) -> None:
        under_way = self._tracks.open
        if not under_way:
            return
        seen = sorted({t.progress.seen for t in under_way if t.progress.seen})
        rest = f" ({', '.join(seen[:3])})" if seen else ""
        text = f"{self._around.connection.name}: {plural(len(under_way), 'item')} under way{rest}"
        if self._is_blind:
            text += "; the last look failed"
        total = self._tracks.count
        self._around.listen(Event(Stage.SETTLE, text, total - len(under_way), total))

    async def _look(
        self, items: Iterable[StepItem], purpose: Purpose, *, whole: bool = False
    ) -> Sight:
        """Observe what items are about; what cannot be read is simply not seen."""
        request = self._request(items, whole=whole)
        try:
            observed = await self._around.provider.observe(request, purpose)
        except ProviderError as error:
            self._record.lost_sight(error)
            self._is_blind = True
            return Sight({}, {})
        problems = [v.problem or (v.link.problem if v.link else None) for v in observed.links]
        unread = [p for p in (*problems, *(v.problem for v in observed.sources)) if p is not None]
        if unread:
            self._record.lost_state(self._around.connection.name, unread[0].message)
        self._is_blind = bool(unread)
        return Sight.of([observed])

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


def _has_form(step: Step, form: Form) -> bool:
    return isinstance(step.change, Start) and step.change.form is form
