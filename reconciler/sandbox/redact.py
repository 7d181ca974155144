"""Keeping secrets out of the request log."""

import re
from collections.abc import Mapping

HIDDEN = "***"
_SECRET = re.compile(r"secret|password|passphrase|token|project_key|private|jaas", re.IGNORECASE)


def redact(value: object) -> object:
    """A JSON value with the values of telling names hidden, at any depth.

    A setting given as `{"name": ..., "value": ...}` is judged by its name.

    Args:
        value: Body of a request.
    """
    if isinstance(value, list):
        return [redact(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    tells = isinstance(value.get("name"), str) and _SECRET.search(str(value["name"]))
    return {
        name: HIDDEN if _SECRET.search(str(name)) or (tells and name == "value") else redact(item)
        for name, item in value.items()
    }
