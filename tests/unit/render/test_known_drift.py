"""Drift that a policy acknowledges, in every shape."""

import pytest

from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan
from reconciler.model.verdict import Cause, Finding
from reconciler.records import replace
from reconciler.render import json_view, markdown, text_state
from reconciler.render.lines import plain
from reconciler.render.view import View
from tests.support.plans import LINK, in_sync, pause, plan_of

WORDS = "known until 2030-01-01T00:00:00Z (INC-7, Policy/p)"


def known(name: str) -> Finding:
    return replace(pause(name, cause=Cause.DRIFT), known=WORDS)


def many(count: int) -> Plan:
    return plan_of(*(known(f"orders.{number:02}") for number in range(count)))


def told(plan: Plan, **view: bool) -> str:
    return plain(text_state.drift(plan, View(**view))).rstrip("\n")


def test_it_is_told_apart_with_its_end_and_reason() -> None:
    text = told(plan_of(known("orders.a"), in_sync(LINK.of("b"), "ACTIVE")))

    assert text.startswith("Known, and not counted:\n‖ ClusterLink/east-to-west/orders.a: ")
    assert f"\n    {WORDS}\n" in text
    assert text.endswith("No drift: 1 known and let be; 1 in sync.")


def test_it_stands_beside_drift_that_counts() -> None:
    text = told(plan_of(known("orders.a"), pause("orders.b", cause=Cause.DRIFT)))

    assert text.endswith("Drift: 1 topic moved; 1 known and let be; 0 in sync.")


@pytest.mark.parametrize(("verbose", "shown"), [(False, 50), (True, 60)])
def test_much_of_it_is_folded(verbose: bool, shown: int) -> None:
    text = told(many(60), verbose=verbose)

    assert text.count(WORDS) == shown
    assert ("... and 10 more, -v shows them" in text) != verbose


def test_a_page_has_a_table_of_it() -> None:
    page = markdown.drift(plan_of(known("orders.a")), View())

    assert "### Known, and not counted" in page
    assert "known until `2030-01-01T00:00:00Z` (`INC-7`, `Policy/p`)" in page
    assert "### Drift" not in page


def test_a_document_counts_it_apart() -> None:
    document = json_view.drift(plan_of(known("orders.a")), (Outcome.OK,))
    summary, resources = document["summary"], document["resources"]

    assert isinstance(summary, dict)
    assert (summary["drifted"], summary["acknowledged"]) == (0, 1)
    assert isinstance(resources, list)
    assert [one["known"] for one in resources if isinstance(one, dict)] == [WORDS]
