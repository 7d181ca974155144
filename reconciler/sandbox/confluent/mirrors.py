"""Operations on mirror topics (`docs/apis/confluent.md#mirrors`, `#alter`)."""

import re
import warnings
from collections.abc import Mapping

from reconciler.sandbox.confluent import wire
from reconciler.sandbox.confluent.answer import Answer
from reconciler.sandbox.confluent.call import Call, items_of, text_of
from reconciler.sandbox.confluent.errors import (
    malformed,
    no_mirror,
    no_topic,
    renamed,
    topic_exists,
)
from reconciler.sandbox.confluent.nouns import Link, Mirror
from reconciler.sandbox.confluent.transitions import CREATED, STATUSES, TRANSITIONS, Transition

_NEW_PARTITIONS = 6


def list_mirrors(call: Call) -> Answer:
    """GET the mirrors of a link (`docs/apis/confluent.md#mirrors`)."""
    link, only = call.link(), _status_asked(call)
    items = wire.mirror_items(link, call.base, call.context, only)
    url = f"{wire.link_url(call.base, link)}/mirrors"
    return Answer(200, wire.collection("KafkaMirrorDataList", url, items))


def list_all_mirrors(call: Call) -> Answer:
    """GET the mirrors of every link of a cluster (`docs/apis/confluent.md#mirrors`)."""
    cluster, only = call.cluster(), _status_asked(call)
    items = [
        item
        for link in cluster.links.values()
        for item in wire.mirror_items(link, call.base, call.context, only)
    ]
    url = f"{call.base}/clusters/{wire.part(cluster.id)}/links/-/mirrors"
    return Answer(200, wire.collection("KafkaMirrorDataList", url, items))


def get_mirror(call: Call) -> Answer:
    """GET one mirror (`docs/apis/confluent.md#mirrors`)."""
    link, topic = call.link(), call.values["mirror_topic_name"]
    errors = call.switch("include_state_transition_errors")
    if topic not in link.mirrors:
        raise no_mirror()
    alone = Link(
        cluster=link.cluster,
        name=link.name,
        state=link.state,
        configs=link.configs,
        mirrors={topic: link.mirrors[topic]},
    )
    items = wire.mirror_items(alone, call.base, call.context)
    if not items:
        raise no_mirror()
    found = items[0] | ({"mirror_state_transition_errors": []} if errors else {})
    return Answer(200, found)


def create_mirror(call: Call) -> Answer:
    """POST a mirror: an empty 201, as observed (`docs/apis/confluent.md#mirrors`)."""
    link, body = call.link(), call.body()
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
    if call.cluster().link_of(name) is not None:
        raise topic_exists(name)
    context = call.context
    mirror = Mirror(name, source, _NEW_PARTITIONS, CREATED[0][0], context.now)
    mirror.begin(CREATED, context.now, context.timing.mirror)
    link.mirrors[name] = mirror
    call.state.touch(link)
    return Answer(201)


def delete_topic(call: Call) -> Answer:
    """DELETE a topic, the only way to remove a mirror (`docs/apis/confluent.md#mirrors`)."""
    topic = call.values["topic_name"]
    link = call.cluster().link_of(topic)
    if link is None:
        raise no_topic()
    del link.mirrors[topic]
    call.state.touch(link)
    return Answer(204)


def alter_mirrors(call: Call) -> Answer:
    """POST a verb: 200 with one item per topic, failures inside (`docs/apis/confluent.md#alter`)."""
    link, verb = call.link(), call.values["verb"]
    validate_only = call.switch("validate_only")
    levels = call.switch("include_partition_level_truncation_data")
    topics = _selected(call.body(), link)
    if call.context.quirks.unknown_mirror == "404" and not link.mirrors.keys() >= set(topics):
        raise no_mirror()
    items: list[dict[str, object]] = []
    for topic in topics:
        refusal = _alter(call, link, topic, validate_only=validate_only)
        item = wire.alter_item(link, topic, call.base, refusal)
        if verb == "truncate-and-restore" and refusal is None:
            item["messages_truncated"] = 0
            if levels:
                item["partition_level_truncation_data"] = wire.truncation(link.mirrors[topic])
        items.append(item)
    url = f"{wire.link_url(call.base, link)}/mirrors"
    return Answer(200, wire.collection("KafkaAlterMirrorsDataList", url, _answered(call, items)))


def _status_asked(call: Call) -> str | None:
    asked = call.query.get("mirror_status")
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


def _alter(call: Call, link: Link, topic: str, *, validate_only: bool) -> tuple[int, str] | None:
    """Let the verb take effect on one topic; gives `error_code` and `error_message` if it cannot."""
    context, transition = call.context, TRANSITIONS[call.values["verb"]]
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
        call.state.touch(link)
    return None


def _refusal(link: Link, mirror: Mirror, aim: str, transition: Transition) -> str:
    if aim == "STOPPED":
        return f"Topic '{mirror.topic}' has already stopped its mirror from '{link.name}'"
    if aim in transition.there:
        return f"Topic '{mirror.topic}' is already {aim}"
    return f"Topic '{mirror.topic}' cannot be altered while its mirror is {aim}"


def _answered(call: Call, items: list[dict[str, object]]) -> list[dict[str, object]]:
    """The items as they are sent: in no order, or one short, where the quirks say so."""
    quirks = call.context.quirks
    if quirks.answer_missing_items == "yes":
        items = items[:-1]
    if quirks.answer_order == "shuffled":
        call.context.rng.shuffle(items)
    return items
