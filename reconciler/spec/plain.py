"""Nodes to plain values, more strictly than YAML 1.1.

| written plainly                     | is                                                        |
| ----------------------------------- | --------------------------------------------------------- |
| `true`, `false`                     | a truth value                                             |
| `yes`, `no`, `on`, `off`            | an error: some readers take them for truth values         |
| `12`, `-3`, `0.5`                   | a number                                                  |
| `010`, `0x1f`, `1_000`, `1e5`, `1:30`, 19 digits | an error: readers disagree                   |
| nothing, `null`, `~`                | an error: no field wants nothing                          |
| `<<` as a key, any `!tag`           | an error                                                  |
| anything else, times too            | text                                                      |

What is in quotes is text. A value that was an error becomes None, and its path is remembered so that
nobody complains of it twice.
"""

import re

import yaml

from reconciler.model.call import Json
from reconciler.records import Struct, field
from reconciler.spec.composing import MAX_DEPTH, Broken, Composed, too_deep, too_many
from reconciler.spec.faults import NO_REFERENCE, NO_VALUE, Fault, Path, is_secret
from reconciler.spec.scalars import one_line, shown

_SUSPECT_FIRST = frozenset("+-.0123456789~<=nNtTfFyYoO")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}", re.ASCII)
_NUMBER_TO_SOME = re.compile(
    r"""[-+]?(?:
        [0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?      # 010, 1_000, 1., 1e5, many digits
      | \.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?                  # .5
      | 0[bB][01_]+ | 0[oO][0-7_]+ | 0[xX][0-9a-fA-F_]+
      | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?         # 1:30:00
      | \.(?:inf|Inf|INF)
    ) | \.(?:nan|NaN|NAN)""",
    re.VERBOSE | re.ASCII,
)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_TRUTH = frozenset({"yes", "no", "on", "off", "y", "n"})
# Control and direction characters could make a plan look other than it is on a terminal.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)


