"""A graph of nodes made anew with other scalars, without a change to the old one.

Aliases make a graph of what looks like a tree: a node may stand in many places, and even in itself. What
was shared stays shared, so that the work grows with the file and not with what it unfolds to.
"""

from collections.abc import Callable
from typing import TypeAlias

import yaml

Pair: TypeAlias = tuple[yaml.Node, yaml.Node]
Change: TypeAlias = Callable[[yaml.ScalarNode], yaml.Node]
Place: TypeAlias = Callable[[yaml.Node], yaml.Mark | None]


def regrown(root: yaml.Node, value: Change, key: Change, place: Place) -> yaml.Node:
    """A copy of a graph.

    Args:
        root: Its topmost node.
        value: What takes the place of a scalar.
        key: What takes the place of a scalar that is the name of a field.
        place: Where the copy of a list or mapping begins.

    Returns:
        The copy; all lists and mappings in it are new.
    """
    made: dict[int, yaml.CollectionNode] = {}
    unfilled: list[tuple[yaml.Node, yaml.CollectionNode]] = []

    def new(node: yaml.Node, *, is_key: bool = False) -> yaml.Node:
        if isinstance(node, yaml.ScalarNode):
            return key(node) if is_key else value(node)
        if id(node) not in made:
            shape = yaml.MappingNode if isinstance(node, yaml.MappingNode) else yaml.SequenceNode
            made[id(node)] = shape(node.tag, [], place(node), node.end_mark)
            unfilled.append((node, made[id(node)]))
        return made[id(node)]

    top = new(root)
    while unfilled:
        old, fresh = unfilled.pop()
        if isinstance(old, yaml.MappingNode):
            fresh.value.extend((new(name, is_key=True), new(item)) for name, item in old.value)
        else:
            fresh.value.extend(new(item) for item in old.value)
    return top
