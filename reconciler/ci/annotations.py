"""Errors of the specs where a reviewer reads: at file and line of the change.

GitHub takes commands on stdout. GitLab takes a file, in the shape of its code quality report.
"""

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256

from reconciler.errors import Diagnostic
from reconciler.model.call import Json

_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def github_commands(errors: Iterable[Diagnostic], warnings: Iterable[str] = ()) -> str:
    """Commands that GitHub's runner turns into annotations, one a line.

    Args:
        errors: With their places.
        warnings: Sentences.
    """
    lines = [_command("error", _where(error), _said(error)) for error in errors]
    lines += [_command("warning", {}, warning) for warning in warnings]
    return "".join(f"{line}\n" for line in lines)


def gitlab_report(errors: Sequence[Diagnostic]) -> str:
    """A code quality report.

    Args:
        errors: With their places.
    """
    return json.dumps([_row(error) for error in errors], indent=2, sort_keys=True) + "\n"


def _command(name: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{key}={_escaped(text, _PROPERTY)}" for key, text in properties.items())
    return f"::{name}{' ' if told else ''}{told}::{_escaped(message, _DATA)}"


def _where(error: Diagnostic) -> dict[str, str]:
    place = {"file": error.file}
    if error.line:
        place |= {"line": str(error.line), "col": str(error.column)}
    return place | ({"title": error.address} if error.address else {})


def _said(error: Diagnostic) -> str:
    text = f"{error.message}; {error.advice}" if error.advice else error.message
    return f"{error.field}: {text}" if error.field else text


def _escaped(text: str, table: dict[str, str]) -> str:
    """Without it a name could end the command and begin another."""
    return "".join(table.get(sign, sign) for sign in text)


def _row(error: Diagnostic) -> Json:
    said = f"{error.address}: {_said(error)}" if error.address else _said(error)
    print_ = sha256(f"{error.file}\n{error.address}\n{error.field}\n{error.message}".encode())
    return {
        "description": said,
        "check_name": "reconciler validate",
        "fingerprint": print_.hexdigest(),
        "severity": "blocker",
        "location": {"path": error.file, "lines": {"begin": max(error.line, 1)}},
    }
