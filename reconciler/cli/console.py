"""Where text goes: results to stdout, everything for people on the way to stderr.

Colour and live progress only on a terminal, never with `NO_COLOR`, `TERM=dumb` or `--no-color`.
With `--log-format json` everything on stderr is one JSON object per line: steps on the way, what a
person is told (`"event": "note"`), errors (`"event": "error"`). Progress that nobody can read any
more ends no command: what is under way counts more.
"""

# ruff: noqa: PLC0415 - rich and structlog take time to import, and most commands need neither

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO, TypeAlias

from reconciler.cli.clock import SystemClock
from reconciler.cli.progress import Quiet, fields, told
from reconciler.cli.taming import tamed
from reconciler.engine.events import Event, Listener, Stage
from reconciler.errors import ReconcilerError

if TYPE_CHECKING:
    from rich.live import Live

    from reconciler.render.lines import Line

NARROWEST, WIDEST = 40, 100
"""Columns that text is folded to."""

Sent: TypeAlias = Callable[[], int]
"""How many requests left so far."""


class Console:
    """The two streams of a command."""

    def __init__(
        self, *, color: bool = True, log_json: bool = False, verbose: bool = False
    ) -> None:
        self._color = color
        self._log_json = log_json
        self._live: Live | None = None
        self.verbose = verbose

    def lines(self, lines: Sequence["Line"], *, to_err: bool = False) -> None:
        """Print rendered lines.

        Args:
            lines: What to print.
            to_err: To stderr instead of stdout.
        """
        from reconciler.render.lines import ansi, asciified, plain

        if to_err and self._log_json:
            self.say(plain(lines).rstrip("\n"))
            return
        self.still()
        stream = sys.stderr if to_err else sys.stdout
        if not _is_utf(stream):
            lines = asciified(lines)
        with _delivered(stream):
            stream.write(tamed(ansi(lines) if self.colors(stream) else plain(lines), stream))
            stream.flush()

    def out(self, text: str) -> None:
        """Print a result to stdout as it is: UTF-8, which programs expect, in every locale.

        Args:
            text: With its line ends.
        """
        self.commands(tamed(text, sys.stdout))

    def commands(self, text: str) -> None:
        """The same with what the runner of a pipeline shall take for commands.

        Args:
            text: With its line ends; what comes from outside is escaped as commands want it.
        """
        self.still()
        with _delivered(sys.stdout):
            if _is_utf(sys.stdout):
                sys.stdout.write(text)
            else:
                sys.stdout.flush()
                sys.stdout.buffer.write(text.encode())
            sys.stdout.flush()

    def say(self, text: str) -> None:
        """Tell a person something, on stderr.

        Args:
            text: Without a line end.
        """
        from reconciler.render.escape import printable

        self.still()
        told = "".join(f"{printable(row)}\n" for row in text.split("\n"))
        complain(json_row("note", message=text) if self._log_json else told)

    def still(self) -> None:
        """Take the live line away until there is news, so that nothing is written into it."""
        if self._live is not None:
            with _unheard(sys.stderr):
                self._live.stop()
            self._live = None

    def colors(self, stream: TextIO) -> bool:
        """Whether a stream is a terminal that wants colours.

        Args:
            stream: Where text goes.
        """
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return self._color and not plain and stream.isatty()

    @contextmanager
    def progress(self, sent: Mapping[str, Sent] | None = None) -> Iterator[Listener]:
        """Show what is going on while a block runs: live on a terminal, else line by line.

        Args:
            sent: What tells how many requests left so far, by connection.
        """
        if self._log_json:
            yield _json_lines()
        elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            with self._drawn(sent or {}) as listen:
                yield listen
        else:
            yield self._plain()

    @contextmanager
    def _drawn(self, sent: Mapping[str, Sent]) -> Iterator[Listener]:
        from reconciler.cli import board, live

        clock = SystemClock()
        began = clock.monotonic()
        shown = board.Board(tuple(sent))

        def rows(width: int, height: int) -> "list[Line]":
            elapsed = timedelta(seconds=clock.monotonic() - began)
            counts = {name: count() for name, count in sent.items()}
            return board.rows(shown, board.Moment(elapsed, counts), width, height)

        def draw() -> None:
            if self._live is None:
                # A new one each time: one that was stopped would erase lines that are not its own.
                self._live = live.live(sys.stderr, rows, colors=self.colors(sys.stderr))
                self._live.start(refresh=True)

        def listen(event: Event) -> None:
            nonlocal shown
            shown = shown.heed(event)
            with _unheard(sys.stderr):
                draw()
                if self._live is not None and (event.stage is Stage.SEND or self.verbose):
                    live.keep(self._live, told(event), faint=event.stage is not Stage.SEND)

        with _unheard(sys.stderr):
            draw()
        try:
            yield listen
        finally:
            self.still()

    def _plain(self) -> Listener:
        quiet = Quiet(SystemClock())

        def listen(event: Event) -> None:
            if (event.stage is not Stage.OBSERVE and quiet.lets(event)) or self.verbose:
                self.say(told(event))

        return listen


def width_of(stream: TextIO) -> int:
    """Columns that text for a stream is folded to: the terminal's, at most what reads well.

    `COLUMNS` counts before the terminal, as everywhere; a pipe without it gets the most.

    Args:
        stream: Where text goes.
    """
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit():
        width = int(told)
    else:
        try:
            width = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            width = 0
    return max(NARROWEST, min(width, WIDEST)) if width else WIDEST


def json_row(event: str, **fields: str | int) -> str:
    """One line of JSON for stderr, with its time.

    Args:
        event: What it is: `note` or `error`.
        fields: What it says.
    """
    time = SystemClock().now().isoformat().replace("+00:00", "Z")
    return json.dumps({"event": event, "timestamp": time, **fields}, sort_keys=True) + "\n"


def complain(text: str) -> None:
    """Write to stderr; that nobody can read it any more ends no command.

    Args:
        text: With its line ends.
    """
    with _unheard(sys.stderr):
        sys.stderr.write(tamed(text, sys.stderr))
        sys.stderr.flush()


@contextmanager
def _unheard(stream: TextIO) -> Iterator[None]:
    """Go on where nobody can read any more what is on the way."""
    try:
        yield
    except OSError:
        let_go(stream)


def let_go(stream: TextIO) -> None:
    """Send what is still written to a stream that nobody reads into the void.

    Python would complain once more while it ends.

    Args:
        stream: One whose reader has gone.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _json_lines() -> Listener:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=_Stderr,
    )
    log = structlog.get_logger()

    def listen(event: Event) -> None:
        log.info(
            event.text,
            stage=event.stage.value,
            done=event.done,
            total=event.total,
            **fields(event),
        )

    return listen


class _Stderr:
    """Where structlog writes."""

    def info(self, row: str) -> None:
        """Write a row."""
        complain(f"{row}\n")


@contextmanager
def _delivered(stream: TextIO) -> Iterator[None]:
    """Say plainly that a result could not be written; a reader who has gone is click's to notice."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        let_go(stream)
        raise ReconcilerError(f"the result cannot be written: {error.strerror}") from error


def _is_utf(stream: TextIO) -> bool:
    return (stream.encoding or "utf-8").lower().replace("-", "").startswith("utf")
