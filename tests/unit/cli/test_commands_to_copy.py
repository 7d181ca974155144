"""The command to copy that a plan ends with does what was planned."""

import shlex
from pathlib import Path

import pytest

from tests.e2e.person import NOW, Person
from tests.unit.cli.conftest import CUSTOMERS, MIRRORS, Command


def test_a_label_and_a_state_folder_are_repeated_in_the_command_to_copy(command: Command) -> None:
    ran = command("plan", *NOW, "--label", "team=crm", "--state-dir", "else where")

    told = f"  reconciler apply --label team=crm --state-dir 'else where' {' '.join(NOW)}"
    assert ran.out.splitlines()[-1] == told


def test_a_path_that_looks_like_an_option_is_quoted_as_a_path(
    home: Person, command: Command
) -> None:
    text = (home.folder / "specs/customers.yaml").read_text(encoding="utf-8")
    Path("-odd name.yaml").write_text(text, encoding="utf-8")
    files = ("specs/connections.yaml", "-odd name.yaml")
    line = command("plan", *CUSTOMERS, "--", *files).out.splitlines()[-1]
    _, verb, *words = shlex.split(line)
    again = command(verb, "--auto-approve", *words)

    options = "--select Source/customers-mysql"
    assert line == f"  reconciler apply {options} -- specs/connections.yaml '-odd name.yaml'"
    assert again.code == 0


@pytest.mark.usefixtures("hasty")
def test_a_rehearsal_at_a_real_vendor_names_no_time_that_apply_would_refuse(
    home: Person, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its plan is complete for the half that is the sandbox, and says so."""
    monkeypatch.setenv("ID", "x")
    home.change(
        "specs/connections.yaml",
        "provider: streamkap\n  endpoint: sandbox",
        "provider: streamkap\n  endpoint: http://127.0.0.1:9\n"
        "  auth: {clientId: {env: ID}, clientSecret: {env: ID}}",
    )
    ran = command("plan", *NOW)
    narrow = command("plan", *NOW, *MIRRORS)

    assert ran.out.splitlines()[-1] == "  reconciler apply"
    assert narrow.out.splitlines()[-1] == f"  reconciler apply {' '.join((*MIRRORS, *NOW))}"
