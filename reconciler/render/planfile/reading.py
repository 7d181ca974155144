"""Bytes to a saved plan, or one sentence that says why not. First the cheap questions.

what is asked                                             so that
--------------------------------------------------------  ------------------------------------------
is it small enough, whole, JSON, a plan file              a wrong path is told as a wrong path
is its format one that is read here                       a newer file is told as newer, not as broken
does its digest hold                                      an edited or damaged file is told as such
has it every field, and no other                          nothing in it is passed over in silence
does writing it again give the same document              nothing in it says two things
does it contradict itself (`core.warrant`)                a forged one has to be consistent at least
"""

import re

from reconciler.core.digest import digest
from reconciler.core.warrant import check_shape
from reconciler.errors import UsageError
from reconciler.model.call import Json
from reconciler.model.saved import SavedPlan
from reconciler.render.planfile.wire import parsed, shaped
from reconciler.render.planfile.writing import FORMAT, content

MAX_BYTES = 256 * 1024 * 1024
_WRITE_ONE = "write one with `reconciler plan --out FILE`"
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")


def read(data: bytes) -> SavedPlan:
    """Decode a plan file.

    Args:
        data: All of it, or more than `MAX_BYTES`.

    Raises:
        UsageError: It is none, it was changed, or it contradicts itself; the message does not name
            the file.
    """
    held = _held(data)
    _check_format(held)
    _check_integrity(held)
    try:
        saved = shaped(held)
    except ValueError as error:
        raise UsageError(f"it is not what a reconciler writes: {error}; plan again") from error
    if content(saved) != _rest(held):
        raise UsageError("it is not what a reconciler writes: it says two things; plan again")
    check_shape(saved)
    return saved


def _held(data: bytes) -> dict[str, Json]:
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise UsageError(f"it is no plan file: larger than {limit} MiB; {_WRITE_ONE}")
    try:
        held = parsed(data)
    except EOFError as error:
        raise UsageError("it ends in the middle; copy it again, or plan again") from error
    except ValueError as error:
        raise UsageError(f"it is no plan file: no JSON; {_WRITE_ONE}") from error
    if isinstance(held, dict) and isinstance(held.get("outcome"), str):
        raise UsageError(f"it is what --format json prints, not a plan file; {_WRITE_ONE}")
    if not isinstance(held, dict) or "format_version" not in held or "integrity" not in held:
        raise UsageError(f"it is no plan file; {_WRITE_ONE}")
    return held


def _check_format(held: dict[str, Json]) -> None:
    """The same major and no newer minor: a minor only adds fields, and every field is read."""
    major, minor = _version(held["format_version"])
    my_major, my_minor = _version(FORMAT)
    written = f"it has format {held['format_version']}, and this reconciler reads {FORMAT}"
    if (major, minor) > (my_major, my_minor):
        by = held.get("reconciler_version")
        writer = f", reconciler {by}" if isinstance(by, str) else ""
        raise UsageError(f"{written}; apply it with the version that wrote it{writer}")
    if major < my_major:
        raise UsageError(f"{written}; plan again")


def _version(text: Json) -> tuple[int, int]:
    found = _VERSION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise UsageError(f"it is no plan file: its format is {text!r}; {_WRITE_ONE}")
    return int(found[1]), int(found[2])


def _check_integrity(held: dict[str, Json]) -> None:
    try:
        is_whole = digest(_rest(held)) == held["integrity"]
    except (RecursionError, ValueError):  # nested or long beyond what was ever written
        is_whole = False
    if not is_whole:
        raise UsageError("it was changed after it was written; plan again")


def _rest(held: dict[str, Json]) -> dict[str, Json]:
    """Everything but the digest of it."""
    return {key: value for key, value in held.items() if key != "integrity"}
