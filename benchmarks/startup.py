"""Start-up against its floor, as ratios of whole processes: they hold on a slow machine too.

    reconciler --version    against    python -c pass
    reconciler plan         against    importing the libraries that a plan needs

The libraries are asked of Python itself: every module of other people that the plan imports. What is
beyond them is our own: some 170 modules, a third of whose time goes into making dataclasses, and the
work of the plan, with the sandbox that answers it.

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
TURNS = 21


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


def races(plan: tuple[str, ...], libraries: Path) -> tuple[Race, ...]:
    """What is measured.

    Args:
        plan: Words for Python that make a plan of the samples.
        libraries: A script that imports what the plan imports of others.
    """
    return (
        Race("reconciler --version", ("-m", "reconciler", "--version"), ("-c", "pass"), 4.0),
        Race("reconciler plan", plan, (str(libraries),), 1.6),
    )


def foreign(plan: tuple[str, ...], environment: dict[str, str]) -> list[str]:
    """The modules of other people that a plan imports, in the order it does, as Python tells it.

    Args:
        plan: Words for Python that make a plan of the samples.
        environment: Of the process.
    """
    words = [sys.executable, "-X", "importtime", *plan]
    told = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    names = [line.rsplit("|", 1)[1].strip() for line in told.stderr.splitlines() if "|" in line]
    own = ("reconciler", "imported package", "__", "sitecustomize", "usercustomize")
    return [name for name in names if not name.startswith(own)]


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


def measured(race: Race, environment: dict[str, str]) -> tuple[float, float, float]:
    """Seconds of both commands and their ratio, each a median; the ratio is taken turn by turn."""
    for words in (race.words, race.floor):
        seconds(words, environment)  # fills the caches
    turns = [
        (seconds(race.words, environment), seconds(race.floor, environment)) for _ in range(TURNS)
    ]
    ours, floors = zip(*turns, strict=True)
    times = statistics.median(one / other for one, other in turns)
    return statistics.median(ours), statistics.median(floors), times


def main() -> int:
    """Measure, print, and judge."""
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        environment = surroundings(f"{folder}/compiled")
        plan = ("-m", "reconciler", "plan", "specs", "--state-dir", f"{folder}/state")
        libraries = Path(folder) / "libraries.py"
        # A few modules exist only inside the one that imports them, or have no name to import by.
        names = [n for n in foreign(plan, environment) if n.replace(".", "").isidentifier()]
        guarded = [f"try:\n    import {n}\nexcept Exception:\n    pass\n" for n in names]
        libraries.write_text("".join(guarded), encoding="utf-8")
        for race in races(plan, libraries):
            ours, floor, times = measured(race, environment)
            word = "ok" if times <= race.bound else "TOO SLOW"
            missed += times > race.bound
            print(
                f"{race.name:22} {ours * 1000:6.0f} ms   floor {floor * 1000:6.0f} ms   "
                f"ratio {times:4.2f}   bound {race.bound:3.1f}   {word}"
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
