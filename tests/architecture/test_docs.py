"""What the pages say is so: printed blocks are printed, named things exist, links lead somewhere."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from reconciler import spec
from reconciler.cli.main import COMMANDS
from reconciler.model.outcome import EXIT_CODES
from tests.support.pages import Shell, elided, masked, typed

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "reconciler"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
HEADINGS = ["Status", "Context", "Decision", "Consequences", "Alternatives"]
NOW = datetime(2026, 11, 22, tzinfo=UTC)
NO_ROW = {"ci", "sandbox", "demo"}


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def section(title: str) -> str:
    """One section of the README, without its heading."""
    found = re.search(
        rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text_of("README.md"), re.MULTILINE | re.DOTALL
    )
    assert found, title
    return found[1]


def rows(table: str) -> list[list[str]]:
    """The cells of the rows of the first Markdown table in a text, without its head."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_readme_shows_what_its_commands_print(shell: Shell) -> None:
    shown = typed(section("What it looks like"))
    printed = [elided(masked(shell.type(c.line)), masked(c.output)) for c in shown]

    assert printed == [masked(c.output) for c in shown]


def test_the_tour_visits_most_commands() -> None:
    """A tour that lost its blocks would pass the test above."""
    visited = {c.line.split()[1] for c in typed(text_of("docs/tour.md"))}

    assert set(COMMANDS) - visited == {"schema", "show", "ci", "completion", "demo"}


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", text_of("README.md"), re.DOTALL))
def test_the_readmes_specs_are_valid(tmp_path: Path, text: str) -> None:
    (tmp_path / "specs.yaml").write_text(text, encoding="utf-8")

    desired = spec.load([tmp_path], now=NOW)

    assert len(desired.connections) == text.count("kind: Connection")


def test_the_readme_lists_every_command_with_its_help() -> None:
    listed = {cells[0].strip("`"): cells[1] for cells in rows(section("Commands"))}

    assert listed == COMMANDS


def test_the_readmes_exit_codes_are_those_of_the_program() -> None:
    listed = [(int(cells[0]), cells[1].strip("`")) for cells in rows(section("Exit codes"))]

    assert listed == [(2, "–"), *((code, word.value) for word, code in EXIT_CODES.items())]


def test_the_page_of_exit_codes_has_those_of_the_readme() -> None:
    page = text_of("docs/exit-codes.md")
    listed = [cells[:2] for cells in rows(page.partition("\n## ")[0])]

    assert listed == [cells[:2] for cells in rows(section("Exit codes"))]
    assert set(re.findall(r"`([a-z]+)`", page.partition("\n## ")[2])) >= set(COMMANDS) - NO_ROW


def promises() -> list[str]:
    return re.split(r"^\d+\. ", section("Promises"), flags=re.MULTILINE)[1:]


def named_tests(text: str) -> list[tuple[str, str]]:
    """File and function of every test that a text names as a link."""
    return [(file, name) for name, file in re.findall(r"\[`(test_\w+)`\]\((tests/\S+\.py)\)", text)]


def has_test(file: str, name: str) -> bool:
    path = ROOT / file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE) is not None


def test_every_promise_names_a_test() -> None:
    named = [len(named_tests(text)) for text in promises()]

    assert named
    assert all(named), named


def test_every_test_that_a_promise_names_exists() -> None:
    named = named_tests(section("Promises"))

    assert [test for test in named if not has_test(*test)] == []


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_five_headings_and_its_number(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {page.name[:4]}: ")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{n + 1:04}" for n in range(len(DECISIONS))]


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Every name that a link into a page may end with: headings as GitHub spells them, and ids."""
    text = without_code(page.read_text(encoding="utf-8"))
    found = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        plain = re.sub(r"<[^>]+>|`", "", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def links(page: Path) -> list[str]:
    text = re.sub(r"`[^`]*`", "", without_code(page.read_text(encoding="utf-8")))
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def is_broken(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / unquote(path)).resolve() if path else page
    if not target.exists():
        return True
    return bool(anchor) and (target.suffix != ".md" or anchor not in anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert [link for link in links(page) if is_broken(page, link)] == []


def test_sections_that_the_code_cites_exist() -> None:
    cited = {
        citation
        for file in PACKAGE.rglob("*.py")
        for citation in re.findall(r"docs/[\w/-]+\.md#[\w-]+", file.read_text(encoding="utf-8"))
    }

    assert cited
    assert sorted(c for c in cited if is_broken(ROOT / "README.md", c)) == []


def test_files_that_the_architecture_names_exist() -> None:
    named = set(
        re.findall(
            r"`((?:model|core|spec|providers|engine|cli|render)/[\w/]+\.py)`",
            text_of("docs/architecture.md"),
        )
    )

    assert named
    assert sorted(name for name in named if not (PACKAGE / name).is_file()) == []
