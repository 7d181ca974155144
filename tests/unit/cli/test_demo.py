"""The demo, but for its waits: the whole of it runs in `tests/e2e`."""

import os
import shutil
from pathlib import Path

import anyio
import pytest

from reconciler.cli import demo
from reconciler.cli.console import Console
from reconciler.errors import ReconcilerError
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import Command


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What the demo would run; nothing is."""
    told: list[list[str]] = []
    monkeypatch.setattr(demo, "_run", lambda words, _: told.append(list(words)))
    monkeypatch.setattr(demo, "SHOWN_AFTER", 0)
    return told


def _folder(ran: Ran) -> Path:
    """The folder that the first line names."""
    return Path(ran.out.removeprefix("# A new folder, ").partition(",")[0])


def test_the_folder_is_removed_when_the_story_is_told(
    story: list[list[str]], command: Command
) -> None:
    here = Path.cwd()
    ran = command("demo")

    assert ran.code == 0
    assert [words[0] for words in story] == [
        "validate",
        "plan",
        "apply",
        "plan",
        "drift",
        "apply",
        "plan",
    ]
    assert ran.out.endswith(
        "For your account, and to look only:                   reconciler init\n"
    )
    assert not _folder(ran).exists()
    assert Path.cwd() == here


def test_a_teams_ledger_and_environment_are_not_for_the_story(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = {"RECONCILER_LEDGER": "none", "RECONCILER_ENV": "prod"}
    for name, value in lent.items():
        monkeypatch.setenv(name, value)
    seen: list[str] = []
    monkeypatch.setattr(demo, "_story", lambda _: seen.extend(lent.keys() & os.environ.keys()))
    ran = command("demo")

    assert (ran.code, seen) == (0, [])
    assert {name: os.environ[name] for name in lent} == lent


def test_the_folder_may_be_kept(
    story: list[list[str]], command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(demo.tempfile, "mkdtemp", lambda prefix: str(tmp_path / prefix))
    (tmp_path / "reconciler-demo-").mkdir()
    ran = command("demo", "--keep")

    assert len(story) == 7
    assert ran.out.endswith(f"# To go on: cd {tmp_path / 'reconciler-demo-'}\n")
    assert (tmp_path / "reconciler-demo-/specs/orders.yaml").is_file()


def test_a_command_is_run_as_a_person_would(
    home: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    assert home.folder == Path.cwd()
    demo._run(["validate"], 0)

    assert capsys.readouterr().out == (
        "$ reconciler validate\n"
        "Valid: 2 connections, 3 sources, 1 cluster link in 5 files.\n"
        "[exit 0]\n"
    )


def test_an_unexpected_code_ends_the_story(home: Person) -> None:
    assert home.folder == Path.cwd()
    with pytest.raises(ReconcilerError, match="the demo expected exit 4 here, not 0"):
        demo._run(["validate"], 4)


def test_what_is_done_by_hand_is_done(
    home: Person, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "SHOWN_AFTER", 0)
    anyio.run(demo._by_hand, Console())

    writes = {str(entry["path"]) for entry in home.requests() if entry["method"] == "POST"}
    assert "/sources/snapshot" in writes
    assert "audit.logins" in command("drift", *NOW).out


def test_what_the_sandbox_refuses_ends_the_story(
    home: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.world("confluent: {credentials: [{key: demo, secret: demo}], clusters: []}")
    monkeypatch.setattr(demo, "BY_HAND", demo.BY_HAND[:1])
    with pytest.raises(ReconcilerError, match="the sandbox refused: "):
        anyio.run(demo._by_hand, Console())


def test_a_command_that_is_interrupted_ends_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.cli.main.run", lambda _: 6)
    with pytest.raises(demo._EndedEarly):
        demo._run(["plan"], 0)


@pytest.mark.parametrize(("words", "kept"), [((), False), (("--keep",), True)])
def test_an_interrupted_story_says_what_becomes_of_its_folder(
    words: tuple[str, ...], kept: bool, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise demo._EndedEarly

    monkeypatch.setattr(demo, "_run", interrupted)
    ran = command("demo", *words)
    folder = _folder(ran)

    left = f"{folder} is left" if kept else "its folder is removed"
    assert (ran.code, ran.err) == (6, f"The demo ends here; {left}.\n")
    assert folder.exists() == kept
    shutil.rmtree(folder, ignore_errors=True)
