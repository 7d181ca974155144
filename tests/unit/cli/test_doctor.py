"""`doctor`: which connections it looks at, and how it ends."""

import pytest

from tests.e2e.person import Person
from tests.unit.cli.conftest import Command

BOTH = (
    "apiVersion: reconciler.dev/v1alpha1\nkind: Connection\nmetadata: {name: other}\n"
    "spec: {provider: confluent, endpoint: sandbox}\n"
)


def test_every_connection_is_looked_at(command: Command) -> None:
    ran = command("doctor")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Connection/confluent-demo  confluent at sandbox\n")
    assert "\nConnection/streamkap-demo  streamkap at sandbox\n" in ran.out
    assert "links, lkc-abc123" in ran.out
    assert ran.out.endswith(" in 2 connections.\n")


def test_one_may_be_chosen(command: Command) -> None:
    ran = command("doctor", "--connection", "streamkap-demo")

    assert ran.out.endswith(" in 1 connection.\n")


def test_a_program_gets_one_document(command: Command) -> None:
    ran = command("doctor", "--format", "json", "--connection", "streamkap-demo")
    (found,) = ran.json["connections"]  # type: ignore[misc]

    assert (ran.code, ran.json["outcome"], found["name"]) == (0, "ok", "streamkap-demo")


def test_a_check_that_failed_is_exit_1(command: Command) -> None:
    ran = command("doctor", "--connection", "confluent-demo", "--cluster", "lkc-gone")

    assert ran.code == 1
    assert "  fail  links, lkc-gone  GET /kafka/v3/clusters/lkc-gone/links: 404" in ran.out


def test_a_missing_credential_is_a_check_that_failed(command: Command, home: Person) -> None:
    auth = "endpoint: sandbox\n  auth: {clientId: {env: UNSET_A}, clientSecret: {env: UNSET_B}}"
    text = (home.folder / "specs/connections.yaml").read_text()
    home.write("specs/connections.yaml", text.replace("endpoint: sandbox", auth, 1))
    ran = command("doctor", "--connection", "streamkap-demo")

    assert ran.code == 1
    assert "  fail  credential  environment variables UNSET_A and UNSET_B are not set\n" in ran.out
    assert "        next: set UNSET_A and UNSET_B\n" in ran.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("doctor", "--cluster", "lkc-1", "--connection", "streamkap-demo"), "none is looked at"),
        (
            ("doctor", "--cluster", "lkc-1", "both"),
            "--cluster of which connection? say --connection",
        ),
        (("doctor", "--connection", "x"), "there is no such Connection"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    words: tuple[str, ...], told: str, command: Command, home: Person
) -> None:
    home.write("both/a.yaml", BOTH)
    home.write("both/b.yaml", BOTH.replace("other", "another"))
    ran = command(*words)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
