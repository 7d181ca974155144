"""Which database ids are worth a read: bulk needs them, and a call for each source alone does not.

Ids that were read already cost nothing. The others cost requests, shared by every source that is
read with them (`reads.py`), and buy calls. So whole choices are compared, by requests and then by
writes. Of two sources that could join the same calls, one that is no longer to list and no larger is
the better choice; so only sets that hold with a source all better ones have to be looked at. Where
even those are many, sources are taken in the order of their price, as many as pay.
"""

from collections.abc import Collection, Iterator, Sequence

from reconciler.core.bounds import ceil
from reconciler.core.pack import TOPICS_PER_CALL, packing
from reconciler.core.reads import TOPICS_PER_PAGE, requests_to_list
from reconciler.model.desired import Limits
from reconciler.records import Struct

MOST_SETS = 4_096
MOST_TRIES = 256
_PREFIXES = 6
_SOURCES_PER_READ = 48  # as many of the vendor's ids as a URL has room for
_HALF = TOPICS_PER_CALL // 2


class Unread(Struct, frozen=True):
    """A source whose database ids were not read.

    Attributes:
        source_id: The vendor's id.
        size: Ids it puts into a bulk call.
        listing: Topics the vendor would list to give its ids.
        group: Index of the group of sources that it may share a call with.
    """

    source_id: str
    size: int
    listing: int
    group: int


class IdsAsk(Struct, frozen=True):
    """One connection's choice.

    Attributes:
        known: Sizes of the sources whose ids are known, for each group.
        unread: All others that bulk could carry.
        limits: Of the connection.
    """

    known: tuple[tuple[int, ...], ...]
    unread: tuple[Unread, ...]
    limits: Limits


_Set = tuple[Unread, ...]
_Price = tuple[int, int, int, tuple[str, ...]]


def ids_worth_reading(ask: IdsAsk) -> tuple[str, ...]:
    """Sources whose database ids shall be read because all requests together are then the fewest.

    Args:
        ask: What is known, and what could be read.

    Returns:
        Source ids, sorted; empty where reading does not pay.
    """
    unread = sorted(ask.unread, key=lambda u: (u.listing, u.size, u.source_id))
    sets = _sets(unread, len(ask.known))
    if sets is None:
        sets = _prefixes(ask, unread)
    best = _price(ask, ())
    hopeful = sorted((_least(ask, chosen), number) for number, chosen in enumerate(sets))
    for least, number in hopeful[:MOST_TRIES]:
        if least > best[:2]:
            break
        best = min(best, _price(ask, sets[number]))
    return best[3]


def requests_of(ask: IdsAsk, source_ids: Collection[str]) -> tuple[int, int]:
    """What a choice costs: requests to read ids and to send all calls, and the calls among them.

    Args:
        ask: What is known, and what could be read.
        source_ids: What is read.
    """
    return _price(ask, tuple(u for u in ask.unread if u.source_id in source_ids))[:2]


def _price(ask: IdsAsk, chosen: _Set) -> _Price:
    """Requests, calls, and what tells choices apart that cost the same."""
    calls = len(ask.unread) - len(chosen)
    calls += sum(len(packing(sizes, ask.limits).calls) for sizes in _groups(ask, chosen))
    ids = tuple(sorted(u.source_id for u in chosen))
    return (_reads(chosen) + calls, calls, len(ids), ids)


def _least(ask: IdsAsk, chosen: _Set) -> tuple[int, int]:
    """What a choice costs at least: requests and calls. Quick, and never too much."""
    calls = len(ask.unread) - len(chosen)
    for sizes in _groups(ask, chosen):
        by_size = max(ceil(sum(sizes), TOPICS_PER_CALL), sum(size > _HALF for size in sizes))
        by_source = ceil(len(sizes), ask.limits.sources_per_call or len(sizes) or 1)
        calls += max(by_size, by_source)
    return (_reads(chosen) + calls, calls)


def _groups(ask: IdsAsk, chosen: _Set) -> list[list[int]]:
    """The sizes that bulk carries, for each group."""
    groups = [list(sizes) for sizes in ask.known]
    for unread in chosen:
        groups[unread.group].append(unread.size)
    return groups


def _reads(chosen: _Set) -> int:
    return requests_to_list({u.source_id: u.listing for u in chosen})


def _sets(unread: Sequence[Unread], groups: int) -> list[_Set] | None:
    """Every set worth a look, or None where they are too many.

    Sources come in the order of their listing. One that is left out bars those of its group that
    come later and are as large.
    """
    found: list[tuple[_Set, tuple[int, ...]]] = [((), (TOPICS_PER_CALL + 1,) * groups)]
    for one in unread:
        grown: list[tuple[_Set, tuple[int, ...]]] = []
        for chosen, barred in found:
            bar = barred[one.group]
            without = (*barred[: one.group], min(bar, one.size), *barred[one.group + 1 :])
            grown.append((chosen, without))
            if one.size < bar:
                grown.append(((*chosen, one), barred))
        if len(grown) > MOST_SETS:
            return None
        found = grown
    return [chosen for chosen, _ in found]


def _prefixes(ask: IdsAsk, unread: Sequence[Unread]) -> list[_Set]:
    """The cheapest sources, as many as look best; and the same without one group or another."""
    cheap = sorted(unread, key=lambda u: (_share(u), u.source_id))
    lengths = sorted(_length_prices(ask, cheap))[:_PREFIXES]
    sets = [tuple(cheap[:length]) for _, length in lengths]
    best = sets[0]
    groups = sorted({u.group for u in best})
    return [*sets, *(tuple(u for u in best if u.group != group) for group in groups)]


def _share(unread: Unread) -> float:
    """The part of a page and the part of a call that a source takes."""
    return unread.listing / TOPICS_PER_PAGE + unread.size / TOPICS_PER_CALL


def _length_prices(ask: IdsAsk, cheap: Sequence[Unread]) -> Iterator[tuple[int, int]]:
    """Roughly what it costs to read so many of the cheapest sources, and how many they are."""
    sizes = [sum(known) for known in ask.known]
    numbers = [len(known) for known in ask.known]
    listed = 0
    for length, one in enumerate(cheap, 1):
        sizes[one.group] += one.size
        numbers[one.group] += 1
        listed += one.listing
        calls = sum(
            max(ceil(size, TOPICS_PER_CALL), ceil(n, ask.limits.sources_per_call or n or 1))
            for size, n in zip(sizes, numbers, strict=True)
        )
        reads = listed // TOPICS_PER_PAGE + ceil(length, _SOURCES_PER_READ)
        yield (reads + calls + len(cheap) - length, length)
