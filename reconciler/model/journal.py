"""What a ledger holds: what we were about to do, what came of it, and what people said of it.

    Intent      written before a call that changes something; durable before the call is sent
    Answer      what came back, per item
    Sighting    its run was seen, or seen to have ended
    Word        what a person said of one of these
    Applied     the level that was last seen to hold, so that it can be told who moved
    Binding     the id that stood behind a source's name
    Lease       who may write to a scope just now

A *scope* is what a lease covers, named as the server knows it: one source or one cluster link. The
names in specs may change from commit to commit; a scope does not.
"""

from datetime import datetime
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.outcome import Reply
from reconciler.records import Struct


class Actor(Struct, frozen=True):
    """Who did something.

    Attributes:
        name: A person, or what the pipeline calls itself.
        run: URL of the pipeline's run, or empty.
        commit: The commit of the specs, or empty.
    """

    name: str
    run: str = ""
    commit: str = ""


class RunKey(Struct, frozen=True):
    """What tells one visible run of a topic from another; the vendor gives it no id.

    Attributes:
        time: Its start, else when it was submitted, else None.
        status: The vendor's word.
        is_submission: Whether the time is that of its submission, for want of a start.
    """

    time: datetime | None
    status: str
    is_submission: bool = False


class IntentItem(Struct, frozen=True):
    """One topic that a call will change.

    Attributes:
        address: The declared topic; for a stop also a topic that it only hits.
        scope: The source or link.
        topic: As people see it.
        since: Level that a start was made for; for `maxAge` the level at that moment; else None.
        parameters: Canonical JSON of what the run was asked to do, or empty.
        before: Runs that were visible right before the call; what shows up later is ours.
    """

    address: Address
    scope: str
    topic: str
    since: datetime | None = None
    parameters: str = ""
    before: tuple[RunKey, ...] = ()


class Intent(Struct, frozen=True):
    """A call that is about to be sent.

    Attributes:
        id: Ours; unique for ever.
        at: Our clock, right before the call.
        actor: Who does it.
        connection: Name of the Connection.
        action: The verb.
        request: Method and path, never a host or a credential.
        body: Canonical JSON of the request's body.
        items: Sorted by scope and topic; none appears twice.
    """

    id: str
    at: datetime
    actor: Actor
    connection: str
    action: Action
    request: str
    body: str
    items: tuple[IntentItem, ...]


class Answer(Struct, frozen=True):
    """What came back for one item of an intent; the last one counts.

    Attributes:
        intent: Id of the intent.
        scope: Of the item.
        topic: Of the item.
        at: Our clock.
        reply: The word.
        status: HTTP status, or None where no answer came.
        request_id: The vendor's `X-Request-Id`, or None.
        message: The vendor's text; may be empty.
    """

    intent: str
    scope: str
    topic: str
    at: datetime
    reply: Reply
    status: int | None = None
    request_id: str | None = None
    message: str = ""


class Sighting(Struct, frozen=True):
    """The run behind one item of an intent was seen; the last one counts.

    Attributes:
        intent: Id of the intent.
        scope: Of the item.
        topic: Of the item.
        at: Our clock.
        run_time: The run's time as the vendor gives it, or None.
        status: The vendor's word.
        ended: Whether the run was over.
    """

    intent: str
    scope: str
    topic: str
    at: datetime
    run_time: datetime | None
    status: str
    ended: bool


class IntentRecord(Struct, frozen=True):
    """An intent with everything that is known of it.

    Attributes:
        intent: The intent.
        answers: Oldest first.
        sightings: Oldest first.
    """

    intent: Intent
    answers: tuple[Answer, ...] = ()
    sightings: tuple[Sighting, ...] = ()


class DriftWord(StrEnum):
    """What a monitor found."""

    FOUND = "found"  # it drifts, and did not when it was looked at before
    CHANGED = "changed"  # it drifts in another way
    OVER = "over"  # it drifts no more


class DriftNote(Struct, frozen=True):
    """What a monitor found of one topic or document.

    Attributes:
        at: Our clock.
        address: `Kind/name/topic`, or `Kind/name`.
        word: What it found.
        mark: What makes this drift another one than the one before; empty where it is over.
        message: The drift in a sentence without its point; empty where it is over.
    """

    at: datetime
    address: Address
    word: DriftWord
    mark: str = ""
    message: str = ""


