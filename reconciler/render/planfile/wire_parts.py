"""Parts of a plan file that stand in several places, and what a snapshot does at its source."""

from datetime import timedelta
from typing import Annotated, TypeAlias

import msgspec

from reconciler.model import impact
from reconciler.model.impact import Connector

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Seconds: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=10**9)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every part has in common."""


class Impact(Strict, frozen=True):
    """What one start or stop does."""

    connector: Connector
    rows: Count | None
    seconds: Seconds | None
    first: bool
    filtered: bool

    def value(self) -> impact.Impact:
        """The value of the model."""
        took = None if self.seconds is None else timedelta(seconds=self.seconds)
        return impact.Impact(self.connector, self.rows, took, self.first, self.filtered)


class Snapshots(Strict, frozen=True):
    """The sum of what the resources say; writing it again tells whether it is."""

    topics: Count
    rows: Count | None
    rows_unknown: Count
    longest_seconds: Seconds | None
    connector_restart: bool | None
    restarts: tuple[str, ...]
    pauses: tuple[str, ...]
