"""Starting a snapshot: what is refused, which topics it covers, and the run it becomes.

Evidence and gaps stand in `docs/apis/streamkap.md#snapshots`; each gap is a quirk here.
"""

from collections.abc import Sequence

from reconciler.records import Struct
from reconciler.sandbox.streamkap import timeline
from reconciler.sandbox.streamkap.call import Call, Refused, invalid
from reconciler.sandbox.streamkap.nouns import Part, Run, Source, Topic
from reconciler.sandbox.streamkap.timeline import Progress, progress

ABLE = frozenset({"Active", "Starting", "Pending Update"})
"""Connector statuses in which a snapshot can be asked for."""


class Order(Struct, frozen=True):
    """What a call asks of one source.

    Attributes:
        topics: Names of the topics, in the order of the source.
        type: `incremental` or `blocking`.
        conditions: Collection and filter; without effect on a blocking run.
        surrogate_key: Column for tables without a key; without effect on a blocking run.
        turn: Place among the sources of one bulk call; blocking runs start one after the other.
    """

    topics: tuple[str, ...]
    type: str
    conditions: tuple[tuple[str, str], ...] = ()
    surrogate_key: str | None = None
    turn: int = 0


def named_topics(call: Call, source: Source, names: Sequence[str] | None) -> tuple[str, ...]:
    """Topics that a call means, in the order of the source.

    Args:
        call: Its quirks say which form names have and what an unknown one does.
        source: Whose topics are meant.
        names: As sent; None or none at all means the whole source.

    Raises:
        Refused: 422 for an unknown name, where the quirk says so.
    """
    everything = tuple(source.topics)
    if not names:
        return everything
    full = call.context.quirks.topic_names == "full"
    known = {topic.id if full else topic.name: topic.name for topic in source.topics.values()}
    unknown = [name for name in names if name not in known]
    if unknown and call.context.quirks.unknown_name == "422":
        message = f"Topic {unknown[0]!r} does not belong to source {source.id}"
        raise invalid(("body", "topic_names"), "value_error", message, list(names))
    if unknown and call.context.quirks.unknown_name == "whole_source":
        return everything
    meant = {known[name] for name in names if name in known}
    return tuple(name for name in everything if name in meant)


def start(call: Call, source: Source, order: Order) -> Run | None:
    """Put a run on record.

    Args:
        call: The request.
        source: The source.
        order: What is asked of it.

    Returns:
        The run; None where there is no topic to read.

    Raises:
        Refused: 422 for a source that does not run, 409 for one that is busy.
    """
    status = source.shown_status(call.now)
    if status not in ABLE:
        message = f"Source {source.id} is {status}; a snapshot needs an active source"
        raise invalid(("body", "source_id"), "value_error", message, source.id)
    if _is_busy(call, source, order.topics):
        raise Refused(409, f"A snapshot is already running for source {source.id}")
    if not order.topics:
        return None
    run = _run(call, source, order)
    call.state.put_run(run)
    return run


def _is_busy(call: Call, source: Source, topics: Sequence[str]) -> bool:
    active = [parts for _, parts in call.state.active(source.id, call.now)]
    match call.context.quirks.conflict_on:
        case "never":
            return False
        case "running":
            return any(timeline.status(parts) == "running" for parts in active)
        case "overlap":
            busy = {part.part.topic for parts in active for part in parts if part.is_active}
            return not busy.isdisjoint(topics)
        case _:
            return bool(active)


def _run(call: Call, source: Source, order: Order) -> Run:
    incremental = order.type == "incremental"
    timing = call.context.timing
    turns = 1 if incremental else 1 + order.turn
    restarted = 0.0 if source.transient is None else source.transient.until
    surrogate_key = order.surrogate_key if incremental else None
    latest = _latest(call, source)
    return Run(
        number=call.state.next_run(),
        source_id=source.id,
        source_name=source.name,
        type=order.type,
        submitted=call.now,
        starts=max(call.now + timing.pending * turns, restarted),
        rate=timing.rows_per_second,
        parts=tuple(
            _part(call, source.topics[name], latest.get(name) if incremental else None)
            if source.topics[name].keyed or surrogate_key is not None or not incremental
            else _keyless(source.topics[name])
            for name in order.topics
        ),
        conditions=order.conditions if incremental else (),
        surrogate_key=surrogate_key,
        request=call.context.request_number or None,
    )


def _latest(call: Call, source: Source) -> dict[str, Progress]:
    """By topic how its latest run stands."""
    found: dict[str, Progress] = {}
    for run in sorted(call.state.runs_of(source.id), key=lambda run: (run.submitted, run.number)):
        for part in progress(run, call.now):
            found[part.part.topic] = part
    return found


def _part(call: Call, topic: Topic, latest: Progress | None) -> Part:
    """A topic of a new run; under `resume: keeps_start` it goes on where a stopped one ended."""
    if (
        latest is None
        or call.context.quirks.resume != "keeps_start"
        or latest.status not in {"cancelled", "failed"}
        or latest.run.type != "incremental"
        or latest.started is None
    ):
        return Part(topic.name, topic.rows)
    return Part(
        topic=topic.name,
        rows=topic.rows,
        from_rows=min(latest.rows, topic.rows),
        shown_start=latest.started,
        shown_submit=latest.submitted,
    )


def _keyless(topic: Topic) -> Part:
    trace = (
        f"org.apache.kafka.connect.errors.ConnectException: incremental snapshot of {topic.name} "
        "is not possible: the table has no primary key and no surrogate key was given"
    )
    return Part(topic.name, topic.rows, trace=trace)
