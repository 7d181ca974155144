"""No number about speed stands anywhere that was not measured."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.keeping import BEGIN, END, PAGE, README, read, with_block
from benchmarks.keeping import page as page_of

ROOT = Path(__file__).parents[2]
TITLE = "How many calls, how fast"
FOUND = read()


def section() -> str:
    text = README.read_text(encoding="utf-8")
    found = re.search(rf"^## {TITLE}\n(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_the_page_says_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of(FOUND)


def test_the_readme_says_what_was_measured() -> None:
    text = README.read_text(encoding="utf-8")

    assert with_block(text, FOUND) == text


def test_the_readme_says_no_other_numbers_about_speed() -> None:
    before, _, rest = section().partition(BEGIN)
    inside, _, after = rest.partition(END)

    assert re.search(r"\d", inside)
    assert not re.search(r"\d", before + after)


def test_every_row_that_was_measured_is_explained_with_its_bound() -> None:
    text = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([\w-]+)` \|.*\| ([\d.]+)(?: MB)? \|$", text, re.MULTILINE))

    assert {key: float(bound) for key, bound in told.items()} == {
        row["key"]: row["bound"] for row in FOUND["rows"]
    }


@pytest.mark.parametrize("name", ["calls-light.png", "calls-dark.png"])
def test_a_chart_is_small(name: str) -> None:
    content = (ROOT / "docs/images" / name).read_bytes()

    assert content.startswith(b"\x89PNG")
    assert len(content) < 100_000


def test_the_same_results_give_the_same_charts(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("one", "other"):
        words = [sys.executable, "-m", "benchmarks.charts", str(tmp_path / name)]
        subprocess.run(words, cwd=ROOT, check=True, capture_output=True)

    drawn = [
        sorted(path.read_bytes() for path in (tmp_path / n).iterdir()) for n in ("one", "other")
    ]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 2
