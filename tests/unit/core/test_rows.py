"""Every row of the verdict tables has a sentence, and a judge that says its name."""

import re
from inspect import getdoc

import pytest

from reconciler.core import judge_mirrors, judge_runs
from reconciler.core.rows import MIRROR_ROWS, RUN_ROWS, Row, told

GAP = re.compile(r"\s{2,}")


def table(doc: str) -> list[str]:
    """The rows of the table in a docstring: what stands between its rule and the next empty line."""
    lines = doc.splitlines()
    start = next(index for index, row in enumerate(lines) if set(row.strip()) == {"-", " "})
    rest = lines[start + 1 :]
    return [row.strip() for row in rest[: rest.index("")]]


def cells(text: str, widths: list[int]) -> list[str]:
    return [text[a:b].strip() for a, b in zip(widths, [*widths[1:], None], strict=True)]


def test_the_sentences_of_snapshots_are_the_rows_of_their_table() -> None:
    written = [GAP.split(row) for row in table(judge_runs.__doc__ or "")]

    assert [[r.wanted, r.text, r.verdict] for r in RUN_ROWS.values()] == written


def test_the_sentences_of_mirrors_are_the_rows_of_their_table() -> None:
    """A row goes on in the next line where its link and topic stay empty."""
    lines = (judge_mirrors.__doc__ or "").splitlines()
    rule = next(row for row in lines if set(row.strip()) == {"-", " "} and row.strip())
    widths = [found.start() for found in re.finditer("-+", rule)]
    rows: list[list[str]] = []
    for row in lines[lines.index(rule) + 1 :]:
        if not row.strip():
            break
        link, topic, active, paused = cells(row, widths)
        if topic:
            rows.append([link or rows[-1][0], topic, active, paused])
        else:
            rows[-1][2:] = [
                " ".join(filter(None, pair))
                for pair in zip(rows[-1][2:], (active, paused), strict=True)
            ]

    assert [[r.link, r.topic, r.active, r.paused] for r in MIRROR_ROWS.values()] == rows


def test_the_rows_of_snapshots_stand_in_the_order_in_which_they_are_asked() -> None:
    asked = [*judge_runs.ROWS.values(), Row.NEVER_RUN]

    assert [row for row in RUN_ROWS if row in asked] == asked


@pytest.mark.parametrize("row", Row)
def test_every_row_has_a_sentence_of_its_own(row: Row) -> None:
    others = {told(other) for other in Row if other is not row}

    assert told(row) not in others
    assert told(row)


def test_what_no_row_stands_behind_says_so() -> None:
    assert told("") == "no row of a table: decided for the whole document"


@pytest.mark.parametrize("function", judge_runs.ROWS)
def test_a_row_function_and_its_name_are_one(function: object) -> None:
    name = getattr(function, "__name__", "").removeprefix("_")

    assert judge_runs.ROWS[function].value == f"runs.{name}"  # type: ignore[index]
    assert getdoc(told)
