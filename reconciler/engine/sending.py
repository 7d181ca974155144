"""Send a step: written down before, asked for at the last moment, written down after.

    times -> intent durable -> lease still ours -> send -> receipt durable -> follow

Nothing is sent whose intent could not be written. Where a receipt could not be, the intent stays
open, and whoever comes next takes the call for one that may have happened.
"""

from collections.abc import Iterable, Mapping

import anyio

from reconciler.core.intents import Occasion, answers_of, intent_of
from reconciler.core.recheck import out_of_time
from reconciler.core.sight import Sight
from reconciler.core.steps import pause_end
from reconciler.core.windows import Hours
from reconciler.engine.events import Event, Stage
from reconciler.engine.leasing import Leases
from reconciler.engine.record import Record
from reconciler.engine.surroundings import Surroundings
from reconciler.engine.tracks import Tracks
from reconciler.errors import LedgerError
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.journal import Intent, Said, Word, WordKind
from reconciler.model.outcome import CallOutcome, Receipt, Reply, Result
from reconciler.model.plan import Step
from reconciler.records import Struct, replace


class Sender(Struct, frozen=True):
    """Sends one lane's steps.

    Attributes:
        around: What the lane works with.
        record: Where it is told.
        tracks: Where what was sent is followed.
        leases: The right to write.
    """

    around: Surroundings
    record: Record
    tracks: Tracks
    leases: Leases

    async def send(self, step: Step, before: Sight, sends: int = 1) -> bool:
        """Send one step.

        Args:
            step: With leases on everything it changes.
            before: What is visible right before.
            sends: The how manieth time this is.

        Returns:
            Whether it left.
        """
        halt = self.around.halt
        if halt.reason:
            self._keep_back(step, Result.NOT_RUN, halt.reason, sends)
            return False
        shut = self.around.shut(step)
        if self.around.break_glass:
            step = replace(step, not_after=pause_end(step.change, step.items, self.around.asked))
        late = self._late(step, shut)
        if late:
            self._keep_back(step, Result.STALE, late, sends)
            return False
        for why in sorted({str(hours) for hours in shut.values()}):
            self.record.warnings.append(
                f"{step.id} was sent with --break-glass ({self.around.break_glass}), although {why}"
            )
        step = replace(step, call=self.around.provider.render(step.change))
        intent = self._intent(step, before)
        try:
            words = [*self._words(intent), *self._broken(intent, shut)]
            await self.around.memory.intend(intent, words)
        except LedgerError as error:
            self._keep_back(step, Result.FAILED, f"nothing was sent: {error}", sends)
            return False
        return await self._carry(step, intent, sends)

    def _late(self, step: Step, shut: Mapping[Address, Hours]) -> str:
        """Why it is no time to send a step, or empty; it is whole or not at all."""
        if shut and not self.around.break_glass:
            return f"its window has closed: {shut[min(shut)]}"
        return out_of_time(step, self.around.vendor_now)

    async def _carry(self, step: Step, intent: Intent, sends: int) -> bool:
        call, around = step.call, self.around
        around.listen(Event(Stage.SEND, f"{step.id}: {call.method} {call.path}"))
        self.record.sending(step)
        scopes = sorted({item.scope for item in intent.items})
        door = self.leases.door(scopes, intent.request)
        receipt = await around.provider.send(step.change, call, door)
        await self._written(intent, step, receipt)
        if door.lost and receipt.reply is Reply.NOT_SENT:
            self._keep_back(step, Result.LOCKED, door.lost, sends)
            return False
        self.record.calls.append(
            CallOutcome(
                step.id,
                call.connection,
                intent.request,
                receipt.reply,
                receipt.status,
                receipt.request_id,
                receipt.message,
            )
        )
        self.tracks.begin(step, receipt, around.halt.clock.monotonic(), sends)
        return True

    async def _written(self, intent: Intent, step: Step, receipt: Receipt) -> None:
        answers = answers_of(intent, step, receipt, self.around.halt.clock.now())
        # Whoever leaves at once must not lose an answer that is here already.
        with anyio.CancelScope(shield=True):
            try:
                await self.around.memory.answer(answers)
            except LedgerError as error:
                self.record.lost_memory(error)

    def _intent(self, step: Step, before: Sight) -> Intent:
        around = self.around
        occasion = Occasion(
            around.memory.new_id(), around.halt.clock.now(), around.memory.actor, around.now
        )
        return intent_of(step, around.scopes(step), around.asked, before, occasion)

    def _words(self, intent: Intent) -> list[Word]:
        """What the person at the command line wants one more start of."""
        if intent.action is not Action.START:
            return []
        said = Said(intent.at, intent.actor, "apply --retry")
        return [
            Word(WordKind.RETRY, said, item.scope, item.topic, item.address)
            for item in intent.items
            if any(s.takes_topic(item.address) for s in self.around.retry)
        ]

    def _broken(self, intent: Intent, shut: Mapping[Address, Hours]) -> list[Word]:
        """A person's word for each topic that is changed although its windows are closed."""
        said = Said(intent.at, intent.actor, self.around.break_glass)
        return [
            Word(WordKind.BREAK_GLASS, said, item.scope, item.topic, item.address)
            for item in intent.items
            if item.address.document in shut
        ]

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
            self.tracks.begin(step, receipt, self.around.halt.clock.monotonic(), sends)
            return
        for item in step.items:
            self.record.leave_out(step, item, result, why)
