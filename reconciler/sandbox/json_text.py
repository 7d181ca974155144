"""JSON in and out, with what would be no JSON for others kept out."""

import json
import math
from collections.abc import Iterable
from typing import NoReturn

DEEPEST = 100
"""Levels of nesting that are read; nobody means more, and walking them would exhaust the stack."""


def decode(raw: bytes) -> object:
    """A document as Python values.

    Args:
        raw: UTF-8 bytes.

    Raises:
        ValueError: No JSON, or none that can be written again: NaN, infinite or endless numbers,
            nesting without end.
    """
    try:
        document: object = json.loads(raw, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check_depth(document)
    return document


def encode(document: object) -> str:
    """A document in one line, in ASCII so that every text survives."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=True)


def _check_depth(document: object) -> None:
    level = [document]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _children(value)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number
