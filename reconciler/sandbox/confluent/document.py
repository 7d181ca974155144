"""The `confluent` part of a world document, read strictly and written back.

credentials: [{key: demo, secret: demo}, {token: demo-token}]
clusters:
  - id: lkc-abc123
    links:
      - name: east-to-west
        state: ACTIVE               # or FAILED, UNAVAILABLE, PAUSED, … or null: not told
        error: NO_ERROR
        prefix: east.
        source_cluster: lkc-src001
        configs: {consumer.offset.sync.enable: "true"}
        mirrors:
          - topic: east.orders
            source_topic: orders    # default: the topic without the link's prefix
            status: SOURCE_UNAVAILABLE
            partitions: 6
            lag: 0                  # of each partition
            error: NO_ERROR
            since: -2h              # default: the world's start
            then: [{status: ACTIVE, at: +5m}]
"""

import re
from collections.abc import Sequence

from reconciler.records import Struct, field
from reconciler.sandbox.confluent.configs import CONFIGS
from reconciler.sandbox.confluent.nouns import (
    PAUSED_CONFIG,
    UNKNOWN_WORD,
    Cluster,
    Link,
    Mirror,
    Step,
)
from reconciler.sandbox.confluent.transitions import STATUSES
from reconciler.sandbox.fields import Section, section
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.times import format_time

LINK_STATES = (
    "ACTIVE",
    "FAILED",
    "UNAVAILABLE",
    "PAUSED",
    "UNKNOWN",
    "UNMANAGED_SOURCE",
    "AVAILABLE",
)
"""Declared and observed words of `link_state` (`docs/apis/confluent.md#links`)."""
MIRROR_STATUSES = (*STATUSES, "UNKNOWN", UNKNOWN_WORD)
"""Words that a mirror of a world may have: the declared, the Platform's, and a made-up one."""

_CLUSTER_ID = re.compile(r"[A-Za-z0-9_.-]+")
_MOST_PARTITIONS = 10_000


class Parts(Struct):
    """What a document holds.

    Attributes:
        credentials: Pairs of API key and secret.
        tokens: Bearer tokens.
        clusters: By cluster id.
    """

    credentials: tuple[tuple[str, str], ...] = ()
    tokens: tuple[str, ...] = ()
    clusters: dict[str, Cluster] = field(default_factory=dict)


def parse(given: object, start: float) -> Parts:
    """Read the part.

    Args:
        given: A map with `credentials` and `clusters`; both may be left out.
        start: The world's start, in seconds since 1970.

    Raises:
        WorldInvalid: Something is unknown, missing, twice or of the wrong type.
    """
    root, parts = section("confluent", given), Parts()
    for entry in root.sections("credentials"):
        _read_credential(entry, parts)
    for entry in root.sections("clusters"):
        cluster = _cluster(entry, start)
        if cluster.id in parts.clusters:
            raise WorldInvalid(f"{entry.place}.id: cluster {cluster.id!r} is there twice")
        parts.clusters[cluster.id] = cluster
    root.finish()
    return parts


def render(parts: Parts) -> dict[str, object]:
    """Write the part so that `parse` reads the same back; times are absolute.

    Args:
        parts: What `parse` gave, as it is now.
    """
    return {
        "credentials": [
            *({"key": key, "secret": secret} for key, secret in parts.credentials),
            *({"token": token} for token in parts.tokens),
        ],
        "clusters": [
            {"id": cluster.id, "links": [_link_out(link) for link in cluster.links.values()]}
            for cluster in parts.clusters.values()
        ],
    }


def _read_credential(entry: Section, parts: Parts) -> None:
    if "token" in entry.values:
        parts.tokens += (entry.text("token"),)
    else:
        key, secret = entry.text("key"), entry.text("secret")
        if ":" in key:
            raise WorldInvalid(f"{entry.place}.key: HTTP Basic cannot carry a key with a colon")
        parts.credentials += ((key, secret),)
    entry.finish()


