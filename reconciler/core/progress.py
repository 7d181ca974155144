"""From single topics on their way to how far each source and link is."""

from collections.abc import Iterable, Mapping

from reconciler.core.sight import Sight
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.model.observed import Mirror, ObservedTopic, Run
from reconciler.model.progress import Part
from reconciler.records import Struct


class Moving(Struct, frozen=True):
    """One topic that is followed.

    Attributes:
        address: Of the topic.
        target: The vendor's key: a source id, or `cluster/link`.
        is_done: Whether it is as far as it is followed.
    """

    address: Address
    target: str
    is_done: bool


def parts_of(moving: Iterable[Moving], sight: Sight) -> tuple[Part, ...]:
    """How far each document is, sorted by address.

    Args:
        moving: Every topic that is followed, also those that are done.
        sight: What the last look showed; of what it does not show only counts are told.
    """
    documents: dict[tuple[Address, str], list[Moving]] = {}
    for item in moving:
        documents.setdefault((item.address.document, item.target), []).append(item)
    return tuple(
        _link(address, items, sight.mirrors[target])
        if target in sight.mirrors
        else _source(address, items, _topics(sight, target))
        for (address, target), items in sorted(documents.items(), key=lambda pair: pair[0])
    )


def targets_of(desired: Desired, sight: Sight) -> dict[Address, str]:
    """The vendor's key of every document that was seen.

    Args:
        desired: All documents.
        sight: What was observed.
    """
    ids = {source.name: source.id for source in sight.sources.values()}
    keys = {d.address: f"{d.cluster_id}/{d.link}" for d in desired.links}
    keys |= {d.address: d.source_id or ids.get(d.source, "") for d in desired.sources}
    return {address: key for address, key in keys.items() if sight.shows(key)}


def _topics(sight: Sight, target: str) -> Mapping[str, ObservedTopic]:
    source = sight.sources.get(target)
    return {topic.name: topic for topic in source.topics} if source else {}


def _source(address: Address, items: Iterable[Moving], topics: Mapping[str, ObservedTopic]) -> Part:
    mine = list(items)
    left = [topics.get(item.address.topic) for item in mine if not item.is_done]
    runs = [run for topic in left if topic for run in _under_way(topic)]
    told = [(r.rows_scanned, r.rows_total) for r in runs if r.rows_total is not None]
    known = [(scanned, total) for scanned, total in told if scanned is not None]
    return Part(
        address,
        len(mine) - len(left),
        len(mine),
        _one_of({run.status for run in runs}),
        sum(scanned for scanned, _ in known) if known else None,
        sum(total for _, total in known) if known else None,
        max((run.eta for run in runs if run.eta is not None), default=None),
    )


def _under_way(topic: ObservedTopic) -> list[Run]:
    return [run for run in topic.runs or () if run.is_active]


def _link(address: Address, items: Iterable[Moving], mirrors: Mapping[str, Mirror]) -> Part:
    mine = list(items)
    left = [item for item in mine if not item.is_done]
    words = {m.status or "" for i in left if (m := mirrors.get(i.address.topic))}
    lags = [m.lag for i in mine if (m := mirrors.get(i.address.topic)) and m.lag is not None]
    done = len(mine) - len(left)
    return Part(address, done, len(mine), _one_of(words), lag=max(lags, default=None))


def _one_of(words: set[str]) -> str:
    return next(iter(words)) if len(words) == 1 else ""
