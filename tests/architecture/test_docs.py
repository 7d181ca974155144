"""What the pages say is so: printed blocks are printed, named things exist, links lead somewhere."""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from reconciler import spec
from reconciler.cli.main import COMMANDS, run
from reconciler.model.outcome import EXIT_CODES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "reconciler"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changelog.d/*.md")])
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
HEADINGS = ["Status", "Context", "Decision", "Consequences", "Alternatives"]
NOW = datetime(2026, 11, 22, tzinfo=UTC)

ASK_CODE = '; echo "exit $?"'
ANYTHING = "…\n"


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


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as a page shows it, and what the page says it prints."""

    line: str
    output: str


def commands(title: str) -> list[Shown]:
    """Every command of the `console` blocks of a section, in order."""
    blocks = re.findall(r"```console\n(.*?)```", section(title), re.DOTALL)
    joined = "".join(blocks).replace("\\\n", "")
    parts = re.split(r"^\$ (.*)\n", joined, flags=re.MULTILINE)
    return [Shown(line, said) for line, said in zip(parts[1::2], parts[2::2], strict=True)]


def masked(text: str) -> str:
    """A text without what differs from run to run: times of day, and how long something took."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
    return re.sub(r"\((?:\d+[hms])+\)\.$", "(<span>).", text, flags=re.MULTILINE)


def elided(actual: str, shown: str) -> str:
    """What was printed, with a line `…` wherever the page has one and the rest agrees."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == ANYTHING else re.escape(line)
        for line in shown.splitlines(keepends=True)
    )
    return shown if re.fullmatch(pattern, actual) else actual


@dataclass(slots=True)
class Shell:
    """A person who types what a page shows; only what a page needs."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    url: str = ""
    server: subprocess.Popen[str] | None = field(default=None)

    def type(self, line: str) -> str:
        """Carry out one line, and give what it printed on stdout."""
        asks = line.endswith(ASK_CODE)
        words = shlex.split(line.removesuffix(ASK_CODE))
        match words:
            case ["reconciler", "sandbox", "serve", *_, "&"]:
                return self._serve(words[1:-1])
            case ["kill", "%1"]:
                return self.end()
            case ["curl", *rest]:
                return self._curl(rest)
        assert words[0] == "reconciler", line
        self.capture.readouterr()
        code = run(words[1:])
        out, err = self.capture.readouterr()
        assert asks or code == 0, (line, code, out, err)
        return f"{out}exit {code}\n" if asks else out

    def _serve(self, words: list[str]) -> str:
        free = ["0" if word == "8080" else word for word in words]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "reconciler", *free],
            cwd=self.folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.server.stderr is not None
        told = self.server.stderr.readline()
        found = re.match(r"Sandbox at (http://\S+) ", told)
        assert found, told
        self.url = found[1]
        return ""

    def _curl(self, words: list[str]) -> str:
        parser = argparse.ArgumentParser(exit_on_error=False)
        for flag in ("-f", "-s", "-S", "--retry-connrefused"):
            parser.add_argument(flag, action="store_true")
        for option in ("-X", "-u", "-H", "-d", "-o", "--retry"):
            parser.add_argument(option)
        parser.add_argument("url")
        given = parser.parse_args(words)
        name, _, value = (given.H or "Accept: */*").partition(": ")
        answer = httpx.request(
            given.X or "POST",
            given.url.replace("http://127.0.0.1:8080", self.url),
            content=given.d,
            headers={name: value},
            auth=tuple(given.u.split(":")) if given.u else None,
        )
        assert answer.status_code == 200, answer.text
        return ""

    def end(self) -> str:
        """End the server, if there is one."""
        if self.server is not None:
            self.server.terminate()
            self.server.communicate(timeout=30)
        self.server = None
        return ""


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """A shell in a folder with the sample specs and a sandbox that nobody has touched."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    (tmp_path / ".reconciler").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECONCILER_ALLOWED_HOSTS", raising=False)
    shell = Shell(tmp_path, capsys)
    yield shell
    shell.end()


@pytest.mark.parametrize(
    "title", ["What it looks like", "A tour in five minutes", "Start from what exists"]
)
def test_the_readme_shows_what_its_commands_print(shell: Shell, title: str) -> None:
    shown = commands(title)
    printed = [elided(masked(shell.type(c.line)), masked(c.output)) for c in shown]

    assert printed == [masked(c.output) for c in shown]


def test_the_tour_visits_most_commands() -> None:
    """A tour that lost its blocks would pass the test above."""
    titles = ("A tour in five minutes", "Start from what exists")
    visited = {c.line.split()[1] for title in titles for c in commands(title)}

    assert set(COMMANDS) - visited == {"schema", "ci", "completion", "demo"}


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
