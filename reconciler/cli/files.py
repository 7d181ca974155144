"""Files that a command makes: whole or not at all; what holds a state by their owner only."""

import errno
import os
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex

from reconciler.errors import UsageError
from reconciler.spec.files import SUFFIXES


def read_bounded(path: Path, most: int = 256 * 1024 * 1024) -> bytes:
    """The bytes of a file; a device may go on for ever, and no memory would hold it.

    Args:
        path: Where it is.
        most: Bytes.

    Raises:
        OSError: It cannot be read, or is larger.
    """
    with path.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return data


def check_place(path: Path, what: str) -> None:
    """Refuse a place where nothing can be written, before anything else is done.

    Args:
        path: Of the file.
        what: What would be written, such as `the plan`.

    Raises:
        UsageError: It is a directory or a device, may be a spec, or nothing can be put beside it.
    """
    if str(path) == "-":
        raise UsageError(f"`-` is no file; name one to write {what} to, or ./- if that is meant")
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no file; name one to write {what} to")
        if path.suffix.lower() in SUFFIXES and path.exists():
            raise UsageError(
                f"{path} is there already and may be a spec; write {what} to another file, or remove "
                "it first"
            )
        folder = Path(os.path.realpath(path)).parent
        if not folder.is_dir():
            raise UsageError(f"{path.parent} is no directory; make it first")
    except OSError as error:
        raise UsageError(f"{path} cannot be used for {what}: {error.strerror}") from error
    if not _holds_files(folder):
        raise UsageError(f"{path.parent} cannot be written; name another folder for {what}")


def _holds_files(folder: Path) -> bool:
    """Whether a file can be made there; rights alone do not say so, a disk may be read-only."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def write_whole(path: Path, text: str, *, is_public: bool = False) -> None:
    """Write a file; an older one is replaced in one move.

    Args:
        path: Where to; what a link leads to is replaced, not the link.
        text: UTF-8, line ends as they are.
        is_public: Whether other users of this machine may read it.

    Raises:
        UsageError: It cannot be written there; what was there before still is.
    """
    try:
        _replace(Path(os.path.realpath(path)), text, 0o644 if is_public else 0o600)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _replace(path: Path, text: str, mode: int) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(mode)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_all(files: Mapping[Path, str]) -> None:
    """Write several files that anybody may read; folders are made where there are none.

    Everything is on the disk before the first file appears in its place.

    Args:
        files: UTF-8 text by path.

    Raises:
        UsageError: They cannot be written there.
    """
    with ExitStack() as stack:
        drafts: dict[Path, Path] = {}
        for path, text in sorted(files.items()):
            try:
                drafts[path] = _draft(path, text, stack)
            except OSError as error:
                raise UsageError(f"{path} cannot be written: {error.strerror}") from error
        for path, draft in drafts.items():
            try:
                draft.replace(os.path.realpath(path))
            except OSError as error:
                raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _draft(path: Path, text: str, stack: ExitStack) -> Path:
    """The text beside where it shall be, gone with the stack unless it was moved there."""
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    # A number of a process would not do: in a container the one that was killed had the same.
    draft = place.with_name(f".{place.name}.draft-{token_hex(8)}")
    stack.callback(draft.unlink, missing_ok=True)
    with draft.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    return draft
