"""`apply` in this process: whom it asks, what it carries out, when it stops."""

import sys

import pytest

from tests.e2e.person import NOW, Person, Ran, text_of
from tests.unit.cli.conftest import CUSTOMERS, MIRRORS, Command
from tests.unit.cli.streams import Tty


def test_apply_carries_out_and_reports(command: Command) -> None:
    ran = command("apply", *NOW, "--auto-approve", "-v")

    assert ran.code == 0
    assert "Apply: 4 settled, 6 started" in ran.out
    assert ran.err.count("ledger.db is a new ledger, so sources are looked at twice") == 1
    assert command("drift", *NOW).code == 0


def test_apply_without_anything_to_do_asks_nobody(command: Command) -> None:
    command("apply", "--auto-approve", *MIRRORS)
    text = command("apply", *MIRRORS)
    report = command("apply", *MIRRORS, "--format", "json")

    assert text == Ran(0, text_of("nothing.txt"), "")
    assert (report.code, report.json["items"], report.err) == (0, [], text_of("nothing.txt"))


def test_apply_asks_and_a_yes_goes_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Tty("y\n"))
    ran = command("apply", *MIRRORS, "--format", "markdown")

    assert (ran.code, ran.out[:2]) == (0, "**")
    assert "Carry out 2 calls? [y/N]: " in ran.err


def test_apply_asks_and_a_no_ends_it(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Tty("\n"))
    ran = command("apply", *MIRRORS)

    assert (ran.code, ran.err.splitlines()[-1]) == (2, "Not approved; nothing was done.")


def test_apply_without_a_terminal_needs_a_word(command: Command) -> None:
    ran = command("apply", *MIRRORS)

    told = "Error: there is no terminal to ask at; approve with --auto-approve\n"
    assert (ran.code, ran.err) == (2, told)


def test_apply_stops_when_the_time_is_up(command: Command) -> None:
    words = ("--auto-approve", "--wait", "settled", "--timeout", "400ms", "--format", "json")
    ran = command("apply", *NOW, *CUSTOMERS, *words)

    assert (ran.code, ran.json["outcome"]) == (6, "not_reached")


def test_apply_rehearses_in_the_sandbox_only(home: Person, command: Command) -> None:
    home.change(
        "specs/connections.yaml",
        "provider: confluent\n  endpoint: sandbox",
        "provider: confluent\n  endpoint: https://pkc-1.confluent.cloud\n"
        "  auth: {token: {env: TOKEN}}",
    )
    ran = command("apply", *NOW, "--auto-approve")

    told = "Error: apply takes --now only for the sandbox; confluent-demo is a real endpoint\n"
    assert ran == Ran(2, "", told)
