"""A line of text with styles, and how it becomes a string.

Renderers return lines, so that the same text can be printed with colour or without. Both ways out
go through `printable`: whatever a span holds, it stays on its line.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum

from reconciler.records import Struct
from reconciler.render.escape import printable

_ASCII = str.maketrans(
    {"→": "->", "…": ".", "‖": "|", "▶": ">", "·": "-", "–": "-", "✓": "=", "✗": "x"},
)

_CODE = re.compile(r"`[^`]*`|--[a-z-]+ \S+")
_GLUE = "\xa0"
"""Does not print, so that nothing that is shown holds one, and no line ends at it."""


class Style(StrEnum):
    """What a span means to the reader; the value is its SGR code."""

    PLAIN = ""
    HEADING = "1"
    FAINT = "2"
    BAD = "31"
    GOOD = "32"
    WARN = "33"
    ACCENT = "36"


class Styled(Struct, frozen=True):
    """A piece of a line.

    Attributes:
        text: Anything; what does not print is escaped on the way out.
        style: What it means.
    """

    text: str
    style: Style = Style.PLAIN


class Line(Struct, frozen=True):
    """One line without its end.

    Attributes:
        spans: From left to right; none is an empty line.
    """

    spans: tuple[Styled, ...] = ()


EMPTY = Line()


def line(*parts: str | Styled) -> Line:
    """A line from plain and styled pieces.

    Args:
        parts: From left to right.
    """
    return Line(tuple(Styled(part) if isinstance(part, str) else part for part in parts))


def plain(lines: Iterable[Line]) -> str:
    """The text without colour, each line with its end.

    Args:
        lines: From top to bottom.
    """
    rows = ("".join(printable(span.text) for span in item.spans).rstrip() for item in lines)
    return "".join(f"{row}\n" for row in rows)


def ansi(lines: Iterable[Line]) -> str:
    """The text with the SGR colours that every terminal knows, each line with its end.

    Args:
        lines: From top to bottom.
    """
    return "".join(f"{''.join(map(_coloured, item.spans)).rstrip()}\n" for item in lines)


def _coloured(span: Styled) -> str:
    text = printable(span.text)
    return f"\x1b[{span.style.value}m{text}\x1b[0m" if span.style.value and text else text


def asciified(lines: Iterable[Line]) -> list[Line]:
    """The same lines in ASCII: our signs become others, foreign letters become escapes.

    Args:
        lines: From top to bottom.
    """
    return [Line(tuple(Styled(_ascii(s.text), s.style) for s in item.spans)) for item in lines]


def _ascii(text: str) -> str:
    return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")


def wrapped(text: str, width: int) -> list[str]:
    """A sentence in pieces that fit; a longer word stays whole, and so does what is to be copied.

    Args:
        text: Anything.
        width: Columns, of which at least 20 are used.
    """
    glued = _CODE.sub(lambda found: found[0].replace(" ", _GLUE), printable(text))
    rows = textwrap.wrap(glued, max(20, width), break_long_words=False, break_on_hyphens=False)
    return [row.replace(_GLUE, " ") for row in rows]


def columns(text: str) -> int:
    """Columns that printable text takes on a terminal: wide letters two, combining marks none.

    Args:
        text: Printable text.
    """
    if text.isascii():
        return len(text)
    return sum(_sign_columns(sign) for sign in text)


def _sign_columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1


def padded(text: str, width: int) -> str:
    """Printable text with spaces up to so many columns.

    Args:
        text: Printable text.
        width: Columns.
    """
    return text + " " * max(0, width - columns(text))


def table(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells padded so that their columns line up; the last column is left as it is.

    Args:
        rows: Rows of equal length; what does not print is escaped.
    """
    cells = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    return [
        [padded(cell, width) for cell, width in zip(row[:-1], widths, strict=False)] + [row[-1]]
        for row in cells
    ]
