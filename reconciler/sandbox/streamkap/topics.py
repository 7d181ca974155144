"""Endpoints of topics; `docs/apis/streamkap.md#topics`."""

from collections.abc import Iterator

from reconciler.records import Struct, replace
from reconciler.sandbox.streamkap.call import Call, Refused, invalid
from reconciler.sandbox.streamkap.lineage import topic_metrics
from reconciler.sandbox.streamkap.nouns import Destination, Source, Topic
from reconciler.sandbox.streamkap.view import View
from reconciler.sandbox.streamkap.wire import (
    DEAD_LETTER,
    dead_letter_json,
    kafka_json,
    paged,
    source_entity,
    topic_json,
)

TIME_TYPES = ("latest", "timeseries", "timesummary")
TIME_UNITS = ("hour", "minute", "day", "week", "month")
MOST_PARTITIONS = 1000


class _Filter(Struct, frozen=True):
    """What a list of topics is narrowed to; an empty set narrows nothing."""

    types: frozenset[str]
    entities: frozenset[str]
    topic_ids: frozenset[str]
    partial_name: str
    snapshots: frozenset[str]

    def has_entity(self, kind: str, entity_id: str) -> bool:
        """Whether an entity's topics may be in the list."""
        return (not self.types or kind in self.types) and (
            not self.entities or entity_id in self.entities
        )

    def has_topic(self, topic_id: str, name: str, word: str | None) -> bool:
        """Whether a topic is in the list, given the latest status of its snapshots."""
        return (
            (not self.topic_ids or topic_id in self.topic_ids)
            and self.partial_name in name.lower()
            and (not self.snapshots or word in self.snapshots)
        )


def list_topics(call: Call) -> object:
    """`GET /topics/details`: topics with their owners; snapshots are a filter, never a field."""
    page, size = call.query.page()
    chosen = _filter(call)
    dead_letters = call.query.flag("include_dlq", default=True)
    found: list[tuple[Source, Topic] | Destination] = []
    for source in call.state.sources.values():
        if chosen.has_entity("sources", source.id):
            found.extend((source, topic) for topic in _of_source(source, chosen, call.view))
    if dead_letters:
        found.extend(_dead_letters(call, chosen))
    entities: dict[str, dict[str, object]] = {}
    first = (page - 1) * size
    items = {
        at: _item(each, entities, call) for at, each in _enumerated(found, first, first + size)
    }
    return paged([items.get(at) for at in range(len(found))], page, size, call.context)


def list_grouped(call: Call) -> object:
    """`GET /topics/details/grouped`: one group per entity, with its topics inside.

    Raises:
        Refused: 422 for a `group_id` without exactly one `entity_type`.
    """
    page, size = call.query.page()
    chosen = _filter(call)
    group = call.query.text("group_id")
    if group is not None:
        if len(chosen.types) != 1:
            message = "group_id needs exactly one entity_type"
            raise invalid(("query", "group_id"), "value_error", message, group)
        chosen = replace(chosen, entities=frozenset((group,)))
    groups = [
        _group(source, call, chosen)
        for source in call.state.sources.values()
        if chosen.has_entity("sources", source.id)
    ]
    return paged(groups, page, size, call.context)


def get_topic(call: Call) -> object:
    """`GET /topics/{topic_id}`: one topic, without the list around it.

    Raises:
        Refused: 404 for an unknown id.
    """
    detailed = call.query.flag("detailed", default=True)
    source, topic = _known(call)
    shown = topic_json(topic, source_entity(source, call.context))
    return shown | kafka_json(topic) if detailed else shown


