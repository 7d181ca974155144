"""References to secrets, resolved; a message names places and never a value."""

import os
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from reconciler.cli.files import read_bounded
from reconciler.errors import AuthFailed
from reconciler.model.desired import Connection, SecretRef
from reconciler.model.secret import Secret
from reconciler.records import Struct

_LONGEST = 1024 * 1024
"""Bytes of a file that may hold a secret."""


class _Lack(StrEnum):
    """Why there is no secret where one should be, in the order in which it is told."""

    UNSET = "not set"
    VOID = "empty"
    UNREAD = "unreadable"
    BLANK = "blank"


class _Missing(Struct, frozen=True):
    """A secret that is not there: why, where, and what the system says of a file."""

    lack: _Lack
    place: str
    why: str = ""


def resolve(connection: Connection, *references: SecretRef | None) -> tuple[Secret, ...]:
    """Fetch the parts of a credential from where their references point.

    Args:
        connection: The connection they belong to.
        references: Where they are.

    Returns:
        The secrets, in the same order.

    Raises:
        AuthFailed: Some are not there; the message names the place of every one of them.
    """
    request = "read the credential"
    given = [reference for reference in references if reference is not None]
    if len(given) < len(references):
        raise AuthFailed(connection.name, request, "a part of `auth` is missing")
    found = [_fetched(reference) for reference in given]
    lacking = {item for item in found if isinstance(item, _Missing)}
    if lacking:
        ordered = sorted(lacking, key=lambda item: (list(_Lack).index(item.lack), item.place))
        parts = [_told(lack, list(same)) for lack, same in groupby(ordered, lambda i: i.lack)]
        message = ", and ".join(what for what, _ in parts)
        raise AuthFailed(connection.name, request, message, ", and ".join(do for _, do in parts))
    return tuple(item for item in found if isinstance(item, Secret))


def _fetched(reference: SecretRef) -> Secret | _Missing:
    if reference.env:
        value = os.environ.get(reference.env)
        if value:
            return Secret(value)
        return _Missing(_Lack.UNSET if value is None else _Lack.VOID, reference.env)
    try:
        # Some editors put a byte order mark before the text, which no vendor takes for a part of it.
        text = read_bounded(Path(reference.file), _LONGEST).decode("utf-8-sig").strip()
    except OSError as error:
        return _Missing(_Lack.UNREAD, reference.file, (error.strerror or str(error)).lower())
    except UnicodeDecodeError:
        return _Missing(_Lack.UNREAD, reference.file, "it is not UTF-8 text")
    return Secret(text) if text else _Missing(_Lack.BLANK, reference.file)


def _told(lack: _Lack, items: list[_Missing]) -> tuple[str, str]:
    """What is wrong with places of one kind, and what to do about it."""
    names = [item.place for item in items]
    listed = " and ".join(names)
    one = len(items) == 1
    variables = (
        f"environment variable {listed} is" if one else f"environment variables {listed} are"
    )
    match lack:
        case _Lack.UNSET:
            return f"{variables} not set", f"set {listed}"
        case _Lack.VOID:
            return f"{variables} empty", f"give {listed} a value"
        case _Lack.UNREAD:
            files = ", ".join(f"file {item.place} cannot be read: {item.why}" for item in items)
            return files, f"look at {listed}"
        case _Lack.BLANK:
            return f"file {listed} is empty", f"write the secret to {listed}"
