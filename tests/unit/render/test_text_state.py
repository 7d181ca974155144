"""Reports, drift and status as text: the sentences that the whole texts do not reach."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.model.change import Action
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.plan import Plan
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace
from reconciler.render import text
from reconciler.render.view import View
from tests.support.plans import (
    LINK,
    NOW,
    ORDERS,
    finding,
    in_sync,
    pause,
    plan_of,
    report_of,
    rich_plan,
    rich_report,
    start,
)

GOLDEN = Path(__file__).parent / "golden"
VIEW = View(paths=("specs/",))
UNSEEN = rich_plan(incomplete=("streamkap-prod: GET /sources: HTTP 503",), partial=True)
NARROW = View(verbose=True, ascii=True, width=70, allow_disruptive=True, plan_file="plan.json")
TEXTS: dict[str, Callable[[], list[text.Line]]] = {
    "plan": lambda: text.plan(UNSEEN, VIEW),
    "plan_verbose_ascii": lambda: text.plan(rich_plan(), NARROW),
    "report": lambda: text.report(rich_report(), UNSEEN, VIEW),
    "report_verbose": lambda: text.report(rich_report(), rich_plan(), View(verbose=True)),
    "drift": lambda: text.drift(UNSEEN, VIEW),
    "status": lambda: text.status(UNSEEN, VIEW),
}

VIEW = View(paths=("specs/",))


def _calm(count: int) -> list[Finding]:
    return [in_sync(LINK.of(f"t{number}"), "ACTIVE") for number in range(count)]


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (plan_of(), "No drift: nothing is declared here."),
        (plan_of(*_calm(3)), "No drift: 3 in sync."),
        (plan_of(start("a"), *_calm(3)), "No drift: 1 change due or pending; 3 in sync."),
        (plan_of(start("a", cause=Cause.DUE)), "No drift: 1 change due or pending."),
        (
            plan_of(start("a"), pause("b", cause=Cause.DIFFERS), has_ledger=True),
            "No drift: 2 changes due, pending or new.",
        ),
        (
            plan_of(incomplete=("x",)),
            "No drift was seen, but not everything could be observed.",
        ),
        (
            plan_of(pause("a", cause=Cause.DIFFERS), pause("b", cause=Cause.DIFFERS), pause("c")),
            "Drift: 1 topic moved, 2 topics differ; 0 in sync.",
        ),
    ],
)
def test_drift_counts_what_moved_and_nothing_else(plan: Plan, expected: str) -> None:
    lines = text.plain(text.drift(plan, VIEW)).splitlines()

    assert expected in lines


def test_drift_without_levels_gives_the_reason() -> None:
    row = replace(finding(ORDERS, Verdict.BLOCKED, "overdue"), failed=True)

    assert text.plain(text.drift(plan_of(row), VIEW)).splitlines()[0] == (
        "! Source/orders-postgres · overdue (specs/orders.yaml:12)"
    )


def test_much_drift_is_folded() -> None:
    plan = plan_of(*(pause(f"t{number:02}") for number in range(60)))

    assert "... and 10 more, -v shows them\n" in text.plain(text.drift(plan, VIEW))
    assert "more" not in text.plain(text.drift(plan, View(verbose=True)))


def test_status_of_nothing_reads_well() -> None:
    assert text.plain(text.status(plan_of(), VIEW)) == "Status: nothing is declared here.\n"


def test_in_a_long_status_what_is_in_sync_makes_room() -> None:
    odd = finding(LINK.of("zzz"), Verdict.BLOCKED, "no")
    plan = plan_of(*_calm(60), odd)

    folded = text.plain(text.status(plan, VIEW))

    assert "  ! zzz    -       -         blocked\n      no\n" in folded
    assert "    ... and 11 more, -v shows them\n" in folded
    assert "more" not in text.plain(text.status(plan, View(verbose=True)))


def test_columns_line_up_under_wide_and_combining_letters() -> None:
    rows = [in_sync(LINK.of(name), "ACTIVE") for name in ("ab", "漢字", "e\u0301x")]

    lines = text.plain(text.status(plan_of(*rows), VIEW)).splitlines()

    assert lines[2:5] == [
        "  = ab     ACTIVE  ACTIVE    in sync",
        "  = e\u0301x     ACTIVE  ACTIVE    in sync",
        "  = 漢字   ACTIVE  ACTIVE    in sync",
    ]


def test_an_apply_with_nothing_to_do_says_so() -> None:
    assert text.plain(text.report(report_of(), plan_of(), VIEW)).splitlines() == [
        "21 requests: 1 token, 6 reads, 4 second look, 3 calls, 2 canary, 5 settle.",
        "Apply: nothing was planned (12s).",
    ]


def test_no_requests_are_no_purposes() -> None:
    report = replace(report_of(), traffic=type(report_of().traffic)())

    assert text.plain(text.report(report, plan_of(), VIEW)).startswith("0 requests.\n")


def test_retries_are_counted_apart() -> None:
    traffic = replace(report_of().traffic, retries=1, reads=1, settle=0, canary=0, second_look=0)
    report = report_of(traffic=traffic)

    assert text.plain(text.report(report, plan_of(), VIEW)).startswith(
        "6 requests: 1 token, 1 read, 3 calls, 1 retry.\n"
    )


def test_many_different_outcomes_are_folded() -> None:
    items = (
        ItemOutcome(LINK.of(f"t{n:02}"), Action.PAUSE, Result.FAILED, f"reason {n}", "s1")
        for n in range(25)
    )

    actual = text.plain(text.report(report_of(*items), plan_of(), VIEW))

    assert "  ... and 5 more failed, -v shows them\n" in actual


def test_an_outcome_of_a_whole_document_says_so() -> None:
    item = ItemOutcome(LINK, Action.PAUSE, Result.SETTLED, "", "s1")

    assert "      the whole document\n" in text.plain(text.report(report_of(item), plan_of(), VIEW))


def test_times_are_not_the_renderers_business() -> None:
    """The report says how long it took by its own two times."""
    report = report_of(ended_at=NOW + timedelta(minutes=3, seconds=5))

    assert "(3m 5s)" in text.plain(text.report(report, plan_of(), VIEW))
