"""The tour and the how-tos are followed, from an empty folder: what they type works, and prints what they show."""

from pathlib import Path

import pytest

from tests.support.pages import Shell, follow

DOCS = Path(__file__).parents[2] / "docs"
OTHERS = ("first-adoption.md", "json.md", "tour.md")
PAGES = [*sorted(DOCS.glob("howto-*.md")), *(DOCS / name for name in OTHERS)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_shows_what_its_commands_print(bare_shell: Shell, page: Path) -> None:
    printed, shown = follow(bare_shell, page.read_text(encoding="utf-8"))

    assert shown
    assert printed == shown
