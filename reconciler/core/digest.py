"""Fingerprints: canonical JSON of plain values, and its SHA-256."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from reconciler.core.words import moment
from reconciler.model.call import Json
from reconciler.model.plan import Step
from reconciler.records import Struct


def plain(value: object) -> Json:
    """A value of the model as plain JSON values; a record becomes an object with its `kind`.

    Args:
        value: Records, enums, times, spans, tuples, mappings and scalars.

    Raises:
        TypeError: Something else is in it.
    """
    match value:
        case Enum():
            return str(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return moment(value)
        case timedelta():
            return value.total_seconds()
        case _:
            return _plain_whole(value)


def _plain_whole(value: object) -> Json:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Struct):
        named: dict[str, Json] = {"kind": type(value).__name__}
        return named | {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    raise TypeError(f"no canonical form for {type(value).__name__}")


def digest(value: object) -> str:
    """`sha256:` and the hex digest of the canonical JSON of a value.

    Args:
        value: What `plain` takes.
    """
    # What is plain already, such as a document, goes straight to the encoder.
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=plain
    )
    return "sha256:" + sha256(text.encode()).hexdigest()


def approval(steps: Iterable[Step]) -> str:
    """Digest of what a reviewer approves: change, items, call and before of every step.

    Ids and times are left out, so that planning again on the same world approves the same.

    Args:
        steps: In the order of the plan.
    """
    return digest([[step.change, step.items, step.call] for step in steps])
