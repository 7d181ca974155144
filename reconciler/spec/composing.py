"""Texts to node graphs, one document at a time.

PyYAML's C parser stops at the first error of a stream, recurses as deep as the input wants (a million
brackets end the process), and takes a gigabyte for ten million nodes. So a text is first cut at its
`---` lines, which YAML allows nowhere inside a document: an error then costs one document, not the
file. A piece that is large enough to be dangerous is counted as a stream of events before any node of
it is made.

Tags are not resolved here: `plain` decides what a scalar means, more strictly than YAML 1.1.
"""

import re
from collections.abc import Iterator

import yaml

from reconciler.records import Struct
from reconciler.spec.faults import Fault, Spot
from reconciler.spec.syntax import spot_at, syntax_fault

MAX_NODES = 1_000_000
MAX_DEPTH = 100

_CUT = re.compile(r"^(?=---(?:[ \t\r]|$))", re.MULTILINE)
_CONTENT = re.compile(r"^(?!\ufeff?[ \t\r]*(?:#.*)?$|%)", re.MULTILINE)
# Every node but the first of a document follows one of these signs.
_SIGNS = "[{-?:,"
_SURELY_SMALL = 2000


class _Strict(yaml.CSafeLoader):
    """C parser that leaves tags alone; these three methods are what it asks of a resolver."""

    def descend_resolver(self, _node: object, _index: object) -> None:
        """Nothing depends on the path to a node."""

    def ascend_resolver(self) -> None:
        """Nothing depends on the path to a node."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        """The tag of a node that carries none; a tag that is written is never empty."""
        return ""


class Elsewhere(yaml.Mark):
    """Where a node begins that a values file gave.

    Attributes:
        spots: The places that made it, each with its file; at least one.
    """

    def __init__(self, *spots: Spot) -> None:
        first = spots[0]
        super().__init__(first.file, 0, first.line - 1, first.column - 1, None, 0)
        self.spots = spots


class Broken(yaml.ScalarNode):
    """A scalar that cannot be read, for a reason that no reader of it can see.

    Attributes:
        problems: What is wrong, and what to do; none where it was told elsewhere.
        unquoted: The same where nothing of the text may be shown.
    """

    def __init__(
        self,
        node: yaml.ScalarNode,
        problems: tuple[tuple[str, str], ...] = (),
        unquoted: tuple[str, str] = ("", ""),
    ) -> None:
        super().__init__("", node.value, node.start_mark, node.end_mark, node.style)
        self.problems = problems
        self.unquoted = unquoted


class Composed(Struct, frozen=True):
    """One document as nodes.

    Attributes:
        root: Its topmost node.
        before: Lines of the file before the text that its marks count from.
    """

    root: yaml.Node
    before: int

    def spot(self, node: yaml.Node) -> Spot:
        """Where in the file a node begins."""
        mark = node.start_mark
        return mark.spots[0] if isinstance(mark, Elsewhere) else spot_at(mark, self.before)


def compose(text: str) -> Iterator[Composed | Fault]:
    """The documents of a text, in order, and what is wrong with its YAML.

    Args:
        text: What a file holds.

    Yields:
        One value per document; a fault takes the place of what it spoilt.
    """
    if not _CONTENT.search(text):
        message = "the file holds no document"
        yield Fault(Spot(1, 1), message=message, advice="write a document, or remove the file")
        return
    before = 0
    for piece in _pieces(text):
        fault = _too_large(piece, before)
        if fault:
            yield fault
        else:
            yield from _compose_piece(piece, before)
        before += piece.count("\n")


def _pieces(text: str) -> list[str]:
    """A text cut before its `---` lines; comments and directives stay with what they precede."""
    pieces = _CUT.split(text)
    if len(pieces) > 1 and not _CONTENT.search(pieces[0]):
        pieces[:2] = [pieces[0] + pieces[1]]
    return pieces


def _compose_piece(piece: str, before: int) -> Iterator[Composed | Fault]:
    """The documents of a piece: one, or several where `...` parts them."""
    try:
        parser = _Strict(piece)
        while parser.check_node():
            root = parser.get_node()
            if root is not None:
                yield Composed(root, before)
    except yaml.YAMLError as error:
        yield syntax_fault(error, piece, before)


def _too_large(piece: str, before: int) -> Fault | None:
    """A fault if nodes of this piece would be too many or too deep to make."""
    if sum(map(piece.count, _SIGNS)) <= _SURELY_SMALL:
        return None
    nodes, depth = 0, 0
    try:
        for event in yaml.parse(piece, Loader=_Strict):
            nodes += isinstance(event, yaml.NodeEvent)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if nodes > MAX_NODES or depth > MAX_DEPTH:
                spot = spot_at(event.start_mark, before)
                return too_many(spot) if nodes > MAX_NODES else too_deep(spot)
    except yaml.YAMLError as error:
        return syntax_fault(error, piece, before)
    return None


def too_many(spot: Spot) -> Fault:
    """The fault of a file that holds more nodes than are read.

    Args:
        spot: Where the limit was passed.
    """
    message = "the file holds more than a million values, aliases counted each time"
    return Fault(spot, message=message, advice="split it into several files")


def too_deep(spot: Spot) -> Fault:
    """The fault of a document that is nested deeper than is read.

    Args:
        spot: Where the limit was passed.
    """
    message = f"the document is nested deeper than {MAX_DEPTH} levels"
    return Fault(spot, message=message, advice="write it flatter; check aliases and brackets")
