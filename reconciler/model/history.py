"""What a ledger tells of the past: its intents, answers, sightings, words and drift as lines in one order."""

from datetime import datetime
from enum import StrEnum

from reconciler.model.journal import Actor
from reconciler.records import Struct


class EntryKind(StrEnum):
    """What a line of the history is."""

    INTENT = "intent"
    ANSWER = "answer"
    SIGHTING = "sighting"
    WORD = "word"
    DRIFT = "drift"


class Entry(Struct, frozen=True):
    """One line of the history.

    Attributes:
        at: Our clock.
        kind: What it is.
        address: `Kind/name/topic`; empty for a word on a whole scope.
        scope: The source or link; empty for drift.
        topic: As people see it; may be empty for a word.
        word: The verb of an intent, the reply of an answer, the status of a run, the kind of a
            person's word, or what became of drift.
        message: Request, the vendor's text, a person's reason, or what drifts; may be empty.
        intent: Id of the intent, or empty.
        actor: Who did or said it; None for answers, sightings and drift.
        time: Time of the run that was seen or marked, or None.
        request_id: The vendor's `X-Request-Id` of an answer, or None.
    """

    at: datetime
    kind: EntryKind
    address: str
    scope: str
    topic: str
    word: str
    message: str = ""
    intent: str = ""
    actor: Actor | None = None
    time: datetime | None = None
    request_id: str | None = None
