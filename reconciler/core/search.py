"""The exact search behind packing: can these sizes be put into so many calls?

Depth first, the largest size first, the fullest call first; of calls that look alike one is tried,
and a branch ends as soon as what is left over cannot hold the rest. It gives up after a budget of
placements, so that large plans stay quick; small ones are exact.
"""

from collections.abc import Sequence
from itertools import accumulate

from reconciler.records import Struct, field

BUDGET = 20_000
MOST = 200  # sizes; each is one level of the search, and Python bounds those


class Search(Struct):
    """One question.

    Attributes:
        sizes: In falling order.
        room: What one call can hold.
        places: How many sizes one call may have, or None.
        calls: How many calls there are.
        left: Placements that may still be tried.
    """

    sizes: Sequence[int]
    room: int
    places: int | None
    calls: int
    left: int = BUDGET
    _rooms: list[int] = field(default_factory=list)
    _taken: list[int] = field(default_factory=list)
    _rest: list[int] = field(default_factory=list)

    def solve(self) -> list[int] | None:
        """The call of each size, by index; None where there is no way, or none was found in time.

        Afterwards `left` tells the two apart: it is positive where every way was tried.
        """
        if len(self.sizes) > MOST:
            return None
        self._rooms = [self.room] * self.calls
        self._taken = [0] * self.calls
        self._rest = [*accumulate(reversed(self.sizes), initial=0)][::-1]
        chosen: list[int] = []
        return chosen if self._place(chosen) else None

    def _place(self, chosen: list[int]) -> bool:
        index = len(chosen)
        if index == len(self.sizes):
            return True
        if not self._can_hold(index):
            return False
        size = self.sizes[index]
        for call in self._distinct(size):
            if self.left <= 0:
                return False
            self.left -= 1
            self._move(call, size, 1)
            chosen.append(call)
            if self._place(chosen):
                return True
            chosen.pop()
            self._move(call, size, -1)
        return False

    def _can_hold(self, index: int) -> bool:
        """Whether the calls that can take the smallest size have room enough for all that is left."""
        smallest = self.sizes[-1]
        rooms = zip(self._rooms, self._taken, strict=True)
        usable = sum(room for room, taken in rooms if room >= smallest and taken != self.places)
        return usable >= self._rest[index]

    def _distinct(self, size: int) -> list[int]:
        """Calls with room for a size, one of each look, the fullest first."""
        looks: dict[tuple[int, int], int] = {}
        for call, (room, taken) in enumerate(zip(self._rooms, self._taken, strict=True)):
            if room >= size and (self.places is None or taken < self.places):
                looks.setdefault((room, taken), call)
        return [looks[look] for look in sorted(looks)]

    def _move(self, call: int, size: int, sign: int) -> None:
        self._rooms[call] -= sign * size
        self._taken[call] += sign
