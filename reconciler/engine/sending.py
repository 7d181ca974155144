"""Send a step: asked and written down at the last moment, written down again after.

    wait for a turn -> the door: times, leases, intent durable -> send -> answer durable -> follow

Nothing is sent whose intent could not be written. Where an answer could not be, the intent stays
open, and whoever comes next takes the call for one that may have happened.
"""

from collections.abc import Iterable

import anyio

from reconciler.core.intents import answers_of
from reconciler.core.sight import Sight
from reconciler.core.steps import pause_end
from reconciler.engine.door import Door, Rooms
from reconciler.engine.halting import INTERRUPTED
from reconciler.engine.tracks import Tracks
from reconciler.errors import LedgerError
from reconciler.model.journal import Intent
from reconciler.model.outcome import CallOutcome, Receipt, Reply, Result
from reconciler.model.plan import Step
from reconciler.records import Struct, replace


class Sender(Struct, frozen=True):
    """Sends one lane's steps.

    Attributes:
        rooms: What a call leaves from.
        tracks: Where what was sent is followed.
    """

    rooms: Rooms
    tracks: Tracks

    async def send(self, step: Step, before: Sight, sends: int = 1) -> bool:
        """Send one step.

        Args:
            step: With leases on everything it changes.
            before: What is visible right before.
            sends: The how manieth time this is.

        Returns:
            Whether it left.
        """
        around = self.rooms.around
        if around.break_glass:
            step = replace(step, not_after=pause_end(step.change, step.items, around.asked))
        step = replace(step, call=around.provider.render(step.change))
        door = Door(self.rooms, step, before)
        if door.may_wait():
            receipt = await self._sent(step, door, sends)
            if door.intent is not None:
                await self._written(door.intent, step, receipt)
            if receipt.reply is not Reply.NOT_SENT:
                door.shut = None
            if door.shut is None:
                self._follow(step, receipt, sends)
        if door.shut is not None:
            self._keep_back(step, *door.shut, sends)
        return door.shut is None

    async def _sent(self, step: Step, door: Door, sends: int) -> Receipt:
        try:
            return await self.rooms.around.provider.send(step.change, step.call, door)
        except anyio.get_cancelled_exc_class():
            if door.intent is not None and not door.is_under_way:
                receipt = Receipt(Reply.NOT_SENT, (), message=INTERRUPTED)
                await self._written(door.intent, step, receipt)
                self._keep_back(step, Result.NOT_RUN, INTERRUPTED, sends)
            raise

    def _follow(self, step: Step, receipt: Receipt, sends: int) -> None:
        call = step.call
        self.rooms.record.calls.append(
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
        self.tracks.begin(step, receipt, self._now, sends)

    async def _written(self, intent: Intent, step: Step, receipt: Receipt) -> None:
        around = self.rooms.around
        answers = answers_of(intent, step, receipt, around.halt.clock.now())
        # Whoever leaves at once must not lose an answer that is here already.
        with anyio.CancelScope(shield=True):
            try:
                await around.memory.answer(answers)
            except LedgerError as error:
                self.rooms.record.lost_memory(error)

    def keep_back(self, steps: Iterable[Step], result: Result, why: str) -> None:
        """Leave out steps that were never sent.

        Args:
            steps: Some steps.
            result: The word for each of their items.
            why: A sentence.
        """
        for step in steps:
            self._keep_back(step, result, why, 1)

    def _keep_back(self, step: Step, result: Result, why: str, sends: int) -> None:
        """Leave out a step; one that was sent before and got lost has failed."""
        if sends > 1:
            receipt = Receipt(Reply.NOT_SENT, (), message=why)
            self.tracks.begin(step, receipt, self._now, sends)
            return
        for item in step.items:
            self.rooms.record.leave_out(step, item, result, why)

    @property
    def _now(self) -> float:
        return self.rooms.around.halt.clock.monotonic()
