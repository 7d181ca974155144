"""What a start or a stop does at its source, for who decides about it."""

from datetime import timedelta
from enum import StrEnum

from reconciler.records import Struct


class Connector(StrEnum):
    """What becomes of the connector (`docs/apis/streamkap.md#snapshots`)."""

    RUNS_ON = "runs_on"  # it streams as before
    PAUSES = "pauses"  # it streams again when the snapshot is over
    RESTARTS = "restarts"
    UNKNOWN = "unknown"


class Impact(Struct, frozen=True):
    """What a start or a stop of one topic does, as far as the last run tells.

    Attributes:
        connector: What becomes of the connector.
        rows: Rows that the last run read, which a start reads again; None where nobody knows, and
            for a stop.
        took: How long the last run took that completed; None where nobody knows, and for a stop.
        first: Whether a start has no run before it that could tell anything.
        filtered: Whether a start reads some of the rows only, so that `rows` may be another number.
    """

    connector: Connector
    rows: int | None = None
    took: timedelta | None = None
    first: bool = False
    filtered: bool = False
