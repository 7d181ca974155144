"""Documents that want what there is: from observed levels to rules under which nothing changes.

A mirror topic gets the level for which the table of `judge_mirrors` finds it in sync, a topic of a
source the one that its last run reached, if that is sure. Where there is none, it is `unmanaged`, with
the reason. Rules are written for what is observed, and for what
may appear later:

    mirror topics                          rules, from first to last
    -------------------------------------  -----------------------------------------------------------
    some mirror                            the paused, what no level fits, then `*` is active
    none mirrors, some level fits none     the paused, then `*` is unmanaged
    all are paused                         the paused; what appears later is nobody's business
    the link hides them, or has none       `*` is unmanaged

Snapshots are `unmanaged` by schema, or, where it is asked for, `completed` since the oldest of the
last completed runs, so that one rule holds for all of them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from reconciler.core.covering import cover, entangled
from reconciler.core.dating import Dated, date_runs
from reconciler.core.judge_mirrors import MirrorAsk, judge_link_state, judge_mirror
from reconciler.core.words import plural
from reconciler.model.address import Origin
from reconciler.model.desired import (
    MirrorRule,
    MirrorState,
    Pattern,
    SnapshotRule,
    SnapshotState,
)
from reconciler.model.observed import Mirror, ObservedLink, ObservedSource, ObservedTopic
from reconciler.model.verdict import Verdict
from reconciler.records import Struct, replace

FOUND_PAUSED = "found paused"
ALIKE = "a sign of a name cannot be written, so that no pattern tells these topics apart"
_NOWHERE = Origin("", 0)
_SETTLED = timedelta(minutes=2)
"""How old a `since` is at least, so that no clock finds it in the future."""
_REQUEST_ID = re.compile(r" \(request id [^)]*\)")
"""What is another one each time; the same world shall give the same bytes."""


class FoundRule(Struct, frozen=True):
    """One rule, and what to tell whoever reads it.

    Attributes:
        rule: Its patterns have no origin yet.
        remark: Why it says what it says, without a full stop.
        count: How many topics it was written for.
    """

    rule: SnapshotRule | MirrorRule
    remark: str
    count: int


class _Level(Struct, frozen=True):
    """What fits a topic: a state of a rule, or none and why."""

    state: SnapshotState | MirrorState
    reason: str = ""


def link_rules(link: ObservedLink, now: datetime) -> tuple[FoundRule, ...]:
    """Rules under which nothing changes on a link.

    Args:
        link: As it was observed.
        now: The vendor's clock.
    """
    if not link.mirrors:
        return (_mirrors(("*",), MirrorState.UNMANAGED, _unseen(link), 0),)
    levels = _told_apart({m.name: _mirror_level(link, m, now) for m in link.mirrors}, _NO_MIRROR)
    by_level = _by_level(levels)
    active = by_level.pop(_ACTIVE, ())
    rules = [
        _mirror_rule(level, names, levels) for level, names in sorted(by_level.items(), key=_order)
    ]
    if active:
        told = "these mirror, and so shall what appears later"
        return (*rules, _mirrors(("*",), MirrorState.ACTIVE, told, len(active)))
    left = [rule for rule in rules if rule.rule.state is MirrorState.UNMANAGED]
    if not left:
        return tuple(rules)
    told = "; ".join(f"{plural(rule.count, 'topic')}: {rule.remark}" for rule in left)
    count = sum(rule.count for rule in left)
    return (*rules[: -len(left)], _mirrors(("*",), MirrorState.UNMANAGED, told, count))


def source_rules(
    source: ObservedSource, now: datetime, *, completed: bool
) -> tuple[FoundRule, ...]:
    """Rules under which nothing changes on a source.

    Args:
        source: As it was observed; with runs where `completed`.
        now: The vendor's clock.
        completed: Whether a topic whose last run completed shall be wanted so.
    """
    names = [topic.name for topic in source.topics]
    if not names:
        return (_snapshots(("*",), "no topics were found", 0),)
    if not completed:
        told = "left alone until a rule says `completed` or `idle`"
        return (_snapshots(cover(names, ()), told, len(names)),)
    since = _since(source.topics, now)
    levels = {topic.name: _snapshot_level(topic) for topic in source.topics}
    levels = _told_apart(levels, _NO_SNAPSHOT)
    return tuple(
        _snapshot_rule(level, names, levels, since)
        for level, names in sorted(_by_level(levels).items(), key=_order)
    )


def source_unseen(reason: str) -> FoundRule:
    """The rule for a source that could not be looked at.

    Args:
        reason: Why.
    """
    return _snapshots(("*",), _steady(reason), 0)


def link_unseen(reason: str) -> FoundRule:
    """The rule for a link that could not be looked at.

    Args:
        reason: Why.
    """
    return _mirrors(("*",), MirrorState.UNMANAGED, _steady(reason), 0)


_ACTIVE = _Level(MirrorState.ACTIVE)
_PAUSED = _Level(MirrorState.PAUSED)
_COMPLETED = _Level(SnapshotState.COMPLETED)
_NO_MIRROR = _Level(MirrorState.UNMANAGED, ALIKE)
_NO_SNAPSHOT = _Level(SnapshotState.UNMANAGED, ALIKE)


def _steady(message: str) -> str:
    return _REQUEST_ID.sub("", message)


def _order(item: tuple[_Level, tuple[str, ...]]) -> tuple[bool, str, str]:
    """What asks for something first, then by reason."""
    level, _ = item
    states = (SnapshotState.UNMANAGED, MirrorState.UNMANAGED)
    return (level.state in states, str(level.state), level.reason)


def _by_level(levels: Mapping[str, _Level]) -> dict[_Level, tuple[str, ...]]:
    found: dict[_Level, list[str]] = {}
    for name, level in sorted(levels.items()):
        found.setdefault(level, []).append(name)
    return {level: tuple(names) for level, names in found.items()}


def _told_apart(levels: Mapping[str, _Level], none: _Level) -> dict[str, _Level]:
    """Levels that patterns can express: what they cannot tell apart is nobody's business."""
    told = dict(levels)
    groups = entangled(told)
    moved = True
    while moved:
        moved = False
        for group in groups:
            if len({told[name] for name in group}) > 1:
                told |= dict.fromkeys(group, none)
                moved = True
    return told


