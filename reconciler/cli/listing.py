"""`--files-from`: act on the documents of listed files, such as those that a pull request changes.

| a listed file holds | taken are                                         |
| ------------------- | ------------------------------------------------- |
| a Source, a ClusterLink | it                                            |
| a Connection        | every document that uses it                       |
| a Policy            | every document that it selects                    |
| the values of the environment | every document that they change         |
| anything else       | nothing                                           |
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reconciler.cli.files import read_bounded
from reconciler.cli.options import Common
from reconciler.cli.wiring import current_folder
from reconciler.model.address import Address, Origin
from reconciler.model.desired import Desired, DesiredLink, DesiredSource
from reconciler.records import replace

P = ParamSpec("P")
R = TypeVar("R")

NOTHING_LISTED = "No document is in the listed files; nothing is acted on."
EMPTY_LIST = (
    "The list of files is empty; nothing is acted on. "
    "It is empty as well where the command that makes it failed."
)
_FILES, _LISTED = "reconciler.files_from", "reconciler.listed"
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_SIGNS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}


def files_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--files-from`; the names arrive with the options of every command."""
    return click.option(
        "--files-from",
        metavar="FILE",
        expose_value=False,
        callback=_read,
        help="Act on documents of the files listed there, as git diff --name-only does; - is stdin.",
    )(command)


def listing_words(ctx: click.Context) -> list[str]:
    """The option as words, for a command to copy.

    Args:
        ctx: The running command's context.
    """
    given = ctx.meta.get(_FILES)
    return ["--files-from", str(given)] if given is not None else []


def taken_from(common: Common, desired: Desired) -> frozenset[Address] | None:
    """The Sources and ClusterLinks that listed files are about, or None where none were listed.

    Args:
        common: Options of every command.
        desired: All documents.
    """
    if common.listed is None:
        return None
    left = listed_of(common.listed, desired)
    return frozenset([*(d.address for d in left.sources), *(d.address for d in left.links)])


def listed_of(names: Iterable[str], desired: Desired) -> Desired:
    """The documents that files are about.

    Args:
        names: Of files, as git or a person writes them.
        desired: All documents.
    """
    files = _real(names)
    environment = desired.environment
    is_shaping = environment is not None and os.path.realpath(environment.file) in files
    shaped = environment.shaped if environment is not None and is_shaping else ()

    def is_touched(address: Address, origin: Origin) -> bool:
        return address in shaped or os.path.realpath(origin.file) in files

    connections = tuple(c for c in desired.connections if is_touched(c.address, c.origin))
    policies = tuple(p for p in desired.policies if is_touched(p.address, p.origin))
    behind = {connection.name for connection in connections}

    def is_taken(document: DesiredSource | DesiredLink) -> bool:
        is_governed = any(policy.selects(document) for policy in policies)
        is_behind = document.connection in behind
        return is_governed or is_behind or is_touched(document.address, document.origin)

    return replace(
        desired,
        connections=connections,
        sources=tuple(filter(is_taken, desired.sources)),
        links=tuple(filter(is_taken, desired.links)),
        policies=policies,
    )


def nothing_listed(names: Sequence[str] | None) -> str:
    """What is said where listed files leave nothing to act on.

    Args:
        names: The list.
    """
    return NOTHING_LISTED if names else EMPTY_LIST


def _real(names: Iterable[str]) -> frozenset[str]:
    """Where names lead to: git's begin at the top of the checkout, a person's here."""
    here = current_folder()
    tops = [folder for folder in (here, *here.parents) if (folder / ".git").exists()]
    starts = {here, *tops[:1]}
    return frozenset(os.path.realpath(start / name) for start in starts for name in names)


def _read(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    _ = param
    if value is None:
        return
    try:
        data = sys.stdin.buffer.read() if value == "-" else read_bounded(Path(value))
    except OSError as error:
        raise click.BadParameter(f"{value!r} cannot be read: {error.strerror}") from error
    ctx.meta[_FILES] = value
    ctx.meta[_LISTED] = names_in(data)


def names_in(data: bytes) -> tuple[str, ...]:
    """The names in a list, as `git diff --name-only` writes it, with or without `-z`.

    Args:
        data: A name a line, in git's quotes where it holds odd signs; or names that end with NUL.
    """
    if b"\0" in data:
        return tuple(os.fsdecode(name) for name in data.split(b"\0") if name)
    lines = (line.removesuffix(b"\r") for line in data.split(b"\n"))
    return tuple(os.fsdecode(_unquoted(line)) for line in lines if line.strip())


def _unquoted(line: bytes) -> bytes:
    if len(line) < len(b'""') or not (line.startswith(b'"') and line.endswith(b'"')):
        return line
    return _ESCAPE.sub(_sign, line[1:-1])


def _sign(match: re.Match[bytes]) -> bytes:
    found: bytes = match[1]
    if len(found) > 1:
        return bytes([int(found, 8) & 0xFF])
    return _SIGNS.get(found, found)
