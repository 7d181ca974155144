"""The last thing before a call leaves: may it still, and is it written down?

    halted? -> times still right? -> leases still ours, and the intent durable: one transaction

The transport asks here after the pace of its credential and after the token, at each attempt. Until
then nothing has begun: what is kept back, or dies in the queue, leaves no intent, and so no doubt.
"""

import math
from collections.abc import Mapping

import anyio

from reconciler.core.intents import Occasion, intent_of
from reconciler.core.recheck import out_of_time
from reconciler.core.sight import Sight
from reconciler.core.windows import Hours
from reconciler.engine.events import Event, Stage
from reconciler.engine.leasing import Leases
from reconciler.engine.record import Record
from reconciler.engine.surroundings import Surroundings
from reconciler.errors import LedgerError, Withheld
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.journal import Intent, Said, Word, WordKind
from reconciler.model.outcome import Result
from reconciler.model.plan import Step
from reconciler.records import Struct


class Rooms(Struct, frozen=True):
    """What a door opens between.

    Attributes:
        around: What the lane works with.
        record: Where it is told what leaves.
        leases: The right to write.
    """

    around: Surroundings
    record: Record
    leases: Leases


class Door:
    """The gate of one call; once it was found shut it stays so.

    Attributes:
        intent: What the ledger holds of the call; None as long as it was never let through.
        shut: What becomes of the step, and why it may not leave; None while it may.
        is_under_way: Whether an attempt may have left that is not known to have changed nothing.
    """

    def __init__(self, rooms: Rooms, step: Step, before: Sight) -> None:
        """Begin open.

        Args:
            rooms: What it opens between.
            step: As it will be sent.
            before: What is visible right before.
        """
        self._rooms = rooms
        self._step = step
        self._before = before
        self._closed: dict[Address, Hours] = {}
        self._broken: frozenset[Address] = frozenset()
        self.intent: Intent | None = None
        self.shut: tuple[Result, str] | None = None
        self.is_under_way = False

    async def __call__(self) -> None:
        """Let an attempt leave, or raise `Withheld`."""
        if self.may_wait():
            await self._pass()
        if self.shut is not None:
            call = self._step.call
            request = f"{call.method} {call.path}"
            raise Withheld(call.connection, request, self.shut[1], "plan again")
        if anyio.current_effective_deadline() == -math.inf:
            # It was cancelled while it was written down: here it leaves, and not on the way.
            await anyio.sleep_forever()
        self.is_under_way = True

    def refused(self) -> None:
        """Hear that the last attempt surely changed nothing."""
        self.is_under_way = False

    def may_wait(self) -> bool:
        """Whether it is any use to wait for a turn, by the signals and times of this moment."""
        around = self._rooms.around
        if self.shut is None and around.halt.reason:
            self.shut = (Result.NOT_RUN, around.halt.reason)
        if self.shut is None:
            self._closed = around.shut(self._step)
            late = self._late()
            self.shut = (Result.STALE, late) if late else None
        return self.shut is None

    async def _pass(self) -> None:
        around, scopes = self._rooms.around, self._rooms.around.scopes(self._step)
        is_first = self.intent is None
        intent = self.intent or self._intent(scopes)
        broken = {a: hours for a, hours in self._closed.items() if a not in self._broken}
        words = [*(self._retries(intent) if is_first else ()), *self._glass(intent, broken)]
        wanted = sorted(set(scopes.values()))
        try:
            lost = await self._rooms.leases.depart(wanted, intent if is_first else None, words)
        except LedgerError as error:
            self.shut = (Result.FAILED, f"nothing was sent: {error}")
            return
        if lost:
            self.shut = (Result.LOCKED, lost)
            return
        self.intent, self._broken = intent, self._broken.union(broken)
        for why in sorted({str(hours) for hours in broken.values()}):
            self._rooms.record.warnings.append(
                f"{self._step.id} was sent with --break-glass ({around.break_glass}), although {why}"
            )
        if is_first:
            call = self._step.call
            self._rooms.record.sending(self._step)
            around.listen(Event(Stage.SEND, f"{self._step.id}: {call.method} {call.path}"))

    def _late(self) -> str:
        """Why it is no time to send the step, or empty; it is whole or not at all."""
        around = self._rooms.around
        if self._closed and not around.break_glass:
            return f"its window has closed: {self._closed[min(self._closed)]}"
        return out_of_time(self._step, around.vendor_now)

    def _intent(self, scopes: dict[str, str]) -> Intent:
        around = self._rooms.around
        occasion = Occasion(
            around.memory.new_id(), around.halt.clock.now(), around.memory.actor, around.now
        )
        return intent_of(self._step, scopes, around.asked, self._before, occasion)

    def _retries(self, intent: Intent) -> list[Word]:
        """What the person at the command line wants one more start of."""
        if intent.action is not Action.START:
            return []
        said = Said(intent.at, intent.actor, "apply --retry")
        return [
            Word(WordKind.RETRY, said, item.scope, item.topic, item.address)
            for item in intent.items
            if any(s.takes_topic(item.address) for s in self._rooms.around.retry)
        ]

    def _glass(self, intent: Intent, closed: Mapping[Address, Hours]) -> list[Word]:
        """A person's word for each topic that is changed although its windows are closed."""
        around = self._rooms.around
        said = Said(around.halt.clock.now(), intent.actor, around.break_glass)
        return [
            Word(WordKind.BREAK_GLASS, said, item.scope, item.topic, item.address)
            for item in intent.items
            if item.address.document in closed
        ]
