"""The site finds every page, and its checks are as strict as the Makefile says."""

import re
from pathlib import Path

import yaml

from reconciler.cli.schema import WHAT

ROOT = Path(__file__).parents[2]
CONFIG = yaml.safe_load((ROOT / "properdocs.yml").read_text(encoding="utf-8"))


def pages(nav: object) -> list[str]:
    """Every page that a part of the navigation names."""
    match nav:
        case str(page):
            return [page]
        case list(items):
            return [page for item in items for page in pages(item)]
        case dict(groups):
            return [page for item in groups.values() for page in pages(item)]
    return []


def test_every_page_that_the_navigation_names_is_there_once() -> None:
    named = pages(CONFIG["nav"])

    assert [page for page in named if not (ROOT / "docs" / page).is_file()] == []
    assert len(set(named)) == len(named)


def test_the_start_leads_to_every_how_to() -> None:
    start = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    how_tos = {page.name for page in (ROOT / "docs").glob("howto-*.md")}

    assert how_tos <= set(pages(CONFIG["nav"]))
    assert how_tos <= set(re.findall(r"\]\(([\w-]+\.md)\)", start))


def test_links_and_anchors_are_checked_and_a_warning_ends_the_build() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert "properdocs build --strict" in makefile
    assert CONFIG["validation"]["links"] == {
        "not_found": "warn",
        "anchors": "warn",
        "absolute_links": "warn",
        "unrecognized_links": "warn",
    }


def test_a_release_has_its_papers() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")

    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert (ROOT / "CHANGELOG.md").is_file()
    assert (ROOT / "CONTRIBUTING.md").is_file()


def test_every_schema_that_can_be_printed_is_on_its_page() -> None:
    page = (ROOT / "docs/json.md").read_text(encoding="utf-8")

    assert [what for what in WHAT[1:] if f"`reconciler schema {what}`" not in page] == []
