"""Heavy libraries are imported by the commands that need them, and not before."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.code import ROOT

PROBE = """
import sys
sys.argv = ["reconciler", *{words!r}]
from reconciler.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
finally:
    print("\\n" + " ".join(sorted(sys.modules)))
"""
SLOW = {
    "anyio", "asyncio", "click", "deepdiff", "httpx", "msgspec", "psycopg", "pydantic", "rich",
    "sqlite3", "stamina", "starlette", "structlog", "uvicorn", "yaml",
}  # fmt: skip


def imported(words: list[str]) -> set[str]:
    """Modules that a command has imported by its end; its output is no terminal.

    Measuring coverage imports modules of its own, so that it is left out here.
    """
    bare = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(words=words)],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_version_is_told_by_the_bare_interpreter() -> None:
    assert imported(["--version"]) & (SLOW | {"reconciler.cli", "reconciler.cli.main"}) == set()


def test_help_needs_click_alone() -> None:
    assert imported(["--help"]) & SLOW == {"click"}


def test_validate_needs_nothing_that_speaks_to_vendors() -> None:
    loaded = imported(["validate", "specs"])

    assert loaded & SLOW <= {"anyio", "asyncio", "click", "msgspec", "pydantic", "yaml"}


def test_looking_at_a_ledger_needs_nothing_that_speaks_to_vendors(tmp_path: Path) -> None:
    loaded = imported(["history", "--ledger", str(tmp_path / "ledger.db")])

    assert loaded & SLOW <= {"anyio", "click", "msgspec", "sqlite3"}


@pytest.mark.parametrize("library", ["deepdiff", "structlog", "uvicorn", "rich"])
def test_plan_needs_nothing_that_only_terminals_and_servers_need(
    library: str, planned: set[str]
) -> None:
    """The HTTP library would bring `rich` along for a command of its own."""
    assert library not in planned


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What a plan on the embedded sandbox imports."""
    state: Path = tmp_path_factory.mktemp("state")
    return imported(["plan", "specs", "--state-dir", str(state)])
