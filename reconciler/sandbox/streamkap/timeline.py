"""What time makes of a run: pure functions of the facts and a moment.

The topics of a run are read one after the other. For each, with `c` the moment a stop reached it:

    nothing read yet, no stop before its turn   pending
    its turn has come                           running, rows rising
    rows read up, or a trace is set             completed, failed
    c before its turn                           cancelled, never started; takes no time
    c within its turn                           cancelled at c; the next topic's turn begins at c
    c after its end                             without effect

A blocking run that is stopped loses what it had read; an incremental one keeps it
(`docs/apis/streamkap.md#stop`).
"""

from collections.abc import Iterator, Sequence

from reconciler.records import Struct
from reconciler.sandbox.streamkap.nouns import Part, Run


class Progress(Struct, frozen=True):
    """One topic of one run at a moment.

    Attributes:
        run: The run.
        part: The topic within it.
        status: `pending`, `running`, `completed`, `failed` or `cancelled`.
        submitted: Submit time to show.
        started: Start to show; None where it was not started.
        ended: End; None while it goes on.
        rows: Rows read.
        trace: Error text of a failed one.
        eta: Seconds to the end of a running one.
    """

    run: Run
    part: Part
    status: str
    submitted: float
    started: float | None = None
    ended: float | None = None
    rows: int = 0
    trace: str | None = None
    eta: float | None = None

    @property
    def is_active(self) -> bool:
        """Whether it is still to come or under way."""
        return self.status in {"pending", "running"}


def progress(run: Run, at: float) -> tuple[Progress, ...]:
    """Every topic of a run as it stands at a moment; what happens later has no effect.

    Args:
        run: The run.
        at: The moment in seconds since 1970, not before the run was submitted.
    """
    return tuple(_walk(run, at))


def status(parts: Sequence[Progress]) -> str:
    """One word for a whole run: what is still going on, else the worst that happened."""
    words = {part.status for part in parts}
    if words == {"pending"}:
        return "pending"
    if words & {"pending", "running"}:
        return "running"
    for word in ("cancelled", "failed"):
        if word in words:
            return word
    return "completed"


def _walk(run: Run, at: float) -> Iterator[Progress]:
    cursor = run.starts
    for part in run.parts:
        yield _at(run, part, cursor, at)
        cursor = _end(run, part, cursor, at)


def _end(run: Run, part: Part, begin: float, at: float) -> float:
    """When the next topic's turn comes, as far as is known at a moment."""
    if part.outcome is not None or _reached(part, begin, at):
        return begin
    end = begin if part.trace else begin + (part.rows - part.from_rows) / run.rate
    stop = part.cancelled
    return stop if stop is not None and stop <= at and stop < end else end


def _reached(part: Part, begin: float, at: float) -> bool:
    """Whether a stop came before the topic's turn."""
    return part.cancelled is not None and part.cancelled <= at and part.cancelled <= begin


def _at(run: Run, part: Part, begin: float, at: float) -> Progress:
    submitted = part.shown_submit if part.shown_submit is not None else run.submitted
    if (outcome := part.outcome) is not None:
        return Progress(
            run=run,
            part=part,
            status=outcome.status,
            submitted=submitted,
            started=outcome.started,
            ended=outcome.ended,
            rows=outcome.rows,
            trace=part.trace,
        )
    if _reached(part, begin, at):
        return Progress(
            run, part, "cancelled", submitted, ended=part.cancelled, rows=part.from_rows
        )
    if at < begin and part.begun:
        started, eta = part.shown_start, begin - at + (part.rows - part.from_rows) / run.rate
        return Progress(run, part, "running", submitted, started, rows=part.from_rows, eta=eta)
    if at < begin:
        return Progress(run, part, "pending", submitted, rows=part.from_rows)
    return _begun(run, part, begin, at)


def _begun(run: Run, part: Part, begin: float, at: float) -> Progress:
    submitted = part.shown_submit if part.shown_submit is not None else run.submitted
    started = part.shown_start if part.shown_start is not None else begin
    if part.trace is not None:
        return Progress(
            run, part, "failed", submitted, started, begin, part.from_rows, trace=part.trace
        )
    until = min(at, part.cancelled) if part.cancelled is not None else at
    rows = min(part.rows, part.from_rows + int((until - begin) * run.rate))
    end = begin + (part.rows - part.from_rows) / run.rate
    if until >= end:
        return Progress(run, part, "completed", submitted, started, end, part.rows)
    if part.cancelled is not None and part.cancelled <= at:
        kept = rows if run.type == "incremental" else 0
        return Progress(run, part, "cancelled", submitted, started, part.cancelled, kept)
    return Progress(run, part, "running", submitted, started, rows=rows, eta=end - at)
