"""Every promise points to tests, and every test that a page points to exists."""

import re
from pathlib import Path

import pytest

from reconciler.model.outcome import EXIT_CODES

ROOT = Path(__file__).parents[2]
PAGES = ["docs/proofs.md", "docs/safety.md"]
LINK = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/\S+\.py)\)")


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def tables(page: str) -> dict[str, list[str]]:
    """The rows of the first table of each section, without its head, by heading."""
    found = {}
    for section in re.split(r"^## ", text_of(page), flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        rows = [line for line in body.partition("\n\n### ")[0].splitlines() if line.startswith("|")]
        found[re.sub(r"<[^>]+>", "", heading)] = rows[2:]
    return found


def exists(name: str, file: str) -> bool:
    path = ROOT / file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE) is not None


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_exists(page: str) -> None:
    named = LINK.findall(text_of(page))

    assert named
    assert [test for test in named if not exists(*test)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_name_of_a_test_is_such_a_link(page: str) -> None:
    """A name without its file would not be checked."""
    text = text_of(page)

    assert len(LINK.findall(text)) == len(re.findall(r"`test_\w+`", text))


def test_every_row_of_the_proofs_names_a_test() -> None:
    rows = [row for table in tables("docs/proofs.md").values() for row in table]

    assert rows
    assert [row for row in rows if not LINK.search(row)] == []


def test_every_exit_code_is_reached_from_end_to_end() -> None:
    rows = tables("docs/proofs.md")["Exit codes"]
    codes = [int(row.split("|")[1]) for row in rows]
    files = [file for row in rows for _, file in LINK.findall(row)]

    assert codes == sorted({*EXIT_CODES.values(), 2})
    assert all(file.startswith("tests/e2e/") for file in files)


def test_every_promise_on_the_first_page_of_safety_names_a_test() -> None:
    rows = tables("docs/safety.md")["The promises on one page"]

    assert rows
    assert [row for row in rows if not LINK.search(row)] == []


@pytest.mark.parametrize("section", ["If it dies on the way", "Bad weather"])
def test_a_table_of_what_may_happen_says_below_it_who_holds_it(section: str) -> None:
    text = re.sub(r"<[^>]+>", "", text_of("docs/safety.md"))
    body = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]

    assert LINK.search(body)
