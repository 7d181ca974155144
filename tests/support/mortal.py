"""Processes that die at a moment of the test's choice, and the ledger as such a process sees it.

    life = Life(ends_at=7)
    stage.apply(life=life)      # dies at its seventh moment: a BaseExceptionGroup of `Death`

A moment is whatever another process could tell apart: a request is about to leave, a request that
may change something was answered and the answer did not arrive yet, the ledger is about to be
written. What lies between two moments leaves no trace, so dying at each of them is dying anywhere.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from reconciler.ledger.protocol import Ledger

READS = ("/auth/", "/dashboard/lineage/topics/batch", "/sources/search")
WRITES = frozenset({"depart", "answer", "see", "say", "note", "bind", "take", "release", "break_"})


class Death(BaseException):
    """The process is gone; no `except` and no `finally` of it changes anything any more."""


def may_change(method: str, path: str) -> bool:
    """Whether a request can change something at a vendor."""
    return method != "GET" and not path.startswith(READS)


@dataclass
class Life:
    """One process.

    Attributes:
        ends_at: Number of the moment it dies at, from 1; None is never.
        moments: What it lived to see.
        naps: Seconds for which it is frozen at a moment, by number of the moment: a request leaves
            later, its answer is read later, what comes after a word to the ledger is done later.
        told: Called with the number of each moment.
        is_over: Whether it died.
    """

    ends_at: int | None = None
    moments: list[str] = field(default_factory=list)
    naps: dict[int, float] = field(default_factory=dict)
    told: Callable[[int], None] = lambda _number: None
    is_over: bool = False
    _tired: float = 0.0

    def reach(self, moment: str) -> None:
        """Live to see a moment, or die at it.

        Raises:
            Death: It died here, or before.
        """
        self.go_on()
        self.moments.append(moment)
        number = len(self.moments)
        if number == self.ends_at:
            self.is_over = True
        self.told(number)
        self.go_on()
        self._tired += self.naps.pop(number, 0.0)

    def go_on(self) -> None:
        """Do what nobody else can see.

        Raises:
            Death: It died before.
        """
        if self.is_over:
            raise Death

    async def rest(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Sleep off the naps of the moments since it rested last, and go on if it lives."""
        seconds, self._tired = self._tired, 0.0
        if seconds:
            await sleep(seconds)
        self.go_on()


class MortalLedger:
    """A ledger as one process sees it: closed to it when it is dead."""

    def __init__(self, ledger: Ledger, life: Life) -> None:
        self._ledger = ledger
        self._life = life

    def __getattr__(self, name: str) -> object:
        found = getattr(self._ledger, name)
        if not callable(found):
            return found

        def call(*given: object) -> object:
            if name in WRITES:
                self._life.reach(name)
            self._life.go_on()
            return found(*given)

        return call


def is_death(error: BaseException) -> bool:
    """Whether an error is a process's death and nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_death(inner) for inner in error.exceptions)
    return isinstance(error, Death)
