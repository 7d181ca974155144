"""The two commands that take their time, at the same time."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reconciler.sandbox import open_sandbox
from tests.e2e.person import PATIENCE, Person, settle_down, wall

Process = subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, Process, Path]]:
    """The demo, and a plan on a sandbox that another process holds."""
    with ExitStack() as stack:
        somebody = settle_down(tmp_path_factory.mktemp("busy") / "home")
        place = somebody.folder / ".reconciler/sandbox"
        stack.enter_context(open_sandbox(place, clock=wall))
        elsewhere = Person(tmp_path_factory.mktemp("demo"))
        processes = (elsewhere.begin("demo"), somebody.begin("plan"))
        for process in processes:
            stack.callback(process.communicate)  # of a test that another worker has, nobody did
            stack.callback(process.kill)
        yield (*processes, place)


def test_the_demo_tells_its_story_to_the_end(begun: tuple[Process, Process, Path]) -> None:
    demo, _, _ = begun
    out, _ = demo.communicate(timeout=PATIENCE)

    story = [line for line in out.decode().splitlines() if line.startswith(("$ ", "[exit "))]
    assert demo.returncode == 0
    assert story == [
        "$ reconciler validate",
        "[exit 0]",
        "$ reconciler plan",
        "[exit 0]",
        "$ reconciler apply --auto-approve --wait settled",
        "[exit 0]",
        "$ reconciler plan --detailed-exitcode",
        "[exit 0]",
        "$ reconciler drift",
        "[exit 4]",
        "$ reconciler apply --auto-approve --allow disruptive --wait settled",
        "[exit 0]",
        "$ reconciler plan --detailed-exitcode",
        "[exit 0]",
    ]


def test_a_sandbox_in_use_is_told_after_a_while(begun: tuple[Process, Process, Path]) -> None:
    _, plan, place = begun
    out, err = plan.communicate(timeout=PATIENCE)

    holder = f"another command (process {os.getpid()})"
    told = (
        f"Waiting for {holder}, which uses the sandbox in {place}; at most 10 s.\n"
        f"Error: {holder} uses the sandbox in {place}; wait for it, or run "
        "`reconciler sandbox serve` and point several commands at it\n"
    )
    assert (plan.returncode, out.decode(), err.decode()) == (1, "", told)
