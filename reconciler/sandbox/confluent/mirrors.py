"""Operations on mirror topics (`docs/apis/confluent.md#mirrors`, `#alter`)."""

import re
import warnings
from collections.abc import Mapping

from reconciler.sandbox.confluent import wire
from reconciler.sandbox.confluent.answer import Answer
from reconciler.sandbox.confluent.errors import (
    malformed,
    no_mirror,
    no_topic,
    renamed,
    topic_exists,
)
from reconciler.sandbox.confluent.exchange import Exchange, items_of, text_of
from reconciler.sandbox.confluent.nouns import Link, Mirror
from reconciler.sandbox.confluent.transitions import CREATED, STATUSES, TRANSITIONS, Transition

_NEW_PARTITIONS = 6


def list_mirrors(exchange: Exchange) -> Answer:
    """GET the mirrors of a link (`docs/apis/confluent.md#mirrors`)."""
    link, only = exchange.link(), _status_asked(exchange)
    items = wire.mirror_items(link, exchange.base, exchange.context, only)
    url = f"{wire.link_url(exchange.base, link)}/mirrors"
    return Answer(200, wire.collection("KafkaMirrorDataList", url, items))


def list_all_mirrors(exchange: Exchange) -> Answer:
    """GET the mirrors of every link of a cluster (`docs/apis/confluent.md#mirrors`)."""
    cluster, only = exchange.cluster(), _status_asked(exchange)
    items = [
        item
        for link in cluster.links.values()
        for item in wire.mirror_items(link, exchange.base, exchange.context, only)
    ]
    url = f"{exchange.base}/clusters/{wire.part(cluster.id)}/links/-/mirrors"
    return Answer(200, wire.collection("KafkaMirrorDataList", url, items))


def get_mirror(exchange: Exchange) -> Answer:
    """GET one mirror (`docs/apis/confluent.md#mirrors`)."""
    link, topic = exchange.link(), exchange.values["mirror_topic_name"]
    errors = exchange.switch("include_state_transition_errors")
    if topic not in link.mirrors:
        raise no_mirror()
    alone = Link(
        cluster=link.cluster,
        name=link.name,
        state=link.state,
        configs=link.configs,
        mirrors={topic: link.mirrors[topic]},
    )
    items = wire.mirror_items(alone, exchange.base, exchange.context)
    if not items:
        raise no_mirror()
    found = items[0] | ({"mirror_state_transition_errors": []} if errors else {})
    return Answer(200, found)


def create_mirror(exchange: Exchange) -> Answer:
    """POST a mirror: an empty 201, as observed (`docs/apis/confluent.md#mirrors`)."""
    link, body = exchange.link(), exchange.body()
    source, topic = text_of(body, "source_topic_name"), text_of(body, "mirror_topic_name")
    factor = body.get("replication_factor")
    if factor is not None and (not isinstance(factor, int) or isinstance(factor, bool)):
        raise malformed("Cannot deserialize value of type `Integer` from 'replication_factor'")
    for item in items_of(body, "configs"):
        text_of(item, "value")
        if text_of(item, "name") is None:
            raise malformed("'name' is missing")
    if not source:
        raise malformed("'source_topic_name' is missing")
    name = link.prefix + source
    if topic not in {None, name}:
        raise renamed()
    if exchange.cluster().link_of(name) is not None:
        raise topic_exists(name)
    context = exchange.context
    mirror = Mirror(name, source, _NEW_PARTITIONS, CREATED[0][0], context.now)
    mirror.begin(CREATED, context.now, context.timing.mirror)
    link.mirrors[name] = mirror
    exchange.state.touch(link)
    return Answer(201)


def delete_topic(exchange: Exchange) -> Answer:
    """DELETE a topic, the only way to remove a mirror (`docs/apis/confluent.md#mirrors`)."""
    topic = exchange.values["topic_name"]
    link = exchange.cluster().link_of(topic)
    if link is None:
        raise no_topic()
    del link.mirrors[topic]
    exchange.state.touch(link)
    return Answer(204)


