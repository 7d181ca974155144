"""When each run of a topic began, and whether it is ours.

The vendor may show a run without a time. Two other witnesses can date it: the ledger's receipt for
a start of ours that was seen, and a person's mark. Either dates an undated run only where there is
exactly one undated run it could mean.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from reconciler.model.ledger import Attempt, AttemptState
from reconciler.model.observed import Run
from reconciler.records import Struct


class Dated(Struct, frozen=True):
    """A run with its time.

    Attributes:
        run: The run as the vendor shows it.
        time: When it began, or None.
        ours: The attempt of ours that it is, or None.
    """

    run: Run
    time: datetime | None
    ours: Attempt | None = None


def date_runs(
    runs: tuple[Run, ...], attempts: tuple[Attempt, ...], mark: datetime | None
) -> tuple[Dated, ...]:
    """Give every run its time.

    Args:
        runs: All runs shown for one topic, in any order.
        attempts: Our starts of that topic, oldest first.
        mark: The time a person gave to its undated run, or None.

    Returns:
        One value per run, oldest first, undated ones last.
    """
    by_time = {a.run_time: a for a in attempts if a.run_time is not None}
    alone = sum(run.time is None for run in runs) == 1
    dated = []
    for run in runs:
        if run.time is not None:
            dated.append(Dated(run, run.time, _ours(run, by_time)))
        elif alone:
            dated.append(_told(run, attempts, mark))
        else:
            dated.append(Dated(run, None))
    return tuple(sorted(dated, key=_order))


def is_overtaken(shown: Dated, attempts: Sequence[Attempt]) -> bool:
    """Whether a start of ours came after a run, and its own run is over without being shown.

    Args:
        shown: The latest run that is shown and dated.
        attempts: Our starts for one level, oldest first.
    """
    over = [a for a in attempts if a.state in (AttemptState.SEEN, AttemptState.ENDED)]
    if not over or over[-1] == shown.ours:
        return False
    last = over[-1]
    return shown.ours in attempts or shown.time is None or (last.run_time or last.at) > shown.time


def _ours(run: Run, by_time: Mapping[datetime, Attempt]) -> Attempt | None:
    """The attempt behind a dated run; it may have been seen while only its submit time was shown."""
    shown = (time for time in (run.started, run.submitted) if time is not None)
    return next((by_time[time] for time in shown if time in by_time), None)


def _told(run: Run, attempts: Sequence[Attempt], mark: datetime | None) -> Dated:
    """The one undated run, dated by the younger of what we saw and what a person says of it."""
    states = [AttemptState.SEEN] if run.is_active else [AttemptState.SEEN, AttemptState.ENDED]
    seen = [a for a in attempts if a.run_time is None and a.state in states]
    marked = None if run.is_active else mark
    if seen and (marked is None or marked <= seen[-1].at):
        return Dated(run, seen[-1].at, seen[-1])
    return Dated(run, marked)


def _order(dated: Dated) -> tuple[bool, float, str, str, str]:
    run, time = dated.run, dated.time
    return (time is None, time.timestamp() if time else 0.0, run.status, run.type or "", run.trace)
