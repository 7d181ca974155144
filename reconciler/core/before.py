"""What a step rests on, in canonical words; the same words again mean that nothing moved."""

from datetime import datetime

from reconciler.core.words import moment
from reconciler.model.change import Action
from reconciler.model.observed import Mirror, ObservedSource, ObservedTopic, Run

WANTED = {Action.PAUSE: "PAUSED", Action.RESUME: "ACTIVE"}
"""The word of the vendor that each change of a mirror topic leads to."""

_AFTER_ALL = "~"


def mirror_before(mirror: Mirror) -> str:
    """What a pause or resume rests on.

    Args:
        mirror: The mirror topic as observed.
    """
    return mirror.status or "-"


def snapshot_before(source: ObservedSource, topic: ObservedTopic) -> str:
    """What a start or stop rests on: the topic's last run, the source's status, who is running.

    Args:
        source: The source as observed.
        topic: One of its topics.
    """
    active = ",".join(sorted(t.name for t in source.topics if _is_active(t)))
    return f"{_last(topic.runs)} source={source.status or '-'} active={active or '-'}"


def last_time(before: str) -> str:
    """When the last run of `snapshot_before` began, so that texts of times can be compared with it.

    Args:
        before: From `snapshot_before`.

    Returns:
        A time as `moment` writes it; empty, before all times, where nothing ever ran; a sign that
        is after all times where the words do not tell.
    """
    run = before.partition(" source=")[0]
    if run == "never":
        return ""
    time = run.rpartition("@")[2]
    return time if time[:1].isdigit() else _AFTER_ALL


def _is_active(topic: ObservedTopic) -> bool:
    return any(run.is_active for run in topic.runs or ())


def _last(runs: tuple[Run, ...] | None) -> str:
    if runs is None:
        return "unread"
    if not runs:
        return "never"
    last = max(runs, key=_age)
    if last.is_active:
        return "active"  # pending becomes running, with another time: for a stop that is the same
    return f"{last.status}@{moment(last.time) if last.time else '-'}"


def _age(run: Run) -> tuple[bool, float, str]:
    time: datetime | None = run.time
    return (run.is_active, time.timestamp() if time else 0.0, run.status)
