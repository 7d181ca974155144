"""The rules of a document with the place of every pattern, read even where the rest has errors."""

import yaml

from reconciler.model.address import Origin
from reconciler.model.call import Json
from reconciler.model.desired import Pattern
from reconciler.records import Struct
from reconciler.spec.composing import Composed
from reconciler.spec.places import child


class WrittenRule(Struct, frozen=True):
    """A rule as far as it can be read.

    Attributes:
        path: Where its list stands in the document, and its place there.
        state: The level it names, or empty.
        origin: Where it is written.
        topics: Its patterns, each with its place in the list.
    """

    path: tuple[str, str, int]
    state: str
    origin: Origin
    topics: tuple[tuple[int, Pattern], ...]

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Its patterns."""
        return tuple(pattern for _, pattern in self.topics)

    @property
    def is_claiming(self) -> bool:
        """Whether it wants anything of its topics."""
        return self.state != "unmanaged"


def written_rules(
    composed: Composed, value: dict[str, Json], file: str, key: str
) -> tuple[WrittenRule, ...]:
    """The rules of a document, in order.

    Args:
        composed: The document's nodes.
        value: Its plain value.
        file: Path as the user gave it.
        key: Field of the list of rules: `snapshots` or `mirrors`.

    Returns:
        One value for each item that is a mapping; items of other types are left out.
    """
    spec = value.get("spec")
    items = spec.get(key) if isinstance(spec, dict) else None
    nodes = _below(composed.root, "spec", key)
    if not isinstance(items, list) or nodes is None:
        return ()
    return tuple(
        _written_rule(composed, nodes.value[place], file, (("spec", key, place), item))
        for place, item in enumerate(items)
        if isinstance(item, dict)
    )


def _written_rule(
    composed: Composed,
    node: yaml.Node,
    file: str,
    rule: tuple[tuple[str, str, int], dict[str, Json]],
) -> WrittenRule:
    """One rule: `rule` is its path and plain value."""
    path, item = rule
    state, names = item.get("state"), item.get("topics")
    topics = _below(node, "topics")
    patterns: list[tuple[int, Pattern]] = []
    if isinstance(names, list) and topics is not None:
        for place, name in enumerate(names):
            if isinstance(name, str):
                patterns.append(
                    (place, Pattern(name, _origin(composed, topics.value[place], file)))
                )
    return WrittenRule(
        path,
        state if isinstance(state, str) else "",
        _origin(composed, node, file),
        tuple(patterns),
    )


def _below(node: yaml.Node, *keys: str) -> yaml.Node | None:
    """The node that keys lead to."""
    for key in keys:
        found = child(node, key)
        if found is None:
            return None
        node = found[1]
    return node


def _origin(composed: Composed, node: yaml.Node, file: str) -> Origin:
    spot = composed.spot(node)
    return Origin(spot.file or file, spot.line, spot.column)
