"""Where in a file the value at a path stands. Looked up when it is asked for: most places never are."""

import yaml

from reconciler.spec.composing import Composed
from reconciler.spec.faults import Path, Spot


def child(node: yaml.Node, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The key and the value of a part of a node; for a list item both are the item."""
    if isinstance(part, int):
        if isinstance(node, yaml.SequenceNode) and part < len(node.value):
            return node.value[part], node.value[part]
        return None
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                return key, value
    return None


def spot_of(composed: Composed, path: Path, *, at_key: bool = False) -> Spot:
    """Where the value at a path begins, or as near to it as the document goes.

    Args:
        composed: The document.
        path: Keys and positions from its top.
        at_key: The place of the field's name instead.
    """
    key = value = composed.root
    for part in path:
        found = child(value, part)
        if found is None:
            return composed.spot(value)
        key, value = found
    return composed.spot(key if at_key else value)
