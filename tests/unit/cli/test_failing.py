"""What is said where a command ends in an error: hints for people, JSON lines for programs."""

import json
import sys

import pytest

from reconciler.cli import failing, main
from reconciler.cli.hints import _COMMANDS, _OPTIONS
from reconciler.model.address import Kind
from reconciler.spec.naming import listed
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import Command
from tests.unit.cli.streams import Tty

READS = "`reconciler plan` shows what would be done, and only reads."
NO_CHOICE = "Invalid value for '--allow': 'everything' is not 'disruptive'."


def last_line(ran: Ran) -> str:
    return ran.err.splitlines()[-1]


def told(ran: Ran) -> list[dict[str, object]]:
    """Every line of stderr as JSON, without its time."""
    rows = [json.loads(line) for line in ran.err.splitlines() if line]
    assert all(row.pop("timestamp").endswith("Z") for row in rows)
    return rows


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("apply", "--yes"), "No such option '--yes'. Write --auto-approve."),
        (("apply", "-y"), "No such option '-y'. Write --auto-approve."),
        (
            ("apply", "--dry-run"),
            f"No such option '--dry-run'. {READS}",
        ),
        (
            ("apply", "--allow", "everything"),
            f"{NO_CHOICE} Write --allow disruptive.",
        ),
        (("plan", "--json"), "No such option '--json'. Write --format json."),
        (
            ("plan", "-f", "specs"),
            "No such option '-f'. Specs are named without an option: reconciler plan PATH.",
        ),
        (
            ("plan", "--var", "A=1"),
            "No such option '--var'. Values stand in values/NAME.yaml; write --env NAME.",
        ),
        (("plan", "--environment", "a"), "No such option '--environment'. Write --env NAME."),
        (("plan", "--target", "x"), "No such option '--target'. Write --select KIND/NAME[/TOPIC]."),
    ],
)
def test_options_of_other_tools_are_answered_with_ours(
    words: tuple[str, ...], hint: str, command: Command
) -> None:
    ran = command(*words)

    assert (ran.code, last_line(ran)) == (2, f"Error: {hint}")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(("plan", "--yes"), "No such option '--yes'.", id="plan-asks-nothing"),
        pytest.param(("sandbox", "runs", "-f"), "No such option '-f'.", id="takes-no-paths"),
        pytest.param(
            ("schema", "--dialekt", "x"),
            "No such option '--dialekt'. Did you mean '--dialect'?",
            id="a-slip",
        ),
        pytest.param(
            ("plan", "--format", "xml"),
            "Invalid value for '--format': 'xml' is not one of 'text', 'json', 'markdown'.",
            id="one-of-several",
        ),
        pytest.param(("wait",), "Missing argument 'KIND/NAME[/TOPIC]'.", id="a-missing-argument"),
        pytest.param(("--nonsense", "plan"), "No such option '--nonsense'.", id="before-a-command"),
    ],
)
def test_a_hint_that_does_not_help_is_not_given(
    words: tuple[str, ...], told: str, command: Command
) -> None:
    ran = command(*words)

    assert (ran.code, last_line(ran)) == (2, f"Error: {told}")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("plann", "plan"),
        ("Plan", "plan"),
        ("aply", "apply"),
        ("diff", "plan"),
        ("serve", "sandbox serve"),
        ("help", "--help"),
        ("why", "explain"),
        ("watch", "status --watch"),
    ],
)
def test_a_command_that_does_not_exist_is_answered_with_one_that_does(
    word: str, meant: str, command: Command
) -> None:
    ran = command(word)

    assert (ran.code, last_line(ran)) == (
        2,
        f"Error: No such command '{word}'. Did you mean 'reconciler {meant}'?",
    )


@pytest.mark.parametrize("meant", sorted(set(_COMMANDS.values())))
def test_every_command_that_is_offered_exists(meant: str, command: Command) -> None:
    words = [*meant.split(), "--help"] if meant[0] != "-" else [meant]

    assert command(*words).code == 0


def test_every_option_that_is_offered_exists(command: Command) -> None:
    offered = {needed for needed, _ in _OPTIONS.values() if needed}
    known = command("apply", "--help").out + command("status", "--help").out

    assert [option for option in sorted(offered) if option not in known] == []


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ((), False),
        (("plan",), False),
        (("plan", "--log-format", "json"), True),
        (("plan", "--log-format=json"), True),
        (("plan", "--log-format"), False),
        (("plan", "--log-format=json", "--log-format", "text"), False),
        (("plan", "--", "--log-format=json"), False),
    ],
)
def test_json_is_asked_for_by_the_last_word_on_it(words: tuple[str, ...], wanted: bool) -> None:
    assert failing.wants_json(words) == wanted


def test_an_error_is_one_json_line_where_progress_is(command: Command) -> None:
    ran = command("plan", "nowhere", "--log-format", "json")

    message = "nowhere: no such file or directory; name an existing path"
    assert (ran.code, told(ran)) == (2, [{"event": "error", "message": message}])


def test_a_wrong_option_is_one_json_line(command: Command) -> None:
    ran = command("plan", "--log-format=json", "--nonsense")

    message = "No such option '--nonsense'."
    assert (ran.code, told(ran)) == (2, [{"event": "error", "message": message}])


def test_every_error_in_the_specs_is_a_json_line_with_its_place(
    home: Person, command: Command
) -> None:
    home.write("specs/a.yaml", "kind: Nonsense\n")
    ran = command("validate", "--log-format=json")

    fields = {"event": "error", "file": "specs/a.yaml", "line": 1, "address": ""}
    assert ran.code == 2
    assert told(ran) == [
        {
            **fields,
            "column": 1,
            "field": "apiVersion",
            "message": "`apiVersion` is missing",
            "advice": "write `reconciler.dev/v1alpha1`",
        },
        {
            **fields,
            "column": 7,
            "field": "kind",
            "message": "unknown kind 'Nonsense'",
            "advice": f"write {listed(str(kind) for kind in Kind)}",
        },
    ]


def test_a_no_at_the_question_is_one_json_line(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Tty("n\n"))
    ran = command("apply", "--log-format=json", "--select", "ClusterLink/east-to-west")

    row = json.loads(ran.err.splitlines()[-1])
    assert (ran.code, row["event"], row["message"]) == (
        2,
        "error",
        "Not approved; nothing was done.",
    )


def test_everything_on_stderr_is_json_lines(command: Command) -> None:
    """The plan that apply shows there, and what a person is told, as well as its steps."""
    ran = command("apply", *NOW, "--auto-approve", "--format", "json", "--log-format", "json")

    events = {str(row["event"]) for row in told(ran)}
    notes = [str(row["message"]) for row in told(ran) if row["event"] == "note"]
    assert ran.code == 0
    assert len(events) > 2
    assert notes[0].startswith("ClusterLink/east-to-west\n")
    assert notes[1].startswith("Note: ")


def test_words_of_the_process_are_read_where_none_are_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["reconciler", "nonsense", "--log-format=json"])
    code = main.run()

    assert (code, json.loads(capsys.readouterr().err)["event"]) == (2, "error")
