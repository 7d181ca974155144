"""Paths to texts: which files are specs, and what each holds.

A directory is searched in sorted order; entries whose name begins with a dot are skipped, so that the
hidden halves of a mounted ConfigMap or an editor's swap files are no specs. A file that is reached in
two ways is read once.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from reconciler.errors import Diagnostic, UsageError
from reconciler.records import Struct, field

MAX_BYTES = 16 * 1024 * 1024
SUFFIXES = (".yaml", ".yml")
_NOT_UTF8 = "save the file as UTF-8"


class SpecText(Struct, frozen=True):
    """What one file holds.

    Attributes:
        file: Path as the user gave it, with forward slashes.
        text: Its text, without a byte order mark.
    """

    file: str
    text: str


class _Search(Struct):
    """Files found so far, by their real path; directories seen; and what was wrong on the way."""

    found: dict[str, Path] = field(default_factory=dict)
    searched: set[str] = field(default_factory=set)
    problems: list[Diagnostic] = field(default_factory=list)

    def add(self, path: Path) -> None:
        """Take a file; the name that sorts first stands for all its names."""
        real = os.path.realpath(path)
        self.found[real] = min(path, self.found.get(real, path))


def find_files(paths: Sequence[Path | str]) -> tuple[tuple[Path, ...], tuple[Diagnostic, ...]]:
    """The spec files that paths lead to.

    Args:
        paths: Files of any name, and directories.

    Returns:
        Files, sorted, and what was wrong with directories and links.

    Raises:
        UsageError: A path does not exist, or there is none.
    """
    if not paths:
        raise UsageError("no path to specs was given; name a file or a directory")
    if "" in paths:
        raise UsageError("an empty path was given; name a file or a directory")
    if "-" in paths and not os.path.lexists("-"):
        raise UsageError("`-` is no path; write /dev/stdin to read specs from a pipe")
    search = _Search()
    for path in sorted({Path(path) for path in paths}):
        _search_path(path, search)
    return tuple(sorted(search.found.values())), tuple(search.problems)


def read_text(path: Path) -> SpecText | Diagnostic:
    """What a file holds, or why it cannot be used.

    Args:
        path: A file; no more than the limit is ever read of it.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _about(path, f"the file cannot be read: {_reason(error)}", "check its permissions")
    if len(data) > MAX_BYTES:
        return _about(
            path, "the file is larger than 16 MiB and was not read", "split it into several"
        )
    if b"\0" in data:
        place = data.index(b"\0")
        message = "the file holds a NUL byte: it is binary, or not UTF-8"
        return _inside(path, data, place, message)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        shift = len(data) - len(error.object)
        return _inside(path, data, shift + error.start, "the file is not UTF-8")
    return SpecText(display(path), text)


def display(path: PurePath) -> str:
    """A path as messages show it: forward slashes, and nothing that cannot be printed."""
    text = path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def _search_path(path: Path, search: _Search) -> None:
    """Follow one path that the user gave."""
    try:
        is_directory = path.is_dir()
        path.stat()
    except OSError as error:
        raise UsageError(f"{display(path)}: {_reason(error)}; name an existing path") from error
    except ValueError as error:
        raise UsageError(f"{display(path)}: not a path; name an existing path") from error
    if not is_directory:
        search.add(path)
        return
    if os.path.realpath(path) in search.searched:
        return
    before = len(search.problems)
    names = list(_walk(path, (), search))
    if not names and len(search.problems) == before:
        advice = "add files that end in .yaml or .yml, name another directory, or begin with `reconciler init`"
        search.problems.append(_about(path, "the directory holds no specs", advice))
    for name in names:
        search.add(name)


def _walk(directory: Path, above: tuple[str, ...], search: _Search) -> Iterator[Path]:
    """Spec files below a directory; `above` are the real paths of the directories that led here."""
    real = os.path.realpath(directory)
    if real in above:
        message = "a symbolic link leads back to a directory above it"
        search.problems.append(_about(directory, message, "remove the link"))
        return
    if real in search.searched:
        return
    search.searched.add(real)
    try:
        names = sorted(path.name for path in directory.iterdir())
    except OSError as error:
        message = f"the directory cannot be read: {_reason(error)}"
        search.problems.append(_about(directory, message, "check its permissions"))
        return
    for name in names:
        if name.startswith("."):
            continue
        path = directory / name
        if path.is_dir():
            yield from _walk(path, (*above, real), search)
        elif name.lower().endswith(SUFFIXES) and _is_usable(path, search):
            yield path


def _is_usable(path: Path, search: _Search) -> bool:
    """Whether an entry is a file with contents; a pipe or a device could block for ever."""
    try:
        path.stat()
    except OSError as error:
        advice = "repair or remove the link"
        search.problems.append(_about(path, f"the link leads nowhere: {_reason(error)}", advice))
        return False
    if path.is_file():
        return True
    search.problems.append(_about(path, "this is not a regular file", "remove or rename it"))
    return False


def _reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    if error.errno == errno.ELOOP:
        return "a loop of symbolic links"
    return (error.strerror or str(error)).lower()


def _about(path: Path, message: str, advice: str) -> Diagnostic:
    """A diagnostic about a whole file or directory."""
    return Diagnostic(display(path), 0, 0, message=message, advice=advice)


def _inside(path: Path, data: bytes, place: int, message: str) -> Diagnostic:
    """A diagnostic about one byte of a file."""
    start = data.rfind(b"\n", 0, place) + 1
    column = len(data[start:place].decode("utf-8", "replace")) + 1
    line = data.count(b"\n", 0, place) + 1
    return Diagnostic(display(path), line, column, message=message, advice=_NOT_UTF8)
