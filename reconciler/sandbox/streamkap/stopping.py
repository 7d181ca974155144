"""Stopping snapshots; `docs/apis/streamkap.md#stop`.

A stop reaches every topic of the source. Whether the names that a call carries narrow it is not
documented: the quirk `stop_narrows`. A blocking run can only be stopped whole, by a restart.
"""

from collections.abc import Collection, Sequence

from reconciler.records import Struct, replace
from reconciler.sandbox.streamkap.call import Call, Refused
from reconciler.sandbox.streamkap.nouns import TYPES, Run, Source, Transient
from reconciler.sandbox.streamkap.starting import named_topics
from reconciler.sandbox.streamkap.timeline import Progress

IDLE = "No snapshot is currently running for the specified source"


class Stop(Struct, frozen=True):
    """What a call asks to be stopped.

    Attributes:
        names: Topic names as they were sent, if any.
        types: Types of run that the call may stop.
    """

    names: Sequence[str] | None = None
    types: Collection[str] = TYPES


def stop(call: Call, source: Source, what: Stop) -> None:
    """Cancel what is pending or running.

    Raises:
        Refused: 404 where there is nothing of that kind; 422 for unknown names that count.
    """
    narrows = bool(what.names) and call.context.quirks.stop_narrows == "yes"
    topics = frozenset(named_topics(call, source, what.names)) if narrows else None
    active = call.state.active(source.id, call.now)
    fitting = [(run, parts) for run, parts in active if run.type in what.types]
    if active and not fitting:
        raise Refused(404, f"No {' or '.join(what.types)} snapshot is running for {source.name}")
    reached = [(run, _cancelled(run, parts, topics, call.now)) for run, parts in fitting]
    changed = [after for before, after in reached if after != before]
    if not changed and call.context.quirks.stop_when_idle == "404":
        raise Refused(404, IDLE)
    for run in changed:
        call.state.put_run(run)
    if any(run.type == "blocking" for run in changed):
        restart(call, source)


def restart(call: Call, source: Source) -> Source:
    """Restart the connector: it reads `Starting` for a while."""
    until = call.now + call.context.timing.restart
    restarted = replace(source, transient=Transient("Starting", until))
    call.state.put(restarted)
    return restarted


def _cancelled(
    run: Run, standing: Sequence[Progress], topics: frozenset[str] | None, now: float
) -> Run:
    whole = topics is None or run.type == "blocking"
    parts = tuple(
        replace(now_is.part, cancelled=now)
        if now_is.is_active and (whole or (topics is not None and now_is.part.topic in topics))
        else now_is.part
        for now_is in standing
    )
    return replace(run, parts=parts)
