"""What pydantic found, in words: one function per family of errors, tables for the rest."""

import re
from typing import TYPE_CHECKING

from reconciler.spec import fields
from reconciler.spec.faults import CREDENTIAL_FIELDS, NO_REFERENCE, Path, is_secret
from reconciler.spec.naming import listed, nearest, suggestion
from reconciler.spec.scalars import Malformed, one_line, shown
from reconciler.spec.unknown import unknown_field

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_MAPPING_ADVICE = "write `field: value` lines"
_TYPES = {
    "string_type": ("text", "put it in quotes"),
    "int_type": ("a whole number", "write digits, without quotes"),
    "float_type": ("a number", "write digits, without quotes"),
    "bool_type": ("a truth value", "write true or false, without quotes"),
    "list_type": ("a list", "write `- item` lines, or `[item, item]`"),
    "dict_type": ("a mapping", _MAPPING_ADVICE),
    "model_type": ("a mapping", _MAPPING_ADVICE),
    "model_attributes_type": ("a mapping", _MAPPING_ADVICE),
    "string_too_short": ("text", "write it, or remove the field"),
}
_MISSING = {
    "apiVersion": "add `apiVersion: reconciler.dev/v1alpha1`",
    "caFile": "add the path of a PEM file",
    "connection": "add the name of a Connection",
    "state": "say which state the topics shall have",
    "topics": "name at least one topic or glob",
    "until": "say when it ends",
}
_MISSING_IN_RULE = {"until": "say when the pause ends: a time, or `never`"}
_PATTERNS = {
    fields.NAME_PATTERN: (
        "a name",
        "use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends",
    ),
    fields.LABEL_PATTERN: (
        "the name of a label",
        "use letters, digits, `-`, `_`, `.` and `/`, with a letter or digit at both ends",
    ),
    fields.TRIMMED_PATTERN: (
        "one line of text",
        "write at least one character, and no blank at either end",
    ),
    fields.TOPIC_PATTERN: (
        "the name of one topic, or a glob",
        "write one name without blanks per list item",
    ),
    fields.ID_PATTERN: ("a Streamkap id", "write its 24 hexadecimal digits, in lower case"),
    fields.CLUSTER_PATTERN: ("a cluster id", "write an id such as lkc-abc123"),
    fields.BASE_PATH_PATTERN: ("a path", "write one such as /kafka/v3, without `/` at its end"),
}
_QUOTED = re.compile(r"'([^']*)'")


def words_for(item: "ErrorDetails", path: Path, kind: str) -> tuple[str, str]:
    """What is wrong, and what to do.

    Args:
        item: One error of pydantic.
        path: Its path in the document.
        kind: Kind of the document.
    """
    if is_secret(path):
        return _about_secret(item, path, kind)
    if item["type"] == "extra_forbidden" and "Retry" not in item["loc"]:
        return unknown_field(item["loc"], kind)
    if path[3:] == ("onFailure",):
        return "expected `hold` or `{retry: n}` with n from 1 to 10", "write one of the two"
    if item["type"] in {"literal_error", "union_tag_invalid"}:
        return _choice(item, path)
    if item["type"] in {"missing", "union_tag_not_found"}:
        return _misspelt(item, path) or _missing(path)
    return _shape(item)


def _about_secret(item: "ErrorDetails", path: Path, kind: str) -> tuple[str, str]:
    """Words about a credential, which quote nothing that could be one."""
    match item["type"], path[2:]:
        case "extra_forbidden", (name,):
            return unknown_field(item["loc"], kind, is_quoted=name in CREDENTIAL_FIELDS)
        case "missing", _:
            return _missing(path)
        case "string_pattern_mismatch", _:
            return (
                "expected the name of an environment variable (what stands here is not shown)",
                "use letters, digits and `_`, and put the secret into that variable",
            )
        case _, ():
            return "expected a mapping (what stands here is not shown)", _MAPPING_ADVICE
        case _:
            return NO_REFERENCE


def _missing(path: Path) -> tuple[str, str]:
    """Words about a field that must be written."""
    name = str(path[-1])
    special = _MISSING_IN_RULE if "mirrors" in path else _MISSING
    return f"`{name}` is missing", special.get(name, _MISSING.get(name, f"add `{name}`"))


def _misspelt(item: "ErrorDetails", path: Path) -> tuple[str, str] | None:
    """Words about the field that chooses a shape, where it stands there under another name."""
    around, name = item["input"], str(path[-1])
    if item["type"] != "union_tag_not_found" or not isinstance(around, dict):
        return None
    near = nearest(name, map(str, around))
    return (f"unknown field `{one_line(near)}`", f"did you mean `{name}`?") if near else None


def _choice(item: "ErrorDetails", path: Path) -> tuple[str, str]:
    """Words about a value that is none of a few words."""
    is_tag = item["type"] == "union_tag_invalid"
    value = item["input"][path[-1]] if is_tag else item["input"]
    known = _QUOTED.findall(item["ctx"]["expected_tags" if is_tag else "expected"])
    if isinstance(value, str):
        return f"unknown {path[-1]} {shown(value)}", suggestion(value, known)
    return f"expected {listed(known)}, got {shown(value)}", "write one of these words"


def _shape(item: "ErrorDetails") -> tuple[str, str]:
    """Words about a value of the wrong type, length, size or spelling."""
    got = shown(item["input"])
    match item["type"], item.get("ctx"):
        case "value_error", {"error": Malformed() as error}:
            return error.message, error.advice
        case "string_pattern_mismatch", {"pattern": str(pattern)}:
            what, advice = _PATTERNS[pattern]
            return f"expected {what}, got {got}", advice
        case (
            "string_too_long" | "too_short" | "greater_than_equal" | "less_than_equal" as kind,
            ctx,
        ):
            return _size(kind, ctx or {}, got)
        case kind, _:
            what, advice = _TYPES[kind]
            is_whole = kind == "string_type" and isinstance(item["input"], list | dict)
            return f"expected {what}, got {got}", "write one text" if is_whole else advice


def _size(kind: str, ctx: dict[str, object], got: str) -> tuple[str, str]:
    """Words about a value that is too small, too large, too short or too long."""
    match kind, ctx:
        case "string_too_long", {"max_length": length}:
            return f"longer than {length} characters", "write a shorter one"
        case "greater_than_equal", {"ge": least}:
            return f"expected {least:g} or more, got {got}", f"write a number from {least:g} up"
        case "less_than_equal", {"le": most}:
            return f"expected {most:g} or less, got {got}", f"write a number up to {most:g}"
        case _, {"field_type": "Dictionary"}:
            return "the mapping is empty", "write at least one `key: value`, or leave it out"
        case _:
            return "the list is empty", "write at least one item"
