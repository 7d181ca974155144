"""The field `spread`: what may be written, and what a rule becomes."""

from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.core.spread import early_by
from tests.unit.spec.writing import CONNECTIONS, complaints, load_files, source

HEAD = CONNECTIONS.removesuffix("---\n")
WEEK = timedelta(days=7)


def _files(rest: str) -> dict[str, str]:
    rule = f"- {{topics: [a], state: completed, {rest}}}"
    return {"a.yaml": source(rule), "b.yaml": HEAD}


@pytest.mark.parametrize(
    ("rest", "spread"),
    [
        ("maxAge: 7d", None),
        ("maxAge: 7d, spread: 2d", timedelta(days=2)),
        ("maxAge: 7d, spread: 84h", timedelta(hours=84)),
    ],
)
def test_a_rule_falls_due_early_by_the_share_of_its_source(
    rest: str, spread: timedelta | None, tmp_path: Path
):
    (document,) = load_files(tmp_path, _files(rest)).sources

    name = document.source or document.source_id
    assert document.rules[0].early == early_by(name, WEEK, spread) > timedelta(0)


@pytest.mark.parametrize(
    "rest", ["maxAge: 7d, spread: 0", "maxAge: 7d, spread: 0s", "since: 2026-11-20T00:00:00Z"]
)
def test_without_a_spread_nothing_is_early(rest: str, tmp_path: Path):
    (document,) = load_files(tmp_path, _files(rest)).sources

    assert document.rules[0].early == timedelta(0)


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        (
            "maxAge: 7d, spread: 85h",
            "a spread of '85h' is more than half of `maxAge`; write a shorter one",
        ),
        (
            "since: 2026-11-20T00:00:00Z, spread: 1h",
            "`spread` speaks of `maxAge`, which is not written; remove it, or write `maxAge`",
        ),
        (
            "maxAge: 7d, spread: 1",
            (
                "expected a duration, got the number 1; write a number and a unit, largest first, such as "
                "30s, 10m, 1h30m, 7d or 100ms, or 0 for none"
            ),
        ),
    ],
)
def test_what_is_wrong_with_a_spread(rest: str, told: str, tmp_path: Path):
    (found,) = complaints(tmp_path, _files(rest))

    assert found.partition("spec.snapshots[0].spread: ")[2] == told


def test_a_wrong_age_beside_it_is_told_once(tmp_path: Path):
    (found,) = complaints(tmp_path, _files("maxAge: a week, spread: 1h"))

    assert "spec.snapshots[0].maxAge: expected a duration" in found
