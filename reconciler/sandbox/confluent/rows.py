"""Links as rows that survive a JSON file."""

from collections.abc import Mapping

from reconciler.sandbox.confluent.nouns import Cluster, Link, Mirror, Step


def to_row(link: Link) -> dict[str, object]:
    """A link and its mirrors as plain JSON values."""
    return {
        "cluster": link.cluster,
        "name": link.name,
        "state": link.state,
        "error": link.error,
        "source_cluster": link.source_cluster,
        "prefix": link.prefix,
        "configs": dict(link.configs),
        "mirrors": [_mirror_row(mirror) for mirror in link.mirrors.values()],
    }


def read(
    meta: Mapping[str, object], saved: Mapping[str, object]
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...], dict[str, Cluster]]:
    """Credentials, tokens and clusters as they were saved.

    Args:
        meta: Keys `credentials`, `tokens` and `clusters`.
        saved: What `to_row` gave, by `cluster/link`.

    Raises:
        KeyError, TypeError, IndexError, ValueError: Something is missing or of another type.
    """
    credentials = tuple((_text(pair[0]), _text(pair[1])) for pair in _lists(meta["credentials"]))
    tokens = tuple(_text(token) for token in _list(meta["tokens"]))
    names = [_text(name) for name in _list(meta["clusters"])]
    clusters = {name: Cluster(name) for name in names}
    for row in saved.values():
        link = _link(_map(row))
        clusters[link.cluster].links[link.name] = link
    return credentials, tokens, clusters


def _mirror_row(mirror: Mirror) -> list[object]:
    return [
        mirror.topic,
        mirror.source_topic,
        mirror.partitions,
        mirror.status,
        mirror.since,
        mirror.error,
        mirror.lag,
        [[step.status, step.at] for step in mirror.steps],
    ]


def _link(row: Mapping[str, object]) -> Link:
    state = row["state"]
    return Link(
        cluster=_text(row["cluster"]),
        name=_text(row["name"]),
        state=None if state is None else _text(state),
        error=_text(row["error"]),
        source_cluster=_text(row["source_cluster"]),
        prefix=_text(row["prefix"]),
        configs={name: _text(value) for name, value in _map(row["configs"]).items()},
        mirrors={_text(saved[0]): _mirror(saved) for saved in _lists(row["mirrors"])},
    )


def _mirror(saved: list[object]) -> Mirror:
    topic, source_topic, partitions, status, since, error, lag, steps = saved
    return Mirror(
        topic=_text(topic),
        source_topic=_text(source_topic),
        partitions=int(_number(partitions)),
        status=_text(status),
        since=_number(since),
        error=_text(error),
        lag=int(_number(lag)),
        steps=tuple(Step(_text(step[0]), _number(step[1])) for step in _lists(steps)),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, got {value!r}")
    return value


def _number(value: object) -> float:
    if not isinstance(value, (int, float)):
        raise TypeError(f"expected a number, got {value!r}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"expected a list, got {value!r}")
    return value


def _lists(value: object) -> list[list[object]]:
    return [_list(entry) for entry in _list(value)]


def _map(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"expected a map, got {value!r}")
    return value
