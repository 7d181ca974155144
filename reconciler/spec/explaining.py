"""pydantic's errors as faults, with the place in the file."""

from typing import TYPE_CHECKING

from pydantic import ValidationError

from reconciler.records import replace
from reconciler.spec.composing import Composed
from reconciler.spec.faults import NO_VALUE, Fault, Path, is_void
from reconciler.spec.places import spot_of
from reconciler.spec.unknown import is_required, meant_fields
from reconciler.spec.wording import words_for

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_RULES = ("snapshots", "mirrors")
_RULE_DEPTH = 3  # spec, list of rules, place in it


def explain(
    error: ValidationError, kind: str, composed: Composed, void: frozenset[Path]
) -> list[Fault]:
    """The faults of a document that pydantic refused.

    Args:
        error: What pydantic found.
        kind: Kind of the document.
        composed: The document, for places.
        void: Paths about which there was a complaint already.

    Returns:
        One fault per path and message, in pydantic's order.
    """
    faults: dict[tuple[Path, str], Fault] = {}
    items = error.errors(include_url=False)
    misspelt = {
        meant_fields(item["loc"], kind) for item in items if item["type"] == "extra_forbidden"
    }
    for item in items:
        if item["type"] == "missing" and (item["loc"][:-1], str(item["loc"][-1])) in misspelt:
            continue  # it is there under another name, of which there is a complaint
        fault = _fault(item, kind, composed)
        if not is_void(fault.path, void):
            faults.setdefault((fault.path, fault.message), fault)
    return list(faults.values())


def completed(faults: tuple[Fault, ...], kind: str) -> list[Fault]:
    """Faults of the plain reading; where a field has no value, whether it may go.

    Args:
        faults: What was found before the kind was known.
        kind: Kind of the document.
    """
    return [
        replace(fault, advice="write one")
        if fault.message == NO_VALUE and is_required(fault.path, kind)
        else fault
        for fault in faults
    ]


def _fault(item: "ErrorDetails", kind: str, composed: Composed) -> Fault:
    """One error of pydantic as a fault."""
    path = _path(item, kind)
    message, advice = words_for(item, path, kind)
    at_key = item["type"] == "extra_forbidden" or "[key]" in item["loc"]
    return Fault(spot_of(composed, path, at_key=at_key), path, message=message, advice=advice)


def _path(item: "ErrorDetails", kind: str) -> Path:
    """The path in the document: pydantic's without the tags of variants, or the tag that is wrong."""
    parts = [part for part in item["loc"] if part != "[key]"]
    if item["type"].startswith("union_tag"):
        return (*parts, item["ctx"]["discriminator"].strip("'"))
    if kind == "Connection" and parts[0] == "spec":
        del parts[1:2]
    elif parts[1:2] and parts[1] in _RULES:
        del parts[_RULE_DEPTH : _RULE_DEPTH + 1]
    if parts[_RULE_DEPTH : _RULE_DEPTH + 1] == ["onFailure"]:
        del parts[_RULE_DEPTH + 1 :]
    return tuple(parts)
