"""What has to be looked at for a set of documents; nothing that no verdict needs."""

from dataclasses import replace
from datetime import datetime

from reconciler.core.judge_runs import level_of
from reconciler.model.desired import Desired, DesiredSource, MirrorState, SnapshotState
from reconciler.model.observed import LinkTarget, ObserveRequest, SourceTarget


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
