"""Documents as they result, each value with its place where that is another file; and as YAML again."""

import json
import re
from collections.abc import Iterator

import yaml

from reconciler.model.address import Address, Origin
from reconciler.model.call import Json
from reconciler.records import Struct
from reconciler.spec.composing import Elsewhere
from reconciler.spec.faults import Path, dotted
from reconciler.spec.places import child
from reconciler.spec.plain import Written
from reconciler.spec.writing import NO_TEXT, scalar

# What every reader of YAML takes for text without quotes, and the strict one here too.
_PLAIN = re.compile(
    r"[A-Za-z_/][A-Za-z0-9_./:-]*(?<!:)"  # words, names, addresses
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    r"|(?:\d{1,7}(?:d|h|m|s|ms))+",
    re.ASCII,
)


class Resulting(Struct, frozen=True):
    """One document as it results.

    Attributes:
        address: What it is called.
        origin: Where it begins.
        value: Its plain value.
        origins: Where values come from that its own file does not hold, by their path.
        overlay: Where the overlay stands that was laid over it, or None.
    """

    address: Address
    origin: Origin
    value: dict[str, Json]
    origins: dict[Path, tuple[Origin, ...]]
    overlay: Origin | None = None


def resulting(written: Written, address: Address, file: str, overlay: Origin | None) -> Resulting:
    """A document as it results.

    Args:
        written: The document, without faults.
        address: What it is called.
        file: Its file, as the user gave it.
        overlay: Where the overlay stands that was laid over it, or None.
    """
    composed = written.composed
    spot = composed.spot(composed.root)
    value = written.value if isinstance(written.value, dict) else {}
    origins = dict(_origins(composed.root, value, ()))
    return Resulting(address, Origin(file, spot.line, spot.column), value, origins, overlay)


def _origins(node: yaml.Node, value: Json, path: Path) -> Iterator[tuple[Path, tuple[Origin, ...]]]:
    """The places of all leaves that are of another file."""
    if isinstance(value, dict | list) and value:
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            found = child(node, key)
            if found is not None:
                yield from _origins(found[1], item, (*path, key))
    elif isinstance(node.start_mark, Elsewhere):
        yield path, tuple(Origin(s.file, s.line, s.column) for s in node.start_mark.spots)


def as_yaml(document: Resulting) -> str:
    """A document as YAML that reads back as the same.

    Args:
        document: The document.

    Returns:
        Lines; what another file gave ends with its place as a comment.
    """
    overlaid = f", overlaid by {document.overlay}" if document.overlay else ""
    head = f"# {document.address}, {document.origin}{overlaid}"
    return "\n".join((head, *_fields(document.value, (), document))) + "\n"


def _fields(value: dict[str, Json], path: Path, document: Resulting) -> Iterator[str]:
    for key, item in value.items():
        yield from _item(f"{_text(key)}:", item, (*path, key), document)


def _item(lead: str, item: Json, path: Path, document: Resulting) -> Iterator[str]:
    """A field or an item of a list: `lead` is `name:` or `-`."""
    if isinstance(item, dict) and item:
        lines = _fields(item, path, document)
        if lead == "-":
            yield f"- {next(lines)}"
        else:
            yield lead
        yield from (f"  {line}" for line in lines)
    elif isinstance(item, list) and item:
        yield lead
        for place, inner in enumerate(item):
            for line in _item("-", inner, (*path, place), document):
                yield f"  {line}"
    else:
        yield f"{lead} {_scalar(item)}{_comment(document.origins.get(path, ()))}"


def _comment(origins: tuple[Origin, ...]) -> str:
    return f"  # {', '.join(map(str, origins))}" if origins else ""


def _scalar(value: Json) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """A text with quotes where YAML needs them."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in NO_TEXT
    return text if is_plain else scalar(text)


def as_json(document: Resulting) -> dict[str, Json]:
    """A document for a program.

    Args:
        document: The document.
    """
    rows: list[Json] = [
        {"path": dotted(path), **_place(origin)}
        for path, origins in sorted(document.origins.items(), key=lambda row: dotted(row[0]))
        for origin in origins
    ]
    return {
        "address": str(document.address),
        "file": document.origin.file,
        "line": document.origin.line,
        "overlay": _place(document.overlay) if document.overlay else None,
        "document": document.value,
        "origins": rows,
    }


def _place(origin: Origin) -> dict[str, Json]:
    return {"file": origin.file, "line": origin.line, "column": origin.column}
