"""Endpoints that start and stop snapshots; `docs/apis/streamkap.md#snapshots` and `#stop`."""

from collections.abc import Callable, Iterable, Sequence

from reconciler.records import Struct
from reconciler.sandbox.streamkap.call import Body, Call, Refused
from reconciler.sandbox.streamkap.nouns import TYPES, Source, Topic
from reconciler.sandbox.streamkap.starting import Order, named_topics, start
from reconciler.sandbox.streamkap.stopping import Stop, stop

MOST_TOPICS = 500


class _Target(Struct, frozen=True):
    """One source of a bulk call.

    Attributes:
        source: The source.
        topics: The topics that were named; none where the whole source is meant.
        turn: Place among the sources of the call.
    """

    source: Source
    topics: tuple[Topic, ...]
    turn: int


def execute(call: Call) -> object:
    """`POST /sources/snapshot`: start a snapshot on one source.

    Raises:
        Refused: 404 unknown source, 409 busy, 422 for the rest.
    """
    names = call.body.maybe_texts("topic_names")
    kind = call.body.word("snapshot_type", TYPES)
    conditions = _conditions(call.body)
    surrogate_key = call.body.maybe_text("surrogate_key")
    source = _source(call)
    topics = named_topics(call, source, names)
    start(call, source, Order(topics, kind, _pretty(source, conditions), surrogate_key))
    return {}


def cancel(call: Call) -> object:
    """`POST /sources/cancel_snapshot`: stop whatever runs."""
    return _stop(call, TYPES)


def stop_incremental(call: Call) -> object:
    """`POST /sources/stop_incremental_snapshot`: stop an incremental run, and no other."""
    return _stop(call, ("incremental",))


def stop_blocking(call: Call) -> object:
    """`POST /sources/stop_blocking_snapshot`: stop a blocking run by a restart."""
    return _stop(call, ("blocking",))


def bulk_sources_start(call: Call) -> object:
    """`POST /sources/bulk/snapshot`: start whole sources; failures stand inside a 200."""
    kind = call.body.word("snapshot_type", TYPES)
    targets = _selected(call)

    def begin(target: _Target) -> None:
        start(call, target.source, Order(tuple(target.source.topics), kind, turn=target.turn))

    return _bulk(call, targets, begin)


def bulk_sources_stop(call: Call) -> object:
    """`POST /sources/bulk/stop-snapshot`: stop the runs of several sources."""
    return _bulk(call, _selected(call), lambda target: stop(call, target.source, Stop()))


def bulk_topics_start(call: Call) -> object:
    """`POST /topics/bulk/snapshot`: one run per source, limited to the topics named by record id."""
    kind = call.body.word("snapshot_type", TYPES)
    targets = _owners(call)

    def begin(target: _Target) -> None:
        wanted = {topic.name for topic in target.topics}
        names = tuple(name for name in target.source.topics if name in wanted)
        start(call, target.source, Order(names, kind, turn=target.turn))

    return _bulk(call, targets, begin)


def bulk_topics_stop(call: Call) -> object:
    """`POST /topics/bulk/stop-snapshot`: stop everything on the sources that own the topics."""
    return _bulk(call, _owners(call), lambda target: stop(call, target.source, Stop()))


def _source(call: Call) -> Source:
    source = call.state.sources.get(call.body.text("source_id"))
    if source is None:
        raise Refused(404, "Source not found")
    return source


def _stop(call: Call, types: Sequence[str]) -> object:
    names = call.body.maybe_texts("topic_names")
    _conditions(call.body)
    call.body.maybe_text("surrogate_key")
    stop(call, _source(call), Stop(names, types))
    return {}


def _conditions(body: Body) -> tuple[tuple[str, str], ...]:
    return tuple(
        (item.text("data_collection"), item.text("filter"))
        for item in body.objects("additional_conditions")
    )


def _pretty(source: Source, conditions: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Conditions with collections under the names that people see, whichever form they came in."""
    names = {topic.id: topic.name for topic in source.topics.values()}
    return tuple((names.get(collection, collection), chosen) for collection, chosen in conditions)


def _selected(call: Call) -> list[_Target]:
    """Sources that a bulk call on sources means."""
    ids = call.body.maybe_texts("ids")
    everything = call.body.flag("select_all", default=False)
    filters = call.body.inner("filters") if call.body.values.get("filters") is not None else None
    only = None if filters is None else filters.maybe_text("source_id")
    if everything:
        ids = tuple(call.state.sources)
    found = [
        call.state.sources[each] for each in sorted(set(ids or ())) if each in call.state.sources
    ]
    chosen = [source for source in found if only is None or source.id == only]
    return [_Target(source, (), turn) for turn, source in enumerate(chosen)]


def _owners(call: Call) -> list[_Target]:
    """Sources that own the topics of a bulk call; what no source produces is skipped."""
    owned: dict[str, list[Topic]] = {}
    for db_id in dict.fromkeys(call.body.texts("topic_ids", least=1, most=MOST_TOPICS)):
        place = call.state.topic_by_db_id(db_id)
        if place is not None:
            owned.setdefault(place[0].id, []).append(place[1])
    return [
        _Target(call.state.sources[source_id], tuple(owned[source_id]), turn)
        for turn, source_id in enumerate(sorted(owned))
    ]


def _bulk(call: Call, targets: list[_Target], act: Callable[[_Target], object]) -> object:
    skips = call.context.quirks.bulk_skips_silently == "yes" and len(targets) > 1
    results = [_result(call, target, act) for target in (targets[:-1] if skips else targets)]
    succeeded = sum(1 for result in results if result["success"])
    return {
        "results": results,
        "summary": {
            "total": len(results),
            "succeeded": succeeded,
            "failed": len(results) - succeeded,
        },
    }


def _result(call: Call, target: _Target, act: Callable[[_Target], object]) -> dict[str, object]:
    message = None
    try:
        act(target)
    except Refused as refused:
        message = refused.sentence
    return {
        "id": _result_id(call, target),
        "success": message is None,
        "message": message,
        "data": None,
    }


def _result_id(call: Call, target: _Target) -> str:
    topics = target.topics or tuple(target.source.topics.values())
    match call.context.quirks.bulk_result_id:
        case "name":
            return target.source.name
        case "topic" if topics:
            return topics[0].db_id
        case _:
            return target.source.id
