"""What a step rests on, in canonical words; the same words again mean that nothing moved."""

from datetime import datetime

from reconciler.core.words import moment
from reconciler.model.observed import Mirror, ObservedSource, ObservedTopic, Run


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
