"""State as the vendor's JSON (`docs/apis/confluent.md#links`, `#mirrors`)."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from reconciler.sandbox.confluent.configs import CONFIGS, is_set, value_of
from reconciler.sandbox.confluent.nouns import Link, Mirror
from reconciler.sandbox.context import Context

_TASKS = ("ConsumerOffsetSync", "AclSync", "AutoCreateMirror", "TopicConfigsSync")
_CATEGORIES = {
    "ACTIVE": "ACTIVE",
    "PAUSED": "PAUSED",
    "LINK_PAUSED": "PAUSED",
    "FAILED": "IN_ERROR",
    "LINK_FAILED": "IN_ERROR",
    "SOURCE_UNAVAILABLE": "IN_ERROR",
    "STOPPED": "NOT_APPLICABLE",
}
_SHOWN_CATEGORIES = ("PAUSED", "IN_ERROR", "PENDING", "ACTIVE", "NOT_APPLICABLE")


def part(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="", errors="replace")


def link_url(base: str, link: Link) -> str:
    """`metadata.self` of a link.

    Args:
        base: URL up to and without `/clusters`.
        link: The link.
    """
    return f"{base}/clusters/{part(link.cluster)}/links/{part(link.name)}"


def without_nulls(value: object) -> object:
    """The same JSON without properties that are null, for the quirk `nulls: omitted`."""
    match value:
        case dict():
            return {name: without_nulls(item) for name, item in value.items() if item is not None}
        case list():
            return [without_nulls(item) for item in value]
        case _:
            return value


def collection(kind: str, url: str, data: Iterable[object]) -> dict[str, object]:
    """A list answer; it is never paged.

    Args:
        kind: The vendor's word for it.
        url: `metadata.self`.
        data: The items.
    """
    return {"kind": kind, "metadata": {"self": url, "next": None}, "data": list(data)}


def link_item(link: Link, base: str, context: Context) -> dict[str, object]:
    """A link as lists show it.

    Args:
        link: The link.
        base: URL up to and without `/clusters`.
        context: Time and quirks.
    """
    listed = link.listed(context.now, context.quirks)
    item: dict[str, object] = {
        "kind": "KafkaLinkData",
        "metadata": {"self": link_url(base, link)},
        "source_cluster_id": link.source_cluster or None,
        "destination_cluster_id": None,
        "remote_cluster_id": link.source_cluster or None,
        "link_name": link.name,
        "link_id": link_id(link),
        "cluster_link_id": link_id(link),
        "topic_names": [mirror.topic for mirror, _, _ in listed],
        "link_error": link.error,
        "link_error_message": None if link.error == "NO_ERROR" else f"The link saw {link.error}",
        "link_state": link.shown,
        "tasks": None,
        "category_counts": None,
    }
    if link.shown is None:
        del item["link_state"]
    return item


def link_details(link: Link, base: str, context: Context, *, tasks: bool) -> dict[str, object]:
    """A link as it is described alone: with counts per category, on request with its tasks.

    Args:
        link: The link.
        base: URL up to and without `/clusters`.
        context: Time and quirks.
        tasks: Whether tasks are asked for.
    """
    counts = dict.fromkeys(_SHOWN_CATEGORIES, 0)
    for _, status, _ in link.listed(context.now, context.quirks):
        counts[_CATEGORIES.get(status, "PENDING")] += 1
    item = link_item(link, base, context)
    item["category_counts"] = [
        {"state_category": category, "count": count} for category, count in counts.items() if count
    ]
    if tasks:
        state = {"PAUSED": "LINK_PAUSED", "FAILED": "LINK_FAILED"}.get(str(link.shown), "ACTIVE")
        item["tasks"] = [{"task_name": name, "state": state, "errors": []} for name in _TASKS]
    return item


def link_id(link: Link) -> str:
    """An id that stays the same for the same cluster and name: 22 signs, as the vendor's."""
    digest = sha256(link.key.encode(errors="replace")).digest()[:16]
    return urlsafe_b64encode(digest).decode().rstrip("=")


def config_item(link: Link, name: str, base: str) -> dict[str, object]:
    """One config of a link.

    Args:
        link: The link.
        name: A config that exists.
        base: URL up to and without `/clusters`.
    """
    config, own = CONFIGS[name], is_set(link, name)
    return {
        "kind": "KafkaLinkConfigData",
        "metadata": {"self": f"{link_url(base, link)}/configs/{part(name)}"},
        "cluster_id": link.cluster,
        "name": name,
        "value": value_of(link, name),
        "is_default": not own,
        "is_read_only": config.is_read_only,
        "is_sensitive": config.is_sensitive,
        "source": "DYNAMIC_CLUSTER_LINK_CONFIG" if own else "DEFAULT_CONFIG",
        "synonyms": [name],
        "link_name": link.name,
    }


def mirror_items(
    link: Link, base: str, context: Context, only: str | None = None
) -> list[dict[str, object]]:
    """The mirror topics of a link as lists show them.

    Args:
        link: The link.
        base: URL up to and without `/clusters`.
        context: Time and quirks.
        only: The status shown that is asked for; None is every one.
    """
    url, name = f"{link_url(base, link)}/mirrors", link.name
    backwards = context.quirks.answer_order == "shuffled"
    return [
        {
            "kind": "KafkaMirrorData",
            "metadata": {"self": f"{url}/{part(mirror.topic)}"},
            "link_name": name,
            "mirror_topic_name": mirror.topic,
            "source_topic_name": mirror.source_topic,
            "num_partitions": mirror.partitions,
            "mirror_lags": lags(mirror.partitions, mirror.lag, backwards=backwards),
            "mirror_status": status,
            "mirror_topic_error": mirror.error,
            "state_time_ms": round(since * 1000),
        }
        for mirror, status, since in link.listed(context.now, context.quirks)
        if only is None or status == only
    ]


def alter_item(
    link: Link, topic: str, base: str, refusal: tuple[int, str] | None
) -> dict[str, object]:
    """What became of one topic of a pause, resume and so on.

    Args:
        link: The link of the request.
        topic: A name of the request, known or not.
        base: URL up to and without `/clusters`.
        refusal: `error_code` and `error_message`; None was accepted.
    """
    mirror = link.mirrors.get(topic)
    code, message = refusal or (None, None)
    return {
        "kind": "AlterMirrorsData",
        "metadata": {"self": f"{link_url(base, link)}/mirrors/{part(topic)}"},
        "mirror_topic_name": topic,
        "error_code": code,
        "error_message": message,
        "mirror_lags": lags(mirror.partitions, mirror.lag, backwards=True) if mirror else [],
        "messages_truncated": None,
        "partition_level_truncation_data": None,
    }


def truncation(mirror: Mirror) -> list[dict[str, object]]:
    """How much truncate-and-restore cut off of each partition: nothing, ever."""
    return [
        {"partition_id": partition, "offset_truncated_to": 0, "messages_truncated": 0}
        for partition in range(mirror.partitions)
    ]


@lru_cache(maxsize=1024)
def lags(partitions: int, lag: int, *, backwards: bool) -> list[dict[str, object]]:
    """`mirror_lags`; shared between answers, never changed.

    Args:
        partitions: How many.
        lag: Of each.
        backwards: Whether the last comes first: live answers are not in order.
    """
    numbers = range(partitions - 1, -1, -1) if backwards else range(partitions)
    return [{"partition": number, "lag": lag, "last_source_fetch_offset": -1} for number in numbers]
