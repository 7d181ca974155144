"""When each run of a topic began, and whether it is ours.

The vendor may show a run without a time. Two other witnesses can date it: the ledger's receipt for
a start of ours that was seen, and a person's mark. Either dates an undated run only where there is
exactly one undated run it could mean.
"""

from dataclasses import dataclass
from datetime import datetime

from reconciler.model.ledger import Attempt, AttemptState
from reconciler.model.observed import Run


@dataclass(frozen=True, slots=True)
class Dated:
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
    seen = [a for a in attempts if a.run_time is None and _was_seen(a)]
    undated = [run for run in runs if run.time is None]
    single = len(undated) == 1
    dated = []
    for run in runs:
        if run.time is not None:
            dated.append(Dated(run, run.time, by_time.get(run.time)))
        elif single and seen:
            dated.append(Dated(run, seen[-1].at, seen[-1]))
        elif single and mark is not None and not run.is_active:
            dated.append(Dated(run, mark))
        else:
            dated.append(Dated(run, None))
    return tuple(sorted(dated, key=_order))


def _was_seen(attempt: Attempt) -> bool:
    return attempt.state in (AttemptState.SEEN, AttemptState.ENDED)


def _order(dated: Dated) -> tuple[bool, float, str]:
    return (dated.time is None, dated.time.timestamp() if dated.time else 0.0, dated.run.status)
