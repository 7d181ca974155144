"""Worlds of any size, and specs that fit them: for trying out, for benchmarks, for tests.

The same size gives the same bytes. What a world of `sources` times `topics` and `links` times
`mirrors` holds, and what its specs ask for:

| things | in the world | in the specs |
| --- | --- | --- |
| topics `core.*` (most of a source) | a fifth never snapshotted, the others completed | completed |
| topics `audit.*` (about a seventh) | never | idle |
| topics `misc.*` (about a seventh) | never, without a key | no rule |
| mirrors `freeze.*` (a fifth of a link) | paused, but for one in twenty | paused |
| other mirrors | active, but for one in twenty; one in 250 stopped | active |

The times in the specs are far away, so that a generated tree means the same next year.
"""

from hashlib import sha256

from reconciler.sandbox.generated_specs import specs
from reconciler.sandbox.generated_words import (
    LinkWords,
    MirrorWords,
    RunWords,
    Size,
    SourceWords,
    TopicWords,
    World,
)

__all__ = ["LINKS_PER_CLUSTER", "Size", "World", "generate", "specs"]

LINKS_PER_CLUSTER = 10
"""Links of one destination cluster."""

_DUE_ONE_IN = 5
_FAILED_BEFORE_ONE_IN = 7
_SMALL_PART = 7
_FROZEN_ONE_IN = 5
_ASTRAY_ONE_IN = 20
_STOPPED_ONE_IN = 250
_DOMAINS = ("orders", "billing", "stock", "customers", "fraud", "search", "ledger", "shipping")
_ENGINES = ("postgresql", "mysql", "sqlserver", "mongodb")


def generate(size: Size) -> World:
    """A world of that size.

    Args:
        size: Counts and seed.

    Returns:
        A document as `PUT /_sandbox/world` takes it; its times count from the world's start.
    """
    links = [_link(size, number) for number in range(size.links)]
    return {
        "seed": size.seed,
        "streamkap": {
            "credentials": [{"clientId": "demo", "secret": "demo"}],
            "sources": [_source(size, number) for number in range(size.sources)],
        },
        "confluent": {
            "credentials": [{"key": "demo", "secret": "demo"}],
            "clusters": [
                {
                    "id": f"lkc-{_digest(size, 'clusters')[:5]}{first // LINKS_PER_CLUSTER:03d}",
                    "links": links[first : first + LINKS_PER_CLUSTER],
                }
                for first in range(0, size.links, LINKS_PER_CLUSTER)
            ],
        },
    }


def _digest(size: Size, *words: object) -> str:
    return sha256("/".join(map(str, (size.seed, *words))).encode()).hexdigest()


def _pick(digest: str, low: int, high: int) -> int:
    """A number from `low` up to and without `high`, settled by a digest.

    Each thing has a digest of its own, so that a larger world begins like a smaller one.
    """
    return low + int(digest[24:40], 16) % (high - low)


def _source(size: Size, number: int) -> SourceWords:
    domain, engine = _DOMAINS[number % len(_DOMAINS)], _ENGINES[number % len(_ENGINES)]
    small = size.topics // _SMALL_PART
    core = size.topics - 2 * small

    def seeds(part: str, count: int) -> list[str]:
        return [_digest(size, "source", number, part, at) for at in range(count)]

    # The first is always due, so that every source has something to do.
    topics = [
        _core_topic(f"core.{domain}_{at:03d}", seed, is_due=at % _DUE_ONE_IN == 0)
        for at, seed in enumerate(seeds("core", core))
    ]
    for at, seed in enumerate(seeds("audit", small)):
        topics.append(_plain_topic(f"audit.log_{at:03d}", seed, keyed=True))
    for at, seed in enumerate(seeds("misc", small)):
        topics.append(_plain_topic(f"misc.raw_{at:03d}", seed, keyed=False))
    return {
        "id": _digest(size, "source", number)[:24],
        "name": f"{domain}-{engine}-{number:04d}",
        "connector": engine,
        "status": "Active",
        "topics": topics,
    }


def _plain_topic(name: str, seed: str, *, keyed: bool) -> TopicWords:
    return {"name": name, "rows": _pick(seed, 1_000, 200_000), "keyed": keyed}


def _core_topic(name: str, seed: str, *, is_due: bool) -> TopicWords:
    topic = _plain_topic(name, seed, keyed=True)
    if not is_due:
        days = _pick(seed[8:], 1, 30)
        failed = _pick(seed[16:], 0, _FAILED_BEFORE_ONE_IN) == 0
        before = [_run("failed", days + 1)] if failed else []
        topic["snapshots"] = [*before, _run("completed", days)]
    return topic


def _run(status: str, days: int) -> RunWords:
    return {
        "status": status,
        "type": "incremental",
        "submitted": f"-{days}d",
        "started": f"-{days}d+5s",
        "ended": f"-{days}d+20m",
    }


def _link(size: Size, number: int) -> LinkWords:
    astray = _pick(_digest(size, "link", number), 0, min(_ASTRAY_ONE_IN, size.mirrors))
    stem = f"{_DOMAINS[number % len(_DOMAINS)]}.{number:04d}"
    mirrors = [
        _mirror(stem, at, _digest(size, stem, at), is_astray=at % _ASTRAY_ONE_IN == astray)
        for at in range(size.mirrors)
    ]
    return {"name": f"link-{number:04d}", "state": "ACTIVE", "mirrors": mirrors}


def _mirror(stem: str, at: int, seed: str, *, is_astray: bool) -> MirrorWords:
    is_frozen = at % _FROZEN_ONE_IN == 0
    status = "PAUSED" if is_frozen is not is_astray else "ACTIVE"
    if at % _STOPPED_ONE_IN == _STOPPED_ONE_IN - 1:
        status = "STOPPED"
    return {
        "topic": f"freeze.{stem}.{at:04d}" if is_frozen else f"{stem}.{at:04d}",
        "status": status,
        "partitions": 3,
        "since": f"-{_pick(seed, 1, 1000)}h",
    }
