"""Where text goes: results to stdout, everything for people on the way to stderr.

Colour and live progress only on a terminal, never with `NO_COLOR`, `TERM=dumb` or `--no-color`.
With `--log-format json` every step on the way is one JSON object per line on stderr.
"""

# ruff: noqa: PLC0415 - rich and structlog take time to import, and most commands need neither

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from reconciler.engine.events import Event, Listener, Stage

if TYPE_CHECKING:
    from reconciler.render.lines import Line

_TEXTS = {
    Stage.OBSERVE: "Observing",
    Stage.LOOK: "Waiting",
    Stage.SEND: "Sending",
    Stage.SETTLE: "Settling",
}


class Console:
    """The two streams of a command."""

    def __init__(
        self, *, color: bool = True, log_json: bool = False, verbose: bool = False
    ) -> None:
        self._color = color
        self._log_json = log_json
        self.verbose = verbose

    def lines(self, lines: Sequence["Line"], *, to_err: bool = False) -> None:
        """Print rendered lines.

        Args:
            lines: What to print.
            to_err: To stderr instead of stdout.
        """
        from reconciler.render.lines import ansi, asciified, plain

        stream = sys.stderr if to_err else sys.stdout
        if not _is_utf(stream):
            lines = asciified(lines)
        stream.write(ansi(lines) if self._colors(stream) else plain(lines))
        stream.flush()

    def out(self, text: str) -> None:
        """Print a result to stdout as it is.

        Args:
            text: With its line ends.
        """
        sys.stdout.write(text)
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """Tell a person something, on stderr.

        Args:
            text: Without a line end.
        """
        from reconciler.render.escape import printable

        rows = text.split("\n")
        sys.stderr.write("".join(f"{printable(row)}\n" for row in rows))
        sys.stderr.flush()

    def _colors(self, stream: TextIO) -> bool:
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return self._color and not plain and stream.isatty()

    @contextmanager
    def progress(self) -> Iterator[Listener]:
        """Show what is going on while a block runs: live on a terminal, else line by line."""
        if self._log_json:
            yield _json_lines()
        elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            with self._live() as listen:
                yield listen
        else:
            yield self._plain()

    @contextmanager
    def _live(self) -> Iterator[Listener]:
        from rich.console import Console as Terminal
        from rich.markup import escape

        from reconciler.render.escape import printable

        terminal = Terminal(file=sys.stderr, no_color=not self._colors(sys.stderr), highlight=False)
        with terminal.status("") as status:

            def listen(event: Event) -> None:
                text = escape(printable(f"{_TEXTS[event.stage]}: {event.text}{_count(event)}"))
                if event.stage is Stage.SEND or self.verbose:
                    terminal.print(text, style="dim" if event.stage is not Stage.SEND else "")
                status.update(text)

            yield listen

    def _plain(self) -> Listener:
        def listen(event: Event) -> None:
            if event.stage is not Stage.OBSERVE or self.verbose:
                self.say(f"{_TEXTS[event.stage]}: {event.text}{_count(event)}")

        return listen


def _count(event: Event) -> str:
    return f" [{event.done}/{event.total}]" if event.total else ""


def _json_lines() -> Listener:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    log = structlog.get_logger()

    def listen(event: Event) -> None:
        log.info(event.text, stage=event.stage.value, done=event.done, total=event.total)

    return listen


def _is_utf(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "").startswith("utf")
