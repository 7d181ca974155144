"""What has become of a plan so far; every lane writes here."""

from reconciler.core.follow import Track, give_up
from reconciler.engine.halting import INTERRUPTED
from reconciler.errors import LedgerError, ProviderError
from reconciler.model.change import action_of
from reconciler.model.outcome import CallOutcome, ItemOutcome, Result
from reconciler.model.plan import Step, StepItem
from reconciler.records import Struct, field


class Record(Struct):
    """What has become of things so far; every lane writes here.

    Attributes:
        items: Results by address and step.
        calls: Calls in the order they were answered.
        warnings: Sentences.
        blind: What the last look that failed says, by request.
    """

    items: dict[tuple[str, str], ItemOutcome] = field(default_factory=dict)
    calls: list[CallOutcome] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    blind: dict[tuple[str, str], str] = field(default_factory=dict)

    def leave_out(self, step: Step, item: StepItem, result: Result, message: str) -> None:
        """Note an item that was not sent."""
        self.put(ItemOutcome(item.address, action_of(step.change), result, message, step.id))

    def sending(self, step: Step) -> None:
        """Note a call that is about to leave; until its answer is noted, nobody knows of it."""
        for item in step.items:
            self.leave_out(step, item, Result.UNKNOWN, "it was sent, and its answer not awaited")

    def follow(self, track: Track) -> None:
        """Note an item that was sent, as whoever leaves at this moment leaves it."""
        if track.result is None:
            track = give_up(track, INTERRUPTED)
        self.put(
            ItemOutcome(
                track.item.address,
                track.action,
                track.result or track.progress.result,
                track.message,
                track.step.id,
                track.progress.seen,
                track.short,
            )
        )

    def lost_sight(self, error: ProviderError) -> None:
        """Note a look that failed; one sentence per request, however often it fails."""
        self.blind[(error.connection, error.request)] = str(error)

    def lost_state(self, connection: str, message: str) -> None:
        """Note a look that showed nothing of what it was about."""
        named = message.startswith(f"{connection}: ")
        self.blind[(connection, "")] = message if named else f"{connection}: {message}"

    def lost_memory(self, error: LedgerError) -> None:
        """Note something that could not be written down; what was sent stays open in the ledger."""
        self.blind[(error.place, "")] = str(error)

    def put(self, outcome: ItemOutcome) -> None:
        """Note a result."""
        self.items[(str(outcome.address), outcome.step)] = outcome
