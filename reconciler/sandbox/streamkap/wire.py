"""Sources and topics as JSON; shapes from `docs/apis/streamkap.md#sources` and `#topics`."""

from collections.abc import Sequence

from reconciler.sandbox.context import Context
from reconciler.sandbox.streamkap.nouns import Destination, Project, Source, Topic, object_id
from reconciler.sandbox.streamkap.view import View
from reconciler.sandbox.times import format_time

MASKED = "********"
_SECRET_WORDS = ("password", "secret", "token", "passphrase", "private")
_DESIRED = {"Active": "Active", "Paused": "Paused", "Stopped": "Stopped"}
DEAD_LETTER = "streamkap.deadletterqueue"


def source_json(source: Source, view: View, *, secrets: bool = False) -> dict[str, object]:
    """One source connector; it has no field for snapshots.

    Args:
        source: The source.
        view: The request's view; status words pass with its time.
        secrets: Show secret settings as they are.
    """
    status = source.shown_status(view.context.now)
    project = view.state.project
    return {
        "id": source.id,
        "name": source.name,
        "connector": source.connector,
        "connector_display_name": source.connector.title(),
        "connector_status": status,
        "desired_state": _DESIRED.get(source.status, "Active"),
        "created_timestamp": format_time(source.created),
        "sub_id": object_id("subscription", project.tenant_id),
        "tenant_id": project.tenant_id,
        "service_id": source.service_id or project.service_id,
        "kc_cluster_id": source.kc_cluster_id,
        "config": source.config if secrets else _masked(source.config),
        "topics": list(source.topics),
        "topic_ids": [topic.id for topic in source.topics.values()],
        "topic_map": {},
        "tasks": [0],
        "task_statuses": {"0": {"state": "RUNNING" if status == "Active" else "UNASSIGNED"}},
        "tags": list(source.tags),
    }


def destination_json(destination: Destination, project: Project) -> dict[str, object]:
    """One destination connector."""
    return {
        "id": destination.id,
        "name": destination.name,
        "connector": destination.connector,
        "connector_display_name": destination.connector.title(),
        "connector_status": destination.status,
        "tenant_id": project.tenant_id,
        "service_id": project.service_id,
        "config": {},
        "tags": [],
    }


def source_entity(source: Source, context: Context) -> dict[str, object]:
    """The `entity` of a source's topics, with all topic ids and database ids of the source."""
    db_ids = [topic.db_id for topic in source.topics.values()]
    match context.quirks.pairing:
        case "shuffled":
            db_ids = [*db_ids[1:], *db_ids[:1]]
        case "short":
            db_ids = db_ids[:-1]
        case _:
            pass
    return {
        "entity_type": "sources",
        "entity_id": source.id,
        "name": source.name,
        "connector": source.connector,
        "topic_ids": [topic.id for topic in source.topics.values()],
        "topic_db_ids": db_ids,
        "display_name": source.connector.title(),
    }


def topic_json(topic: Topic, entity: dict[str, object]) -> dict[str, object]:
    """One item of `/topics/details`."""
    return _topic(topic.id, topic.name, entity) | {
        "messages_7d": topic.rows // 10,
        "messages_30d": topic.rows // 2,
    }


def dead_letter_json(destination: Destination) -> dict[str, object]:
    """The dead-letter topic of a destination as an item of `/topics/details`."""
    topic_id = f"destination_{destination.id}.{DEAD_LETTER}"
    entity: dict[str, object] = {
        "entity_type": "destinations",
        "entity_id": destination.id,
        "name": destination.name,
        "connector": destination.connector,
        "topic_ids": [topic_id],
        "topic_db_ids": [dead_letter_db_id(destination)],
        "display_name": destination.connector.title(),
    }
    return _topic(topic_id, DEAD_LETTER, entity) | {"messages_7d": 0, "messages_30d": 0}


def dead_letter_db_id(destination: Destination) -> str:
    """Database id of the dead-letter topic of a destination."""
    return object_id("dead-letter", destination.id)


def kafka_json(topic: Topic) -> dict[str, object]:
    """What the answer for a single topic has beside the item of a list."""
    return {
        "tags": list(topic.tags),
        "kafka": {
            "partitions": {"count": topic.partitions},
            "configs": {"cleanup.policy": "delete"},
        },
    }


def paged(items: Sequence[object], page: int, size: int, context: Context) -> dict[str, object]:
    """The list envelope around one page.

    Args:
        items: All items.
        page: Page from 1.
        size: Items per page.
        context: Under `total_lies` both `total` and `has_next` speak of half the items.
    """
    total = len(items) // 2 if context.quirks.total_lies == "yes" else len(items)
    return {
        "result": list(items[(page - 1) * size : page * size]),
        "page": page,
        "page_size": size,
        "total": total,
        "has_next": page * size < total,
    }


def _topic(topic_id: str, name: str, entity: dict[str, object]) -> dict[str, object]:
    return {
        "id": topic_id,
        "name": name,
        "entity": entity,
        "prefix": topic_id.removesuffix(f".{name}"),
        "serialization": {
            "key_format": "json",
            "value_format": "json",
            "key_converter": None,
            "value_converter": None,
            "schema_registry_enabled": False,
        },
    }


def _masked(config: dict[str, object]) -> dict[str, object]:
    return {
        name: MASKED if any(word in name.lower() for word in _SECRET_WORDS) else value
        for name, value in config.items()
    }