class _TooLarge(Exception):
    """The document cannot be read further."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class Budget(Struct):
    """How many more nodes of a file may be read.

    Attributes:
        nodes: The number left.
    """

    nodes: int


class Written(Struct, frozen=True):
    """One document as it was written.

    Attributes:
        composed: Its nodes, for places.
        value: Its plain value; None where an error stood.
        faults: What was wrong on the way, in order.
        void: Paths of values that were errors.
    """

    composed: Composed
    value: Json
    faults: tuple[Fault, ...]
    void: frozenset[Path]


def read_document(composed: Composed, budget: Budget) -> Written | Fault:
    """The plain value of a document.

    Args:
        composed: Its nodes.
        budget: What is left for the file; lowered by every node, aliases counted each time.

    Returns:
        The document, or the one fault that makes reading on senseless.
    """
    reader = _Reader(composed, budget)
    try:
        value = reader.value(composed.root)
    except _TooLarge as error:
        return error.fault
    return Written(composed, value, tuple(reader.faults), frozenset(reader.void))


class _Reader(Struct):
    """Reads one document; `path` leads to the node under the hand."""

    composed: Composed
    budget: Budget
    faults: list[Fault] = field(default_factory=list)
    void: set[Path] = field(default_factory=set)
    path: list[str | int] = field(default_factory=list)

    def value(self, node: yaml.Node) -> Json:
        """The plain value of a node and everything below it."""
        self.budget.nodes -= 1
        if self.budget.nodes < 0:
            raise _TooLarge(too_many(self.composed.spot(node)))
        if node.tag:
            self._fail(node, "tags such as `!name` are not used here", "remove the tag")
            return None
        if isinstance(node, Broken):
            self._broken(node)
            return None
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if len(self.path) >= MAX_DEPTH:
            raise _TooLarge(too_deep(self.composed.spot(node)))
        return self._mapping(node) if isinstance(node, yaml.MappingNode) else self._sequence(node)

    def _sequence(self, node: yaml.Node) -> Json:
        items: list[Json] = []
        for place, item in enumerate(node.value):
            self.path.append(place)
            items.append(self.value(item))
            self.path.pop()
        return items

    def _mapping(self, node: yaml.MappingNode) -> Json:
        fields: dict[str, Json] = {}
        first: dict[str, yaml.Node] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in fields:
                self._twice(key, key_node, first[key])
                continue
            first[key] = key_node
            self.path.append(key)
            fields[key] = self.value(value_node)
            self.path.pop()
        return fields

    def _key(self, node: yaml.Node) -> str | None:
        """The text of a key, or None after a complaint."""
        self.budget.nodes -= 1
        if not isinstance(node, yaml.ScalarNode) or node.tag:
            self._complain(node, "a field name must be plain text", "write `name: value`")
            return None
        if isinstance(node, Broken):
            self._broken(node, is_key=True)
            return None
        text: str = node.value
        if node.style == "" and text == "<<":
            advice = "write the fields out; an alias for a whole value works"
            self._complain(node, "merge keys `<<` are not supported", advice)
            return None
        before = len(self.faults)
        value = self._scalar(node, is_key=True)
        if len(self.faults) > before:
            return None
        if not isinstance(value, str):
            what = "" if is_secret(tuple(self.path)) else f", got {shown(value)}"
            self._complain(node, f"a field name must be text{what}", "put the name in quotes")
            return None
        return value

    def _twice(self, key: str, node: yaml.Node, first: yaml.Node) -> None:
        """Complain of a field that stands in one mapping twice."""
        name = "this field" if is_secret(tuple(self.path)) else f"`{one_line(key)}`"
        self.path.append(key)
        spot = self.composed.spot(first)
        place = f"{spot.file}, " if spot.file else ""
        place += f"line {spot.line}, column {spot.column}"
        self._complain(node, f"{name} stands here twice, first at {place}", "remove one of the two")
        self.path.pop()

    def _scalar(self, node: yaml.ScalarNode, *, is_key: bool = False) -> Json:
        text: str = node.value
        if node.style == "" and (not text or text[0] in _SUSPECT_FIRST):
            if _INTEGER.fullmatch(text):
                return int(text)
            if _DECIMAL.fullmatch(text):
                return float(text)
            if text in _TRUTH:
                return _TRUTH[text]
            if problem := _ambiguity(text):
                self._fail(node, *problem, is_key=is_key)
                return None
        if not text.isprintable() and (match := _HIDDEN.search(text)):
            message = f"the text holds the invisible character U+{ord(match[0]):04X}"
            self._fail(node, message, "remove it", is_key=is_key)
            return None
        return text

    def _broken(self, node: Broken, *, is_key: bool = False) -> None:
        """Complain of a scalar that was found wanting before; it becomes None."""
        hides = bool(node.problems) and is_secret(tuple(self.path))
        for message, advice in (node.unquoted,) if hides else node.problems:
            self._complain(node, message, advice)
        if not is_key:
            self.void.add(tuple(self.path))

    def _fail(self, node: yaml.Node, message: str, advice: str, *, is_key: bool = False) -> None:
        """Complain of a value, which becomes None."""
        if is_secret(tuple(self.path)):
            message, advice = NO_REFERENCE
        self._complain(node, message, advice)
        if not is_key:
            self.void.add(tuple(self.path))

    def _complain(self, node: yaml.Node, message: str, advice: str) -> None:
        fault = Fault(self.composed.spot(node), tuple(self.path), message=message, advice=advice)
        self.faults.append(fault)


def _ambiguity(text: str) -> tuple[str, str] | None:
    """What is wrong with a plain scalar that readers of YAML understand in different ways."""
    if text in _NOTHING:
        return NO_VALUE, "write one, or remove the field"
    if text.lower() in _OLD_TRUTH:
        message = (
            f"`{one_line(text)}` is a truth value to some readers of YAML and a word to others"
        )
        return message, "write true or false, or put the word in quotes"
    if _NUMBER_TO_SOME.fullmatch(text):
        message = (
            f"readers of YAML disagree which number `{one_line(text)}` is, or whether it is one"
        )
        return message, "put it in quotes if text is meant; else write plain decimal digits"
    return None