def alter_mirrors(exchange: Exchange) -> Answer:
    """POST a verb: 200 with one item per topic, failures inside (`docs/apis/confluent.md#alter`)."""
    link, verb = exchange.link(), exchange.values["verb"]
    validate_only = exchange.switch("validate_only")
    levels = exchange.switch("include_partition_level_truncation_data")
    topics = _selected(exchange.body(), link)
    if exchange.context.quirks.unknown_mirror == "404" and not link.mirrors.keys() >= set(topics):
        raise no_mirror()
    items: list[dict[str, object]] = []
    for topic in topics:
        refusal = _alter(exchange, link, topic, validate_only=validate_only)
        item = wire.alter_item(link, topic, exchange.base, refusal)
        if verb == "truncate-and-restore" and refusal is None:
            item["messages_truncated"] = 0
            if levels:
                item["partition_level_truncation_data"] = wire.truncation(link.mirrors[topic])
        items.append(item)
    url = f"{wire.link_url(exchange.base, link)}/mirrors"
    return Answer(
        200, wire.collection("KafkaAlterMirrorsDataList", url, _answered(exchange, items))
    )


def _status_asked(exchange: Exchange) -> str | None:
    asked = exchange.query.get("mirror_status")
    if asked is not None and asked not in STATUSES:
        raise malformed(f"'{asked}' is none of {', '.join(STATUSES)}")
    return asked


def _selected(body: Mapping[str, object], link: Link) -> list[str]:
    """Topics that the body names, each once, in its order; for a pattern in the link's order."""
    names, pattern = body.get("mirror_topic_names"), text_of(body, "mirror_topic_name_pattern")
    if (names is None) == (pattern is None):
        raise malformed("Give either 'mirror_topic_names' or 'mirror_topic_name_pattern'")
    if pattern is not None:
        matches = _compiled(pattern).fullmatch
        return [topic for topic in link.mirrors if matches(topic)]
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise malformed("'mirror_topic_names' is not a list of names")
    if not names:
        raise malformed("'mirror_topic_names' is empty")
    return list(dict.fromkeys(str(name) for name in names))


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise malformed(f"'{pattern}' is not a pattern: {error}") from error


def _alter(
    exchange: Exchange, link: Link, topic: str, *, validate_only: bool
) -> tuple[int, str] | None:
    """Let the verb take effect on one topic; gives `error_code` and `error_message` if it cannot."""
    context, transition = exchange.context, TRANSITIONS[exchange.values["verb"]]
    mirror = link.mirrors.get(topic)
    if mirror is None:
        return 404, f"The mirror topic doesn't exist: {topic}"
    aim = mirror.aim(context.now, context.timing.mirror)
    if aim in transition.there and context.quirks.repeat_pause == "ok":
        return None
    if aim not in transition.leaves:
        return 400, _refusal(link, mirror, aim, transition)
    if not validate_only:
        link.carry_out(mirror, transition, context.now, context.timing.mirror)
        exchange.state.touch(link)
    return None


def _refusal(link: Link, mirror: Mirror, aim: str, transition: Transition) -> str:
    if aim == "STOPPED":
        return f"Topic '{mirror.topic}' has already stopped its mirror from '{link.name}'"
    if aim in transition.there:
        return f"Topic '{mirror.topic}' is already {aim}"
    return f"Topic '{mirror.topic}' cannot be altered while its mirror is {aim}"


def _answered(exchange: Exchange, items: list[dict[str, object]]) -> list[dict[str, object]]:
    """The items as they are sent: in no order, or one short, where the quirks say so."""
    quirks = exchange.context.quirks
    if quirks.answer_missing_items == "yes":
        items = items[:-1]
    if quirks.answer_order == "shuffled":
        exchange.context.rng.shuffle(items)
    return items