def update_topic(call: Call) -> object:
    """`PUT /topics/{topic_id}`: partitions or tags; leaves the connector alone.

    Raises:
        Refused: 404 for an unknown id, 422 for a payload that changes nothing or too much.
    """
    payload = call.body.inner("payload")
    tags, partitions = payload.maybe_texts("tags"), payload.maybe_integer("partition_count")
    if not payload.has("tags") and not payload.has("partition_count"):
        raise call.body.refuse("payload", "At least one of partition_count and tags is needed")
    source, topic = _known(call)
    if partitions is not None and not topic.partitions <= partitions <= MOST_PARTITIONS:
        raise payload.refuse("partition_count", f"Not between {topic.partitions} and 1000")
    changed = replace(
        topic,
        tags=topic.tags if tags is None else tags,
        partitions=topic.partitions if partitions is None else partitions,
    )
    call.state.put(replace(source, topics=source.topics | {topic.name: changed}))
    return topic_json(changed, source_entity(source, call.context)) | kafka_json(changed)


def table_metrics(call: Call) -> object:
    """`POST /topics/table_metrics`: metrics by entity id and topic id."""
    entities = call.body.objects("entities")
    if not call.body.has("entities"):
        raise invalid(("body", "entities"), "missing", "Field required", None)
    if call.body.values.get("time_type") is not None:
        call.body.word("time_type", TIME_TYPES)
    if call.body.values.get("time_unit") is not None:
        call.body.word("time_unit", TIME_UNITS)
    call.body.maybe_integer("time_interval")
    answer: dict[str, object] = {}
    for entity in entities:
        source = call.state.sources.get(entity.maybe_text("id") or "")
        only = entity.maybe_texts("topic_ids")
        if source is not None:
            shown = call.view.shown(source)
            answer[source.id] = {
                topic.id: topic_metrics(shown.topics.get(topic.name, ()))
                for topic in source.topics.values()
                if not only or topic.id in only
            }
    return answer


def _filter(call: Call) -> _Filter:
    call.query.moment("timestamp_from")
    call.query.moment("timestamp_to")
    return _Filter(
        types=call.query.names("entity_type"),
        entities=call.query.names("entity_id"),
        topic_ids=call.query.names("topic_id"),
        partial_name=(call.query.text("partial_name") or "").lower(),
        snapshots=call.query.names("snapshot"),
    )


def _of_source(source: Source, chosen: _Filter, view: View) -> Iterator[Topic]:
    words = view.words(view.shown(source)) if chosen.snapshots else {}
    for topic in source.topics.values():
        if chosen.has_topic(topic.id, topic.name, words.get(topic.name)):
            yield topic


def _dead_letters(call: Call, chosen: _Filter) -> Iterator[Destination]:
    for destination in call.state.project.destinations:
        topic_id = f"destination_{destination.id}.{DEAD_LETTER}"
        if chosen.has_entity("destinations", destination.id) and chosen.has_topic(
            topic_id, DEAD_LETTER, None
        ):
            yield destination


def _enumerated(
    found: list[tuple[Source, Topic] | Destination], first: int, last: int
) -> Iterator[tuple[int, tuple[Source, Topic] | Destination]]:
    return enumerate(found[first:last], start=first)


def _item(
    each: tuple[Source, Topic] | Destination, entities: dict[str, dict[str, object]], call: Call
) -> dict[str, object]:
    if isinstance(each, Destination):
        return dead_letter_json(each)
    source, topic = each
    if source.id not in entities:
        entities[source.id] = source_entity(source, call.context)
    return topic_json(topic, entities[source.id])


def _group(source: Source, call: Call, chosen: _Filter) -> dict[str, object]:
    entity = source_entity(source, call.context)
    topics = [topic_json(topic, entity) for topic in _of_source(source, chosen, call.view)]
    return {
        "id": source.id,
        "entity_type": "sources",
        "name": source.name,
        "connector": source.connector,
        "topics": paged(topics, 1, max(len(topics), 1), call.context),
    }


def _known(call: Call) -> tuple[Source, Topic]:
    place = call.state.topic_by_id(call.path["topic_id"])
    if place is None:
        raise Refused(404, "Topic not found")
    return place
