"""Other processes that use the same ledger."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def other_processes(verb: str, place: str, count: int) -> list[tuple[str, int]]:
    """Let processes do the same at the same time: what each said, and how it ended."""
    command = [sys.executable, "-m", "tests.support.ledger_process", verb, place]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    return [(process.communicate(timeout=60)[0], process.returncode) for process in running]
