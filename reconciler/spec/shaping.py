"""One document as an environment wants it: overlaid first, then the values put in.

What an overlay replaces needs no value, and nothing that came from the values file is looked at again.
"""

from collections.abc import Collection, Iterator, Sequence

import yaml

from reconciler.errors import Diagnostic
from reconciler.records import Struct
from reconciler.spec import variables
from reconciler.spec.composing import Broken, Composed, Elsewhere
from reconciler.spec.naming import nearest
from reconciler.spec.patching import merged
from reconciler.spec.places import child
from reconciler.spec.regrowing import regrown
from reconciler.spec.scalars import one_line
from reconciler.spec.values import OVERLAYS, VALUES, Values
from reconciler.spec.variables import Stray, Variable

_STRAY = ("`${` begins no variable", "write `${NAME}`, or `$${` for the two signs")
_IN_A_NAME = ("`${` stands in the name of a field", "values are put into values only")
_NO_ENVIRONMENT = (
    "give --env NAME (or RECONCILER_ENV), which reads values/NAME.yaml; or write `$${`"
)
_HIDDEN = ("a variable stands here that cannot be put in (what stands here is not shown)", "")


class Shaped(Struct, frozen=True):
    """A document as an environment wants it.

    Attributes:
        composed: Its nodes; those of the values file know that they are.
        overlay: The address of the overlay that was used, or empty.
        names: The values that were put in.
    """

    composed: Composed
    overlay: str = ""
    names: frozenset[str] = frozenset()

    @property
    def is_changed(self) -> bool:
        """Whether anything of the values file is in it, or took something away."""
        return bool(self.overlay or self.names)


def shape(composed: Composed, values: Values | None, *, has_variables: bool) -> Shaped:
    """A document as an environment wants it.

    Args:
        composed: As it was written; not changed.
        values: The values file, or None without an environment.
        has_variables: Whether there is any `${` in its file.

    Returns:
        The document; what cannot be put in is a node that says so when it is read.
    """
    filling = _Filling(values)
    root, overlay = composed.root, ""
    if values is not None and values.overlays:
        address = _address(root, filling)
        patch = values.overlays.get(address)
        if patch is not None:
            root, overlay = merged(root, patch), address
    filling.names.clear()  # finding the address is no use of a value
    if has_variables:
        root = regrown(root, filling.value, _key, lambda node: node.start_mark)
    if root is composed.root:
        return Shaped(composed)
    return Shaped(Composed(root, composed.before), overlay, frozenset(filling.names))


def _address(root: yaml.Node, filling: "_Filling") -> str:
    """`Kind/name` of a document as it will be, or empty."""
    parts = [_below(root, path) for path in (("kind",), ("metadata", "name"))]
    texts = [filling.value(part) if isinstance(part, yaml.ScalarNode) else None for part in parts]
    if any(text is None or isinstance(text, Broken) for text in texts):
        return ""
    return "/".join(str(text.value) for text in texts if text is not None)


def _below(node: yaml.Node, path: tuple[str, ...]) -> yaml.Node | None:
    for key in path:
        found = child(node, key)
        if found is None:
            return None
        node = found[1]
    return node


def _key(node: yaml.ScalarNode) -> yaml.Node:
    """What takes the place of a field's name: itself, or what complains of it."""
    if isinstance(node.start_mark, Elsewhere) or not variables.has_any(node.value):
        return node
    return Broken(node, (_IN_A_NAME,), _IN_A_NAME)


class _Filling:
    """Puts values in, and remembers which."""

    def __init__(self, values: Values | None) -> None:
        self.values = values
        self.names: set[str] = set()

    def value(self, node: yaml.ScalarNode) -> yaml.Node:
        """What takes the place of a scalar."""
        if isinstance(node.start_mark, Elsewhere) or not variables.has_any(node.value):
            return node
        found = variables.tokens(node.value)
        names = [token.name for token in found if isinstance(token, Variable)]
        problems = list(dict.fromkeys(self._problems(found)))
        scalars = [self._scalar(name) for name in names]
        if problems or None in scalars:
            return Broken(node, tuple(problems), _HIDDEN)
        self.names.update(names)
        known = [scalar for scalar in scalars if scalar is not None]
        if known and len(found) == 1:
            return known[0]
        return _text(node, found, known)

    def _scalar(self, name: str) -> yaml.ScalarNode | None:
        return self.values.scalars.get(name) if self.values else None

    def _problems(self, found: tuple[variables.Token, ...]) -> Iterator[tuple[str, str]]:
        for token in found:
            if isinstance(token, Stray):
                yield _STRAY
            elif isinstance(token, Variable) and self.values is None:
                yield f"`${{{token.name}}}` needs an environment", _NO_ENVIRONMENT
            elif isinstance(token, Variable) and self.values is not None:
                yield from _undefined(token.name, self.values)


def _undefined(name: str, values: Values) -> Iterator[tuple[str, str]]:
    if name in values.scalars or not values.is_complete:
        return
    near = nearest(name, values.scalars)
    advice = f"did you mean `${{{near}}}`?" if near else "define it there, below `values`"
    yield f"`${{{name}}}` is not defined in {values.file}", advice


def _text(
    node: yaml.ScalarNode, found: tuple[variables.Token, ...], scalars: list[yaml.ScalarNode]
) -> yaml.ScalarNode:
    """A text with values in it; it stands where its first value does."""
    filled = iter(scalars)
    text = "".join(
        next(filled).value if isinstance(token, Variable) else str(token) for token in found
    )
    marks = [scalar.start_mark for scalar in scalars]
    spots = dict.fromkeys(
        spot for mark in marks if isinstance(mark, Elsewhere) for spot in mark.spots
    )
    mark = Elsewhere(*spots) if spots else node.start_mark
    return yaml.ScalarNode(node.tag, text, mark, node.end_mark, '"')


def check_overlays(
    values: Values, used: Collection[str], addresses: Sequence[str]
) -> Iterator[Diagnostic]:
    """Overlays for documents that do not exist.

    Args:
        values: The values file.
        used: Addresses whose overlays were used.
        addresses: Of all documents.
    """
    for address in values.overlays:
        if address in used:
            continue
        near = nearest(address, addresses)
        advice = f"did you mean `{near}`?" if near else "correct the address, or remove the overlay"
        words = f"there is no {one_line(address)} in the specs", advice
        yield values.diagnostic(OVERLAYS, address, words)


def unused_values(values: Values, used: Collection[str]) -> Iterator[Diagnostic]:
    """Values that no spec asks for; odd, but not wrong.

    Args:
        values: The values file.
        used: Names that were put in somewhere.
    """
    for name in values.scalars:
        if name not in used:
            words = "no spec uses this value", "remove it, or write it into a spec"
            yield values.diagnostic(VALUES, name, words)
