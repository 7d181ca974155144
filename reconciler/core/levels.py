"""What a `completed` rule means at some time: the level, and what was done for it."""

from datetime import datetime, timedelta

from reconciler.core.words import span
from reconciler.model.desired import SnapshotRule
from reconciler.model.ledger import Attempt


def level_of(rule: SnapshotRule, now: datetime) -> datetime:
    """The time a completed run must have started at or after.

    Args:
        rule: A `completed` rule.
        now: The vendor's clock.
    """
    if rule.max_age is not None:
        return now - rule.max_age + rule.early
    return rule.since or now


def is_for(attempt: Attempt, rule: SnapshotRule, since: datetime) -> bool:
    """Whether an attempt was made for the level a rule asks for now.

    Args:
        attempt: A start of ours.
        rule: A `completed` rule.
        since: The level it means now, from `level_of`.
    """
    return attempt.at >= since if rule.max_age is not None else attempt.since == since


def age_in_words(rule: SnapshotRule, time: datetime, now: datetime) -> str:
    """How old a run is that is not young enough: too old, or due before it gets too old.

    Args:
        rule: A rule with `max_age`.
        time: When the run began.
        now: The vendor's clock.
    """
    most = rule.max_age or timedelta(0)
    if now - time > most:
        return f"more than {span(most)} ago"
    return (
        f"{span(now - time)} ago, and falls due {span(rule.early)} before {span(most)}, so that not "
        "all sources do at once"
    )
