"""The addresses and labels that specs name, for whoever completes a word; nothing is checked, nothing complained of.

A document that cannot be read is passed over: somebody who presses TAB wants names, no errors.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from reconciler.errors import Diagnostic, UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import is_literal
from reconciler.spec.composing import Composed, compose
from reconciler.spec.files import find_files, read_text

ENOUGH = 4 * 1024 * 1024
"""Signs of YAML after which no more is read: a person waits for the names."""
_KINDS = {kind.value: kind for kind in (Kind.SOURCE, Kind.CLUSTER_LINK)}
_RULES = {Kind.SOURCE: "snapshots", Kind.CLUSTER_LINK: "mirrors"}


def addresses(paths: Sequence[Path | str]) -> tuple[Address, ...]:
    """Every source and link that specs declare, and every topic that a rule of them spells out.

    Args:
        paths: Files and directories, as for `load`.

    Returns:
        Sorted, each once; none where a path does not exist.
    """
    return tuple(sorted({address for root in _roots(paths) for address in _of_document(root)}))


def labels(paths: Sequence[Path | str]) -> tuple[str, ...]:
    """Every label of a source or link, as `key=value`.

    Args:
        paths: Files and directories, as for `load`.

    Returns:
        Sorted, each once; none where a path does not exist.
    """
    return tuple(sorted({label for root in _roots(paths) for label in _labels(root)}))


def _roots(paths: Sequence[Path | str]) -> Iterator[yaml.Node]:
    try:
        files, _ = find_files(paths)
    except UsageError:
        return
    left = ENOUGH
    for path in files:
        text = read_text(path)
        if isinstance(text, Diagnostic):
            continue
        left -= len(text.text)
        if left < 0:
            break
        for composed in compose(text.text):
            if isinstance(composed, Composed):
                yield composed.root


def _labels(root: yaml.Node) -> Iterator[str]:
    labelled = _field(_field(root, "metadata"), "labels")
    if _text(_field(root, "kind")) in _KINDS and isinstance(labelled, yaml.MappingNode):
        for key, value in labelled.value:
            if _text(key) and _text(value):
                yield f"{_text(key)}={_text(value)}"


def _of_document(root: yaml.Node) -> Iterator[Address]:
    kind = _KINDS.get(_text(_field(root, "kind")))
    name = _text(_field(_field(root, "metadata"), "name"))
    if kind is None or not name:
        return
    document = Address(kind, name)
    yield document
    for rule in _items(_field(_field(root, "spec"), _RULES[kind])):
        for topic in map(_text, _items(_field(rule, "topics"))):
            if topic and is_literal(topic):
                yield document.of(topic)


def _field(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if _text(key) == name), None)


def _items(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _text(node: yaml.Node | None) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""
