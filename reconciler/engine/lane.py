"""One connection's part of an apply."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import anyio

from reconciler.core.follow import Patience
from reconciler.core.progress import Moving, parts_of
from reconciler.core.recheck import without
from reconciler.core.rhythm import delays
from reconciler.core.settled import Wait
from reconciler.core.sight import Sight
from reconciler.core.words import plural, span
from reconciler.engine.door import Rooms
from reconciler.engine.events import Event, Stage
from reconciler.engine.eyes import Eyes
from reconciler.engine.leasing import Leases
from reconciler.engine.record import Record
from reconciler.engine.sending import Sender
from reconciler.engine.surroundings import Surroundings
from reconciler.engine.tracks import ASTRAY, Tracks
from reconciler.errors import LedgerError
from reconciler.model.change import Form, Start, Stop
from reconciler.model.journal import IntentRecord
from reconciler.model.outcome import Result
from reconciler.model.plan import Step
from reconciler.providers.protocol import Purpose

FRESH = 60.0

News: TypeAlias = Sequence[IntentRecord]
"""What others have begun since the plan observed."""


class Lane:
    """Sends one connection's steps in order and follows them."""

    def __init__(self, around: Surroundings, record: Record, wait: Wait | None) -> None:
        """Prepare; nothing is sent yet.

        Args:
            around: What it works with.
            record: Where it is told.
            wait: How far to follow, or None.
        """
        self._around = around
        self._record = record
        self._tracks = Tracks(record, Patience(around.connection.lag, wait))
        self._eyes = Eyes(around, record)
        self._leases = Leases(
            around.memory, around.connection, around.halt, around.lease_patience, around.listen
        )
        self._has_told = False
        self._sender = Sender(Rooms(around, record, self._leases), self._tracks)

    async def run(self, steps: Sequence[Step]) -> None:
        """Carry out the steps.

        Args:
            steps: Of this connection, in the order of the plan.
        """
        stops = [s for s in steps if isinstance(s.change, Stop)]
        starts = [s for s in steps if isinstance(s.change, Start)]
        mirrors = [s for s in steps if not isinstance(s.change, Stop | Start)]
        await self._leased(stops, self._soon)
        async with anyio.create_task_group() as group:
            group.start_soon(self._leased, mirrors, self._soon)
            group.start_soon(self._starts, starts)
        await self._settle()

    async def _leased(
        self, steps: Sequence[Step], go: "Callable[[Sequence[Step], News], Awaitable[None]]"
    ) -> None:
        """Do something with steps while the right to write to what they change is ours."""
        if not steps:
            return
        scopes = sorted({scope for s in steps for scope in self._around.scopes(s).values()})
        try:
            in_the_way = await self._leases.take(scopes)
            mine = [scope for scope in scopes if scope not in in_the_way]
            news = await self._around.memory.news_of(mine, self._observed)
        except LedgerError as error:
            self._sender.keep_back(steps, Result.FAILED, f"nothing was sent: {error}")
            return
        try:
            await go(self._not_locked(steps, in_the_way), news)
        finally:
            with anyio.CancelScope(shield=True):
                await self._release(scopes)

    async def _release(self, scopes: Sequence[str]) -> None:
        try:
            await self._leases.release(scopes)
        except LedgerError as error:
            self._record.lost_memory(error)

    def _not_locked(self, steps: Sequence[Step], locked: dict[str, str]) -> list[Step]:
        """The steps without what another apply holds."""
        kept = []
        for step in steps:
            scopes = self._around.scopes(step)
            dropped = frozenset(item for item in step.items if scopes[item.target] in locked)
            for item in dropped:
                self._record.leave_out(step, item, Result.LOCKED, locked[scopes[item.target]])
            smaller = without(step, dropped)
            if smaller is not None:
                kept.append(smaller)
        return kept

    async def _soon(self, steps: Sequence[Step], news: News) -> None:
        """Send what may be sent at once; look again only where the plan's observation is old."""
        ready = await self._eyes.again(steps) if news or self._age > FRESH else steps
        await self._send_all(ready)

    async def _starts(self, steps: Sequence[Step]) -> None:
        if not steps:
            return
        around = self._around
        scopes = {scope for step in steps for scope in around.scopes(step).values()}
        if not around.memory.has_known(scopes, around.connection.lag):
            await self._wait_lag()
        if self._around.halt.reason:
            self._sender.keep_back(steps, Result.NOT_RUN, self._around.halt.reason)
            return
        await self._leased(steps, self._look_and_start)

    async def _wait_lag(self) -> None:
        """Without an older memory, look twice, `lag` apart: a run may be shown late."""
        halt, lag = self._around.halt, self._around.connection.lag
        rest = self._around.planned.observed_at + lag.total_seconds() - halt.clock.monotonic()
        if rest > 0:
            text = f"{self._around.connection.name}: looking again in {span(lag)} before a start"
            self._around.listen(Event(Stage.LOOK, text))
            await halt.pause(rest)

    async def _look_and_start(self, steps: Sequence[Step], news: News) -> None:
        """Starts always look again: nothing takes them back."""
        del news
        ready = await self._eyes.again(steps)
        forms = sorted({s.change.form for s in ready if isinstance(s.change, Start)})
        async with anyio.create_task_group() as group:
            for form in forms:
                group.start_soon(self._form, [s for s in ready if _has_form(s, form)])

    async def _form(self, steps: Sequence[Step]) -> None:
        """The starts of one form: the canary, and once it was seen right, the others."""
        waiting = sorted(steps, key=lambda s: (not s.canary, len(s.items), int(s.id[1:])))
        first = None
        while waiting and first is None:
            step = waiting.pop(0)
            first = step if await self._sender.send(step, self._eyes.before) else None
        if first is None or not waiting:
            return
        wrong = await self._watch_canary(first)
        if not wrong:
            await self._send_all(waiting)
            return
        message = f"held back because of the canary {first.id}: {wrong}"
        self._record.warnings.append(f"{self._around.connection.name}: {message}")
        self._sender.keep_back(waiting, Result.HELD, message)

    async def _watch_canary(self, step: Step) -> str:
        """Poll until the canary covers exactly its topics; else say what is wrong."""
        lag = self._around.connection.lag
        halt, clock = self._around.halt, self._around.halt.clock
        until = clock.monotonic() + lag.total_seconds()
        waits = delays(self._around.connection.lag)
        while not halt.reason:
            await halt.pause(next(waits))
            await self._leases.keep()
            sight = await self._eyes.look(step.items, Purpose.CANARY)
            mine = self._tracks.of(step)
            self._tracks.advance(self._eyes.before, sight, clock.monotonic(), mine)
            exact = self._tracks.covers_exactly(step, self._eyes.before, sight)
            if exact is False:
                return ASTRAY
            refusal = self._tracks.refusal(step)
            if refusal:
                return refusal
            if exact:
                return ""
            if clock.monotonic() >= until:
                return f"its run was not shown within {span(lag)}"
        return halt.reason

    async def _send_all(self, steps: Sequence[Step]) -> None:
        async with anyio.create_task_group() as group:
            for step in steps:
                group.start_soon(self._sender.send, step, self._eyes.before)

    async def _resend(self, steps: Sequence[Step], news: News) -> None:
        """Send pauses and resumes once more whose answer was lost and that were not seen."""
        del news
        for step in steps:
            await self._sender.send(step, self._eyes.before, sends=2)

    async def _settle(self) -> None:
        """Poll until every item is as far as it shall be followed."""
        halt = self._around.halt
        # A mirror may have changed when the answer came; a snapshot takes its time, or its topics'.
        has_runs = any(isinstance(t.step.change, Start | Stop) for t in self._tracks.open)
        waits = delays(self._around.connection.lag, at_once=not has_runs)
        while self._tracks.open and not halt.reason:
            asked = self._tracks.open
            await halt.pause(next(waits))
            sight = await self._eyes.look([t.item for t in asked], Purpose.SETTLE)
            self._tracks.advance(self._eyes.before, sight, halt.clock.monotonic(), asked)
            await self._leased(self._tracks.take_resends(), self._resend)
            self._tell(sight)
        self._tracks.give_up(halt.reason)

    @property
    def _age(self) -> float:
        """Seconds since the plan began to observe."""
        return self._around.halt.clock.monotonic() - self._around.planned.observed_at

    @property
    def _observed(self) -> datetime:
        """When the plan began to observe, by our clock."""
        return self._around.halt.clock.now() - timedelta(seconds=self._age)

    def _tell(self, sight: Sight) -> None:
        under_way = self._tracks.open
        # What is done at the first look needs no progress; what was told of needs an end.
        if not under_way and not self._has_told:
            return
        self._has_told = True
        seen = sorted({t.progress.seen for t in under_way if t.progress.seen})
        rest = f" ({', '.join(seen[:3])})" if seen else ""
        left = plural(len(under_way), "item") if under_way else "nothing"
        text = f"{self._around.connection.name}: {left} under way{rest}"
        if self._eyes.is_blind:
            text += "; the last look failed"
        total = self._tracks.count
        moving = [
            Moving(t.item.address, t.item.target, t.result is not None) for t in self._tracks.all
        ]
        parts = parts_of(moving, sight)
        self._around.listen(Event(Stage.SETTLE, text, total - len(under_way), total, parts=parts))


def _has_form(step: Step, form: Form) -> bool:
    return isinstance(step.change, Start) and step.change.form is form
