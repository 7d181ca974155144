"""Runs that a world begins with, and runs written back into a world document.

A document has runs per topic, as people think of them: `topics[].snapshots[]`. Entries of one source
that share a number in `run` are one run of several topics; any other entry is a run of its own.
"""

from collections.abc import Iterator, Sequence

from reconciler.records import Struct, replace
from reconciler.sandbox.fields import Section
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.streamkap.nouns import (
    SNAPSHOT_STATUSES,
    TYPES,
    Ended,
    Part,
    Run,
    Source,
    Topic,
)
from reconciler.sandbox.streamkap.timeline import Progress, progress
from reconciler.sandbox.times import format_time
from reconciler.sandbox.timing import Timing


class Beginning(Struct, frozen=True):
    """When a world starts, and how long things take in it."""

    start: float
    timing: Timing


class _Entry(Struct, frozen=True):
    """One `snapshots[]` item, with the run it belongs to."""

    group: int | None
    run: Run


def read_runs(section: Section, source: Source, beginning: Beginning) -> list[Run]:
    """Runs of one source, oldest first; their numbers are left at 0.

    Args:
        section: The item of `streamkap.sources` that `source` was read from.
        source: The source.
        beginning: The world's start and timing.

    Raises:
        WorldInvalid: An entry is not what it must be.
    """
    entries = [
        _read_entry(item, source, topic, beginning)
        for given, topic in zip(section.sections("topics"), source.topics.values(), strict=True)
        for item in given.sections("snapshots")
    ]
    return sorted(_merge(entries), key=lambda run: (run.submitted, run.starts))


def entries(runs: Sequence[Run], now: float) -> dict[str, list[dict[str, object]]]:
    """Runs of one source as `snapshots` lists by topic, as they stand at a moment.

    Args:
        runs: Runs of the source, oldest first.
        now: The moment in seconds since 1970; what is under way then goes on from there when the
            document is read at that moment.
    """
    found: dict[str, list[dict[str, object]]] = {}
    for run in runs:
        for part in progress(run, now):
            found.setdefault(part.part.topic, []).append(_entry(part, now))
    return found


def _entry(part: Progress, now: float) -> dict[str, object]:
    run = part.run
    optional: dict[str, object] = {
        "started": None if part.started is None else format_time(part.started),
        "ended": None if part.ended is None else format_time(part.ended),
        "starts": format_time(run.starts)
        if part.status == "pending" and now < run.starts
        else None,
        "rows_scanned": None if part.status == "completed" else part.rows,
        "trace": part.trace,
        "filter": dict(run.conditions).get(part.part.topic),
        "surrogate_key": run.surrogate_key,
        "run": run.number if len(run.parts) > 1 else None,
    }
    return {
        "status": part.status,
        "type": run.type,
        "submitted": format_time(part.submitted),
    } | {name: value for name, value in optional.items() if value is not None}


def _read_entry(section: Section, source: Source, topic: Topic, beginning: Beginning) -> _Entry:
    start = beginning.start
    status = section.word("status", SNAPSHOT_STATUSES, "completed")
    submitted = section.time("submitted", start, start)
    starts = section.maybe_time("starts", start)
    chosen = section.maybe_text("filter")
    run = Run(
        number=0,
        source_id=source.id,
        source_name=source.name,
        type=section.word("type", TYPES, TYPES[0]),
        submitted=submitted,
        starts=_starts(status, submitted, starts, beginning),
        rate=beginning.timing.rows_per_second,
        parts=(_read_part(section, status, topic, beginning),),
        conditions=() if chosen is None else ((topic.name, chosen),),
        surrogate_key=section.maybe_text("surrogate_key"),
    )
    group = section.maybe_count("run")
    section.finish()
    return _Entry(group, run)


def _starts(status: str, submitted: float, given: float | None, beginning: Beginning) -> float:
    if status == "running":
        return beginning.start
    if given is not None:
        return given
    return max(submitted, beginning.start) + beginning.timing.pending


def _read_part(section: Section, status: str, topic: Topic, beginning: Beginning) -> Part:
    submitted = section.time("submitted", beginning.start, beginning.start)
    started = section.maybe_time("started", beginning.start)
    ended = section.maybe_time("ended", beginning.start)
    rows = section.count("rows_scanned", topic.rows if status == "completed" else 0)
    trace = section.maybe_text("trace")
    if status in {"pending", "running"}:
        if ended is not None or trace is not None:
            raise WorldInvalid(
                f"{section.place}: a {status} snapshot has no `ended` and no `trace`"
            )
        shown = submitted if started is None else started
        return Part(
            topic=topic.name,
            rows=topic.rows,
            from_rows=min(rows, topic.rows),
            shown_start=shown if status == "running" else started,
            begun=status == "running",
        )
    if started is None and status in {"completed", "failed"}:
        started = submitted
    begun = submitted if started is None else started
    last = begun if ended is None else ended
    if not submitted <= begun <= last:
        raise WorldInvalid(f"{section.place}: `submitted`, `started` and `ended` are out of order")
    return Part(topic.name, topic.rows, trace=trace, outcome=Ended(status, started, last, rows))


def _merge(entries: Sequence[_Entry]) -> Iterator[Run]:
    groups: dict[int, Run] = {}
    for entry in entries:
        if entry.group is None:
            yield entry.run
        elif entry.group in groups:
            groups[entry.group] = _joined(groups[entry.group], entry.run)
        else:
            groups[entry.group] = entry.run
    for run in groups.values():
        yield replace(run, parts=tuple(sorted(run.parts, key=_turn)))


def _joined(first: Run, other: Run) -> Run:
    under_way = [run for run in (first, other) if any(part.begun for part in run.parts)]
    return replace(
        first,
        submitted=min(first.submitted, other.submitted),
        starts=max(run.starts for run in under_way or (first, other)),
        parts=(*first.parts, *other.parts),
        conditions=(*first.conditions, *other.conditions),
    )


def _turn(part: Part) -> int:
    """Place in the order of reading: what ended, what is under way, what is still to come."""
    if part.outcome is not None:
        return 0
    return 1 if part.begun else 2
