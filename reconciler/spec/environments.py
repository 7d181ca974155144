"""Where the values file of an environment is."""

import re
from collections.abc import Sequence
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.spec.files import display
from reconciler.spec.naming import nearest

FOLDER = "values"
SUFFIX = ".yaml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)


def values_file(name: str, paths: Sequence[Path | str], folder: Path | None) -> Path:
    """The values file of an environment.

    Args:
        name: The environment, such as `prod`.
        paths: Paths to specs, of which the folder `values` is a neighbour: beside a directory of
            specs, and beside a file or beside the directory it lies in.
        folder: Where to look instead, or None.

    Raises:
        UsageError: The name cannot be one, there is no such file, there are several, or nobody may
            look for one.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of an environment; use letters, digits, `-` and `_`")
    folders = [folder] if folder is not None else _folders(paths)
    try:
        found = {
            (path / f"{name}{SUFFIX}").resolve(): path / f"{name}{SUFFIX}"
            for path in folders
            if (path / f"{name}{SUFFIX}").is_file()
        }
    except OSError as error:
        where = " and ".join(map(display, folders))
        raise UsageError(f"{where} cannot be looked into: {error.strerror}") from error
    if len(found) > 1:
        files = " and ".join(sorted(display(path) for path in found.values()))
        raise UsageError(f"environment {name!r} has several values files, {files}; give --values")
    for path in found.values():
        return path
    raise UsageError(_missing(name, folders))


def environments(paths: Sequence[Path | str], folder: Path | None) -> tuple[str, ...]:
    """The environments that there are, sorted.

    Args:
        paths: Paths to specs.
        folder: The folder of values files, or None for the one beside the specs.
    """
    return _names([folder] if folder is not None else _folders(paths))


def _folders(paths: Sequence[Path | str]) -> list[Path]:
    """Where values files may be, in order, each once."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        parent = _above(path)
        around = [parent] if path.is_dir() else [parent, _above(parent)]
        found |= dict.fromkeys(folder / FOLDER for folder in around)
    return list(found)


def _above(path: Path) -> Path:
    """The directory around a path; `.` and `..` have no name that could be taken away."""
    return path.parent if path.name not in {"", ".."} else path / ".."


def _missing(name: str, folders: Sequence[Path]) -> str:
    for folder in folders:
        path = folder / f"{name}{SUFFIX}"
        if path.exists() or path.is_symlink():
            return f"{display(path)} is no file that can be read; put a values file in its place"
    looked = " nor ".join(display(folder / f"{name}{SUFFIX}") for folder in folders)
    told = f"there is no environment {name!r}: {looked} does not exist"
    if len(folders) > 1:
        told = f"there is no environment {name!r}: neither {looked} exists"
    known = _names(folders)
    near = nearest(name, known)
    if near:
        return f"{told}; did you mean {near}?"
    return f"{told}; known: {', '.join(known)}" if known else f"{told}; write it, or give --values"


def _names(folders: Sequence[Path]) -> tuple[str, ...]:
    try:
        files = [path for folder in folders if folder.is_dir() for path in folder.iterdir()]
    except OSError:
        return ()
    names = {
        path.stem
        for path in files
        if path.suffix == SUFFIX and _NAME.fullmatch(path.stem) and path.is_file()
    }
    return tuple(sorted(names))
