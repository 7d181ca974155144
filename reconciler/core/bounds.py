"""How few calls could carry sources of these sizes, whatever the packing: bounds that are proved.

Each bound weighs every size so that no call can hold a weight above one; the sum of the weights is
then a bound on the calls (dual feasible functions). Weights of three kinds are tried:

| kind | what weighs | holds because |
| --- | --- | --- |
| places | every source `1 / places` | a call has no more places |
| thresholds | what is nearly a call 1, what is over half a call 1, the rest by size or by place | two large ones never meet (Martello and Toth, L2) |
| ramps | sizes rounded down to steps of a stretched call, with a ramp before each step | Burdett and Johnson, f_BJ,1 |
"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from reconciler.records import Struct

STRETCHES = 4


class Bin(Struct, frozen=True):
    """What one call can hold.

    Attributes:
        room: The sum of the sizes.
        places: How many sizes, or None.
    """

    room: int
    places: int | None


def threshold_bound(sizes: Sequence[int], bin_: Bin) -> int:
    """The bound by places and by every threshold.

    Args:
        sizes: Each from 1 to the room of a call.
        bin_: What one call can hold.
    """
    if not sizes:
        return 0
    best = ceil(len(sizes), bin_.places or len(sizes))
    counts = Counter(sizes)
    amounts = [counts[size] for size in range(bin_.room + 1)]
    below = _Below(
        [0, *accumulate(amounts)], [0, *accumulate(n * size for size, n in enumerate(amounts))]
    )
    # Between two sizes the higher threshold is the better one, so that only sizes are tried.
    thresholds = {bin_.room // 2, *(size for size in counts if 2 * size <= bin_.room)}
    return max(best, *(_by_threshold(below, at, bin_) for at in sorted(thresholds)))


class _Below(Struct, frozen=True):
    """Sums over all sizes below one: how many there are, and what they come to."""

    count: Sequence[int]
    total: Sequence[int]


def _by_threshold(below: _Below, at: int, bin_: Bin) -> int:
    """Sizes below the threshold are left out; what is so large that none of the rest joins it is alone."""
    half, top = bin_.room // 2 + 1, bin_.room - at + 1
    alone = below.count[-1] - below.count[top]
    large = below.count[top] - below.count[half]
    small = below.count[half] - below.count[at]
    left = large * bin_.room - (below.total[top] - below.total[half])
    more = ceil(below.total[half] - below.total[at] - left, bin_.room)
    if bin_.places:
        more = max(more, ceil(small - large * (bin_.places - 1), bin_.places))
    return alone + large + max(0, more)


def ramp_bound(sizes: Sequence[int], bin_: Bin) -> tuple[int, int]:
    """The best bound by ramps.

    Args:
        sizes: Each from 1 to the room of a call.
        bin_: What one call can hold.

    Returns:
        The bound, and the size at which its ramp ends: from there on sources are so large that
        a call has one place less for them.
    """
    counts = sorted(Counter(sizes).items())
    found = (
        (_by_ramp(counts, bin_.room, stretch, step), -stretch, step)
        for stretch in range(1, STRETCHES + 1)
        for step, _ in counts
    )
    bound, _, step = max(found, default=(0, 0, 0))
    return bound, step


def _by_ramp(counts: Sequence[tuple[int, int]], room: int, stretch: int, step: int) -> int:
    """A call of `stretch * room` in steps of `step`: whole steps count, and the ramp before the next."""
    steps, flat = divmod(stretch * room, step)
    rise = step - flat
    total = 0
    for size, count in counts:
        whole, part = divmod(stretch * size, step)
        total += count * (whole * rise + max(0, part - flat))
    return ceil(total, steps * rise)


def ceil(amount: int, size: int) -> int:
    """How many of a size hold an amount."""
    return -(-amount // size)
