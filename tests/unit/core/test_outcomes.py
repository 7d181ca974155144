"""All true words of a command, and its exit code."""

import pytest

from reconciler.core.outcomes import drifted, exit_code, of_apply, of_drift, of_plan, ordered
from reconciler.model.change import Action
from reconciler.model.outcome import EXIT_CODES, ItemOutcome, Outcome, Result
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace
from tests.support.plans import LEFT, ORDERS, finding, pause, plan_of, report_of, start, start_step

PRECEDENCE = [
    (Outcome.UNKNOWN, 10),
    (Outcome.ERROR, 1),
    (Outcome.FAILED, 5),
    (Outcome.STALE, 8),
    (Outcome.LOCKED, 7),
    (Outcome.NOT_REACHED, 6),
    (Outcome.DRIFT, 4),
    (Outcome.BLOCKED, 9),
    (Outcome.CHANGES, 3),
    (Outcome.OK, 0),
]
CALM = {
    Verdict.IN_SYNC,
    Verdict.IN_PROGRESS,
    Verdict.DEFERRED,
    Verdict.SCHEDULED,
    Verdict.UNMANAGED,
    Verdict.CHANGE,
}
WORD_OF = {
    Verdict.UNKNOWN: Outcome.UNKNOWN,
    Verdict.UNOBSERVED: Outcome.ERROR,
    Verdict.BLOCKED: Outcome.BLOCKED,
}


def _seen(verdict: Verdict, **changes: object) -> Finding:
    return replace(finding(ORDERS.of("t"), verdict, "why"), **changes)


def test_every_word_has_its_exit_code_and_the_first_true_one_counts():
    assert list(EXIT_CODES.items()) == PRECEDENCE


@pytest.mark.parametrize("place", range(len(PRECEDENCE)))
def test_a_word_is_told_before_all_that_come_after_it(place):
    words = [word for word, _ in PRECEDENCE[place:]]

    told = ordered(reversed(words))

    assert exit_code(told) == PRECEDENCE[place][1]
    assert told == tuple(words[:-1] or words)


def test_nothing_true_is_ok():
    assert ordered([]) == (Outcome.OK,)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_word_of_each_verdict(verdict):
    """What waits for something named is no failure."""
    expected = WORD_OF.get(verdict, Outcome.OK)

    assert of_plan(plan_of(_seen(verdict))) == (expected,)
    assert (expected is Outcome.OK) == (verdict in CALM)


def test_steps_are_changes():
    assert of_plan(plan_of(steps=(start_step("s1", "t"),))) == (Outcome.CHANGES,)


def test_an_incomplete_plan_is_an_error():
    assert of_plan(plan_of(incomplete=("sk: no name",))) == (Outcome.ERROR,)


def test_a_plan_tells_every_true_word():
    plan = plan_of(
        _seen(Verdict.BLOCKED),
        _seen(Verdict.UNKNOWN),
        _seen(Verdict.UNOBSERVED),
        steps=(start_step("s1", "t"),),
    )

    assert of_plan(plan) == (Outcome.UNKNOWN, Outcome.ERROR, Outcome.BLOCKED, Outcome.CHANGES)


@pytest.mark.parametrize(
    ("seen", "counts"),
    [
        (start("t", cause=Cause.DRIFT), True),
        (pause("t", cause=Cause.DIFFERS), True),
        (pause("t", cause=Cause.DRIFT, verdict=Verdict.BLOCKED), True),
        (pause("t", cause=Cause.DRIFT, verdict=Verdict.DEFERRED), False),
        (pause("t", cause=Cause.PENDING), False),
        (pause("t", cause=Cause.DUE), False),
        (_seen(Verdict.BLOCKED, failed=True), True),
        (_seen(Verdict.BLOCKED), False),
        (_seen(Verdict.IN_SYNC), False),
        (_seen(Verdict.IN_PROGRESS), False),
    ],
)
def test_what_drift_counts(seen, counts):
    plan = plan_of(seen)

    assert (drifted(plan) == (seen,)) == counts
    assert (Outcome.DRIFT in of_drift(plan)) == counts


@pytest.mark.parametrize("verdict", [Verdict.CHANGE, Verdict.BLOCKED])
@pytest.mark.parametrize("cause", Cause)
def test_with_a_ledger_only_what_was_seen_to_hold_can_drift(cause, verdict):
    seen = pause("t", cause=cause, verdict=verdict)

    words = of_drift(plan_of(seen, has_ledger=True))

    assert (Outcome.DRIFT in words) == (cause is Cause.DRIFT)


def test_with_a_ledger_what_failed_counts_all_the_same():
    plan = plan_of(_seen(Verdict.BLOCKED, failed=True), has_ledger=True)

    assert of_drift(plan) == (Outcome.DRIFT, Outcome.BLOCKED)


def test_what_is_left_behind_is_no_drift():
    assert of_drift(plan_of(left_behind=(LEFT,), has_ledger=True)) == (Outcome.OK,)


def test_drift_comes_before_blocked():
    plan = plan_of(_seen(Verdict.BLOCKED, failed=True))

    assert of_drift(plan) == (Outcome.DRIFT, Outcome.BLOCKED)


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (Result.SETTLED, Outcome.OK),
        (Result.STARTED, Outcome.OK),
        (Result.ACCEPTED, Outcome.OK),
        (Result.DONE, Outcome.OK),
        (Result.DEFERRED, Outcome.OK),
        (Result.STALE, Outcome.STALE),
        (Result.HELD, Outcome.BLOCKED),
        (Result.FAILED, Outcome.FAILED),
        (Result.UNKNOWN, Outcome.UNKNOWN),
        (Result.NOT_RUN, Outcome.NOT_REACHED),
    ],
)
def test_the_word_of_each_result_of_an_apply(result, word):
    item = ItemOutcome(ORDERS.of("t"), Action.START, result, "", "s1")

    assert of_apply(plan_of(), report_of(item)) == (word,)


def test_an_item_that_is_not_as_far_as_was_asked_is_not_reached():
    item = ItemOutcome(ORDERS.of("t"), Action.START, Result.ACCEPTED, "", "s1", short=True)

    assert of_apply(plan_of(), report_of(item)) == (Outcome.NOT_REACHED,)


def test_an_interrupted_apply_is_not_reached():
    assert of_apply(plan_of(), report_of(interrupted=True)) == (Outcome.NOT_REACHED,)


def test_an_apply_tells_what_its_plan_left_open_too():
    item = ItemOutcome(ORDERS.of("t"), Action.START, Result.STALE, "", "s1")

    words = of_apply(plan_of(_seen(Verdict.BLOCKED), incomplete=("x",)), report_of(item))

    assert words == (Outcome.ERROR, Outcome.STALE, Outcome.BLOCKED)
