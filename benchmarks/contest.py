"""One contest in a process of its own.

    turns    ours and the floor in turns
    alone    ours again and again
    peak     ours once, for its memory

    python -m benchmarks.contest turns '{"url": ..., "estate": {...}, "turns": 5, "concurrency": 16}'

Specs are read and clients are made beforehand, so that one engine call stands against one download.
What each made is thrown away, and the garbage collected, before the other one begins.

Memory is the most that the process ever held (`VmHWM`) less what it held when all was imported
(`VmRSS`), so that it counts the specs and everything that the plan needs on its way.
"""

import asyncio
import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio

from benchmarks import floors, ours
from benchmarks.estates import Estate, specs
from benchmarks.replay import LOG
from reconciler.engine.planning import Planned
from reconciler.model.desired import Desired
from reconciler.model.verdict import Verdict

ENOUGH = 120.0
"""Seconds after which no other turn begins."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What is held against what.

    Attributes:
        url: Where the estate is served.
        estate: What is there.
        turns: How often.
        concurrency: Requests at once.
    """

    url: str
    estate: Estate
    turns: int = 5
    concurrency: int = 16

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Contest":
        """As it was handed over."""
        given = json.loads(text)
        return cls(**given | {"estate": Estate(**given["estate"])})

    def rounds(self) -> Iterator[int]:
        """The turns, as many as there is time for, at least one."""
        began = time.perf_counter()
        for turn in range(self.turns):
            if turn and time.perf_counter() - began > ENOUGH:
                return
            yield turn

    def desired(self) -> Desired:
        """What the specs of the estate say."""
        return ours.desired_of(specs(self.estate, self.url, self.concurrency))


def memory(field: str) -> int:
    """Bytes that this process holds (`VmRSS`), or held at most (`VmHWM`).

    A child's own `ru_maxrss` would begin with what its parent held, so it is the last resort.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


class Watch:
    """Time since it was made.

    Attributes:
        wall: Seconds of the clock on the wall.
        work: Seconds of this process's processor, which a busy machine does not stretch as much.
    """

    def __init__(self) -> None:
        gc.collect()
        self._began = (time.perf_counter(), time.process_time())
        self.wall = self.work = 0.0

    def stop(self) -> None:
        """Note the time."""
        self.wall = time.perf_counter() - self._began[0]
        self.work = time.process_time() - self._began[1]


def plan(desired: Desired) -> tuple[Watch, Planned]:
    """The time of one plan, and the plan."""
    found: list[tuple[Watch, Planned]] = []

    async def main() -> None:
        # Nothing is returned: asyncio puts what a task returns into a `repr`, which takes seconds.
        async with ours.opened(desired) as command:
            watch = Watch()
            planned = await command.plan()
            watch.stop()
            found.append((watch, planned))

    anyio.run(main)
    return found[0]


async def floor(contest: Contest, asks: list[floors.Ask]) -> tuple[Watch, list[int]]:
    """The time of the same requests, and the bytes of their answers."""
    async with floors.client(contest.url) as http:
        watch = Watch()
        _, sizes = await floors.exchange(http, asks, contest.concurrency)
        watch.stop()
    return watch, sizes


def told(planned: Planned, estate: Estate) -> dict[str, int]:
    """What a plan holds; a plan that did not see everything is no plan.

    Raises:
        RuntimeError: It did not.
    """
    findings = planned.plan.findings
    changes = sum(f.covers for f in findings if f.verdict is Verdict.CHANGE)
    if planned.plan.incomplete or changes != estate.changes:
        raise RuntimeError(
            f"{changes} changes instead of {estate.changes}: {planned.plan.incomplete}"
        )
    return {
        "changes": changes,
        "in_sync": sum(f.covers for f in findings if f.verdict is Verdict.IN_SYNC),
        "calls": len(planned.plan.steps),
    }


async def asked(contest: Contest) -> list[floors.Ask]:
    """The requests that ours sent since the last time."""
    async with floors.client() as http:
        log = (await http.get(contest.url + LOG)).json()
    return [(method, target, body) for method, target, body in log]


def turns(contest: Contest) -> dict[str, object]:
    """Ours and the floor in turns."""
    desired = contest.desired()
    _, planned = plan(desired)  # warms both sides, and tells what is sent
    asks = anyio.run(asked, contest)
    found = told(planned, contest.estate)
    del planned
    sizes = asyncio.run(floor(contest, asks))[1]
    pairs = []
    for _ in contest.rounds():
        watch = plan(desired)[0]
        pairs.append((watch, asyncio.run(floor(contest, asks))[0]))
    return {
        "ours": [one.wall for one, _ in pairs],
        "floor": [other.wall for _, other in pairs],
        "work": round(statistics.median(one.work / other.work for one, other in pairs), 2),
        "turns": len(pairs),
        "requests": len(asks),
        "bytes": sum(sizes),
        "largest": max(sizes),
        **found,
    }


def alone(contest: Contest) -> dict[str, object]:
    """Ours again and again, once warm: seconds of the processor, which alone can show a slope."""
    desired = contest.desired()
    found = told(plan(desired)[1], contest.estate)
    asks = anyio.run(asked, contest)
    seconds = [plan(desired)[0].work for _ in contest.rounds()]
    return {"ours": seconds, "requests": len(asks), **found}


def peak(contest: Contest) -> dict[str, object]:
    """The most memory that one plan needs."""
    before = memory("VmRSS")
    watch, planned = plan(contest.desired())
    most = memory("VmHWM")
    return {"peak": most - before, "work": watch.work, **told(planned, contest.estate)}


if __name__ == "__main__":
    given = Contest.of(sys.argv[2])
    print(json.dumps({"turns": turns, "alone": alone, "peak": peak}[sys.argv[1]](given)))