def _others(names: Iterable[str], levels: Mapping[str, _Level]) -> set[str]:
    return levels.keys() - set(names)


def _patterns(texts: Iterable[str]) -> tuple[Pattern, ...]:
    return tuple(Pattern(text, _NOWHERE) for text in texts)


def _mirror_level(link: ObservedLink, mirror: Mirror, now: datetime) -> _Level:
    ask = MirrorAsk(_WANTED_ACTIVE, mirror, link.state, link.error, literal=True, now=now)
    ruling = judge_mirror(ask)
    if ruling.verdict is Verdict.IN_SYNC:
        return _ACTIVE
    if judge_mirror(replace(ask, rule=_WANTED_PAUSED)).verdict is Verdict.IN_SYNC:
        return _PAUSED
    return _Level(MirrorState.UNMANAGED, ruling.reason)


_WANTED_ACTIVE = MirrorRule((), MirrorState.ACTIVE, _NOWHERE)
_WANTED_PAUSED = MirrorRule((), MirrorState.PAUSED, _NOWHERE, reason=FOUND_PAUSED)


def _mirror_rule(level: _Level, names: tuple[str, ...], levels: Mapping[str, _Level]) -> FoundRule:
    patterns = cover(names, _others(names, levels))
    if level == _PAUSED:
        told = "a time in `until` would end the pause by itself"
        return _mirrors(patterns, MirrorState.PAUSED, told, len(names))
    return _mirrors(patterns, MirrorState.UNMANAGED, level.reason, len(names))


def _mirrors(texts: Iterable[str], state: MirrorState, remark: str, count: int) -> FoundRule:
    reason = FOUND_PAUSED if state is MirrorState.PAUSED else ""
    return FoundRule(MirrorRule(_patterns(texts), state, _NOWHERE, reason=reason), remark, count)


def _unseen(link: ObservedLink) -> str:
    """Why no mirror topic of a link is known."""
    if link.problem is not None:
        return _steady(link.problem.message)
    ruling = judge_link_state(link.state, link.error, MirrorState.ACTIVE)
    if ruling is not None:
        return ruling.reason
    return "no mirror topics were found" if link.mirrors == () else "they were not listed"


def _since(topics: Iterable[ObservedTopic], now: datetime) -> datetime:
    """A time that makes the level hold for every topic whose last run completed."""
    times = [d.time for topic in topics if (d := _last_completed(topic)) and d.time]
    return min([now - _SETTLED, *times]).replace(microsecond=0)


def _last_completed(topic: ObservedTopic) -> Dated | None:
    dated = date_runs(topic.runs or (), (), None)
    if not dated or _no_level(dated):
        return None
    return dated[-1]


def _no_level(dated: tuple[Dated, ...]) -> str:
    """Why the runs of a topic do not make it `completed`, or empty."""
    undated = next((d for d in dated if d.time is None), None)
    active = sorted({d.run.status for d in dated if d.run.is_active})
    # Of several with one time any may be the latest.
    latest = sorted({d.run.status for d in dated if d.time == dated[-1].time} - {"completed"})
    if active:
        return f"a snapshot is {active[-1]}"
    if undated is not None:
        return f"a snapshot is shown as {undated.run.status}, and the vendor does not say when"
    return f"the status of their last snapshot is {latest[0]}" if latest else ""


def _snapshot_level(topic: ObservedTopic) -> _Level:
    if topic.runs is None:
        message = topic.problem.message if topic.problem else "it was not asked for"
        reason = f"their snapshots could not be read: {_steady(message)}"
        return _Level(SnapshotState.UNMANAGED, reason)
    if not topic.runs:
        return _Level(SnapshotState.UNMANAGED, "never snapshotted, as far as the vendor shows")
    reason = _no_level(date_runs(topic.runs, (), None))
    return _Level(SnapshotState.UNMANAGED, reason) if reason else _COMPLETED


def _snapshot_rule(
    level: _Level, names: tuple[str, ...], levels: Mapping[str, _Level], since: datetime
) -> FoundRule:
    patterns = cover(names, _others(names, levels))
    if level != _COMPLETED:
        return _snapshots(patterns, level.reason, len(names))
    rule = SnapshotRule(_patterns(patterns), SnapshotState.COMPLETED, _NOWHERE, since=since)
    told = "the oldest of the last completed runs began then; to snapshot again, raise it"
    return FoundRule(rule, told, len(names))


def _snapshots(texts: Iterable[str], remark: str, count: int) -> FoundRule:
    rule = SnapshotRule(_patterns(texts), SnapshotState.UNMANAGED, _NOWHERE)
    return FoundRule(rule, remark, count)
