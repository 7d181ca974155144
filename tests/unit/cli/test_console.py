"""Where text goes, in which colours, and how progress is shown."""

import fcntl
import io
import json
import os
import pty
import re
import struct
import sys
import termios
from datetime import timedelta

import pytest

from reconciler.cli.console import Console, width_of
from reconciler.engine.events import Event, Stage
from reconciler.model.address import Address, Kind
from reconciler.model.progress import Part
from reconciler.render.lines import Style, Styled, line
from tests.unit.cli.streams import Tty, abandoned

LINES = [line(Styled("→ a", Style.GOOD))]
COLOURED = "\x1b[32m→ a\x1b[0m\n"
LOOK = Event(Stage.OBSERVE, "west", 1, 2)
SEND = Event(Stage.SEND, "s1: POST /x[y]")


@pytest.mark.parametrize(
    ("environment", "color", "shown"),
    [
        pytest.param({}, True, COLOURED, id="terminal"),
        pytest.param({"NO_COLOR": "1"}, True, "→ a\n", id="no-color-variable"),
        pytest.param({"NO_COLOR": ""}, True, COLOURED, id="empty-variable-says-nothing"),
        pytest.param({"TERM": "dumb"}, True, "→ a\n", id="dumb"),
        pytest.param({}, False, "→ a\n", id="no-color-option"),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    environment: dict[str, str], color: bool, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Tty())
    Console(color=color).lines(LINES)

    assert sys.stdout.getvalue() == shown


def test_a_pipe_gets_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    Console().lines(LINES)
    Console().lines(LINES, to_err=True)

    assert capsys.readouterr() == ("→ a\n", "→ a\n")


def test_signs_give_way_where_letters_are_few_and_programs_get_utf_8(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    Console().lines(LINES)
    Console().out("→ b\n")

    assert raw.getvalue().decode() == "-> a\n→ b\n"


def test_what_is_said_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Console().say("a\x1b[31m\nb")

    assert capsys.readouterr() == ("", "a\\x1b[31m\nb\n")


@pytest.mark.parametrize("log_json", [False, True])
def test_progress_that_nobody_reads_ends_nothing(
    log_json: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with abandoned() as gone:
        monkeypatch.setattr(sys, "stderr", gone)
        with Console(log_json=log_json).progress() as listen:
            listen(SEND)
            listen(SEND)


def test_progress_that_cannot_be_written_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, unlike a reader who has gone, is no broken pipe."""
    for log_json in (False, True):
        with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
            monkeypatch.setattr(sys, "stderr", full)
            with Console(log_json=log_json).progress() as listen:
                listen(SEND)
                listen(SEND)


def test_a_terminal_that_has_gone_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    other, ours = os.openpty()
    with os.fdopen(ours, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with Console().progress() as listen:
            listen(LOOK)
            os.close(other)
            listen(SEND)
            listen(LOOK)


@pytest.mark.parametrize(
    ("verbose", "told"),
    [
        pytest.param(False, "Sending: s1: POST /x[y]\n", id="terse"),
        pytest.param(True, "Observing: west [1/2]\nSending: s1: POST /x[y]\n", id="verbose"),
    ],
)
def test_progress_is_told_line_by_line_where_nobody_watches(
    verbose: bool, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with Console(verbose=verbose).progress() as listen:
        listen(LOOK)
        listen(SEND)

    assert capsys.readouterr() == ("", told)


def test_a_dumb_terminal_is_told_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stderr", Tty())
    with Console().progress() as listen:
        listen(SEND)

    assert sys.stderr.getvalue() == "Sending: s1: POST /x[y]\n"


@pytest.mark.parametrize(("verbose", "kept"), [(False, 1), (True, 2)])
def test_a_terminal_keeps_what_was_sent_and_sees_the_rest_go_by(
    verbose: bool, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Tty())
    with Console(verbose=verbose, color=False).progress() as listen:
        listen(LOOK)
        listen(SEND)

    shown = re.sub(r"\x1b\[\d*m", "", sys.stderr.getvalue())
    assert "Observing 0s" in shown
    assert "Sending: s1: POST /x[y]\n" in shown
    assert ("Observing: west [1/2]\n" in shown) == (kept == 2)
    assert "?25" not in shown


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nothing_is_written_into_the_live_line(
    stream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines are taken away first; the cursor was never hidden."""
    monkeypatch.setenv("TERM", "xterm")
    terminal = Tty()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(sys, "stdout", terminal)
    console = Console(color=False)
    with console.progress() as listen:
        listen(LOOK)
        if stream == "stdout":
            console.out("told\n")
        else:
            console.say("told")
        between = terminal.getvalue()

    assert between.endswith("\x1b[2Ktold\n")
    assert "\x1b[?25" not in between


def test_what_is_awaited_is_drawn_before_anything_has_happened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Tty())
    with Console(color=False).progress({"west": lambda: 3}):
        shown = sys.stderr.getvalue()

    assert "  west: observing, 3 requests" in shown


def test_what_only_counts_on_is_told_seldom_where_nobody_watches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Console().progress() as listen:
        for place, (done, text) in enumerate([(0, "a"), (0, "a"), (0, "b"), (1, "b"), (1, "b")]):
            listen(Event(Stage.SETTLE, text, done, 2, connection="west"))
            listen(Event(Stage.LOOK, f"look {place}"))

    told = [row for row in capsys.readouterr().err.splitlines() if row.startswith("Settling")]
    assert told == ["Settling: a [0/2]", "Settling: b [1/2]"]


def test_json_lines_have_fields_instead_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    part = Part(Address(Kind.SOURCE, "a"), 1, 2, "running", 1, 3, timedelta(minutes=2), None)
    event = Event(
        Stage.SETTLE, "kap: moves", 1, 2, "kap", (part,), timedelta(seconds=1.25), "it is slow"
    )
    with Console(log_json=True).progress() as listen:
        listen(event)

    found = json.loads(capsys.readouterr().err)
    del found["timestamp"]
    assert found == {
        "event": "kap: moves",
        "stage": "settle",
        "done": 1,
        "total": 2,
        "connection": "kap",
        "problem": "it is slow",
        "remaining_seconds": 1.2,
        "parts": [
            {
                "address": "Source/a",
                "done": 1,
                "total": 2,
                "state": "running",
                "percent": 33.3,
                "rows": 1,
                "rows_total": 3,
                "eta_seconds": 120,
                "lag": None,
            }
        ],
    }


def test_progress_may_be_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Console(log_json=True).progress() as listen:
        listen(LOOK)

    told = json.loads(capsys.readouterr().err)
    assert told.pop("timestamp").endswith("Z")
    assert told == {"event": "west", "stage": "observe", "done": 1, "total": 2}


@pytest.mark.parametrize(
    ("told", "width"),
    [
        pytest.param("80", 80, id="as-told"),
        pytest.param("250", 100, id="no-wider-than-reads-well"),
        pytest.param("7", 40, id="no-narrower-than-can-be-read"),
        pytest.param("0", 100, id="zero-says-nothing"),
        pytest.param("wide", 100, id="no-number"),
        pytest.param("", 100, id="empty"),
    ],
)
def test_text_is_folded_to_the_columns_there_are(
    told: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", told)

    assert width_of(io.StringIO()) == width


def test_a_terminal_says_itself_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 72, 0, 0))
    with os.fdopen(slave, "w") as stream:
        width = width_of(stream)
    os.close(master)

    assert width == 72
