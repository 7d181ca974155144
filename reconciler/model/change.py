"""The closed list of changes. A step of a plan is exactly one of them, rendered as one call.

Pause, Resume   one cluster link, mirror topics by name
Start           one or more sources, whole topics by name
Stop            one or more sources, always everything that runs on them
"""

from enum import StrEnum
from typing import TypeAlias

from reconciler.model.desired import SnapshotType
from reconciler.records import Struct


class Action(StrEnum):
    """The verb of a change, as a finding shows it."""

    PAUSE = "pause"
    RESUME = "resume"
    START = "start"
    STOP = "stop"


class Form(StrEnum):
    """Which endpoint carries a start or a stop."""

    SINGLE = "single"
    BULK = "bulk"


class Pause(Struct, frozen=True):
    """Pause mirror topics of one link.

    Attributes:
        cluster_id: The destination cluster.
        link: Name of the link.
        topics: Names on the destination cluster, sorted.
    """

    cluster_id: str
    link: str
    topics: tuple[str, ...]


class Resume(Struct, frozen=True):
    """Resume mirror topics of one link.

    Attributes:
        cluster_id: The destination cluster.
        link: Name of the link.
        topics: Names on the destination cluster, sorted.
    """

    cluster_id: str
    link: str
    topics: tuple[str, ...]


class StartTopic(Struct, frozen=True):
    """One topic of a start.

    Attributes:
        name: As people see it.
        db_id: Its database id; only in a bulk start.
        filter: Condition on its rows, or empty; only in a single start.
    """

    name: str
    db_id: str = ""
    filter: str = ""


class StartSource(Struct, frozen=True):
    """One run that a start asks for.

    Attributes:
        source_id: The vendor's id.
        topics: Sorted by name, at least one.
    """

    source_id: str
    topics: tuple[StartTopic, ...]


class Start(Struct, frozen=True):
    """Start one run on each source.

    Attributes:
        form: `SINGLE` has exactly one source; `BULK` has no filter and no surrogate key.
        type: How the runs read.
        sources: Sorted by id.
        surrogate_key: Column for keyless tables, or empty.
    """

    form: Form
    type: SnapshotType
    sources: tuple[StartSource, ...]
    surrogate_key: str = ""


class StopSource(Struct, frozen=True):
    """One source whose runs a stop ends.

    Attributes:
        source_id: The vendor's id.
        type: Type of what runs, where it is known.
        topics: Every topic with a run that the stop will hit, sorted.
        db_id: Database id of one topic of the source; only in a bulk stop.
    """

    source_id: str
    type: SnapshotType | None
    topics: tuple[str, ...]
    db_id: str = ""


class Stop(Struct, frozen=True):
    """End everything that runs on each source.

    Attributes:
        form: `SINGLE` has exactly one source.
        sources: Sorted by id.
    """

    form: Form
    sources: tuple[StopSource, ...]


Change: TypeAlias = Pause | Resume | Start | Stop


def action_of(change: Change) -> Action:
    """The verb of a change."""
    match change:
        case Pause():
            return Action.PAUSE
        case Resume():
            return Action.RESUME
        case Start():
            return Action.START
        case Stop():
            return Action.STOP
