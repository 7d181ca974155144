"""`status --watch`: what is told, and when it ends."""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from reconciler.cli import main
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import Command
from tests.unit.cli.streams import Tty, abandoned

LINK = ("--select", "ClusterLink/east-to-west")
WATCH = (*NOW, "--watch=2", *LINK)
CREATED = "ClusterLink/east-to-west/orders.created"


@contextmanager
def ctrl_c(seconds: float) -> Iterator[None]:
    """Press Ctrl-C after a while."""
    timer = threading.Timer(seconds, signal.raise_signal, (signal.SIGINT,))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def test_it_ends_at_once_where_nothing_is_under_way(command: Command) -> None:
    ran = command("status", *WATCH, "--until-settled")

    rows = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert all(row.startswith("2025-06-01T00:00:00Z ") for row in rows)
    assert f"2025-06-01T00:00:00Z ‖ {CREATED} pause: ACTIVE → PAUSED" in ran.out
    assert rows[-1].startswith("2025-06-01T00:00:00Z Status: 4 to change")


def test_programs_get_an_object_per_change(command: Command) -> None:
    ran = command("status", *WATCH, "--until-settled", "--format", "json")

    rows = [json.loads(row) for row in ran.out.splitlines()]
    assert ran.code == 0
    assert {row["verdict"] for row in rows} == {"change"}
    assert {row["at"] for row in rows} == {"2025-06-01T00:00:00Z"}
    assert CREATED in {row["address"] for row in rows}


def test_a_reader_who_goes_away_ends_it(home: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.folder.is_dir()
    gone = abandoned()
    monkeypatch.setattr(sys, "stdout", gone)
    code = main.run(["status", *WATCH])
    with suppress(BrokenPipeError):
        gone.close()

    assert code == 1


def test_what_listed_files_hold_is_watched(command: Command, home: Person) -> None:
    home.write("changed.txt", "specs/mirrors.yaml\n")
    ran = command("status", *NOW, "--watch=2", "--files-from", "changed.txt", "--until-settled")

    assert (ran.code, ran.err) == (0, "")
    assert CREATED in ran.out
    assert "Source/" not in ran.out


def test_where_listed_files_hold_nothing_there_is_nothing_to_watch(
    command: Command, home: Person
) -> None:
    home.write("changed.txt", "README.md\n")
    ran = command("status", *NOW, "--watch", "--files-from", "changed.txt")

    assert ran == Ran(0, "", "No document is in the listed files; nothing is acted on.\n")


@pytest.mark.usefixtures("hasty")
def test_a_vendor_that_is_away_is_told_once_and_asked_again(command: Command, home: Person) -> None:
    home.write(
        "specs/connections.yaml",
        "apiVersion: reconciler.dev/v1alpha1\nkind: Connection\nmetadata: {name: confluent-demo}\n"
        "spec:\n  provider: confluent\n  endpoint: http://127.0.0.1:9\n"
        "  auth: {apiKey: {env: NOBODY}, apiSecret: {env: NOBODY}}\n",
    )
    for name in ("customers", "inventory", "orders"):
        (home.folder / f"specs/{name}.yaml").unlink()
    with ctrl_c(1.5):
        ran = command("status", "--watch=2", *LINK)

    told = [row for row in ran.out.splitlines() if "INCOMPLETE" in row]
    assert (ran.code, ran.err, len(told)) == (0, "", 1)
    assert "NOBODY" in told[0]


@pytest.mark.usefixtures("hasty")
def test_a_look_that_fails_is_told_once_and_looked_again(command: Command, home: Person) -> None:
    command("apply", "--auto-approve", *LINK)
    (home.folder / ".reconciler/ledger.db").write_bytes(b"no ledger at all, and long enough")
    with ctrl_c(1.5):
        ran = command("status", *WATCH)
    with ctrl_c(1.5):
        in_json = command("status", *WATCH, "--format", "json")

    (row,) = ran.out.splitlines()
    assert ran.code == in_json.code == 0
    assert row.startswith("2025-06-01T00:00:00Z the look failed: ledger ")
    assert json.loads(in_json.out)["failed"].startswith("ledger ")


@pytest.mark.usefixtures("hasty")
def test_a_terminal_is_drawn_and_keeps_the_last_look(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = Tty()
    monkeypatch.setattr(sys, "stdout", terminal)
    with ctrl_c(1.5):
        command("status", *WATCH, "--no-color")

    drawn, _, rest = terminal.getvalue().partition("\x1b[?1049l")
    assert "\x1b[?1049h" in drawn
    assert f"{CREATED} pause: ACTIVE" in drawn
    assert "?25l" not in drawn
    assert rest.startswith("Partial: a selection leaves out")
    assert rest.rstrip().splitlines()[-1].startswith("Status: 4 to change")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--watch", "specs"), "'specs' is no number of seconds; name paths before --watch"),
        (("--watch=1",), "look at most every 2 seconds"),
        (("--watch", "--format", "markdown"), "--watch takes neither --format markdown nor"),
        (("--watch", "--metrics-file", "m"), "--watch takes neither --format markdown nor"),
        (("--until-settled",), "write --watch as well"),
        (("--watch", "--select", "Source/nobody"), "matches no document"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_meant_is_refused(
    words: tuple[str, ...], told: str, command: Command
) -> None:
    ran = command("status", *words)

    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


def test_a_topic_that_is_nowhere_ends_it(command: Command) -> None:
    ran = command("status", *NOW, "--watch", "--select", "ClusterLink/east-to-west/nowhere")

    assert (ran.code, ran.out) == (2, "")
    assert isinstance(ran, Ran)
