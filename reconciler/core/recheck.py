"""Look again before a call: per item kept, done or stale. Leaving out is all that apply may do.

what the second look shows                          word
--------------------------------------------------  -----
exactly what the plan rests on                      kept
already as wanted                                   done
anything else, or nothing                           stale
"""

from collections import Counter
from datetime import datetime
from enum import StrEnum

from reconciler.core.before import WANTED, last_time, mirror_before, snapshot_before
from reconciler.core.sight import Sight
from reconciler.core.words import moment
from reconciler.model.change import Action, Change, Pause, Resume, Start, Stop, action_of
from reconciler.model.observed import ObservedTopic, Run
from reconciler.model.plan import Step, StepItem
from reconciler.records import replace


class Look(StrEnum):
    """What a second look says of one item."""

    KEPT = "kept"
    DONE = "done"
    STALE = "stale"


def recheck(step: Step, item: StepItem, first: Sight, second: Sight) -> Look:
    """Compare what a step rests on with what is there now.

    Args:
        step: The step.
        item: One of its items.
        first: What the plan saw.
        second: What is seen now.
    """
    action = action_of(step.change)
    if action in (Action.PAUSE, Action.RESUME):
        return _recheck_mirror(action, item, second)
    source = second.sources.get(item.target)
    topic = second.topic(item.target, item.topic)
    if source is None or topic is None:
        return Look.STALE
    if snapshot_before(source, topic) == item.before:
        return Look.KEPT
    if topic.runs is None:
        return Look.STALE
    if action is Action.STOP:
        idle = all(run.is_known and not run.is_active for run in topic.runs)
        return Look.DONE if idle else Look.STALE
    before = first.topic(item.target, item.topic)
    fresh = new_runs(before, topic)
    return Look.DONE if any(r.is_active or r.status == "completed" for r in fresh) else Look.STALE


def _recheck_mirror(action: Action, item: StepItem, second: Sight) -> Look:
    mirror = second.mirror(item.target, item.topic)
    if mirror is None:
        return Look.STALE
    if mirror_before(mirror) == item.before:
        return Look.KEPT
    return Look.DONE if mirror.status == WANTED[action] else Look.STALE


def new_runs(before: ObservedTopic | None, after: ObservedTopic | None) -> tuple[Run, ...]:
    """Runs that were not visible before: no clock is needed to know that they are new.

    A run is told by its time and its status. A run that had ended keeps both, so whatever is left
    over after pairing is new: also one that kept an old start time, and one without any time.

    Args:
        before: The topic before a call, or None.
        after: The topic now, or None.
    """
    known = Counter((run.time, run.status) for run in (before.runs if before else None) or ())
    fresh = []
    for run in (after.runs if after else None) or ():
        key = (run.time, run.status)
        if known[key]:
            known[key] -= 1
        else:
            fresh.append(run)
    return tuple(fresh)


def recheck_saved(step: Step, item: StepItem, second: Sight) -> Look:
    """The same, where what the plan saw is known by its words only, as from a plan file.

    Args:
        step: The step.
        item: One of its items.
        second: What is seen now.
    """
    topic = second.topic(item.target, item.topic)
    if topic is None or topic.runs is None:
        return recheck(step, item, second, second)
    last = last_time(item.before)
    old = tuple(run for run in topic.runs if _was_seen(run, last))
    source = second.sources[item.target]
    first = replace(source, topics=(replace(topic, runs=old),))
    return recheck(step, item, Sight({source.id: first}, {}), second)


def _was_seen(run: Run, last: str) -> bool:
    """Whether a plan to start can have seen a run: one that goes on now would have kept it away."""
    is_old = run.time is None or moment(run.time) <= last
    return bool(last) and is_old and not run.is_active


def without(step: Step, dropped: frozenset[StepItem]) -> Step | None:
    """A step that leaves items out; its call is not rendered yet.

    Args:
        step: The step.
        dropped: Items to leave out.

    Returns:
        The smaller step, or None where nothing is left.
    """
    kept = tuple(item for item in step.items if item not in dropped)
    if not kept:
        return None
    if len(kept) == len(step.items):
        return step
    return replace(step, items=kept, change=_narrow(step.change, kept))


def _narrow(change: Change, kept: tuple[StepItem, ...]) -> Change:
    names = {(item.target, item.topic) for item in kept}
    targets = {item.target for item in kept}
    match change:
        case Pause() | Resume():
            link = f"{change.cluster_id}/{change.link}"
            return replace(change, topics=tuple(t for t in change.topics if (link, t) in names))
        case Start():
            narrowed = (
                replace(s, topics=tuple(t for t in s.topics if (s.source_id, t.name) in names))
                for s in change.sources
            )
            return replace(change, sources=tuple(s for s in narrowed if s.topics))
        case Stop():
            return replace(
                change, sources=tuple(s for s in change.sources if s.source_id in targets)
            )


def out_of_time(step: Step, now: datetime) -> str:
    """Why a step must not be sent now, or empty.

    Args:
        step: The step.
        now: The time.
    """
    if step.not_after is not None and now > step.not_after:
        return f"its time was over at {moment(step.not_after)}"
    if step.not_before is not None and now < step.not_before:
        return f"its time comes at {moment(step.not_before)}"
    return ""
