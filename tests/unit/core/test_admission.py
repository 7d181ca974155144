"""What a saved plan is refused for before anything is looked at; each sentence compared whole."""

from datetime import timedelta

import pytest

from reconciler.core.admission import Terms, admit, check_approval, release_line
from reconciler.errors import UsageError
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from tests.support.plans import NOW
from tests.support.saved import small_saved

TERMS = Terms(NOW, "0.1.7", 20)
SAVED = small_saved(version="0.1.0")
APPROVAL = SAVED.plan.approval


def _incomplete() -> SavedPlan:
    return replace(SAVED, plan=replace(SAVED.plan, incomplete=("west: HTTP 503", "x")))


@pytest.mark.parametrize(
    ("saved", "terms"),
    [
        pytest.param(SAVED, TERMS, id="plain"),
        pytest.param(SAVED, replace(TERMS, now=NOW + timedelta(hours=24)), id="at-its-end"),
        pytest.param(SAVED, replace(TERMS, now=NOW - timedelta(minutes=5)), id="clocks-differ"),
        pytest.param(
            SAVED,
            replace(TERMS, now=NOW + timedelta(days=3), max_age=timedelta(days=3)),
            id="older-by-a-word",
        ),
        pytest.param(SAVED, replace(TERMS, approval=APPROVAL), id="approved"),
        pytest.param(SAVED, replace(TERMS, max_starts=1), id="as-many-starts-as-allowed"),
        pytest.param(_incomplete(), replace(TERMS, allow_incomplete=True), id="incomplete"),
    ],
)
def test_a_plan_that_may_be_applied(saved: SavedPlan, terms: Terms) -> None:
    admit(saved, terms)


@pytest.mark.parametrize(
    ("saved", "terms", "told"),
    [
        pytest.param(
            SAVED,
            replace(TERMS, version="0.2.0"),
            "it was written by reconciler 0.1.0, and this is 0.2.0; apply it with the version "
            "that wrote it, or plan again",
            id="another-version",
        ),
        pytest.param(
            SAVED,
            replace(TERMS, now=NOW + timedelta(hours=24, seconds=1)),
            "it was made at 2026-11-21T09:30:00Z, 1d 1s ago, and is good for 1d; plan again, or "
            "say how old it may be with --max-plan-age",
            id="too-old",
        ),
        pytest.param(
            SAVED,
            replace(TERMS, now=NOW + timedelta(minutes=11), max_age=timedelta(minutes=10)),
            "it was made at 2026-11-21T09:30:00Z, 11m ago, and is good for 10m; plan again, or "
            "say how old it may be with --max-plan-age",
            id="older-than-asked-for",
        ),
        pytest.param(
            SAVED,
            replace(TERMS, now=NOW - timedelta(minutes=6)),
            "it was made at 2026-11-21T09:30:00Z, 6m ahead of this clock (2026-11-21T09:24:00Z); "
            "set the clock, or plan again",
            id="from-the-future",
        ),
        pytest.param(
            SAVED,
            replace(TERMS, approval="sha256:0b"),
            f"its approval is {APPROVAL}, and sha256:0b was expected; review what changed",
            id="another-approval",
        ),
        pytest.param(
            _incomplete(),
            TERMS,
            "it did not see everything (west: HTTP 503); plan again, or apply what it saw with "
            "--allow-incomplete",
            id="incomplete",
        ),
        pytest.param(
            SAVED,
            replace(TERMS, max_starts=0),
            "it starts snapshots of 1 source, and --max-starts allows 0; --max-starts 1 allows them",
            id="too-many-starts",
        ),
    ],
)
def test_a_refusal_says_why_and_what_to_do(saved: SavedPlan, terms: Terms, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        admit(saved, terms)

    assert str(refused.value) == told


def test_the_first_thing_in_the_way_is_told() -> None:
    terms = Terms(NOW + timedelta(days=9), "1.0.0", 0, approval="sha256:0b")

    with pytest.raises(UsageError, match=r"^it was written by reconciler 0\.1\.0"):
        admit(_incomplete(), terms)


def test_an_approval_that_is_the_same_is_no_reason() -> None:
    check_approval("sha256:0a", "sha256:0a")


@pytest.mark.parametrize(
    ("version", "line"), [("0.1.0", "0.1"), ("1.12.3", "1.12"), ("2.0.0rc1", "2.0"), ("3", "3")]
)
def test_patches_are_of_one_line(version: str, line: str) -> None:
    assert release_line(version) == line
