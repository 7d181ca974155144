"""Processes of ours: started with a limit of time, ended by their own handle."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 900.0
"""Seconds that one process may take."""


@contextmanager
def served(module: str, *words: str) -> Iterator[str]:
    """A server in a process of its own.

    Args:
        module: What serves: it prints its address, and ends when its stdin does.
        words: What it is told.

    Yields:
        Its address.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            address = server.stdout.readline().strip() if server.stdout else ""
            if not address:
                raise RuntimeError(f"{module} did not start")
            yield address
        finally:
            server.kill()


def held(module: str, *words: str) -> Mapping[str, object]:
    """What a contest in a process of its own says.

    Args:
        module: What is run: it prints one JSON object.
        words: What it is told.
    """
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    found: Mapping[str, object] = json.loads(done.stdout)
    return found
