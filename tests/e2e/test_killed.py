"""Applies killed with SIGKILL wherever they were; `tests/soak/killed.py` plays it, and more often."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = 7
TIMES = 3
TOLD = re.compile(
    r"(\w+): (\d+) times, (\d+) applies killed \(\d+ after they began to send\), \d+ doubts ended by "
    r"evidence, \d+ topics by a word; no topic was started twice\n"
)


@pytest.mark.parametrize("ledger", ["sqlite", "postgres"])
def test_whenever_apply_is_killed_no_topic_is_started_twice(ledger: str) -> None:
    """Each time is played to its end: what is wanted is so, after a word where nobody can know."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(
        [
            sys.executable, ROOT / "tests/soak/killed.py",
            "--times", str(TIMES), "--seed", str(SEED), "--ledger", ledger,
        ],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )  # fmt: skip

    found = TOLD.fullmatch(done.stdout)
    assert found, (done.stdout, done.stderr)
    assert (done.returncode, found[1], int(found[2])) == (0, ledger, TIMES)
    assert int(found[3]) > 0
