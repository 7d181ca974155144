"""Every way of sending a few starts and stops: what the planner must not lose against.

Written from `docs/apis/streamkap.md` alone; it knows none of the planner's shortcuts. A case is
some sources, each with one run or one stop. Every grouping of them into calls is tried, and for each
what has to be read for it: the database ids of those that share a call. To read more than that, or in
more requests, only costs more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from reconciler.core.changes import DbIds, StopRun
from reconciler.core.gates import StartRun
from reconciler.core.sources import Candidate
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Limits, SnapshotType
from reconciler.model.observed import ObservedSource, ObservedTopic
from reconciler.model.verdict import Finding, Risk, Verdict
from tests.support.specs import BLOCKING, INCREMENTAL, RULE, SINCE, completed

MOST_TOPICS = 500
PAGE = 100
IDS_IN_A_URL = 48
NAMES = tuple(f"t{n:03}" for n in range(900))
TOPICS = tuple(ObservedTopic(name, None) for name in NAMES)
IDS = {name: f"db-{name}" for name in NAMES}
UNREAD, KNOWN, USELESS = "unread", "known", "useless"


@dataclass(frozen=True)
class Item:
    """One source with what is wanted of it.

    Attributes:
        number: Tells sources apart.
        kind: What may share a call with it; None for what goes alone whatever is known.
        size: Database ids that it puts into a shared call.
        listing: Topics that are listed to give them.
        ids: What is known of them: nothing, all, or that they cannot be told.
        wanted: A start or a stop.
    """

    number: int
    kind: str | None
    size: int
    listing: int
    ids: str
    wanted: StartRun | StopRun

    @property
    def source_id(self) -> str:
        """The vendor's id."""
        return f"{self.number:024}"


@dataclass(frozen=True)
class Case:
    """A connection's share of a plan."""

    items: tuple[Item, ...]
    limits: Limits

    @property
    def runs(self) -> list[StartRun]:
        """The starts."""
        return [i.wanted for i in self.items if isinstance(i.wanted, StartRun)]

    @property
    def stops(self) -> list[StopRun]:
        """The stops."""
        return [i.wanted for i in self.items if isinstance(i.wanted, StopRun)]

    def ids(self, *read: str) -> DbIds:
        """Database ids that are known, with those of the sources that are read beside."""
        given = {i.source_id: ids_of(i.size) for i in self.items if i.ids == KNOWN}
        given |= {i.source_id: {} for i in self.items if i.ids == USELESS}
        return given | {i.source_id: ids_of(i.size) for i in self.items if i.source_id in read}

    def reads(self, source_ids: set[str]) -> int:
        """Requests to list the topics of some sources: pages until a short one, for each URL."""
        listed = sorted(
            (i for i in self.items if i.source_id in source_ids), key=lambda i: i.number
        )
        cuts = range(0, len(listed), IDS_IN_A_URL)
        return sum(
            1 + sum(item.listing for item in listed[at : at + IDS_IN_A_URL]) // PAGE for at in cuts
        )


def solve(case: Case) -> tuple[tuple[int, int], int]:
    """The fewest requests with the calls among them, and the fewest calls whatever is read."""
    prices = []
    for calls in _groupings(case, 0, []):
        read = {i.source_id for call in calls if len(call) > 1 for i in call if i.ids == UNREAD}
        prices.append((case.reads(read) + len(calls), len(calls)))
    return min(prices), min(calls for _, calls in prices)


def _groupings(case: Case, at: int, calls: list[list[Item]]) -> Iterator[list[list[Item]]]:
    """Every way of putting the items from one on into calls, beside those that are there."""
    if at == len(case.items):
        yield calls
        return
    item = case.items[at]
    for call in [call for call in calls if _may_join(item, call, case.limits)]:
        call.append(item)
        yield from _groupings(case, at + 1, calls)
        call.pop()
    calls.append([item])
    yield from _groupings(case, at + 1, calls)
    calls.pop()


def _may_join(item: Item, call: list[Item], limits: Limits) -> bool:
    """One kind of change, at most 500 ids, at most so many sources, and every id at hand."""
    return (
        item.kind is not None
        and all(other.kind == item.kind and other.ids != USELESS for other in call)
        and item.ids != USELESS
        and sum(other.size for other in call) + item.size <= MOST_TOPICS
        and limits.sources_per_call in (0, *range(len(call) + 1, 99))
    )


def case_of(chance: Random) -> Case:
    """Some case, with sizes that make it hard now and then."""
    cap = chance.choice([3, 60, 120, 200, 300, 520])
    low = chance.choice([1, 1, cap // 2 or 1])
    limits = Limits(sources_per_call=chance.choice([0, 1, 2, 2, 3, 4, 50]))
    count = chance.choice([1, 2, 3, 4, 5, 5, 6, 6, 6])
    few = chance.choice([["incremental"], ["stop"], ["incremental", "blocking"], KINDS])
    knows = chance.choice([[UNREAD], [UNREAD], [UNREAD, KNOWN], [UNREAD, KNOWN, USELESS]])
    return Case(
        tuple(_item(chance, number, (low, cap), few, knows) for number in range(count)), limits
    )


KINDS = ["incremental", "incremental", "blocking", "stop", "safe stop", "filter", "surrogate key"]


def _item(
    chance: Random, number: int, sizes: tuple[int, int], kinds: list[str], knows: list[str]
) -> Item:
    kind = chance.choice(kinds)
    topics = chance.randint(*sizes)
    listing = topics + chance.choice([0, 0, 1, 30, chance.randint(0, 300)])
    ids = chance.choice(knows)
    wanted = _wanted(f"{number:024}", kind, topics, listing)
    is_stop = isinstance(wanted, StopRun)
    alone = kind in ("safe stop", "filter", "surrogate key") or (
        topics > MOST_TOPICS and not is_stop
    )
    return Item(number, None if alone else kind, 1 if is_stop else topics, listing, ids, wanted)


def _wanted(source_id: str, kind: str, topics: int, listing: int) -> StartRun | StopRun:
    if kind in ("stop", "safe stop"):
        risk = Risk.SAFE if kind == "safe stop" else Risk.DISRUPTIVE
        return StopRun("kap", source_id, INCREMENTAL, NAMES[:topics], listing, risk)
    type_ = BLOCKING if kind == "blocking" else INCREMENTAL
    source = ObservedSource(source_id, "s", "Active", "", TOPICS[:listing])
    key = "id" if kind == "surrogate key" else ""
    return StartRun("kap", source, type_, key, _candidates(type_, kind == "filter")[:topics])


@cache
def _candidates(type_: SnapshotType, has_filter: bool) -> tuple[Candidate, ...]:
    rule = completed("*", type=type_, filter="n > 1" if has_filter else "")
    return tuple(
        Candidate(
            Finding(Address(Kind.SOURCE, "s", name), Verdict.CHANGE, "", RULE),
            rule,
            name,
            (0, 0),
            SINCE,
            first_run=False,
        )
        for name in NAMES
    )


@cache
def ids_of(count: int) -> dict[str, str]:
    """Database ids of the first topics."""
    return {name: IDS[name] for name in NAMES[:count]}
