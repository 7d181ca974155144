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
        value: Records, enums of words, times, spans, tuples, mappings and scalars.

    Raises:
        TypeError: Something else is in it.
    """
    if isinstance(value, str):
        return str(value.value) if isinstance(value, Enum) else value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in sorted(value.items())}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return plain(_opened(value))


def _opened(value: object) -> object:
    """One level of what JSON does not know; what is inside may have to be opened in its turn.

    Raises:
        TypeError: There is no canonical form for it.
    """
    if isinstance(value, Struct):
        named: dict[str, object] = {"kind": type(value).__name__}
        return named | {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(f"no canonical form for {type(value).__name__}")


def digest(value: object) -> str:
    """`sha256:` and the hex digest of the canonical JSON of a value.

    Args:
        value: What `plain` takes.
    """
    # The encoder walks by itself and asks only about what it does not know.
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_opened
    )
    return "sha256:" + sha256(text.encode()).hexdigest()


def approval(steps: Iterable[Step]) -> str:
    """Digest of what a reviewer approves: change, items, call and before of every step.

    Ids and times are left out, so that planning again on the same world approves the same.

    Args:
        steps: In the order of the plan.
    """
    return digest([[step.change, step.items, step.call] for step in steps])
