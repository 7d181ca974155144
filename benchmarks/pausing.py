"""Whole applies against the sandbox with latency: ours, the floor, and a loop over topics.

    python -m benchmarks.pausing '{"url": ..., "fleet": {...}, "turns": 5, "who": ["ours", "floor"]}'

Each begins with the same world and a new ledger. Ours is plan and apply, from the first read to the
look that shows everything paused; its clients are made and its specs are read beforehand.
"""

import asyncio
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory

from benchmarks import floors, naive, ours
from benchmarks.contest import Watch
from benchmarks.estates import KEY
from benchmarks.fleet import Fleet
from benchmarks.floors import httpx
from reconciler.engine.applying import ApplyAsk, apply_plan
from reconciler.engine.halting import Halt
from reconciler.model.desired import Desired
from reconciler.model.outcome import Result

PATIENCE = 120.0
ENOUGH = 120.0
"""Seconds after which no other turn begins."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done.

    Attributes:
        url: Where the sandbox is served.
        fleet: What its world shall be.
        turns: How often.
        who: `ours`, `floor`, `naive`, `ten`: who does it, in this order, in turns.
    """

    url: str
    fleet: Fleet
    turns: int = 5
    who: tuple[str, ...] = ("ours", "floor")

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of(cls, text: str) -> "Task":
        """As it was handed over."""
        given = json.loads(text)
        return cls(**given | {"fleet": Fleet(**given["fleet"])})


async def applied(task: Task, desired: Desired) -> Watch:
    """The time of one plan and its apply."""
    with TemporaryDirectory() as folder, ours.ledger_in(folder) as ledger:
        async with ours.opened(desired, ledger) as command:
            watch = Watch()
            planned = await command.plan()
            halt = Halt(command.clock, command.clock.monotonic() + PATIENCE)
            ask = ApplyAsk(halt, command.memory)
            report = await apply_plan(planned, command.providers, ask, lambda _: None)
            watch.stop()
    results = Counter(item.result for item in report.items)
    if results != {Result.SETTLED: task.fleet.links * task.fleet.astray}:
        raise RuntimeError(f"not everything was settled: {results}, {report.warnings}")
    return watch


async def least(task: Task) -> Watch:
    """The time of the fewest requests, each phase after the other."""
    async with client(task) as http:
        watch = Watch()
        for phase in task.fleet.asks():
            await floors.exchange(http, phase, task.fleet.concurrency)
        watch.stop()
    return watch


async def looped(task: Task, at_once: int) -> Watch:
    """The time of a loop over topics."""
    async with client(task) as http:
        watch = Watch()
        await naive.pause_all(http, task.fleet.one_by_one(), at_once)
        watch.stop()
    return watch


def client(task: Task) -> httpx.AsyncClient:
    """A client that is let in."""
    return floors.client(base_url=task.url, auth=KEY)


async def begin(task: Task) -> None:
    """The same world again, with an empty log."""
    async with client(task) as http:
        for method, path, body in (
            ("PUT", "world", json.dumps(task.fleet.world())),
            ("DELETE", "requests", ""),
        ):
            answer = await http.request(
                method, f"/_sandbox/{path}", content=body or None, timeout=PATIENCE
            )
            answer.raise_for_status()


async def counted(task: Task) -> int:
    """Requests since the world began."""
    async with client(task) as http:
        found = (await http.get("/_sandbox/requests", timeout=PATIENCE)).json()
    return len(found if isinstance(found, list) else found["requests"])


async def main(task: Task) -> dict[str, object]:
    """Let everybody do it, in turns; the first round warms and counts."""
    desired = ours.desired_of(task.fleet.specs(task.url))
    ways: dict[str, Callable[[], Awaitable[Watch]]] = {
        "ours": lambda: applied(task, desired),
        "floor": lambda: least(task),
        "naive": lambda: looped(task, 1),
        "ten": lambda: looped(task, 10),
    }
    seconds: dict[str, list[float]] = {who: [] for who in task.who}
    work: dict[str, list[float]] = {who: [] for who in task.who}
    requests: dict[str, int] = {}
    await begin(task)
    await applied(task, desired)
    began = time.perf_counter()
    for turn in range(task.turns):
        if turn and time.perf_counter() - began > ENOUGH:
            break
        for who in task.who:
            await begin(task)
            watch = await ways[who]()
            seconds[who].append(watch.wall)
            work[who].append(watch.work)
            requests[who] = await counted(task)
    both = zip(work["ours"], work["floor"], strict=True)
    ratio = statistics.median(one / other for one, other in both)
    return {"seconds": seconds, "requests": requests, "work": round(ratio, 2)}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(Task.of(sys.argv[1])))))
