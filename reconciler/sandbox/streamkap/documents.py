"""The Streamkap part of a world document, read and written; sources are also stored in this form."""

from reconciler.sandbox.fields import Section
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.streamkap.nouns import (
    STATUSES,
    Credential,
    Destination,
    Project,
    Source,
    Topic,
    Transient,
    object_id,
)
from reconciler.sandbox.times import format_time

TENANT = "0f8d2f4e-5c3b-4a57-9f0e-6a1f5d2c7b11"
SERVICE = "65f0c1d2e3f4a5b6c7d8e9f0"


def read_project(section: Section) -> Project:
    """Tenant, project, credentials and destinations of a `streamkap` section.

    Raises:
        WorldInvalid: A field is not what it must be.
    """
    destinations = tuple(_read_destination(item) for item in section.sections("destinations"))
    _refuse_twice(section.place, "destination id", [item.id for item in destinations])
    return Project(
        tenant_id=section.text("tenant_id", TENANT),
        service_id=section.text("service_id", SERVICE),
        credentials=tuple(_read_credential(item) for item in section.sections("credentials")),
        destinations=destinations,
    )


def project_document(project: Project) -> dict[str, object]:
    """The same, as a document."""
    return {
        "tenant_id": project.tenant_id,
        "service_id": project.service_id,
        "credentials": [
            {"clientId": item.client_id, "secret": item.secret} for item in project.credentials
        ],
        "destinations": [
            {"id": item.id, "name": item.name, "connector": item.connector, "status": item.status}
            for item in project.destinations
        ],
    }


def read_source(section: Section, start: float) -> Source:
    """One source without its runs.

    Args:
        section: An item of `streamkap.sources`.
        start: The world's start, which offsets count from.

    Raises:
        WorldInvalid: A field is not what it must be.
    """
    name = section.text("name")
    source_id = section.text("id", object_id("source", name))
    topics = [_read_topic(item, source_id) for item in section.sections("topics")]
    _refuse_twice(section.place, "topic", [topic.name for topic in topics])
    source = Source(
        id=source_id,
        name=name,
        connector=section.text("connector", "postgresql"),
        status=section.word("status", STATUSES, "Active"),
        created=section.time("created", start, max(start - 30 * 86400.0, 0.0)),
        topics={topic.name: topic for topic in topics},
        config=section.mapping("config"),
        tags=section.texts("tags"),
        service_id=section.maybe_text("service_id"),
        kc_cluster_id=section.maybe_text("kc_cluster_id"),
        transient=_read_transient(section, start),
    )
    section.finish()
    return source


def source_document(source: Source) -> dict[str, object]:
    """One source without its runs, as a document; what has its default is left out."""
    document: dict[str, object] = {
        "id": source.id,
        "name": source.name,
        "connector": source.connector,
        "status": source.status,
        "created": format_time(source.created),
        "topics": [topic_document(topic, source.id) for topic in source.topics.values()],
    }
    if source.config:
        document["config"] = source.config
    if source.tags:
        document["tags"] = list(source.tags)
    if source.service_id is not None:
        document["service_id"] = source.service_id
    if source.kc_cluster_id is not None:
        document["kc_cluster_id"] = source.kc_cluster_id
    if (transient := source.transient) is not None:
        document["transient"] = {"word": transient.word, "until": format_time(transient.until)}
    return document


def new_topic(source_id: str, name: str) -> Topic:
    """A topic as a new source gets it."""
    return Topic(name, f"source_{source_id}.{name}", object_id("topic", source_id, name))


def topic_document(topic: Topic, source_id: str) -> dict[str, object]:
    """One topic without its runs, as a document; what has its default is left out."""
    usual = new_topic(source_id, topic.name)
    document: dict[str, object] = {"name": topic.name, "rows": topic.rows, "keyed": topic.keyed}
    if topic.id != usual.id:
        document["id"] = topic.id
    if topic.db_id != usual.db_id:
        document["db_id"] = topic.db_id
    if topic.partitions != usual.partitions:
        document["partitions"] = topic.partitions
    if topic.tags:
        document["tags"] = list(topic.tags)
    return document


def _read_topic(section: Section, source_id: str) -> Topic:
    usual = new_topic(source_id, section.text("name"))
    topic = Topic(
        name=usual.name,
        id=section.text("id", usual.id),
        db_id=section.text("db_id", usual.db_id),
        rows=section.count("rows", usual.rows),
        keyed=section.flag("keyed", default=True),
        partitions=section.count("partitions", usual.partitions),
        tags=section.texts("tags"),
    )
    section.asked.append("snapshots")
    section.finish()
    return topic


def _read_transient(section: Section, start: float) -> Transient | None:
    if not section.mapping("transient"):
        return None
    inner = section.section("transient")
    transient = Transient(
        word=inner.word("word", STATUSES, "Starting"), until=inner.time("until", start, start)
    )
    inner.finish()
    return transient


def _read_credential(section: Section) -> Credential:
    credential = Credential(section.text("clientId"), section.text("secret"))
    section.finish()
    return credential


def _read_destination(section: Section) -> Destination:
    name = section.text("name")
    destination = Destination(
        id=section.text("id", object_id("destination", name)),
        name=name,
        connector=section.text("connector", "snowflake"),
        status=section.word("status", STATUSES, "Active"),
    )
    section.finish()
    return destination


def _refuse_twice(place: str, what: str, names: list[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise WorldInvalid(f"{place}: {what} {name!r} stands there twice")
        seen.add(name)
