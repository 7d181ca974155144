"""The group, its help, and what an error becomes."""

import sys
from difflib import unified_diff
from pathlib import Path

import click
import pytest

from reconciler import __main__ as entry
from reconciler import __version__
from reconciler.cli import main
from reconciler.errors import (
    AuthFailed,
    Diagnostic,
    ReconcilerError,
    SpecInvalid,
    UsageError,
)
from tests.e2e.person import Person, Ran
from tests.unit.cli.conftest import Command
from tests.unit.cli.streams import abandoned

HELP = sorted((Path(__file__).parent / "help").glob("*.txt"))


@pytest.mark.parametrize("file", HELP, ids=lambda file: file.stem)
def test_the_help_of_every_command_reads_like_this(file: Path, command: Command) -> None:
    """Compared word by word: how lines are filled is the library's affair."""
    words = [word for word in file.stem.split("-") if word != "reconciler"]
    ran = command(*words, "--help")

    assert (ran.code, ran.err) == (0, "")
    assert list(unified_diff(file.read_text().split(), ran.out.split(), lineterm="")) == []


def test_every_command_has_its_help_here() -> None:
    commands = {
        file.stem for file in HELP if not file.stem.startswith(("sandbox-", "ledger-", "ci-"))
    }

    assert commands == {"reconciler", *main.COMMANDS}


def test_the_version_is_told_by_every_spelling(
    command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["reconciler", "--version"])
    entry.main()
    fast = capsys.readouterr()

    assert fast == (f"reconciler {__version__}\n", "")
    assert command("-V") == Ran(0, f"reconciler {__version__}\n", "")


def test_the_process_ends_with_the_code_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["reconciler", "nonsense"])
    with pytest.raises(SystemExit) as ended:
        entry.main()

    assert ended.value.code == 2


def test_ctrl_c_before_a_command_has_begun_is_an_interruption(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def impatient() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["reconciler", "plan"])
    monkeypatch.setattr(main, "run", impatient)
    with pytest.raises(SystemExit) as ended:
        entry.main()

    assert (ended.value.code, capsys.readouterr()) == (6, ("", "Interrupted.\n"))


def test_streams_that_were_closed_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["reconciler", "nonsense"])
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with pytest.raises(SystemExit) as ended:
        entry.main()
    for stream in (sys.stdout, sys.stderr):
        assert stream.name
        stream.close()

    assert ended.value.code == 2


def test_a_closed_stdin_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["reconciler", "nonsense"])
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(SystemExit):
        entry.main()
    with sys.stdin as stream:
        found = (stream.isatty(), stream.read())

    assert found == (False, "")


def test_an_error_that_cannot_be_written_keeps_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (["nonsense"], ["plan", "nowhere"], ["plan", "nowhere", "--log-format", "json"]):
        with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
            monkeypatch.setattr(sys, "stderr", full)
            code = main.run(words)

        assert code == 2


def test_an_unknown_command_is_told(command: Command) -> None:
    ran = command("nonsense")

    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'nonsense'" in ran.err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        pytest.param(
            click.Abort(), 2, "\nNot approved; nothing was done.\n", id="a-no-at-the-question"
        ),
        pytest.param(KeyboardInterrupt(), 6, "\nInterrupted.\n", id="ctrl-c"),
        pytest.param(ReconcilerError("no\nluck"), 1, "Error: no\nluck\n", id="two-lines"),
        pytest.param(UsageError("bad \x1b[31m"), 2, "Error: bad \\x1b[31m\n", id="escaped"),
        pytest.param(
            AuthFailed("west", "GET /links", "refused", "look at the key", 401, "r-1"),
            1,
            "Error: west: GET /links: refused (request id r-1); look at the key\n",
            id="provider",
        ),
        pytest.param(
            SpecInvalid((Diagnostic("a.yaml", 3, 1, "Source/a", "spec", "is wrong", "mend it"),)),
            2,
            "a.yaml:3:1: Source/a: spec: is wrong; mend it\n\n"
            "1 error in the specs; nothing was done.\n",
            id="one-spec-error",
        ),
        pytest.param(
            SpecInvalid((Diagnostic("a.yaml", 3, 1), Diagnostic("b.yaml", 0, 0))),
            2,
            "a.yaml:3:1: \nb.yaml: \n\n2 errors in the specs; nothing was done.\n",
            id="two-spec-errors",
        ),
    ],
)
def test_an_error_becomes_a_sentence_and_a_code(
    error: Exception, code: int, told: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(main, "root", failing)
    ran = command()

    assert ran == Ran(code, "", told)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("plan", "--state-dir", "{}"), id="state"),
        pytest.param(("validate", "--env", "prod", "--values", "{}"), id="values"),
        pytest.param(("init", "--sandbox", "{}"), id="init"),
        pytest.param(
            ("dump", "--connection", "streamkap-demo", "specs/connections.yaml", "--out", "{}"),
            id="dump",
        ),
    ],
)
def test_a_path_that_the_system_refuses_is_told(words: tuple[str, ...], command: Command) -> None:
    """Python looks away from a few errors of `exists`, and raises the others."""
    ran = command(*(word.format("x" * 300) for word in words))

    assert ran.code in {1, 2}
    assert ran.err.splitlines()[-1].startswith("Error: ")
    assert ran.err.endswith(": File name too long\n")


def test_a_list_of_files_is_read_nowhere_else_than_here(
    home: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, gone = str(home.folder / "specs"), home.folder / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code = main.run(["plan", "--ledger", "none", "--files-from", "/dev/null", specs])

    assert (code, "does not exist any more" in capsys.readouterr().err) == (2, True)


def test_help_that_cannot_be_written_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdout", full)
        code = main.run(["plan", "--help"])

    told = "Error: the result cannot be written: No space left on device\n"
    assert (code, capsys.readouterr().err) == (1, told)


def test_output_that_nobody_reads_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    with abandoned() as gone:
        monkeypatch.setattr(sys, "stdout", gone)
        code = main.run(["schema", "plan"])

    assert code == 1
