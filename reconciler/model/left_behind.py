"""What is left of something we did when no spec speaks of its topic any more."""

from datetime import datetime
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.journal import Actor
from reconciler.records import Struct


class Remains(StrEnum):
    """What something that was left behind is."""

    PAUSED = "paused"  # a mirror topic that we paused
    RUN = "run"  # a snapshot that we started, and that was not seen to end


class LeftBehind(Struct, frozen=True):
    """What we did and no spec speaks of any more; nobody but a person ends it.

    Attributes:
        address: The topic as it was declared then.
        scope: The source or link.
        topic: As people see it.
        what: What it is.
        since: Our clock, when we asked for it.
        actor: Who did, in which run, from which commit.
    """

    address: Address
    scope: str
    topic: str
    what: Remains
    since: datetime
    actor: Actor
