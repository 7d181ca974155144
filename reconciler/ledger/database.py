"""The seam below: what the two databases have in common.

SQL here is the part that both understand. Where they differ a statement has a `$WORD`, which each
database fills in; parameters are written `?`. All values are text, whole numbers or NULL: times are
UTC text of one width, so that their order as text is their order in time.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from string import Template
from typing import Protocol, TypeAlias

from reconciler.records import Struct

Value: TypeAlias = str | int | None


class Row(Struct, frozen=True):
    """One row of an answer.

    Attributes:
        values: By column, in the order of the columns.
    """

    values: dict[str, Value]

    def text(self, column: str) -> str:
        """A text that is never NULL."""
        return str(self.values[column])

    def maybe_text(self, column: str) -> str | None:
        """A text, or None."""
        value = self.values[column]
        return None if value is None else str(value)

    def number(self, column: str) -> int:
        """A number that is never NULL."""
        return int(self.text(column))

    def maybe_number(self, column: str) -> int | None:
        """A number, or None."""
        value = self.values[column]
        return None if value is None else int(value)

    def time(self, column: str) -> datetime:
        """A time that is never NULL."""
        return datetime.fromisoformat(self.text(column))

    def maybe_time(self, column: str) -> datetime | None:
        """A time, or None."""
        value = self.maybe_text(column)
        return None if value is None else datetime.fromisoformat(value)


class Transaction(Protocol):
    """Statements that count together or not at all."""

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Run one statement.

        Args:
            sql: With `?` and `$WORD`.
            values: One per `?`.

        Returns:
            The rows it answers with; none where it only writes.
        """
        ...

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each row.

        Args:
            sql: With `?` and `$WORD`; answers with nothing.
            rows: One value per `?` each.
        """
        ...


class Database(Protocol):
    """A place with tables. Its own exceptions never get out; a `LedgerError` does."""

    @property
    def place(self) -> str:
        """Where it is; never a password."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """A transaction that sees one moment."""
        ...

    def writing(self) -> AbstractContextManager[Transaction]:
        """A transaction that is durable once it is left, and undone if an exception leaves it."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Dialect(Struct, frozen=True):
    """What one database says its own way.

    Attributes:
        words: What to put for each `$WORD`.
        mark: What to put for `?`.
    """

    words: dict[str, str]
    mark: str

    def spell(self, sql: str) -> str:
        """A statement as the database understands it.

        Args:
            sql: With `?` and `$WORD`.
        """
        return Template(sql).substitute(self.words).replace("?", self.mark)


def written(time: datetime) -> str:
    """A time as a column holds it."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def maybe_written(time: datetime | None) -> str | None:
    """A time that may be missing as a column holds it."""
    return None if time is None else written(time)


def storable(values: Sequence[Value]) -> tuple[Value, ...]:
    """Values without what a database cannot hold.

    A vendor's text may have a NUL, which PostgreSQL refuses, or half of a pair, which is no text.

    Args:
        values: Of one row.
    """
    return tuple(_clean(value) if isinstance(value, str) else value for value in values)


def _clean(text: str) -> str:
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\x00", "\ufffd")
