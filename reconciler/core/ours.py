"""Which of the runs that are visible is ours: one that was not visible before we asked for it.

No clock is compared. What was visible is told by time and status; a run that had not ended keeps
neither for certain, so one that was under way before may be any run that looks like its sequel.

The vendor shows runs in two places, with their start in one, and with the time of their submission
or none at all in the other. Which of them answers may change from command to command. So a run that
ended and is not shown any more may be one that has the same status and another sort of time now. In
doubt a run is not ours.
"""

from collections import Counter
from collections.abc import Sequence

from reconciler.model.journal import RunKey, Sighting
from reconciler.model.observed import ENDED_WORDS, Run
from reconciler.records import Struct


class Trace(Struct, frozen=True):
    """What helps to find the run of one start.

    Attributes:
        before: Runs that were visible right before the call.
        sighting: What was seen of its run last, or None.
    """

    before: tuple[RunKey, ...]
    sighting: Sighting | None = None


def key_of(run: Run) -> RunKey:
    """What an intent remembers of a visible run.

    Args:
        run: As the vendor shows it.
    """
    return RunKey(run.time, run.status, run.started is None and run.submitted is not None)


def find_ours(traces: Sequence[Trace], runs: Sequence[Run]) -> tuple[Run | None, ...]:
    """Give each start of one topic its run; no run belongs to two.

    A run that was seen before is recognised first. Of the starts that were never seen the latest
    goes first, and each takes the earliest new run: a later one is rather somebody else's.

    Args:
        traces: Of the starts, oldest first.
        runs: Every run that is visible, in any order.

    Returns:
        One per trace; None where none is visible for certain.
    """
    pool = sorted(runs, key=_age)
    found: list[Run | None] = [None] * len(traces)
    known = [n for n, trace in enumerate(traces) if trace.sighting is not None]
    unknown = [n for n, trace in enumerate(traces) if trace.sighting is None]
    for place in (*known, *reversed(unknown)):
        run = _find(traces[place], pool, runs)
        if run is not None:
            found[place] = run
            pool.remove(run)
    return tuple(found)


def _find(trace: Trace, pool: Sequence[Run], runs: Sequence[Run]) -> Run | None:
    fresh = [run for run in _fresh(trace.before, runs) if run in pool]
    if trace.sighting is None:
        return fresh[0] if fresh else None
    time, status = trace.sighting.run_time, trace.sighting.status
    if time is not None:
        alike = [run for run in pool if time in (run.started, run.submitted)]
        return min(alike, key=lambda run: run.status != status, default=None)
    undated = [run for run in fresh if run.time is None] or [r for r in pool if r.time is None]
    if not undated and status == "pending":
        undated = fresh[:1]  # it has begun, and with that got its time
    return undated[0] if len(undated) == 1 else None


def _fresh(before: Sequence[RunKey], runs: Sequence[Run]) -> list[Run]:
    """Runs that were not visible before, oldest first."""
    known = Counter(before)
    fresh = []
    for run in sorted(runs, key=_age):
        key = key_of(run)
        if known[key]:
            known[key] -= 1
        else:
            fresh.append(run)
    for key in sorted(known.elements(), key=str):
        sequel = None if key.status in ENDED_WORDS else _sequel(key, fresh)
        if sequel is None:
            sequel = _shown_elsewhere(key, fresh)
        if sequel is not None:
            fresh.remove(sequel)
    return fresh


def _shown_elsewhere(key: RunKey, runs: Sequence[Run]) -> Run | None:
    """What a run that is not shown as it was may look like in the other place."""
    alike = [
        run
        for run in runs
        if (run.status == key.status or key.status not in ENDED_WORDS)
        and _sort(key_of(run)) != _sort(key)
    ]
    return min(alike, key=lambda run: _distance(key, run), default=None)


def _sort(key: RunKey) -> tuple[bool, bool]:
    return (key.time is None, key.is_submission)


def _distance(key: RunKey, run: Run) -> float:
    """How far apart two times are; any run may be one of which no time is known."""
    if key.time is None or run.time is None:
        return 0.0
    return abs((run.time - key.time).total_seconds())


def _sequel(key: RunKey, runs: Sequence[Run]) -> Run | None:
    """What a run that was under way may have become."""
    if key.time is not None:
        return next((run for run in runs if key.time in (run.started, run.submitted)), None)
    return next((run for run in reversed(runs) if run.time is None), runs[0] if runs else None)


def _age(run: Run) -> tuple[bool, float, str]:
    """Oldest first, undated ones last."""
    return (run.time is None, run.time.timestamp() if run.time else 0.0, run.status)
