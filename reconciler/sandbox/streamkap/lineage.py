"""Snapshot state as the dashboard and the metrics show it; `docs/apis/streamkap.md#state`."""

from collections.abc import Sequence

from reconciler.sandbox.streamkap import timeline
from reconciler.sandbox.streamkap.nouns import Source, Topic
from reconciler.sandbox.streamkap.timeline import Progress
from reconciler.sandbox.streamkap.view import Shown, View, milliseconds, percent


def lineage_topics(source: Source, view: View) -> list[dict[str, object]]:
    """Topics of a source with all that is shown of their runs.

    A topic that never ran is absent under `snapshot_read_missing: 404`.
    """
    shown = view.shown(source)
    brief: dict[str, object] = {
        "id": source.id,
        "name": source.name,
        "connector": source.connector,
        "snapshot_progress": _progress(view, shown),
    }
    hidden = view.context.quirks.snapshot_read_missing == "404"
    return [
        _topic(topic, brief, shown.topics.get(topic.name, ()), view)
        for topic in source.topics.values()
        if topic.name in shown.topics or not hidden
    ]


def lineage_group(source: Source, view: View) -> dict[str, object]:
    """A source as an entity of the lineage, with its topics inside."""
    topics = lineage_topics(source, view)
    return {
        "id": f"sources_{source.id}",
        "entity_id": source.id,
        "name": source.name,
        "type": "sources",
        "connector": source.connector,
        "status": source.shown_status(view.context.now),
        "topic_count": len(topics),
        "total_topic_count": len(source.topics),
        "metrics": {
            "max_latency_ms": 500.0,
            "total_speed_rps": 0.0,
            "total_lag": 0.0,
            "topic_count": len(topics),
            "error_count": 0,
        },
        "snapshot_progress": _progress(view, view.shown(source)),
        "topics": {"result": topics},
    }


def latest_metrics(source: Source, view: View, since: float | None) -> dict[str, object] | None:
    """The `data` of `/sources/{id}/metrics?time_type=latest`.

    Args:
        source: The source.
        view: The request's view.
        since: Runs submitted earlier are not shown; None shows all.

    Returns:
        The counters with `snapshotStatus`, one entry per topic (its latest run); None where there
        is no run to show and `snapshot_read_missing` says that such metrics do not exist.
    """
    shown = view.shown(source)
    latest = {
        name: entries[0]
        for name, entries in shown.topics.items()
        if since is None or entries[0].submitted >= since
    }
    missing = view.context.quirks.snapshot_read_missing
    if not latest and missing == "404":
        return None
    statuses: list[dict[str, object]] | None = [
        _status(topic, latest.get(topic.name), view)
        for topic in source.topics.values()
        if topic.name in latest or missing == "null"
    ]
    if not latest and missing == "null":
        statuses = None
    return counters(list(latest.values()), view) | {"snapshotStatus": statuses}


def counters(latest: Sequence[Progress], view: View) -> dict[str, object]:
    """Metrics of a connector; its Debezium counters ignore snapshots that were asked for by call."""
    running = any(part.status == "running" for part in latest)
    blocking = any(part.status == "running" and part.run.type == "blocking" for part in latest)
    newest = max(latest, key=lambda part: (part.run.submitted, part.run.number), default=None)
    return {
        "SnapshotRunning": int(running),
        "SnapshotCompleted": 0,
        "SnapshotTotalNumberOfEventsSeen": sum(part.rows for part in latest),
        "SnapshotMilliSecondsSinceLastEvent": None,
        "StreamingConnected": int(not blocking),
        "StreamingMilliSecondsBehindSource": 500,
        "sourceRecordWriteTotal": sum(part.rows for part in latest),
        "state": "Snapshot" if blocking else "Streaming",
        "streamingState": "paused" if blocking else "connected",
        "snapshotState": None if newest is None else view.word(newest),
    }


def topic_metrics(entries: Sequence[Progress]) -> dict[str, object]:
    """Metrics of one topic.

    Args:
        entries: What is shown of its runs, newest first.
    """
    done = percent(entries[:1]) if entries else None
    rows = entries[0].rows if entries else 0
    return {
        "SnapshotPercentageComplete": done,
        "snapshotPercentageComplete": done,
        "StreamingMilliSecondsBehindSource": 500,
        "recordSendTotal": rows,
        "sourceRecordWriteTotal": rows,
        "recordsLag": 0,
        "byteTotal": rows * 100,
        "sourceRecordPollRate": 0,
        "sourceQaCount": None,
    }


def _topic(
    topic: Topic, source: dict[str, object], entries: Sequence[Progress], view: View
) -> dict[str, object]:
    nothing = view.context.quirks.snapshot_read_missing == "null"
    details = [_detail(part, view) for part in entries]
    return {
        "id": topic.id,
        "name": topic.name,
        "source": source,
        "metrics": topic_metrics(entries),
        "snapshot_status": view.word(entries[0]) if entries else None,
        "snapshot_details": None if nothing and not entries else details,
        "transforms": [],
    }


def _detail(part: Progress, view: View) -> dict[str, object]:
    until = view.at if part.ended is None else part.ended
    begun = part.started
    return {
        "status": view.word(part),
        "start_timestamp": view.time(part.started),
        "end_timestamp": view.time(part.ended),
        "duration_ms": None if begun is None else milliseconds(until - begun),
        "rows_scanned": part.rows,
        "rows_total": part.part.rows,
        "trace": part.trace,
        "eta_ms": milliseconds(part.eta),
    }


def _status(topic: Topic, part: Progress | None, view: View) -> dict[str, object]:
    return {
        "topic_id": topic.id,
        "status": None if part is None else view.word(part),
        "submit_timestamp": None if part is None else view.time(part.submitted),
    }


def _progress(view: View, shown: Shown) -> dict[str, object] | None:
    if not shown.runs:
        return None
    run, parts = shown.runs[0]
    word = timeline.status(parts)
    active = word in {"pending", "running"}
    starts = [part.started for part in parts if part.started is not None]
    ends = [part.ended for part in parts if part.ended is not None]
    return {
        "state": view.named(run, word),
        "snapshot_type": run.type,
        "total_table_count": len(parts),
        "remaining_table_count": sum(part.is_active for part in parts),
        "percent_complete": percent(parts),
        "eta_ms": milliseconds(_eta(parts)) if active else None,
        "start_timestamp": view.time(min(starts, default=None)),
        "end_timestamp": None if active else view.time(max(ends, default=None)),
    }


def _eta(parts: Sequence[Progress]) -> float:
    left = sum(part.part.rows - part.rows for part in parts if part.is_active)
    return left / parts[0].run.rate
