"""The page of failures quotes what the code says, and knows every class of errors."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import errors
from tests.architecture.code import modules

PAGE = (Path(__file__).parents[2] / "docs/failures.md").read_text(encoding="utf-8")
HOLE = "…"


def quoted() -> list[str]:
    """The first cell of every row whose table has messages."""
    tables = re.findall(r"^\| message \|.*\n\|.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    cells = [line.strip("|").split(" | ")[0].strip() for t in tables for line in t.splitlines()]
    return [cell.strip("`").strip() for cell in cells]


def said(node: ast.AST) -> Iterator[str]:
    """Every text in a module but docstrings, with a hole for what is filled in."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else HOLE for part in parts
            )
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    yield from said(part)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from said(child)


TEXTS = "\n".join(text for module in modules() for text in said(module.tree))


def is_said(message: str) -> bool:
    parts = [re.escape(part) for part in message.replace("`", "").split(HOLE)]
    return re.search(r"[^\n]*?".join(parts), TEXTS.replace("`", "")) is not None


@pytest.mark.parametrize("message", quoted())
def test_a_message_that_the_page_quotes_is_still_said(message: str) -> None:
    assert is_said(message)


def test_every_class_of_errors_has_a_row_with_its_exit_code() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    classes = {
        name: str(item.exit_code)
        for name, item in vars(errors).items()
        if isinstance(item, type) and issubclass(item, errors.ReconcilerError)
    }

    assert told == classes


def test_a_message_that_nobody_says_would_be_noticed() -> None:
    assert len(quoted()) > 100
    assert not is_said("the moon of … is made of cheese")
