"""Runs that ended: retries, restarts, undated ones, and what a start rests on."""

import pytest

from reconciler.core.levels import level_of
from reconciler.model.change import Action
from reconciler.model.desired import OnCancel
from reconciler.model.ledger import AttemptState
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import replace
from tests.support.specs import (
    BLOCKING,
    INCREMENTAL,
    NOW,
    OLD,
    SINCE,
    ago,
    attempt,
    completed,
    ruling,
    run,
    since,
    young,
)

OPEN, ACCEPTED = AttemptState.OPEN, AttemptState.ACCEPTED
SEEN, ENDED = AttemptState.SEEN, AttemptState.ENDED
RETRY = completed("t", retries=3)
RESTART = completed("t", on_cancel=OnCancel.RESTART)


@pytest.mark.parametrize(
    ("rule", "attempts", "history", "verdict"),
    [
        (completed("t"), 0, True, Verdict.BLOCKED),
        (completed("t"), 1, True, Verdict.BLOCKED),
        (RETRY, 0, True, Verdict.CHANGE),
        (RETRY, 1, True, Verdict.CHANGE),
        (RETRY, 3, True, Verdict.CHANGE),
        (RETRY, 4, True, Verdict.BLOCKED),
        (RETRY, 1, False, Verdict.BLOCKED),
        (RETRY, 0, False, Verdict.BLOCKED),
    ],
)
def test_a_failed_run_is_retried_while_attempts_remain_in_a_ledger_with_history(
    rule, attempts, history, verdict
):
    made = [attempt(ENDED, since(n), run_time=since(n)) for n in range(attempts)]

    found = ruling(rule, run("failed", since(9)), *made, has_history=history)

    assert (found.verdict, found.failed) == (verdict, verdict is Verdict.BLOCKED)


def test_an_undated_run_beside_a_failed_one_may_be_the_retry_so_there_is_none():
    made = attempt(ENDED, since(9), run_time=since(9))

    found = ruling(RETRY, run("failed", since(9)), run("failed"), made, has_history=True)

    assert found.verdict is Verdict.BLOCKED


def test_starts_for_another_level_are_not_counted_as_attempts():
    made = [attempt(ENDED, OLD, since=OLD, run_time=OLD) for _ in range(9)]

    found = ruling(RETRY, run("failed", since(9)), *made, has_history=True)

    assert found.verdict is Verdict.CHANGE


def test_a_failed_run_shows_its_trace():
    found = ruling(completed("t"), run("failed", since(9), trace="no primary key"))

    assert found.reason == ("the snapshot that began 2026-11-20T09:00:00Z failed: no primary key")


def test_a_retry_says_how_many_attempts_were_made_and_how_many_there_are():
    made = attempt(ENDED, since(9), run_time=since(9))

    found = ruling(RETRY, run("failed", since(9)), made, has_history=True)

    assert found.reason == (
        "the snapshot that began 2026-11-20T09:00:00Z failed; attempt 1 of 4 was made"
    )


@pytest.mark.parametrize(
    ("rule", "evidence", "verdict"),
    [
        (completed("t"), [], Verdict.BLOCKED),
        (RETRY, [], Verdict.BLOCKED),
        (RESTART, [], Verdict.CHANGE),
        (
            completed("t"),
            [attempt(ENDED, since(5), run_time=since(5), stopped_by_us=True)],
            Verdict.CHANGE,
        ),
        (completed("t"), [attempt(ENDED, since(5), run_time=since(5))], Verdict.BLOCKED),
        (
            completed("t"),
            [attempt(ENDED, since(4), run_time=since(4), stopped_by_us=True)],
            Verdict.BLOCKED,
        ),
    ],
)
def test_a_cancelled_run_is_held_unless_a_rule_or_our_own_stop_says_otherwise(
    rule, evidence, verdict
):
    seen = run("cancelled", since(5))

    assert ruling(rule, seen, *evidence, has_history=True).verdict is verdict


@pytest.mark.parametrize(("rule", "status"), [(RETRY, "failed"), (RESTART, "cancelled")])
@pytest.mark.parametrize("strange", ["archived", "zipped"])
def test_of_two_runs_with_one_time_either_may_be_the_last(rule, status, strange):
    """A run that goes on where another one ended may be shown with its start."""
    found = ruling(rule, run(strange, since(1)), run(status, since(1)), has_history=True)

    assert (found.verdict, found.action) == (Verdict.BLOCKED, None)
    assert found.reason.endswith(strange)


@pytest.mark.parametrize("rule", [RETRY, RESTART])
@pytest.mark.parametrize("status", ["failed", "cancelled"])
@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param([attempt(ENDED, since(2), run_time=since(2))], id="told by a person"),
        pytest.param([attempt(SEEN, since(2))], id="seen, never dated"),
        pytest.param(
            [
                attempt(ENDED, since(1), run_time=since(1)),
                attempt(ENDED, since(-1), run_time=since(-1)),
            ],
            id="made after the one that is shown, whatever the clocks say",
        ),
    ],
)
def test_a_start_that_came_after_the_last_run_shown_is_not_made_again_for_that_run(
    rule, status, evidence
):
    """The last run is then another than the one that failed, or was cancelled."""
    found = ruling(rule, run(status, since(1)), *evidence, has_history=True)

    assert found.verdict is Verdict.BLOCKED


