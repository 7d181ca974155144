"""What is measured, against which floor, and how much slower it may be."""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from benchmarks import startup
from benchmarks.contest import Contest
from benchmarks.estates import Estate
from benchmarks.fleet import Fleet
from benchmarks.pausing import Task
from benchmarks.processes import held, served

Facts: TypeAlias = Mapping[str, object]
MB = 1_000_000
LATENCY = 0.05


@dataclass(frozen=True, slots=True)
class Scale:
    """How large and how often.

    Attributes:
        part: What every size is divided by.
        turns: Of each contest.
        starts: Turns of whole processes.
    """

    part: int = 1
    turns: int = 5
    starts: int = 21

    @property
    def is_judged(self) -> bool:
        """Whether sizes are what the bounds were made for."""
        return self.part == 1

    def of(self, size: int) -> int:
        """A size, at least 2."""
        return max(2, size // self.part)


FULL = Scale()
QUICK = Scale(part=100, turns=1, starts=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One number with its bound.

    Attributes:
        key: Its short name.
        what: What was measured.
        against: What it is held against.
        value: The number.
        bound: The largest that is fine.
        unit: `x` (times the floor), `MB`, or `exponent`.
        ours: Median seconds of ours, where time was measured.
        floor: Median seconds of the floor, where there is one.
        facts: What else was counted.
    """

    key: str
    what: str
    against: str
    value: float
    bound: float
    unit: str = "x"
    ours: float | None = None
    floor: float | None = None
    facts: Facts = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether it is within its bound."""
        return self.value <= self.bound


def ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """How much slower ours is: the median of what each turn gave."""
    return statistics.median(one / other for one, other in pairs)


def line(words: tuple[str, str, str], found: Facts, bound: float) -> Line:
    """A contest as a line.

    Args:
        words: Key, what, against.
        found: What the contest said: seconds of both in turns, and counts.
        bound: The largest ratio that is fine.
    """
    pairs = list(zip(found["ours"], found["floor"], strict=True))
    return Line(
        *words,
        ratio(pairs),
        bound,
        ours=statistics.median(found["ours"]),
        floor=statistics.median(found["floor"]),
        facts={name: n for name, n in found.items() if name not in ("ours", "floor")},
    )


DOWNLOAD = "download and decoding of the same answers"


def links(scale: Scale) -> Iterator[Line]:
    """A hundred links, each on a cluster of its own."""
    estate = Estate(links=scale.of(100), mirrors=scale.of(1000))
    yield from _planned(
        "links", "plan of 100 links x 1,000 mirrors, a cluster per link", estate, scale
    )


def cluster(scale: Scale) -> Iterator[Line]:
    """The same on one cluster, so that one answer holds everything."""
    count = scale.of(100)
    estate = Estate(links=count, mirrors=scale.of(1000), links_per_cluster=count)
    words = ("cluster", "plan of 100 links x 1,000 mirrors in one cluster list")
    with served("replay", str(estate)) as url:
        contest = Contest(url, estate, scale.turns)
        found = held("contest", "turns", str(contest))
        peak = held("contest", "peak", str(contest))
    yield line((*words, DOWNLOAD), found, 1.5)
    size = float(found["largest"])
    yield Line(
        "cluster-memory",
        "its peak memory",
        f"the body of {size / MB:.0f} MB",
        float(peak["peak"]) / size,
        4.0,
        facts={"peak_mb": round(float(peak["peak"]) / MB), "body_mb": round(size / MB)},
    )


def _planned(
    key: str, what: str, estate: Estate, scale: Scale, bound: float = 1.5
) -> Iterator[Line]:
    with served("replay", str(estate)) as url:
        found = held("contest", "turns", str(Contest(url, estate, scale.turns)))
    yield line((key, what, DOWNLOAD), found, bound)


def sources(scale: Scale) -> Iterator[Line]:
    """Ten thousand sources, whose state comes in batches."""
    estate = Estate(sources=scale.of(10_000), topics=50)
    what = "plan of 10,000 sources x 50 topics, batch reads"
    yield from _planned("sources", what, estate, scale, 2.0)


def growth(scale: Scale) -> Iterator[Line]:
    """Ten, a hundred, a thousand links of a thousand mirrors, ten to a cluster."""
    seconds: dict[int, float] = {}
    sizes = {scale.of(links): turns for links, turns in ((10, 5), (100, 3))}
    for links, turns in sizes.items():
        estate = Estate(links=links, mirrors=scale.of(1000), links_per_cluster=10)
        with served("replay", str(estate)) as url:
            contest = Contest(url, estate, min(turns, scale.turns))
            found = held("contest", "alone", str(contest))
        seconds[links * estate.mirrors] = statistics.median(found["ours"])
    estate = Estate(links=scale.of(1000), mirrors=scale.of(1000), links_per_cluster=10)
    with served("replay", str(estate)) as url:
        last = held("contest", "peak", str(Contest(url, estate)))
    peak, seconds[estate.links * estate.mirrors] = last["peak"], last["work"]
    least, most = min(seconds), max(seconds)
    yield Line(
        "growth",
        "growth from 10,000 to 1,000,000 mirrors",
        "linear",
        slope(seconds),
        1.1,
        "exponent",
        facts={f"seconds_{size}": round(each, 3) for size, each in seconds.items()}
        | {"per_mirror": round(seconds[most] / most / (seconds[least] / least), 2)},
    )
    yield Line("growth-memory", "peak memory of the largest", "600 MB", peak / MB, 600, "MB")


def slope(seconds: Mapping[int, float]) -> float:
    """The exponent of growth: 1 is linear, 2 is quadratic. A line through the logarithms."""
    points = [(math.log(size), math.log(each)) for size, each in seconds.items()]
    found = statistics.linear_regression(*zip(*points, strict=True))
    return found.slope


def pause(scale: Scale) -> Iterator[Line]:
    """One link, of whose topics some shall be paused; the sandbox answers."""
    one = Fleet(links=1, mirrors=scale.of(500), astray=scale.of(40), links_per_cluster=1)
    words = ("pause", "apply: pause 40 of 500 mirrors, answers after 50 ms")
    with served("slow", str(LATENCY)) as url:
        yield _applied((*words, "its round trips in a row"), Task(url, one, scale.turns), 1.3)


def fleet(scale: Scale) -> Iterator[Line]:
    """Many links, each with something to pause."""
    many = Fleet(links=scale.of(1000), mirrors=10, astray=2)
    words = ("fleet", "apply at 1,000 links, answers after 50 ms, 16 at once")
    with served("convoy", str(LATENCY), str(many)) as url:
        task = Task(url, many, scale.turns)
        yield _applied((*words, "the fewest requests, phase by phase"), task, 1.5)


def _applied(words: tuple[str, str, str], task: Task, bound: float) -> Line:
    found = held("pausing", str(task))
    seconds = found["seconds"]
    facts = {
        "ours": seconds["ours"],
        "floor": seconds["floor"],
        "requests": found["requests"]["ours"],
        "fewest": sum(task.fleet.phases),
        "ideal_ms": round(task.fleet.ideal(LATENCY) * 1000),
        "work": found["work"],
    }
    return line(words, facts, bound)


def validate(scale: Scale) -> Iterator[Line]:
    """Reading specs."""
    found = held("reading", str(scale.of(10_000)), str(scale.turns))
    against = "YAML's C loader on the same text"
    yield line(("validate", "validate 10,000 documents", against), found, 2.5)


def version(scale: Scale) -> Iterator[Line]:
    """The shortest command."""
    against = "python -c pass"
    yield _started(("version", "reconciler --version", against), startup.version(scale.starts), 4.0)


def command(scale: Scale) -> Iterator[Line]:
    """A whole command on the samples."""
    words = ("command", "reconciler plan of the samples", "importing what it imports of others")
    yield _started(words, startup.plan(scale.starts), 1.6)


def _started(
    words: tuple[str, str, str], pairs: Sequence[tuple[float, float]], bound: float
) -> Line:
    ours, floors = zip(*pairs, strict=True)
    return line(words, {"ours": ours, "floor": floors}, bound)


ROWS: Mapping[str, Callable[[Scale], Iterator[Line]]] = {
    "links": links,
    "cluster": cluster,
    "growth": growth,
    "sources": sources,
    "pause": pause,
    "fleet": fleet,
    "validate": validate,
    "version": version,
    "command": command,
}
"""By the name that `--only` takes."""
