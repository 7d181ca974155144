"""Start-up against its floor, as ratios of whole processes: they hold on a slow machine too.

    reconciler --version    against    python -c pass
    reconciler plan         against    importing the libraries that a plan needs

The libraries are asked of Python itself: every module of other people that the plan imports. What is
beyond them is our own: some 220 modules, and the work of
the plan, with the sandbox that answers it.

Both of a pair run in turns, so that a busy moment hits both; the median counts.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.processes import ROOT


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


def raced(words: tuple[str, ...], floor: tuple[str, ...], turns: int) -> list[tuple[float, float]]:
    """Seconds of two commands, in turns.

    Args:
        words: Words for Python.
        floor: Words for Python that do the least that is needed.
        turns: How often.
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = surroundings(folder)
        for each in (words, floor):
            seconds(each, environment)  # fills the caches
        return [(seconds(words, environment), seconds(floor, environment)) for _ in range(turns)]


def version(turns: int) -> list[tuple[float, float]]:
    """`reconciler --version` against the bare interpreter.

    Args:
        turns: How often.
    """
    return raced(("-m", "reconciler", "--version"), ("-c", "pass"), turns)


def plan(turns: int) -> list[tuple[float, float]]:
    """`reconciler plan` of the samples against what it imports of others.

    Args:
        turns: How often.
    """
    with tempfile.TemporaryDirectory() as folder:
        words = ("-m", "reconciler", "plan", "specs", "--state-dir", f"{folder}/state")
        libraries = Path(folder) / "libraries.py"
        # A few modules exist only inside the one that imports them, or have no name to import by.
        names = [
            n for n in foreign(words, surroundings(folder)) if n.replace(".", "").isidentifier()
        ]
        guarded = [f"try:\n    import {n}\nexcept Exception:\n    pass\n" for n in names]
        libraries.write_text("".join(guarded), encoding="utf-8")
        return raced(words, (str(libraries),), turns)
