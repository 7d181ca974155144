"""The end of an apply: why the plan left things out, and commands that can be copied."""

import pytest

from reconciler.model.verdict import Finding, Verdict
from reconciler.records import replace
from reconciler.render import text
from reconciler.render.advice import spelled_out
from reconciler.render.groups import stuck
from reconciler.render.lines import plain
from reconciler.render.text_parts import todo
from reconciler.render.view import View
from tests.support.plans import LINK, ORDERS, finding, plan_of, report_of

LIMIT = "held back: no more than 1 source may start in this apply"


def blocked(
    address: str, reason: str = LIMIT, advice: str = "allow more with --max-starts 9"
) -> Finding:
    """A topic of a source that a person has to look at."""
    name, _, topic = address.partition("/")
    place = replace(ORDERS, name=name).of(topic)
    return replace(finding(place, Verdict.BLOCKED, reason), advice=advice)


def ending(*findings: Finding, verbose: bool = False) -> str:
    """What stands between the calls and the last lines of an apply that did nothing."""
    told = plain(text.report(report_of(), plan_of(*findings), View(verbose=verbose)))
    return told[: told.index("21 requests: ")]


def test_what_many_documents_are_blocked_for_is_said_once_with_what_lets_it_through() -> None:
    told = ending(blocked("a/x"), blocked("a/y"), blocked("b/x"))

    assert told == (
        "Blocked in the plan:\n"
        "  ! 3 topics of 2 documents\n"
        "      held back: no more than 1 source may start in this apply\n"
        "      do: allow more with --max-starts 9\n"
        "\n"
    )


def test_what_hits_most_comes_first_and_one_topic_goes_by_its_name() -> None:
    told = ending(blocked("a/x", "it failed", ""), blocked("b/x"), blocked("b/y"))

    assert told == (
        "Blocked in the plan:\n"
        "  ! 2 topics of Source/b\n"
        "      held back: no more than 1 source may start in this apply\n"
        "      do: allow more with --max-starts 9\n"
        "  ! Source/a/x\n"
        "      it failed\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("verbose", "end"), [(False, "  ... and 2 more, -v shows them\n\n"), (True, "\n")]
)
def test_many_reasons_are_folded(verbose: bool, end: str) -> None:
    told = ending(*(blocked(f"a/{n}", f"reason {n}", "") for n in range(7)), verbose=verbose)

    assert told.count("  ! ") == (7 if verbose else 5)
    assert told.endswith(end)


def test_what_is_not_blocked_is_not_told() -> None:
    assert stuck((finding(LINK.of("a"), Verdict.UNKNOWN, "lost"),)) == []


@pytest.mark.parametrize(
    ("advice", "told"),
    [
        ("raise `since`, or `apply --retry`", "raise `since`, or `reconciler apply --retry {}`"),
        ("tell with `reconciler ledger mark`", "tell with `reconciler ledger mark {}`"),
        ("look at `apply`", "look at `apply`"),
    ],
)
def test_a_command_names_what_it_is_about(advice: str, told: str) -> None:
    plain_topic, odd_topic = ORDERS.of("a.b"), ORDERS.of("a b")

    assert spelled_out(advice, plain_topic) == told.format("Source/orders-postgres/a.b")
    assert spelled_out(advice, odd_topic) == told.format("'Source/orders-postgres/a b'")


def test_advice_is_folded_around_its_commands() -> None:
    advice = "look at it, then say `reconciler ledger resolve Source/a/b`, and plan once more"

    assert plain(todo(advice, 2, View(width=44))) == (
        "  do: look at it, then say\n"
        "      `reconciler ledger resolve Source/a/b`,\n"
        "      and plan once more\n"
    )


def test_no_advice_is_no_line() -> None:
    assert todo("", 2, View()) == []
