"""Sizes into the fewest calls: bounds, ways of filling, and an exact search. What it gives is proved.

First fit is nearly always right. Where it misses the bound, stronger bounds and other ways of filling
are tried, and at last every way there is, as long as that is quick.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from reconciler.core.bounds import Bin, ramp_bound, threshold_bound
from reconciler.core.fill import Filled, first_fit, fullest, mixed, spread
from reconciler.core.search import BUDGET, MOST, Search
from reconciler.records import Struct

_BORDERS = 8
_MANY = 2_000  # sizes from which on fewer borders are tried, and half a percent is near enough


class Packing(Struct, frozen=True):
    """Sizes in calls.

    Attributes:
        calls: The sizes in each call.
        bound: The fewest calls there can be; proved.
        doubt: Why it is not known whether fewer calls would do; empty where these are the fewest.
    """

    calls: tuple[tuple[int, ...], ...]
    bound: int
    doubt: str = ""


@lru_cache(maxsize=1024)
def solve(falling: tuple[int, ...], bin_: Bin) -> Packing:
    """Fill as few calls as can be.

    Args:
        falling: Sizes, the largest first; each fits a call.
        bin_: What one call can hold.
    """
    calls = first_fit(falling, bin_)
    bound = threshold_bound(falling, bin_)
    if len(calls) > bound:
        ramp, step = ramp_bound(falling, bin_)
        bound = max(bound, ramp)
        for other in _others(falling, bin_, bound, step):
            calls = min(calls, other, key=len)
            if len(calls) - bound <= (0 if len(falling) < _MANY else bound // 200):
                break
    return _searched(falling, bin_, calls, bound)


def _others(falling: Sequence[int], bin_: Bin, bound: int, step: int) -> Iterator[Filled]:
    """Other ways of filling, the quick ones first."""
    more = 0
    while (filled := spread(falling, bin_, bound + more)) is None:  # with a call for each it fits
        more = 2 * more + 1
    yield filled
    yield fullest(falling, bin_, bin_.room + 1)
    yield fullest(falling, bin_, step)
    yield from (mixed(falling, bin_, bound, extra) for extra in (-1, 0, 1))
    parts = _BORDERS if len(falling) < _MANY else _BORDERS // 2
    for part in range(1, parts):
        yield fullest(falling, bin_, falling[len(falling) * part // parts])


def _searched(falling: Sequence[int], bin_: Bin, calls: Filled, bound: int) -> Packing:
    """Try every way of needing one call less, until there is none or it takes too long."""
    doubt = ""
    while len(calls) > bound:
        search = Search(falling, bin_.room, bin_.places, len(calls) - 1)
        chosen = search.solve()
        if chosen is not None:
            calls = _gathered(falling, chosen)
        elif len(falling) > MOST:
            doubt = f"{len(falling):,} sources are too many to try every way of grouping them"
            break
        elif search.left <= 0:
            doubt = f"the exact search gave up after {BUDGET:,} placements"
            break
        else:
            bound = len(calls)
    return Packing(tuple(map(tuple, calls)), bound, doubt)


def _gathered(falling: Sequence[int], chosen: Sequence[int]) -> Filled:
    calls: dict[int, list[int]] = {}
    for size, call in zip(falling, chosen, strict=True):
        calls.setdefault(call, []).append(size)
    return list(calls.values())
