"""A values file: what differs from one environment to the next.

    values:                       # what `${NAME}` in a spec stands for
      SINCE: 2026-11-20T00:00:00Z
    overlays:                     # JSON merge patches, by the address of a document
      Source/orders-postgres:
        spec: {suspend: null}

Nothing is put into a values file itself: a `${` in it is an error, and `$${` is the two signs. What
stands below an overlay is read with the document it becomes a part of, with the same strictness and the
same care for what may be a secret.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from reconciler.errors import Diagnostic
from reconciler.model.address import Kind, Origin
from reconciler.model.call import Json
from reconciler.records import Struct, field
from reconciler.spec import variables
from reconciler.spec.composing import MAX_NODES, Broken, Composed, Elsewhere, compose
from reconciler.spec.faults import Fault, Spot, is_void
from reconciler.spec.faults import Path as FaultPath
from reconciler.spec.files import read_text
from reconciler.spec.naming import listed, nearest
from reconciler.spec.places import child, spot_of
from reconciler.spec.plain import Budget, Written, read_document
from reconciler.spec.regrowing import regrown
from reconciler.spec.scalars import one_line, shown

VALUES, OVERLAYS = "values", "overlays"
_PARTS = {VALUES: "a mapping of names to values", OVERLAYS: "a mapping of addresses to overlays"}
_ADDRESS = re.compile(rf"(?:{'|'.join(Kind)})/.+")
_OVERLAID = {(): ("metadata", "spec"), ("metadata",): ("labels",)}
_NOT_PUT_IN = (
    "`${` stands in a values file, into which nothing is put",
    "write the value itself, or `$${` for the two signs",
)


class Values(Struct, frozen=True):
    """What a values file holds; its nodes know that they are of another file.

    Attributes:
        name: The environment.
        file: The file, as messages show it.
        scalars: Values by name; None for one that is wrong, which was told.
        overlays: Merge patches by the address of a document.
        spots: Where a name or an address stands, by part of the file and key.
        problems: Everything that is wrong with the file alone.
        is_complete: Whether all of it could be read, so that what is not in it does not exist.
    """

    name: str
    file: str
    scalars: Mapping[str, yaml.ScalarNode | None] = field(default_factory=dict)
    overlays: Mapping[str, yaml.Node] = field(default_factory=dict)
    spots: Mapping[tuple[str, str], Spot] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()
    is_complete: bool = True

    def place(self, part: str, key: str) -> Origin | None:
        """Where a name or an address stands, or None.

        Args:
            part: `values` or `overlays`.
            key: A name or an address.
        """
        spot = self.spots.get((part, key))
        return Origin(self.file, spot.line, spot.column) if spot else None

    def diagnostic(self, part: str, key: str, words: tuple[str, str]) -> Diagnostic:
        """What is wrong with a value or an overlay as such.

        Args:
            part: `values` or `overlays`.
            key: Its name or address.
            words: Message and advice.
        """
        fault = Fault(self.spots[part, key], (part, key), message=words[0], advice=words[1])
        return fault.diagnostic(self.file, "")


def read_values(name: str, path: Path) -> Values:
    """Read a values file.

    Args:
        name: The environment.
        path: The file; it exists.

    Returns:
        What it holds, and what is wrong with it.
    """
    text = read_text(path)
    if isinstance(text, Diagnostic):
        return Values(name, text.file, problems=(text,), is_complete=False)
    documents = list(compose(text.text))
    first = documents[0]
    if isinstance(first, Composed) and len(documents) > 1:
        message, advice = "a values file is one document", "remove what stands after `---`"
        first = Fault(first.spot(first.root), message=message, advice=advice)
    written = first if isinstance(first, Fault) else read_document(_named(first), Budget(MAX_NODES))
    if isinstance(written, Fault):
        problem = written.diagnostic(text.file, "")
        return Values(name, text.file, problems=(problem,), is_complete=False)
    return _values(name, text.file, written)


def _values(name: str, file: str, written: Written) -> Values:
    """What a document holds that could be read as YAML."""
    faults = [*_plain_faults(written), *_shape_faults(written)]
    bad = {fault.path for fault in faults}
    composed = Composed(_elsewhere(written.composed, file), 0)
    is_whole = isinstance(written.value, dict) and all(len(path) > 1 for path in bad)
    found = {part: _pairs(composed.root, part) if is_whole else {} for part in _PARTS}
    return Values(
        name,
        file,
        {
            key: node if isinstance(node, yaml.ScalarNode) and (VALUES, key) not in bad else None
            for key, (_, node) in found[VALUES].items()
        },
        {
            key: node
            for key, (_, node) in found[OVERLAYS].items()
            if not any(path[:2] == (OVERLAYS, key) for path in bad)
        },
        {(part, key): composed.spot(at) for part in found for key, (at, _) in found[part].items()},
        tuple(fault.diagnostic(file, "") for fault in faults),
        is_whole,
    )


def _pairs(root: yaml.Node, part: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """The keys of a part of the file, each with its nodes."""
    found = child(root, part)
    if found is None or not isinstance(found[1], yaml.MappingNode):
        return {}
    return {
        key.value: (key, value) for key, value in found[1].value if isinstance(key, yaml.ScalarNode)
    }


def _plain_faults(written: Written) -> Iterator[Fault]:
    """What is not strict YAML; below an overlay its document tells, and knows what may be secret."""
    for fault in written.faults:
        if fault.path[:1] != (OVERLAYS,) or len(fault.path) <= len((OVERLAYS, "Kind/name")):
            yield fault


def _shape_faults(written: Written) -> Iterator[Fault]:
    """What is no values file although it is YAML."""
    value = written.value
    if not isinstance(value, dict):
        if not is_void((), written.void):
            message = f"expected `values` and `overlays`, got {shown(value)}"
            yield _fault(written, (), message, "see docs/environments.md")
        return
    for key, part in value.items():
        if key not in _PARTS:
            near = nearest(key, _PARTS)
            advice = f"did you mean `{near}`?" if near else f"known here: {listed(_PARTS)}"
            yield _fault(written, (key,), f"unknown field `{one_line(key)}`", advice)
        elif is_void((key,), written.void):
            continue
        elif not isinstance(part, dict):
            yield _fault(written, (key,), f"expected {_PARTS[key]}, got {shown(part)}", "indent it")
        elif key == VALUES:
            yield from _value_faults(written, part)
        else:
            yield from _overlay_faults(written, part)


def _value_faults(written: Written, part: dict[str, Json]) -> Iterator[Fault]:
    for name, value in part.items():
        path: FaultPath = (VALUES, name)
        if not re.fullmatch(variables.NAME, name):
            message = f"`{one_line(name)}` cannot be the name of a value"
            yield _fault(written, path, message, "use letters, digits and `_`, no digit first")
        if is_void(path, written.void):
            continue
        if isinstance(value, dict | list):
            advice = "a value is a text, a number or a truth value; the rest goes into `overlays`"
            yield _fault(written, path, f"expected one value, got {shown(value)}", advice)
        elif isinstance(value, str) and any(
            not isinstance(token, str) for token in variables.tokens(value)
        ):
            yield _fault(written, path, *_NOT_PUT_IN)


def _overlay_faults(written: Written, part: dict[str, Json]) -> Iterator[Fault]:
    for address, overlay in part.items():
        path: FaultPath = (OVERLAYS, address)
        if not _ADDRESS.fullmatch(address):
            message = f"{shown(address)} is no address of a document"
            yield _fault(written, path, message, "write Kind/name, such as Source/orders")
        if is_void(path, written.void):
            continue
        if not isinstance(overlay, dict):
            message = f"expected a part of the document, got {shown(overlay)}"
            yield _fault(written, path, message, "write what differs below `spec`")
            continue
        metadata = overlay.get("metadata")
        below = metadata if isinstance(metadata, dict) else {}
        for inner, fields in (((), overlay), (("metadata",), below)):
            for name in fields:
                if name not in _OVERLAID[inner]:
                    message = f"an overlay cannot change `{'.'.join((*inner, one_line(name)))}`"
                    advice = "it can change `spec` and `metadata.labels`"
                    yield _fault(written, (*path, *inner, name), message, advice)


def _fault(written: Written, path: FaultPath, message: str, advice: str) -> Fault:
    return Fault(spot_of(written.composed, path, at_key=True), path, message=message, advice=advice)


def _named(composed: Composed) -> Composed:
    """The same with every name in quotes: nobody takes the `N` of `${N}` for a truth value."""

    def key(node: yaml.ScalarNode) -> yaml.Node:
        if node.tag or not re.fullmatch(variables.NAME, node.value):
            return node
        return yaml.ScalarNode(node.tag, node.value, node.start_mark, node.end_mark, '"')

    root = regrown(composed.root, lambda node: node, key, lambda node: node.start_mark)
    return Composed(root, composed.before)


def _elsewhere(composed: Composed, file: str) -> yaml.Node:
    """The nodes of a values file, each with its place, and its texts as they are meant."""

    def place(node: yaml.Node) -> Elsewhere:
        spot = composed.spot(node)
        return Elsewhere(Spot(spot.line, spot.column, file))

    def key(node: yaml.ScalarNode) -> yaml.ScalarNode:
        return yaml.ScalarNode(node.tag, node.value, place(node), node.end_mark, node.style)

    def value(node: yaml.ScalarNode) -> yaml.Node:
        moved = key(node)
        found = variables.tokens(node.value)
        if not all(isinstance(token, str) for token in found):
            return Broken(moved, (_NOT_PUT_IN,), _NOT_PUT_IN)
        moved.value = "".join(map(str, found))
        return moved

    return regrown(composed.root, value, key, place)
