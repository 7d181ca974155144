"""What has to be looked at for a set of documents; nothing that no verdict needs."""

from collections.abc import Iterable
from datetime import datetime

from reconciler.core.levels import level_of
from reconciler.model.address import Address
from reconciler.model.desired import Desired, DesiredSource, MirrorState, SnapshotState
from reconciler.model.observed import LinkTarget, ObserveRequest, SourceTarget
from reconciler.records import replace


def target_of(document: DesiredSource, now: datetime) -> SourceTarget:
    """What one Source document needs to know.

    Args:
        document: The document.
        now: Our clock; only the reach of `maxAge` depends on it.
    """
    rules = [rule for rule in document.rules if rule.state is not SnapshotState.UNMANAGED]
    completed = [rule for rule in rules if rule.state is SnapshotState.COMPLETED]
    return SourceTarget(
        document.source_id,
        document.source,
        wants_all_topics=any(not p.is_literal for rule in rules for p in rule.topics),
        wants_runs=bool(rules),
        oldest_since=min((level_of(rule, now) for rule in completed), default=None),
    )


def requests(desired: Desired, now: datetime) -> dict[str, ObserveRequest]:
    """What each connection has to look at.

    Args:
        desired: The documents to look for; a selection was taken before.
        now: Our clock.

    Returns:
        A request per connection name that has something to look at, sorted by name.
    """
    sources: dict[str, dict[tuple[str, str], SourceTarget]] = {}
    for document in desired.sources:
        if all(rule.state is SnapshotState.UNMANAGED for rule in document.rules):
            continue
        targets = sources.setdefault(document.connection, {})
        target = target_of(document, now)
        key = (target.source_id, target.name)
        targets[key] = _merge(targets[key], target) if key in targets else target
    links: dict[str, set[LinkTarget]] = {}
    for link in desired.links:
        if all(rule.state is MirrorState.UNMANAGED for rule in link.rules):
            continue
        links.setdefault(link.connection, set()).add(LinkTarget(link.cluster_id, link.link))
    names = sorted({*sources, *links})
    return {
        name: ObserveRequest(
            tuple(v for _, v in sorted(sources.get(name, {}).items())),
            tuple(sorted(links.get(name, ()))),
        )
        for name in names
    }


def _merge(one: SourceTarget, other: SourceTarget) -> SourceTarget:
    times = [t for t in (one.oldest_since, other.oldest_since) if t is not None]
    return replace(
        one,
        wants_all_topics=one.wants_all_topics or other.wants_all_topics,
        wants_runs=one.wants_runs or other.wants_runs,
        oldest_since=min(times, default=None),
    )


def requests_again(
    desired: Desired, places: Iterable[tuple[str, Address, str]], now: datetime
) -> tuple[dict[str, ObserveRequest], dict[str, SourceTarget]]:
    """What has to be looked at again for steps of a plan that was made before.

    Args:
        desired: All documents.
        places: Connection, document and vendor's key of every item.
        now: When the plan was made, so that what is asked reaches as far back as it did then.

    Returns:
        A request per connection name, sorted by name, and the target of each source by its id.
    """
    documents = {d.address: d for d in desired.sources}
    sources: dict[str, dict[str, SourceTarget]] = {}
    links: dict[str, set[LinkTarget]] = {}
    for connection, address, key in places:
        if address not in documents:
            links.setdefault(connection, set()).add(LinkTarget(*key.split("/", 1)))
            continue
        asked = target_of(documents[address], now)
        target = replace(asked, source_id=key, name="", wants_all_topics=False)
        mine = sources.setdefault(connection, {})
        mine[key] = _merge(mine[key], target) if key in mine else target
    wanted = {
        name: ObserveRequest(
            tuple(v for _, v in sorted(sources.get(name, {}).items())),
            tuple(sorted(links.get(name, ()))),
        )
        for name in sorted({*sources, *links})
    }
    return wanted, {key: target for mine in sources.values() for key, target in mine.items()}