class WordKind(StrEnum):
    """What a person can tell a ledger."""

    HAPPENED = "happened"  # a start without an answer took effect
    DID_NOT = "did_not"  # a start without an answer did not
    MARK = "mark"  # when an undated run took place
    RETRY = "retry"  # one more start is wanted
    FORGET = "forget"  # what is left behind under no spec is no longer of interest
    BREAK = "break"  # nobody holds that lease any more
    BREAK_GLASS = "break_glass"  # it is changed although its windows are closed


class Said(Struct, frozen=True):
    """The circumstances of a person's word.

    Attributes:
        at: Our clock.
        actor: Who said it.
        reason: Why; may be empty.
    """

    at: datetime
    actor: Actor
    reason: str = ""


class Word(Struct, frozen=True):
    """A person's word on one topic, or on a whole scope.

    Attributes:
        kind: What it says.
        said: When, by whom, why.
        scope: The source or link.
        topic: As people see it; empty for the whole scope.
        address: What the person named, or None where a scope was named itself.
        time: When the run took place; only with `MARK`.
    """

    kind: WordKind
    said: Said
    scope: str
    topic: str = ""
    address: Address | None = None
    time: datetime | None = None

    def covers(self, scope: str, topic: str) -> bool:
        """Whether it speaks of a topic."""
        return self.scope == scope and self.topic in ("", topic)


class Applied(Struct, frozen=True):
    """The level that was last seen to hold for a topic, or that we brought about.

    Compared with what is wanted and what is seen now it tells who moved: another `desired` means
    the spec did, the same with another `level` wanted means time did, else the world drifted.

    Attributes:
        address: The declared topic.
        scope: The source or link.
        topic: As people see it.
        desired: Canonical key of what the spec asked for, without anything that time decides.
        level: The level that this meant at that moment, in canonical words.
        at: Our clock.
    """

    address: Address
    scope: str
    topic: str
    desired: str
    level: str
    at: datetime


class Binding(Struct, frozen=True):
    """The source that stood behind a name.

    Attributes:
        endpoint: Of the connection, as specs spell it.
        name: The source's name at the vendor.
        source_id: The vendor's id.
        at: Our clock, when it was seen last.
    """

    endpoint: str
    name: str
    source_id: str
    at: datetime


class Journal(Struct, frozen=True):
    """The part of a ledger that plans rest on, as of one moment.

    Attributes:
        intents: Oldest first.
        words: Oldest first.
        applied: Sorted by scope and topic.
        bindings: Sorted by endpoint and name.
        has_history: Whether the ledger existed before this command.
    """

    intents: tuple[IntentRecord, ...] = ()
    words: tuple[Word, ...] = ()
    applied: tuple[Applied, ...] = ()
    bindings: tuple[Binding, ...] = ()
    has_history: bool = False


class Lease(Struct, frozen=True):
    """The right to write to a scope for a while.

    Attributes:
        scope: The source or link.
        owner: One command's own name, different for each.
        token: Grows whenever the scope changes hands, and never shrinks.
        taken: Our clock, when this owner took it.
        expires: From then on anybody may take it.
        former: The owner that it was taken from because its time was up, or empty. Its open intents
            count as unknown.
    """

    scope: str
    owner: str
    token: int
    taken: datetime
    expires: datetime
    former: str = ""


class Taken(Struct, frozen=True):
    """What became of a wish for leases.

    Attributes:
        granted: Sorted by scope.
        held: Leases of others that stood in the way, sorted by scope.
    """

    granted: tuple[Lease, ...]
    held: tuple[Lease, ...]


class Departure(Struct, frozen=True):
    """A request that is about to leave: what has to be durable before it does.

    Attributes:
        intent: The call it is; None at a further attempt, when the ledger holds it already.
        words: What a person wants of it, which has to stand before it.
        leases: On everything it changes, with the time they shall last to.
    """

    intent: Intent | None
    words: tuple[Word, ...] = ()
    leases: tuple[Lease, ...] = ()


def source_scope(host: str, source_id: str) -> str:
    """The scope of one source.

    Args:
        host: Who answers for it: the provider's `identity`.
        source_id: The vendor's id.
    """
    return f"streamkap/{host}/{source_id}"


def link_scope(host: str, cluster_id: str, link: str) -> str:
    """The scope of one cluster link.

    Args:
        host: Who answers for it: the provider's `identity`.
        cluster_id: The destination cluster.
        link: Name of the link.
    """
    return f"confluent/{host}/{cluster_id}/{link}"


def target_of(scope: str) -> str:
    """What plans call a scope: a source id, or `cluster/link`.

    Args:
        scope: As `source_scope` or `link_scope` made it.
    """
    return scope.split("/", 2)[2]