def _cluster(entry: Section, start: float) -> Cluster:
    cluster = Cluster(entry.text("id"))
    if not _CLUSTER_ID.fullmatch(cluster.id):
        raise entry.wrong("id", "an id such as lkc-abc123", cluster.id)
    topics: set[str] = set()
    for nested in entry.sections("links"):
        link = _link(nested, cluster.id, start)
        if link.name in cluster.links:
            raise WorldInvalid(f"{nested.place}.name: link {link.name!r} is there twice")
        if twice := sorted(topics & link.mirrors.keys()):
            raise WorldInvalid(
                f"{nested.place}.mirrors: topic {twice[0]!r} belongs to another link of the cluster"
            )
        topics |= link.mirrors.keys()
        cluster.links[link.name] = link
    entry.finish()
    return cluster


def _link(entry: Section, cluster: str, start: float) -> Link:
    link = Link(cluster, entry.text("name"))
    if link.name == "-":
        raise entry.wrong("name", "a name ('-' stands for all links)", link.name)
    link.configs = _configs(entry.section("configs"))
    link.state = _word_or_null(entry, "state", LINK_STATES)
    if link.state == "PAUSED":
        # A pause is a config of the link; beneath it the link is well.
        link.state, link.configs[PAUSED_CONFIG] = "ACTIVE", "true"
    link.error = entry.text("error", link.error)
    link.prefix = entry.maybe_text("prefix") or ""
    link.source_cluster = entry.maybe_text("source_cluster") or ""
    for nested in entry.sections("mirrors"):
        mirror = _mirror(nested, link.prefix, start)
        if mirror.topic in link.mirrors:
            raise WorldInvalid(f"{nested.place}.topic: topic {mirror.topic!r} is there twice")
        link.mirrors[mirror.topic] = mirror
    entry.finish()
    return link


def _word_or_null(entry: Section, name: str, words: Sequence[str]) -> str | None:
    if name in entry.values and entry.maybe_text(name) is None:
        return None
    return _word(entry, name, words)


def _word(entry: Section, name: str, words: Sequence[str]) -> str:
    # Without this look a status that was left out would read as some default.
    word = entry.text(name)
    return entry.word(name, words, word)


def _configs(entry: Section) -> dict[str, str]:
    found = {name: entry.text(name) for name in CONFIGS if name in entry.values}
    entry.finish()
    return found


def _mirror(entry: Section, prefix: str, start: float) -> Mirror:
    topic = entry.text("topic")
    mirror = Mirror(
        topic=topic,
        source_topic=entry.text("source_topic", topic.removeprefix(prefix) or topic),
        partitions=entry.count("partitions", 1),
        status=_word(entry, "status", MIRROR_STATUSES),
        since=entry.time("since", start, start),
        error=entry.text("error", "NO_ERROR"),
        lag=entry.count("lag", 0),
        steps=tuple(_step(nested, start) for nested in entry.sections("then")),
    )
    if not 1 <= mirror.partitions <= _MOST_PARTITIONS:
        raise entry.wrong("partitions", f"1 to {_MOST_PARTITIONS}", mirror.partitions)
    if list(mirror.steps) != sorted(mirror.steps, key=lambda step: step.at):
        raise WorldInvalid(f"{entry.place}.then: the steps are not in the order of their times")
    entry.finish()
    return mirror


def _step(entry: Section, start: float) -> Step:
    step = Step(_word(entry, "status", MIRROR_STATUSES), entry.time("at", start, start))
    entry.finish()
    return step


def _link_out(link: Link) -> dict[str, object]:
    configs, state = dict(link.configs), link.state
    if link.is_paused and state == "ACTIVE":
        del configs[PAUSED_CONFIG]
        state = "PAUSED"
    found: dict[str, object] = {"name": link.name, "state": state, "error": link.error}
    found |= {"prefix": link.prefix} if link.prefix else {}
    found |= {"source_cluster": link.source_cluster} if link.source_cluster else {}
    found |= {"configs": configs} if configs else {}
    found["mirrors"] = [_mirror_out(mirror) for mirror in link.mirrors.values()]
    return found


def _mirror_out(mirror: Mirror) -> dict[str, object]:
    found: dict[str, object] = {
        "topic": mirror.topic,
        "source_topic": mirror.source_topic,
        "status": mirror.status,
        "partitions": mirror.partitions,
        "lag": mirror.lag,
        "error": mirror.error,
        "since": format_time(mirror.since),
    }
    if mirror.steps:
        found["then"] = [
            {"status": step.status, "at": format_time(step.at)} for step in mirror.steps
        ]
    return found
