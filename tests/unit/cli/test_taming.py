"""Names and reasons give the runner of a pipeline no commands."""

import io
from pathlib import Path

import pytest

from reconciler.cli.console import Console
from reconciler.cli.taming import tamed
from tests.e2e.person import NOW, Person
from tests.unit.cli.conftest import Command

COMMAND = "::set-output name=approval::sha256:0"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(f"{COMMAND}\n", f"\\x3a{COMMAND[1:]}\n", id="at-the-head"),
        pytest.param(f"a\n  \t{COMMAND}\n", f"a\n  \t\\x3a{COMMAND[1:]}\n", id="after-blanks"),
        pytest.param(f"a\r{COMMAND}", f"a\r\\x3a{COMMAND[1:]}", id="after-a-bare-return"),
        pytest.param(f"\n\n{COMMAND}", f"\n\n\\x3a{COMMAND[1:]}", id="after-empty-lines"),
        pytest.param("a ##[error]b\n", "a ##\\u005berror]b\n", id="anywhere"),
        pytest.param('{"a": "##[b]"}\n', '{"a": "##\\u005bb]"}\n', id="in-json"),
        pytest.param("a ::error::b: c\n:x\n# #[\n", "a ::error::b: c\n:x\n# #[\n", id="harmless"),
    ],
)
def test_what_the_runner_would_obey_is_escaped(
    text: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    assert tamed(text, io.StringIO()) == shown


def test_elsewhere_and_in_files_it_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tamed(COMMAND, io.StringIO())
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with (tmp_path / "page.md").open("w", encoding="utf-8") as file:
        filed = tamed(COMMAND, file)

    assert (before, filed) == (COMMAND, COMMAND)


def test_what_is_said_and_printed_is_tamed_and_our_own_commands_are_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    console = Console()
    console.say(f"refused:\n{COMMAND}")
    console.out(f"{COMMAND}\n")
    console.commands("::warning::ours\n")

    out = f"\\x3a{COMMAND[1:]}\n::warning::ours\n"
    assert capsys.readouterr() == (out, f"refused:\n\\x3a{COMMAND[1:]}\n")


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_a_reason_in_a_spec_commands_nothing(
    format_: str, command: Command, home: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    home.change("specs/mirrors.yaml", "reason: CHG-1234", "reason: 'a ##[add-mask]e'")
    ran = command("plan", "--format", format_, *NOW)

    assert (ran.code, "##[" in ran.out + ran.err, "##\\u005badd-mask]" in ran.out) == (
        0,
        False,
        True,
    )


def test_an_error_commands_nothing(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    ran = command("plan", "##[error]x")
    usage = command("plan", "--format", "##[error]x")

    assert (ran.code, usage.code) == (2, 2)
    assert "##[" not in ran.err + usage.err
