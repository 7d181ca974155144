"""Start-up against its floor, as ratios of whole processes: they hold on a slow machine too.

    reconciler --version    against    python -c pass
    reconciler plan         against    importing the libraries that a plan needs

The bound of the plan has room for what our own modules cost beside the libraries: some 170 files, a
third of whose time goes into making dataclasses, and a tenth into making pydantic models.

Both of a pair run in turns, so that a busy moment hits both; the median counts. Exits 1 where a
ratio is out of bounds.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
TURNS = 15
LIBRARIES = "anyio, asyncio, click, httpx, msgspec, pydantic, sqlite3, stamina, starlette.applications, yaml"
"""What `reconciler plan` on the sandbox imports of others; `rich` comes with httpx."""


@dataclass(frozen=True, slots=True)
class Race:
    """Two commands and how much slower the first may be.

    Attributes:
        name: What is measured.
        words: Words for Python.
        floor: Words for Python that do the least that is needed.
        bound: The largest ratio that is fine.
    """

    name: str
    words: tuple[str, ...]
    floor: tuple[str, ...]
    bound: float


def races(state: str) -> tuple[Race, ...]:
    """What is measured.

    Args:
        state: Folder for the sandbox.
    """
    plan = ("-m", "reconciler", "plan", "specs", "--state-dir", state)
    return (
        Race("reconciler --version", ("-m", "reconciler", "--version"), ("-c", "pass"), 4.0),
        Race("reconciler plan", plan, ("-c", f"import {LIBRARIES}"), 3.2),
    )


def surroundings(folder: str) -> dict[str, str]:
    """An environment in which compiled modules are kept, whatever this one says.

    Args:
        folder: Where to keep them.
    """
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": folder}


def seconds(words: tuple[str, ...], environment: dict[str, str]) -> float:
    """How long one process takes."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - began


def medians(race: Race, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of both commands."""
    for words in (race.words, race.floor):
        seconds(words, environment)  # fills the caches
    turns = [
        (seconds(race.words, environment), seconds(race.floor, environment)) for _ in range(TURNS)
    ]
    ours, floors = zip(*turns, strict=True)
    return statistics.median(ours), statistics.median(floors)


def main() -> int:
    """Measure, print, and judge."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = surroundings(f"{folder}/compiled")
        for race in races(f"{folder}/state"):
            ours, floor = medians(race, environment)
            times = ours / floor
            word = "ok" if times <= race.bound else "TOO SLOW"
            missed += times > race.bound
            print(
                f"{race.name:22} {ours * 1000:6.0f} ms   floor {floor * 1000:6.0f} ms   "
                f"ratio {times:4.2f}   bound {race.bound:3.1f}   {word}"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
