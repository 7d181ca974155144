"""What became of a plan: per call, per topic, and the one word for the exit code."""

from datetime import datetime
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.records import Struct


class Reply(StrEnum):
    """What an answer to a call says of the call, or of one item of it."""

    ACCEPTED = "accepted"  # the API said yes; nothing is proved yet
    FAILED = "failed"  # the API said no: nothing changed
    BUSY = "busy"  # another run is in the way (409): look again
    NOT_SENT = "not_sent"  # nothing can have happened: connect error, 429, too late
    UNKNOWN = "unknown"  # it may have taken effect


class ItemReply(Struct, frozen=True):
    """What an answer says of one item.

    Attributes:
        key: A mirror topic's name, or a source id.
        reply: The word.
        message: The vendor's text, shortened; may be empty.
    """

    key: str
    reply: Reply
    message: str = ""


class Receipt(Struct, frozen=True):
    """The answer to one call.

    Attributes:
        reply: The worst word over the call as a whole.
        items: One per item asked, sorted by key; an item missing from the answer is here too, as
            `FAILED` for a pause, resume or stop and as `UNKNOWN` for a start.
        status: HTTP status, or None where no answer came.
        request_id: The vendor's `X-Request-Id`, or None.
        message: One sentence; may be empty.
        attempts: Requests sent for it.
    """

    reply: Reply
    items: tuple[ItemReply, ...]
    status: int | None = None
    request_id: str | None = None
    message: str = ""
    attempts: int = 1


class Result(StrEnum):
    """What became of one declared topic of a step."""

    SETTLED = "settled"  # seen as wanted
    STARTED = "started"  # a snapshot seen under way
    ACCEPTED = "accepted"  # the API said yes; not seen yet
    DONE = "done"  # already as wanted when apply looked; nothing was sent
    STALE = "stale"  # moved since the plan; left out
    LOCKED = "locked"  # another apply may write there just now
    HELD = "held"  # held back: by risk, a canary, a need
    DEFERRED = "deferred"  # another run is in the way; a later apply goes on
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_RUN = "not_run"  # interrupted, or out of time, before it was sent


class ItemOutcome(Struct, frozen=True):
    """What became of one declared topic.

    Attributes:
        address: Its address.
        action: What was planned.
        result: The word.
        message: One sentence; may be empty.
        step: Id of the step.
        seen: What observation showed last, in a few words; may be empty.
        short: Whether it is not as far as apply was to wait for.
    """

    address: Address
    action: Action
    result: Result
    message: str
    step: str
    seen: str = ""
    short: bool = False


class CallOutcome(Struct, frozen=True):
    """What became of one call.

    Attributes:
        step: Id of the step.
        connection: Name of the Connection.
        request: Method and path.
        reply: The word, or None where it was not sent.
        status: HTTP status, or None.
        request_id: The vendor's `X-Request-Id`, or None.
        message: One sentence; may be empty.
    """

    step: str
    connection: str
    request: str
    reply: Reply | None
    status: int | None = None
    request_id: str | None = None
    message: str = ""


class Traffic(Struct, frozen=True):
    """Requests sent, by purpose. Their sum is what a server's log shows.

    Attributes:
        tokens: For access tokens.
        reads: For the plan's observation.
        second_look: For the look before a start, and for re-observation before a call.
        calls: Requests that change something, first attempts.
        retries: Any request sent again.
        canary: Polls until a canary was seen.
        settle: Polls until the others were seen.
    """

    tokens: int = 0
    reads: int = 0
    second_look: int = 0
    calls: int = 0
    retries: int = 0
    canary: int = 0
    settle: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return (
            self.tokens
            + self.reads
            + self.second_look
            + self.calls
            + self.retries
            + self.canary
            + self.settle
        )


class Outcome(StrEnum):
    """The words behind the exit codes, first true first."""

    UNKNOWN = "unknown"
    ERROR = "error"
    FAILED = "failed"
    STALE = "stale"
    LOCKED = "locked"
    NOT_REACHED = "not_reached"
    DRIFT = "drift"
    BLOCKED = "blocked"
    CHANGES = "changes"
    OK = "ok"


EXIT_CODES: dict[Outcome, int] = {
    Outcome.UNKNOWN: 10,
    Outcome.ERROR: 1,
    Outcome.FAILED: 5,
    Outcome.STALE: 8,
    Outcome.LOCKED: 7,
    Outcome.NOT_REACHED: 6,
    Outcome.DRIFT: 4,
    Outcome.BLOCKED: 9,
    Outcome.CHANGES: 3,
    Outcome.OK: 0,
}


class ApplyReport(Struct, frozen=True):
    """Everything an apply did.

    Attributes:
        items: Sorted by address.
        calls: In the order of the plan.
        traffic: Requests by purpose, over all connections.
        started_at: Our clock.
        ended_at: Our clock.
        warnings: Sentences.
        interrupted: Whether a signal or the timeout ended it.
    """

    items: tuple[ItemOutcome, ...]
    calls: tuple[CallOutcome, ...]
    traffic: Traffic
    started_at: datetime
    ended_at: datetime
    warnings: tuple[str, ...] = ()
    interrupted: bool = False