def test_a_run_that_was_pending_when_we_saw_it_is_still_ours_once_it_started():
    """The vendor dates a pending run by its submit time, and a started one by its start."""
    seen = run("cancelled", since(5), submitted=since(4))
    ours = attempt(ENDED, since(4), run_time=since(4), stopped_by_us=True)

    assert ruling(completed("t"), seen, ours).verdict is Verdict.CHANGE


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_only_the_latest_run_is_asked_whether_it_failed(status):
    runs = [
        run(status, since(1)),
        run("failed" if status == "cancelled" else "cancelled", since(2)),
    ]

    found = ruling(completed("t"), *runs)

    assert "2026-11-20T02:00:00Z" in found.reason


@pytest.mark.parametrize(
    ("evidence", "mark", "verdict"),
    [
        ([run("completed")], None, Verdict.BLOCKED),
        ([run("completed")], since(1), Verdict.IN_SYNC),
        ([run("completed")], since(-1), Verdict.CHANGE),
        ([run("failed")], since(1), Verdict.BLOCKED),
        ([run("completed"), run("completed", OLD)], since(1), Verdict.IN_SYNC),
        ([run("completed"), run("failed")], since(1), Verdict.BLOCKED),
        ([run("completed"), attempt(SEEN, since(1))], None, Verdict.IN_SYNC),
        ([run("completed"), attempt(ENDED, since(1))], None, Verdict.IN_SYNC),
        ([run("completed"), attempt(ENDED, OLD, since=OLD)], None, Verdict.CHANGE),
        ([run("completed"), attempt(ENDED, OLD, since=OLD)], since(1), Verdict.IN_SYNC),
        ([run("completed"), attempt(ENDED, since(1))], OLD, Verdict.IN_SYNC),
        ([run("completed"), attempt(ACCEPTED, OLD, since=OLD)], None, Verdict.BLOCKED),
    ],
)
def test_an_undated_run_is_dated_by_the_younger_of_ledger_and_mark(evidence, mark, verdict):
    assert ruling(completed("t"), *evidence, mark=mark).verdict is verdict


@pytest.mark.parametrize(("status", "failed"), [("completed", False), ("failed", True)])
def test_an_undated_failure_counts_as_a_failure(status, failed):
    assert ruling(completed("t"), run(status)).failed == failed


@pytest.mark.parametrize("state", [SEEN, ENDED])
def test_a_start_of_ours_that_has_ended_short_of_the_level_is_not_made_again(state):
    """The vendor may have gone on with an older run and kept its old start time."""
    ours = attempt(state, since(1), run_time=OLD)

    assert ruling(completed("t"), run("completed", OLD), ours).verdict is Verdict.BLOCKED
    assert ruling(completed("t"), ours).verdict is Verdict.BLOCKED


@pytest.mark.parametrize(
    ("rule", "runs", "reason"),
    [
        (
            completed("t"),
            [run("completed", OLD), run("completed", since(-1))],
            "its last snapshot completed and began 2026-11-19T23:00:00Z",
        ),
        (
            young("t"),
            [run("completed", OLD)],
            "its last snapshot completed and began 2026-01-10T08:00:00Z, more than 7d ago",
        ),
        (
            completed("t"),
            [run("cancelled", since(-1))],
            (
                "its last snapshot was cancelled and began 2026-11-19T23:00:00Z; the vendor may go on "
                "from its old progress"
            ),
        ),
        (
            completed("t"),
            [run("failed", since(-1))],
            (
                "its last snapshot failed and began 2026-11-19T23:00:00Z; the vendor may go on from its "
                "old progress"
            ),
        ),
        (
            completed("t", type=BLOCKING),
            [run("completed", since(-1))],
            (
                "its last snapshot completed and began 2026-11-19T23:00:00Z; a blocking run pauses "
                "streaming"
            ),
        ),
    ],
)
def test_a_start_says_what_it_rests_on(rule, runs, reason):
    assert ruling(rule, *runs).reason == reason


@pytest.mark.parametrize("rule", [completed("t"), young("t")])
def test_a_first_run_is_told_as_such(rule):
    found = ruling(rule)

    assert found.reason == "first run: it was never snapshotted"
    assert found.first_run


def test_a_later_run_is_no_first_run():
    assert not ruling(completed("t"), run("completed", OLD)).first_run


@pytest.mark.parametrize(("type_", "risk"), [(INCREMENTAL, Risk.SAFE), (BLOCKING, Risk.DISRUPTIVE)])
@pytest.mark.parametrize(
    ("rule", "evidence"),
    [
        (completed("t"), []),
        (completed("t"), [run("completed", OLD)]),
        (RETRY, [run("failed", since(1))]),
        (RESTART, [run("cancelled", since(1))]),
    ],
)
def test_only_a_blocking_start_is_disruptive(rule, evidence, type_, risk):
    found = ruling(replace(rule, type=type_), *evidence, has_history=True)

    assert (found.action, found.risk) == (Action.START, risk)


@pytest.mark.parametrize(
    ("rule", "level"),
    [(completed("t"), SINCE), (young("t"), ago(days=7)), (completed("t", since=None), NOW)],
)
def test_the_level_of_a_rule(rule, level):
    assert level_of(rule, NOW) == level


@pytest.mark.parametrize(
    ("started", "verdict"),
    [(ago(days=7), Verdict.IN_SYNC), (ago(days=7, microseconds=1), Verdict.CHANGE)],
)
def test_a_greatest_age_counts_back_from_now(started, verdict):
    assert ruling(young("t"), run("completed", started)).verdict is verdict
