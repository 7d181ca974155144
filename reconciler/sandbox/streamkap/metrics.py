"""Endpoints of metrics and of the dashboard; `docs/apis/streamkap.md#state`."""

from reconciler.sandbox.streamkap.call import Call, Refused
from reconciler.sandbox.streamkap.lineage import (
    counters,
    latest_metrics,
    lineage_group,
    lineage_topics,
    topic_metrics,
)
from reconciler.sandbox.streamkap.nouns import Source
from reconciler.sandbox.streamkap.topics import TIME_TYPES, TIME_UNITS
from reconciler.sandbox.streamkap.wire import paged

DAY = 86400.0
MOST_ENTITIES = 100


def source_metrics(call: Call) -> object:
    """`GET /sources/{source_id}/metrics`: with `time_type=latest` the state of its snapshots.

    Raises:
        Refused: 404 for an unknown source or, by quirk, one that never ran.
    """
    kind = call.query.word("time_type", TIME_TYPES)
    call.query.word("time_unit", TIME_UNITS)
    call.query.integer("time_interval", 1)
    since, _ = _range(call)
    source = call.state.sources.get(call.path["source_id"])
    if source is None:
        raise Refused(404, "Metrics not found")
    if kind != "latest":
        return {"data": counters((), call.view)}
    data = latest_metrics(source, call.view, since)
    if data is None:
        raise Refused(404, "Metrics not found")
    return {"data": data}


def all_metrics(call: Call) -> object:
    """`GET /sources/metrics`: groups of metrics of several sources."""
    since, _ = _range(call)
    ids = call.query.names("ids") | call.query.names("id")
    wanted = call.query.names("snapshot")
    view = call.view
    connectors: dict[str, object] = {}
    topics: dict[str, object] = {}
    for source in call.state.sources.values():
        shown = view.shown(source)
        words = view.words(shown).values()
        if (ids and source.id not in ids) or (wanted and wanted.isdisjoint(words)):
            continue
        data = latest_metrics(source, view, since)
        if data is not None:
            connectors[source.id] = data
        topics[source.id] = {
            topic.id: topic_metrics(shown.topics.get(topic.name, ()))
            for topic in source.topics.values()
        }
    return {
        "account_metrics": {},
        "connector_metrics": connectors,
        "inline_metrics": {},
        "task_metrics": {},
        "topic_metrics": topics,
    }


def groups(call: Call) -> object:
    """`GET /dashboard/lineage`: sources with progress and topics."""
    page, size = call.query.page()
    found = [lineage_group(source, call.view) for source in call.state.sources.values()]
    return paged(found, page, size, call.context)


def all_topics(call: Call) -> object:
    """`GET /dashboard/lineage/topics`: topics of every source with their runs."""
    page, size = call.query.page()
    sources = call.state.sources.values()
    found = [topic for source in sources for topic in lineage_topics(source, call.view)]
    return paged(found, page, size, call.context)


def topics_of_entities(call: Call) -> object:
    """`POST /dashboard/lineage/topics/batch`: topics with their runs, by entity id.

    The shape of the answer is not documented: the quirk `lineage` has two, and none at all.

    Raises:
        Refused: 404 where the quirk says that there is no such endpoint; 422 for no or too many ids.
    """
    if call.context.quirks.lineage == "missing":
        raise Refused(404, "Not Found")
    ids = call.body.texts("entity_ids", least=1, most=MOST_ENTITIES)
    known = [call.state.sources[each] for each in sorted(set(ids)) if each in call.state.sources]
    found = {source.id: lineage_topics(source, call.view) for source in known}
    if call.context.quirks.snapshot_read_missing == "404":
        found = {source.id: found[source.id] for source in known if _ever_ran(source, call)}
    if call.context.quirks.lineage == "other_shape":
        return {
            "result": [
                {"entity_id": entity_id, "topics": {"result": topics, "total": len(topics)}}
                for entity_id, topics in found.items()
            ]
        }
    return found


def _ever_ran(source: Source, call: Call) -> bool:
    return bool(call.view.shown(source).topics)


def _range(call: Call) -> tuple[float | None, float | None]:
    """From when on runs are shown, and the end of the range, which nothing depends on."""
    since, until = call.query.moment("timestamp_from"), call.query.moment("timestamp_to")
    if call.context.quirks.metrics_window == "none":
        return None, until
    return (call.now - DAY if since is None else since), until
