"""The lines of a file that a place in the specs stands for, for a person to read."""

from pathlib import Path

from reconciler.errors import Diagnostic
from reconciler.model.address import Origin
from reconciler.spec.files import read_text

MOST = 20


def quote(origin: Origin) -> tuple[str, ...]:
    """A list entry or a mapping as it is written, without the indentation that all its lines share.

    Args:
        origin: Where it begins.

    Returns:
        At most 20 lines; none where the file cannot be read again, such as a pipe.
    """
    path = Path(origin.file)
    if not path.is_file():
        return ()
    found = read_text(path)
    lines = [] if isinstance(found, Diagnostic) else found.text.splitlines()[origin.line - 1 :]
    if not lines:
        return ()
    indent = _indent(lines[0])
    rows = [lines[0]]
    for line in lines[1:]:
        if line.strip() and _indent(line) <= indent:
            break
        rows.append(line)
    while not rows[-1].strip():
        rows.pop()
    return tuple(row[indent:].rstrip() for row in rows[:MOST])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
