"""The verdict table of snapshots: every row, and every row against every row below it."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest

from reconciler.core.judge_runs import RunAsk, judge_runs, level_of
from reconciler.core.ruling import Ruling
from reconciler.model.change import Action
from reconciler.model.desired import OnCancel, SnapshotRule
from reconciler.model.ledger import Attempt, AttemptState
from reconciler.model.observed import Run
from reconciler.model.verdict import Risk, Verdict
from tests.support.specs import (
    BLOCKING,
    INCREMENTAL,
    NOW,
    OLD,
    SINCE,
    ago,
    attempt,
    completed,
    idle,
    run,
    since,
    young,
)

LAG = timedelta(seconds=60)
OPEN, ACCEPTED = AttemptState.OPEN, AttemptState.ACCEPTED
SEEN, ENDED = AttemptState.SEEN, AttemptState.ENDED
RETRY = completed("t", retries=3)
RESTART = completed("t", on_cancel=OnCancel.RESTART)
DAY = timedelta(days=1)


def _judge(rule: SnapshotRule, *evidence: Run | Attempt, **changes: object) -> Ruling:
    runs = tuple(e for e in evidence if isinstance(e, Run))
    attempts = tuple(e for e in evidence if isinstance(e, Attempt))
    return judge_runs(replace(RunAsk(rule, runs, NOW, LAG, attempts=attempts), **changes))


# The rows of `completed`, top to bottom: what each rests on, its verdict, and part of its reason.
ROWS: dict[str, tuple[list[Run | Attempt], Verdict, str]] = {
    "completed": ([run("completed", since(1))], Verdict.IN_SYNC, "completed a snapshot"),
    "counts": ([run("running", since(2))], Verdict.IN_PROGRESS, "a snapshot is running"),
    "other run": ([run("running", since(-1))], Verdict.DEFERRED, "waits for a run"),
    "strange": ([run("paused")], Verdict.BLOCKED, "not known: paused"),
    "open": ([attempt(OPEN, ago(minutes=9))], Verdict.UNKNOWN, "may have been sent"),
    "failed": ([run("failed", since(6))], Verdict.BLOCKED, "failed"),
    "cancelled": ([run("cancelled", since(5))], Verdict.BLOCKED, "was cancelled"),
    "undated": ([run("completed")], Verdict.BLOCKED, "does not say when"),
    "ended": (
        [attempt(ENDED, since(1), run_time=since(-8))],
        Verdict.BLOCKED,
        "may have gone on with an older run",
    ),
    "older": ([run("completed", since(-9))], Verdict.CHANGE, "its last snapshot completed"),
    "never": ([], Verdict.CHANGE, "first run"),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_row_alone(row):
    evidence, verdict, words = ROWS[row]

    ruling = _judge(completed("t"), *evidence)

    assert ruling.verdict is verdict
    assert words in ruling.reason


@pytest.mark.parametrize(("upper", "lower"), list(combinations(ROWS, 2)))
def test_the_upper_row_wins(upper, lower):
    """Whatever the lower row rests on, the verdict is that of the upper one alone."""
    one, two = ROWS[upper][0], ROWS[lower][0]

    assert _judge(completed("t"), *two, *one) == _judge(completed("t"), *one)


@pytest.mark.parametrize("row", ROWS)
def test_a_level_that_lies_ahead_waits_whatever_is_seen(row):
    rule = completed("t", since=NOW + DAY)

    ruling = _judge(rule, *ROWS[row][0])

    assert ruling == Ruling(Verdict.SCHEDULED, "asked for from 2026-11-23T12:00:00Z on")


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (ago(seconds=60), Verdict.CHANGE),
        (ago(seconds=59, microseconds=999_999), Verdict.SCHEDULED),
        (NOW, Verdict.SCHEDULED),
    ],
)
def test_a_level_is_due_one_minute_after_its_time(level, verdict):
    assert _judge(completed("t", since=level)).verdict is verdict


def test_a_greatest_age_is_never_scheduled():
    assert _judge(young("t", max_age=timedelta(seconds=1))).verdict is Verdict.CHANGE


@pytest.mark.parametrize("rule", [completed("t"), idle("t")])
@pytest.mark.parametrize(
    ("problem", "reason"),
    [("HTTP 404", "HTTP 404"), ("", "its snapshot state could not be read")],
)
def test_a_state_that_could_not_be_read_is_unobserved(rule, problem, reason):
    ruling = _judge(rule, attempt(OPEN, NOW), runs=None, problem=problem)

    assert ruling == Ruling(Verdict.UNOBSERVED, reason)


@pytest.mark.parametrize(
    ("runs", "verdict", "reason"),
    [
        ([], Verdict.IN_SYNC, "no snapshot runs"),
        ([run("completed", OLD)], Verdict.IN_SYNC, "no snapshot runs"),
        ([run("failed"), run("cancelled")], Verdict.IN_SYNC, "no snapshot runs"),
        ([run("pending")], Verdict.CHANGE, "a snapshot is pending, and none may run"),
        (
            [run("completed"), run("running", OLD), run("pending")],
            Verdict.CHANGE,
            "a snapshot is running, and none may run",
        ),
        (
            [run("running", OLD), run("RUNNING", OLD)],
            Verdict.BLOCKED,
            "the vendor shows a snapshot status that is not known: RUNNING",
        ),
    ],
)
def test_idle(runs, verdict, reason):
    ruling = _judge(idle("t"), *runs)

    assert (ruling.verdict, ruling.reason) == (verdict, reason)
    assert ruling.action is (Action.STOP if verdict is Verdict.CHANGE else None)


@pytest.mark.parametrize(
    ("started", "verdict"),
    [
        (SINCE, Verdict.IN_SYNC),
        (since(1), Verdict.IN_SYNC),
        (SINCE - timedelta(microseconds=1), Verdict.CHANGE),
    ],
)
def test_a_completed_run_counts_from_the_level_on(started, verdict):
    assert _judge(completed("t"), run("completed", started)).verdict is verdict


def test_the_submit_time_counts_where_there_is_no_start():
    seen = run("completed", None, submitted=since(1))

    assert _judge(completed("t"), seen).verdict is Verdict.IN_SYNC


def test_an_end_does_not_date_a_run():
    seen = run("completed", None, ended=since(1))

    assert _judge(completed("t"), seen).verdict is Verdict.BLOCKED


@pytest.mark.parametrize("later", ["failed", "cancelled", "strange", "running"])
def test_a_level_once_reached_holds_whatever_came_after(later):
    ruling = _judge(completed("t"), run(later, since(9)), run("completed", since(1)))

    assert ruling.verdict is Verdict.IN_SYNC


@pytest.mark.parametrize(
    ("rule", "evidence", "history", "noted"),
    [
        (completed("t"), [], True, True),
        (completed("t"), [], False, False),
        (completed("t", filter="a > 1"), [], False, True),
        (
            completed("t", filter="a > 1"),
            [attempt(ENDED, since(1), run_time=since(1))],
            True,
            False,
        ),
    ],
)
def test_a_run_that_was_not_ours_is_noted(rule, evidence, history, noted):
    ruling = _judge(rule, run("completed", since(1)), *evidence, has_history=history)

    assert bool(ruling.note) == noted


@pytest.mark.parametrize(
    ("seen", "evidence", "verdict"),
    [
        (run("pending", since(1)), [], Verdict.IN_PROGRESS),
        (run("pending", None, submitted=SINCE), [], Verdict.IN_PROGRESS),
        (run("running", since(-1)), [], Verdict.DEFERRED),
        (run("running"), [], Verdict.DEFERRED),
        (run("running"), [attempt(SEEN, since(1))], Verdict.IN_PROGRESS),
        (run("running"), [attempt(SEEN, OLD, since=OLD)], Verdict.DEFERRED),
        (run("running"), [attempt(ENDED, since(1))], Verdict.DEFERRED),
        (run("running"), [attempt(OPEN, since(1))], Verdict.DEFERRED),
        (run("running"), [attempt(ACCEPTED, since(1))], Verdict.DEFERRED),
        (run("running", since(-1)), [attempt(SEEN, since(1))], Verdict.DEFERRED),
    ],
)
def test_a_run_under_way_counts_where_its_time_or_the_ledger_says_so(seen, evidence, verdict):
    assert _judge(completed("t"), seen, *evidence).verdict is verdict


def test_a_mark_does_not_date_a_run_under_way():
    assert _judge(completed("t"), run("running"), mark=since(5)).verdict is Verdict.DEFERRED


@pytest.mark.parametrize("seen", [run("running", OLD), run("pending"), run("running", since(1))])
def test_with_a_greatest_age_any_run_under_way_counts(seen):
    assert _judge(young("t"), seen).verdict is Verdict.IN_PROGRESS


@pytest.mark.parametrize(
    ("rule", "seen", "verdict"),
    [
        (completed("t", deadline=DAY), run("running", ago(days=1)), Verdict.IN_PROGRESS),
        (completed("t", deadline=DAY), run("running", ago(days=1, seconds=1)), Verdict.BLOCKED),
        (completed("t", deadline=DAY), run("pending", OLD), Verdict.BLOCKED),
        (completed("t", deadline=DAY), run("pending"), Verdict.DEFERRED),
        (young("t", deadline=DAY), run("running", ago(days=2)), Verdict.BLOCKED),
        (completed("t"), run("running", since(0)), Verdict.IN_PROGRESS),
        (completed("t"), run("running", OLD), Verdict.DEFERRED),
    ],
)
def test_a_run_past_its_deadline_is_blocked_and_counts_as_a_failure(rule, seen, verdict):
    ruling = _judge(rule, seen)

    assert (ruling.verdict, ruling.failed) == (verdict, verdict is Verdict.BLOCKED)


def test_the_deadline_is_told_in_words():
    ruling = _judge(completed("t", deadline=DAY), run("running", ago(hours=27)))

    assert ruling.reason == "a run has been running for 1d 3h, longer than its deadline of 1d"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "a snapshot is running"),
        ({"rows_scanned": 25, "rows_total": 2000}, "a snapshot is running, 1 % of 2,000 rows"),
        ({"rows_scanned": 25}, "a snapshot is running"),
        ({"eta": timedelta(minutes=7)}, "a snapshot is running, about 7m left"),
    ],
)
def test_progress_is_told_as_far_as_it_is_known(changes, reason):
    assert _judge(completed("t"), run("running", since(1), **changes)).reason == reason


@pytest.mark.parametrize(
    ("runs", "verdict"),
    [
        ([run("skipped", since(1))], Verdict.BLOCKED),
        ([run("skipped", since(-1))], Verdict.BLOCKED),
        ([run("skipped", since(-9)), run("completed", since(-1))], Verdict.CHANGE),
        ([run("skipped"), run("completed", since(-1))], Verdict.BLOCKED),
        ([run("skipped"), run("completed", since(1))], Verdict.IN_SYNC),
        ([run("skipped"), run("running", since(1))], Verdict.IN_PROGRESS),
        ([run("skipped"), run("running", since(-1))], Verdict.DEFERRED),
    ],
)
def test_a_strange_word_blocks_where_it_may_be_the_latest(runs, verdict):
    assert _judge(completed("t"), *runs).verdict is verdict


@pytest.mark.parametrize("state", [OPEN, ACCEPTED])
@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        (ago(seconds=60), Verdict.IN_PROGRESS),
        (ago(seconds=61), Verdict.UNKNOWN),
    ],
)
def test_a_start_that_was_never_seen_is_awaited_for_lag_and_then_unknown(state, when, verdict):
    assert _judge(completed("t"), attempt(state, when)).verdict is verdict


def test_an_accepted_start_is_called_accepted():
    ruling = _judge(completed("t"), attempt(ACCEPTED, ago(minutes=5)))

    assert ruling.reason == (
        "a start was accepted 2026-11-22T11:55:00Z, and its run was never shown"
    )


@pytest.mark.parametrize(
    ("rule", "made", "verdict"),
    [
        (completed("t"), attempt(OPEN, ago(days=9), since=OLD), Verdict.CHANGE),
        (young("t"), attempt(OPEN, ago(days=9)), Verdict.CHANGE),
        (young("t"), attempt(OPEN, ago(days=3)), Verdict.UNKNOWN),
        (young("t"), attempt(OPEN, ago(days=7)), Verdict.UNKNOWN),
    ],
)
def test_only_a_start_for_the_level_asked_now_stands_in_the_way(rule, made, verdict):
    assert _judge(rule, made).verdict is verdict


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

    ruling = _judge(rule, run("failed", since(9)), *made, has_history=history)

    assert (ruling.verdict, ruling.failed) == (verdict, verdict is Verdict.BLOCKED)


def test_starts_for_another_level_are_not_counted_as_attempts():
    made = [attempt(ENDED, OLD, since=OLD, run_time=OLD) for _ in range(9)]

    ruling = _judge(RETRY, run("failed", since(9)), *made, has_history=True)

    assert ruling.verdict is Verdict.CHANGE


def test_a_failed_run_shows_its_trace():
    ruling = _judge(completed("t"), run("failed", since(9), trace="no primary key"))

    assert ruling.reason == ("the snapshot that began 2026-11-20T09:00:00Z failed: no primary key")


def test_a_retry_says_how_many_attempts_were_made_and_how_many_there_are():
    made = attempt(ENDED, since(9), run_time=since(9))

    ruling = _judge(RETRY, run("failed", since(9)), made, has_history=True)

    assert ruling.reason == (
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

    assert _judge(rule, seen, *evidence, has_history=True).verdict is verdict


def test_a_run_that_was_pending_when_we_saw_it_is_still_ours_once_it_started():
    """The vendor dates a pending run by its submit time, and a started one by its start."""
    seen = run("cancelled", since(5), submitted=since(4))
    ours = attempt(ENDED, since(4), run_time=since(4), stopped_by_us=True)

    assert _judge(completed("t"), seen, ours).verdict is Verdict.CHANGE


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_only_the_latest_run_is_asked_whether_it_failed(status):
    runs = [
        run(status, since(1)),
        run("failed" if status == "cancelled" else "cancelled", since(2)),
    ]

    ruling = _judge(completed("t"), *runs)

    assert "2026-11-20T02:00:00Z" in ruling.reason


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
    assert _judge(completed("t"), *evidence, mark=mark).verdict is verdict


@pytest.mark.parametrize(("status", "failed"), [("completed", False), ("failed", True)])
def test_an_undated_failure_counts_as_a_failure(status, failed):
    assert _judge(completed("t"), run(status)).failed == failed


@pytest.mark.parametrize("state", [SEEN, ENDED])
def test_a_start_of_ours_that_has_ended_short_of_the_level_is_not_made_again(state):
    """The vendor may have gone on with an older run and kept its old start time."""
    ours = attempt(state, since(1), run_time=OLD)

    assert _judge(completed("t"), run("completed", OLD), ours).verdict is Verdict.BLOCKED
    assert _judge(completed("t"), ours).verdict is Verdict.BLOCKED


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
    assert _judge(rule, *runs).reason == reason


@pytest.mark.parametrize("rule", [completed("t"), young("t")])
def test_a_first_run_is_told_as_such(rule):
    ruling = _judge(rule)

    assert ruling.reason == "first run: it was never snapshotted"
    assert ruling.first_run


def test_a_later_run_is_no_first_run():
    assert not _judge(completed("t"), run("completed", OLD)).first_run


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
    ruling = _judge(replace(rule, type=type_), *evidence, has_history=True)

    assert (ruling.action, ruling.risk) == (Action.START, risk)


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
    assert _judge(young("t"), run("completed", started)).verdict is verdict
