"""What our own memory says, as the judge sees it. An empty view is a normal one."""

from datetime import datetime
from enum import StrEnum

from reconciler.records import Struct, field, force_setattr


class AttemptState(StrEnum):
    """What became of a start of ours."""

    OPEN = "open"  # an intent without a receipt: we cannot know whether it was sent
    ACCEPTED = "accepted"  # a receipt; its run was never seen
    SEEN = "seen"  # its run was seen under way
    ENDED = "ended"  # its run was seen to end


class Attempt(Struct, frozen=True):
    """One start of ours for one topic and one `since`.

    Attributes:
        source_id: The vendor's id.
        topic: As people see it.
        since: The level it was made for; for `maxAge` the level at that moment.
        state: What became of it.
        at: When the receipt was written, else the intent.
        run_time: Time of the vendor's run that is ours, where the vendor dates it.
        stopped_by_us: Whether we ended it for another rule.
    """

    source_id: str
    topic: str
    since: datetime
    state: AttemptState
    at: datetime
    run_time: datetime | None = None
    stopped_by_us: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether its run may still show up, or is under way as far as is known."""
        return self.state is not AttemptState.ENDED


class LedgerView(Struct, frozen=True):
    """The part of a ledger that verdicts rest on.

    Attributes:
        attempts: Every start of ours that may still matter.
        marks: (source id, topic) and the time a person gave to its undated run.
        bindings: (endpoint, source name) and the id that name had last time.
        has_history: Whether the ledger existed before this command, so that "no attempt" is a fact.
    """

    attempts: tuple[Attempt, ...] = ()
    marks: dict[tuple[str, str], datetime] = field(default_factory=dict)
    bindings: dict[tuple[str, str], str] = field(default_factory=dict)
    has_history: bool = False
    _by_topic: dict[tuple[str, str], tuple[Attempt, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort attempts by topic, once: a judge asks about each."""
        found: dict[tuple[str, str], tuple[Attempt, ...]] = {}
        for attempt in sorted(self.attempts, key=lambda attempt: attempt.at):
            key = (attempt.source_id, attempt.topic)
            found[key] = (*found.get(key, ()), attempt)
        force_setattr(self, "_by_topic", found)

    def of(self, source_id: str, topic: str) -> tuple[Attempt, ...]:
        """Our attempts on one topic, oldest first."""
        return self._by_topic.get((source_id, topic), ())


EMPTY = LedgerView()
