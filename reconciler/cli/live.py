"""What is drawn again and again on a terminal; `rich` draws it, and takes it away in the end.

Every row is cut to the width that the terminal has at that moment, so that nothing wraps and what is
taken away is what was drawn. The cursor is never hidden: a command that is killed leaves it there.
"""

from collections.abc import Callable, Sequence
from typing import TextIO, TypeAlias

from rich.console import Console as Terminal
from rich.console import ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from reconciler.render.escape import printable
from reconciler.render.lines import Line, Style, asciified

Drawing: TypeAlias = Callable[[int, int], Sequence[Line]]
"""Rows to draw for so many columns and so many rows of the terminal."""

REFRESH = 4.0
"""Times a second; a whole screen, which counts seconds, is drawn once."""
STYLES = {
    Style.PLAIN: "",
    Style.HEADING: "bold",
    Style.FAINT: "dim",
    Style.BAD: "red",
    Style.GOOD: "green",
    Style.WARN: "yellow",
    Style.ACCENT: "cyan",
}


class _Unhidden(Terminal):
    """A terminal whose cursor stays."""

    def show_cursor(self, *args: bool, **more: bool) -> bool:
        """Leave it as it is."""
        _ = args, more
        return False


class Drawn:
    """Rows on a terminal, made anew whenever they are shown."""

    def __init__(self, draw: Drawing, *, is_ascii: bool) -> None:
        self._draw = draw
        self._is_ascii = is_ascii

    def __rich_console__(self, console: Terminal, options: ConsoleOptions) -> RenderResult:
        """Every row, cut to the width."""
        height = options.height or console.height
        rows = self._draw(options.max_width, height)
        shown = asciified(rows) if self._is_ascii else rows
        width = options.max_width
        texts = [text_of(row, width, is_ascii=self._is_ascii) for row in shown[:height]]
        yield Text("\n", no_wrap=True, overflow="crop").join(texts)


def text_of(row: Line, width: int, *, is_ascii: bool = False) -> Text:
    """One row as rich shows it, cut to a width.

    Args:
        row: The row.
        width: Columns.
        is_ascii: Whether the terminal knows no other letters.
    """
    text = Text(no_wrap=True, overflow="crop")
    for span in row.spans:
        text.append(printable(span.text), STYLES[span.style])
    if text.cell_len > width:
        text.truncate(max(0, width - 1))
        text.append("." if is_ascii else "…", "dim")
    return text


def live(stream: TextIO, draw: Drawing, *, colors: bool, screen: bool = False) -> Live:
    """What draws rows again and again while it is entered, and takes them away at the end.

    Args:
        stream: The terminal.
        draw: Makes the rows.
        colors: Whether colours are wanted.
        screen: Whether it has the whole screen, and gives it back as it was.
    """
    terminal = terminal_of(stream, colors=colors)
    is_ascii = not (stream.encoding or "utf-8").lower().replace("-", "").startswith("utf")
    return Live(
        Drawn(draw, is_ascii=is_ascii),
        console=terminal,
        screen=screen,
        transient=True,
        auto_refresh=True,
        refresh_per_second=1 if screen else REFRESH,
        redirect_stdout=False,
        redirect_stderr=False,
        vertical_overflow="crop",
    )


def terminal_of(stream: TextIO, *, colors: bool) -> Terminal:
    """A terminal as rich knows it, whose cursor is never hidden.

    Args:
        stream: Where it is.
        colors: Whether colours are wanted.
    """
    return _Unhidden(file=stream, no_color=not colors, highlight=False)


def keep(drawn: Live, text: str, *, faint: bool) -> None:
    """Print a line above what is drawn; it stays there.

    Args:
        drawn: What is drawn.
        text: The line.
        faint: Whether it matters little.
    """
    drawn.console.print(Text(printable(text), STYLES[Style.FAINT] if faint else ""), soft_wrap=True)
