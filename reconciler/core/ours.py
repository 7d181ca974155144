"""Which of the runs that are visible is ours: one that was not visible before we asked for it.

No clock is compared. What was visible is told by time and status; a run that had not ended keeps
neither for certain, so one that was under way before may be any run that looks like its sequel, and
in doubt a run is not ours.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.model.journal import RunKey, Sighting
from reconciler.model.observed import ENDED_WORDS, Run


@dataclass(frozen=True, slots=True)
class Trace:
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
    return RunKey(run.time, run.status)


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
        if sequel is not None:
            fresh.remove(sequel)
    return fresh


def _sequel(key: RunKey, runs: Sequence[Run]) -> Run | None:
    """What a run that was under way may have become."""
    if key.time is not None:
        return next((run for run in runs if key.time in (run.started, run.submitted)), None)
    return next((run for run in reversed(runs) if run.time is None), runs[0] if runs else None)


def _age(run: Run) -> tuple[bool, float, str]:
    """Oldest first, undated ones last."""
    return (run.time is None, run.time.timestamp() if run.time else 0.0, run.status)
