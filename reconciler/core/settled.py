"""What observation says of a change that was asked for: accepted is not started is not settled."""

from collections.abc import Iterable
from enum import StrEnum

from reconciler.core.before import WANTED
from reconciler.core.recheck import new_runs
from reconciler.core.sight import Sight
from reconciler.model.change import Action, Start, StartSource
from reconciler.model.observed import ObservedTopic
from reconciler.model.outcome import Result
from reconciler.model.plan import StepItem
from reconciler.records import Struct


class Wait(StrEnum):
    """How far apply follows a change before it ends."""

    ACCEPTED = "accepted"
    STARTED = "started"
    SETTLED = "settled"


class Progress(Struct, frozen=True):
    """What was seen of one item.

    Attributes:
        result: How far it is: `ACCEPTED` where nothing was seen yet.
        seen: What was seen, in a few words.
        message: A sentence where there is something to say.
    """

    result: Result
    seen: str = ""
    message: str = ""


def progress_of(action: Action, item: StepItem, before: Sight, now: Sight) -> Progress:
    """How far one item is.

    Args:
        action: What was asked for.
        item: The item.
        before: What was visible right before the call.
        now: What is visible.
    """
    match action:
        case Action.PAUSE | Action.RESUME:
            mirror = now.mirror(item.target, item.topic)
            status = mirror.status if mirror else None
            done = status == WANTED[action]
            return Progress(Result.SETTLED if done else Result.ACCEPTED, status or "")
        case Action.STOP:
            return _stopped(now.topic(item.target, item.topic))
        case Action.START:
            return _started(
                before.topic(item.target, item.topic), now.topic(item.target, item.topic)
            )


def _stopped(topic: ObservedTopic | None) -> Progress:
    if topic is None or topic.runs is None:
        return Progress(Result.ACCEPTED)
    going_on = next((run for run in topic.runs if run.is_active or not run.is_known), None)
    if going_on is not None:
        return Progress(Result.ACCEPTED, going_on.status)
    return Progress(Result.SETTLED, topic.runs[-1].status if len(topic.runs) == 1 else "idle")


def _started(before: ObservedTopic | None, now: ObservedTopic | None) -> Progress:
    fresh = new_runs(before, now)
    if not fresh:
        return Progress(Result.ACCEPTED)
    words = {run.status: run for run in fresh}
    for status in ("running", "pending"):
        if status in words:
            percent = words[status].percent
            return Progress(
                Result.STARTED, status if percent is None else f"{status} {percent:.0f} %"
            )
    if "completed" in words:
        return Progress(Result.SETTLED, "completed")
    run = fresh[-1]
    if not run.is_known:
        message = "its run has a status that is not known"
        return Progress(Result.UNKNOWN, run.status, message)
    return Progress(Result.FAILED, run.status, run.trace or f"its snapshot was seen {run.status}")


def covers_exactly(change: Start, before: Sight, now: Sight) -> bool | None:
    """Whether the new runs on a start's sources are exactly the topics it named.

    Args:
        change: The start.
        before: What was visible right before the call.
        now: What is visible.

    Returns:
        True or False; None while runs of some of its topics are not visible yet.
    """
    waiting = False
    for source in change.sources:
        if strays(source, before, now):
            return False
        fresh = set(_topics_with_new_runs(source.source_id, before, now))
        waiting = waiting or bool({topic.name for topic in source.topics} - fresh)
    return None if waiting else True


def strays(asked: StartSource, before: Sight, now: Sight) -> tuple[str, ...]:
    """Topics of a source that began to run although its start did not name them, sorted.

    Args:
        asked: What was named.
        before: What was visible right before the call.
        now: What is visible.
    """
    named = {topic.name for topic in asked.topics}
    return tuple(sorted(set(_topics_with_new_runs(asked.source_id, before, now)) - named))


def _topics_with_new_runs(source_id: str, before: Sight, now: Sight) -> Iterable[str]:
    source = now.sources.get(source_id)
    for topic in source.topics if source else ():
        if new_runs(before.topic(source_id, topic.name), topic):
            yield topic.name


def is_reached(result: Result, action: Action, wait: Wait | None) -> bool:
    """Whether an item is as far as apply shall follow it.

    Args:
        result: How far it is.
        action: What was asked for.
        wait: What the user asked to wait for; None is settled mirrors and stops, started snapshots.
    """
    if result is not Result.ACCEPTED and result is not Result.STARTED:
        return True
    if wait is Wait.ACCEPTED:
        return True
    if result is Result.ACCEPTED:
        return False
    return wait is not Wait.SETTLED and action is Action.START
