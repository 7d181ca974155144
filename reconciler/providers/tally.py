"""Counting requests by purpose: the figures that a plan and an apply report."""

from collections import Counter
from enum import StrEnum

from reconciler.model.outcome import Traffic
from reconciler.providers.protocol import Gate, Purpose, always


class Column(StrEnum):
    """Fields of `Traffic` that no purpose of a read names."""

    TOKENS = "tokens"
    CALLS = "calls"
    RETRIES = "retries"


class Tally:
    """Requests of one connection that left, by purpose."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._counts: Counter[str] = Counter()

    def add(self, column: Purpose | Column) -> None:
        """Count one request."""
        self._counts[column.value] += 1

    def traffic(self) -> Traffic:
        """The figures so far."""
        return Traffic(**self._counts)


class Trip:
    """One request through all its attempts: the first that leaves counts as itself, others as retries.

    Attributes:
        sent: Attempts that left.
        gate: Asked right before each attempt leaves.
    """

    def __init__(self, tally: Tally, column: Purpose | Column, gate: Gate = always) -> None:
        """Begin before the first attempt.

        Args:
            tally: Where to count.
            column: What the first attempt counts as.
            gate: Asked right before each attempt leaves.
        """
        self._tally = tally
        self._column = column
        self.gate = gate
        self.sent = 0

    def count(self) -> None:
        """Count an attempt that left."""
        self._tally.add(Column.RETRIES if self.sent else self._column)
        self.sent += 1
