"""Requests and time against the number of topics that shall be paused: what the charts show."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.fleet import Fleet
from benchmarks.pausing import Task
from benchmarks.processes import held, served

WHO: Mapping[str, str] = {
    "naive": "a call and a poll per topic",
    "ten": "the same, ten topics at once",
    "ours": "reconciler apply",
    "floor": "the fewest requests, in a row",
}
"""Who does it, as the charts call them."""

TOPICS = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement.

    Attributes:
        who: Key of `WHO`.
        topics: Topics that were paused.
        requests: Requests that it took.
        seconds: How long it took, a median.
    """

    who: str
    topics: int
    requests: int
    seconds: float

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        return asdict(self)


def curves(latency: float, sizes: Sequence[int] = TOPICS, turns: int = 3) -> list[Point]:
    """Measure everybody at every size, in turns.

    Args:
        latency: Seconds from a question to its answer.
        sizes: Numbers of topics.
        turns: How often.
    """
    points = []
    with served("slow", str(latency)) as url:
        for size in sizes:
            fleet = Fleet(links=1, mirrors=max(sizes) + 1, astray=size, links_per_cluster=1)
            found = held("pausing", str(Task(url, fleet, turns, tuple(WHO))))
            points += [
                Point(
                    who,
                    size,
                    found["requests"][who],
                    round(statistics.median(found["seconds"][who]), 3),
                )
                for who in WHO
            ]
    return points
