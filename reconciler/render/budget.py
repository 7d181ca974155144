"""A page that fits: blocks in the order of their weight, cut row by row, and a note of what is gone.

A comment on a pull request has a largest size; a page above it is not shown at all.
"""

from collections.abc import Sequence

from reconciler.core.words import plural
from reconciler.records import Struct

_NOTE = 400  # bytes kept for the note


class Block(Struct, frozen=True):
    """A part of a page that can lose rows from its end.

    Attributes:
        label: What one of its rows is, for the note.
        head: Lines before the rows; shown with at least one row.
        rows: One line each.
        tail: Lines after the rows.
    """

    label: str
    head: tuple[str, ...]
    rows: tuple[str, ...]
    tail: tuple[str, ...] = ()


def fitted(summary: str, blocks: Sequence[Block], budget: int) -> str:
    """A page of at most so many bytes in UTF-8, hence of at most so many characters.

    Args:
        summary: The first line; always shown.
        blocks: In the order to show; the first get room first. A block without rows is not shown.
        budget: Bytes, at least 1,000.

    Returns:
        The page, with a note at its end where rows were left out.
    """
    room = budget - _bytes((summary,)) - _NOTE
    lines = [summary]
    missing: list[str] = []
    for block in blocks:
        rows = _rows_that_fit(block, room)
        if rows:
            part = ("", *block.head, *rows, *block.tail)
            room -= _bytes(part)
            lines += part
        if len(rows) < len(block.rows):
            missing.append(plural(len(block.rows) - len(rows), block.label))
    if missing:
        note = f"_Left out for want of room: {', '.join(missing)}. Text and JSON show everything._"
        lines += ["", note]
    return "".join(f"{line}\n" for line in lines)


def _rows_that_fit(block: Block, room: int) -> tuple[str, ...]:
    left = room - _bytes(("", *block.head, *block.tail))
    for number, row in enumerate(block.rows):
        left -= _bytes((row,))
        if left < 0:
            return block.rows[:number]
    return block.rows


def _bytes(lines: tuple[str, ...]) -> int:
    return sum(len(line.encode()) + 1 for line in lines)
