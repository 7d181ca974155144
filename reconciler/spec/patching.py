"""JSON merge patch (RFC 7396) over nodes, so that every value keeps the place where it was written.

| the patch holds        | the document gets                                          |
| ---------------------- | ---------------------------------------------------------- |
| a mapping              | the same for each of its fields; what it does not name stays |
| `null` for a field     | the field is gone                                          |
| a list or a scalar     | it, whole                                                  |

What is no RFC 7396 at all, such as a field that stands twice, is passed on for the reader of the
document to complain of.
"""

import yaml

from reconciler.spec.regrowing import Pair

_NULLS = frozenset({"~", "null", "Null", "NULL"})


def merged(target: yaml.Node | None, patch: yaml.Node) -> yaml.Node:
    """A node as a patch wants it.

    Args:
        target: What is there, or None.
        patch: What to put over it; bounded in depth and size by whoever read it.

    Returns:
        A new node, or the patch itself; neither argument is changed.
    """
    if not isinstance(patch, yaml.MappingNode) or patch.tag:
        return patch
    is_mapping = isinstance(target, yaml.MappingNode)
    base = target if is_mapping and target is not None else patch
    named, rest = _fields(patch)
    fields: list[Pair] = []
    for key, value in base.value if is_mapping else ():
        found = named.pop(key.value, None) if isinstance(key, yaml.ScalarNode) else None
        if found is None:
            fields.append((key, value))
        elif not is_null(found[1]):
            is_inner = isinstance(value, yaml.MappingNode) and isinstance(
                found[1], yaml.MappingNode
            )
            fields.append((key if is_inner else found[0], merged(value, found[1])))
    fields += [(key, merged(None, value)) for key, value in named.values() if not is_null(value)]
    return yaml.MappingNode(base.tag, [*fields, *rest], base.start_mark, base.end_mark)


def is_null(node: yaml.Node) -> bool:
    """Whether a node is a plain `null`; an empty value is not, since it may be a slip."""
    is_plain = isinstance(node, yaml.ScalarNode) and node.style == "" and not node.tag
    return is_plain and node.value in _NULLS


def _fields(patch: yaml.MappingNode) -> tuple[dict[str, Pair], list[Pair]]:
    """The fields of a patch by name, and what is none or stands there for the second time."""
    named: dict[str, Pair] = {}
    rest: list[Pair] = []
    for key, value in patch.value:
        if isinstance(key, yaml.ScalarNode) and key.value not in named:
            named[key.value] = (key, value)
        else:
            rest.append((key, value))
    return named, rest
