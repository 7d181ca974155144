"""A place in which pages are followed."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pages import Shell

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A shell in a folder with the sample specs and a sandbox that nobody has touched."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    (tmp_path / ".reconciler").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("RECONCILER_ALLOWED_HOSTS", raising=False)
    shell = Shell(tmp_path, capsys)
    yield shell
    shell.end()


@pytest.fixture
def bare_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("RECONCILER_ALLOWED_HOSTS", "RECONCILER_LEDGER", "CI"):
        monkeypatch.delenv(name, raising=False)
    shell = Shell(tmp_path, capsys)
    before = dict(os.environ)
    yield shell
    shell.end()
    for name in os.environ.keys() - before:
        del os.environ[name]  # what the page exported
