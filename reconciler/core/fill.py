"""Ways of filling calls, each good where the others are not. Sizes in, calls of sizes out.

| way | is good where |
| --- | --- |
| `first_fit` | sizes differ much: the largest first, into the first call that has room |
| `fullest` | few sources fill a call: sizes from a border on by first fit, each call then filled up as full as can be with smaller ones |
| `spread` | places run out before room does: the largest first, into the emptiest of so many calls |
| `mixed` | both run out: the largest, some of the smallest, and the best fill of what is left |
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

from reconciler.core.bounds import Bin, ceil
from reconciler.records import Struct, field

Filled = list[list[int]]


class _Rooms:
    """The room of every call in a tree, so that the first with enough of it is found in no time."""

    def __init__(self, most: int, room: int) -> None:
        self._width = 1 << max(0, most - 1).bit_length()
        self._tree = [room] * (2 * self._width)

    def first(self, size: int) -> int:
        """The first call with room for a size; there always is one."""
        node = 1
        while node < self._width:
            node *= 2
            node += self._tree[node] < size
        return node - self._width

    def put(self, call: int, room: int) -> None:
        """What is left in a call."""
        node = call + self._width
        self._tree[node] = room
        while node > 1:
            node //= 2
            self._tree[node] = max(self._tree[2 * node], self._tree[2 * node + 1])


def first_fit(falling: Sequence[int], bin_: Bin) -> Filled:
    """Each size into the first call that has room and a place.

    Args:
        falling: Sizes, the largest first.
        bin_: What one call can hold.
    """
    rooms = _Rooms(len(falling), bin_.room)
    calls: Filled = []
    left: list[int] = []
    for size in falling:
        call = rooms.first(size)
        if call == len(calls):
            calls.append([])
            left.append(bin_.room)
        calls[call].append(size)
        left[call] -= size
        is_full = len(calls[call]) == bin_.places
        rooms.put(call, -1 if is_full else left[call])
    return calls


def spread(falling: Sequence[int], bin_: Bin, calls: int) -> Filled | None:
    """Each size into the emptiest of so many calls; None where one does not fit.

    Args:
        falling: Sizes, the largest first.
        bin_: What one call can hold.
        calls: How many there are.
    """
    filled: Filled = [[] for _ in range(calls)]
    open_ = [(0, call) for call in range(calls)]
    for size in falling:
        if not open_:
            return None
        load, call = heappop(open_)
        if load + size > bin_.room:
            return None
        filled[call].append(size)
        if len(filled[call]) != bin_.places:
            heappush(open_, (load + size, call))
    return filled


class _Stock(Struct):
    """Sizes that are not in a call yet.

    Attributes:
        counts: How many there are of each size.
        rising: The sizes of which there are some, the smallest first.
        number: How many sizes there are in all.
        total: What they come to.
    """

    counts: Counter[int]
    rising: list[int] = field(default_factory=list)
    number: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.rising = sorted(self.counts)
        self.number = self.counts.total()
        self.total = sum(size * count for size, count in self.counts.items())

    def take(self, size: int) -> int:
        """Take one of a size away."""
        self.counts[size] -= 1
        self.number -= 1
        self.total -= size
        if not self.counts[size]:
            del self.rising[bisect_left(self.rising, size)]
        return size

    def complete(self, call: list[int], bin_: Bin) -> None:
        """Fill a call up as full as can be."""
        room = bin_.room - sum(call)
        places = room if bin_.places is None else bin_.places - len(call)
        if not self.rising or not places or self.rising[0] > room:
            return
        chosen = _fullest(self, room)
        if len(chosen) > places:
            chosen = self._largest(room, places)
        call += [self.take(size) for size in chosen]

    def _largest(self, room: int, places: int) -> list[int]:
        """The largest that fits, again and again, while there are places."""
        chosen: list[int] = []
        for size in reversed(self.rising):
            fits = min(self.counts[size], room // size, places - len(chosen))
            chosen += [size] * fits
            room -= size * fits
        return chosen


def _fullest(stock: _Stock, room: int) -> list[int]:
    """Sizes whose sum comes as near to a room as can be; large ones are preferred.

    The sums that can be reached are the bits of one number, and taking a size shifts them.
    """
    sums, all_sums = 1, (1 << (room + 1)) - 1
    steps: list[tuple[int, int, int]] = []
    for size in reversed(stock.rising):
        for many in _halves(min(stock.counts[size], room // size)):
            steps.append((sums, size, many))
            sums |= (sums << size * many) & all_sums
        if sums >> room:
            break
    aim = sums.bit_length() - 1
    chosen: list[int] = []
    for before, size, many in reversed(steps):
        if not before >> aim & 1:
            aim -= size * many
            chosen += [size] * many
    return chosen


def _halves(count: int) -> Iterable[int]:
    """Parts of a count whose sums are every number up to it: 1, 2, 4 … and the rest."""
    part = 1
    while count > 0:
        yield min(part, count)
        count -= part
        part *= 2


def fullest(falling: Sequence[int], bin_: Bin, border: int) -> Filled:
    """Sizes from a border on by first fit, and every call then filled up with smaller ones.

    Args:
        falling: Sizes, the largest first.
        bin_: What one call can hold.
        border: The smallest size that is packed by itself first.
    """
    calls = first_fit([size for size in falling if size >= border], bin_)
    stock = _Stock(Counter(size for size in falling if size < border))
    for call in calls:
        stock.complete(call, bin_)
    while stock.rising:
        call = [stock.take(stock.rising[-1])]
        stock.complete(call, bin_)
        calls.append(call)
    return calls


def mixed(falling: Sequence[int], bin_: Bin, calls: int, more: int) -> Filled:
    """Each call gets the largest, then so many of the smallest that all calls have as many sources.

    Args:
        falling: Sizes, the largest first.
        bin_: What one call can hold.
        calls: How many calls there may be at best.
        more: Sources per call above what the best number of calls would have.
    """
    stock = _Stock(Counter(falling))
    filled: Filled = []
    while stock.rising:
        best = max(ceil(stock.total, bin_.room), calls - len(filled))
        wanted = min(ceil(stock.number, best) + more, bin_.places or stock.number)
        call = [stock.take(stock.rising[-1])]
        room = bin_.room - call[0]
        while stock.rising and len(call) < wanted - 1 and stock.rising[0] <= room:
            call.append(stock.take(stock.rising[0]))
            room -= call[-1]
        stock.complete(call, bin_)
        filled.append(call)
    return filled
