"""The verdict table of snapshots: every row, and every row against every row below it."""

from datetime import timedelta
from itertools import combinations

import pytest

from reconciler.core.rows import RUN_ROWS, Row
from reconciler.core.ruling import Ruling
from reconciler.model.change import Action
from reconciler.model.ledger import Attempt, AttemptState
from reconciler.model.observed import Run
from reconciler.model.verdict import Verdict
from tests.support.specs import (
    NOW,
    OLD,
    SINCE,
    ago,
    attempt,
    completed,
    idle,
    ruling,
    run,
    since,
    young,
)

OPEN, ACCEPTED = AttemptState.OPEN, AttemptState.ACCEPTED
SEEN, ENDED = AttemptState.SEEN, AttemptState.ENDED
DAY = timedelta(days=1)


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

    found = ruling(completed("t"), *evidence)

    assert found.verdict is verdict
    assert words in found.reason


NAMES = (
    *(Row.HOLDS, Row.UNDER_WAY, Row.OTHER_RUN, Row.UNKNOWN_WORD, Row.UNSEEN, Row.FAILED),
    *(Row.CANCELLED, Row.UNDATED, Row.ENDED_SHORT, Row.OLDER, Row.NEVER_RUN),
)


@pytest.mark.parametrize(("row", "name"), list(zip(ROWS, NAMES, strict=True)))
def test_each_row_says_its_name(row, name):
    evidence, verdict, _ = ROWS[row]

    assert ruling(completed("t"), *evidence).row is name
    assert str(verdict) in RUN_ROWS[name].verdict


@pytest.mark.parametrize(
    ("rule", "runs", "name"),
    [
        (completed("t"), None, Row.UNREAD),
        (idle("t"), [run("paused")], Row.IDLE_STRANGE),
        (idle("t"), [run("running", NOW)], Row.IDLE_RUNNING),
        (idle("t"), [], Row.IDLE_CALM),
        (completed("t", since=NOW + DAY), [], Row.SCHEDULED),
    ],
)
def test_the_rows_of_other_levels_say_their_names(rule, runs, name):
    found = ruling(rule, *(runs or []), **({} if runs is not None else {"runs": None}))

    assert found.row is name
    assert str(found.verdict) in RUN_ROWS[name].verdict


@pytest.mark.parametrize(("upper", "lower"), list(combinations(ROWS, 2)))
def test_the_upper_row_wins(upper, lower):
    """Whatever the lower row rests on, the verdict is that of the upper one alone."""
    one, two = ROWS[upper][0], ROWS[lower][0]

    assert ruling(completed("t"), *two, *one) == ruling(completed("t"), *one)


@pytest.mark.parametrize("row", ROWS)
def test_a_level_that_lies_ahead_waits_whatever_is_seen(row):
    rule = completed("t", since=NOW + DAY)

    found = ruling(rule, *ROWS[row][0])

    assert found == Ruling(Verdict.SCHEDULED, "asked for from 2026-11-23T12:00:00Z on")


@pytest.mark.parametrize(
    ("level", "verdict"),
    [
        (ago(seconds=60), Verdict.CHANGE),
        (ago(seconds=59, microseconds=999_999), Verdict.SCHEDULED),
        (NOW, Verdict.SCHEDULED),
    ],
)
def test_a_level_is_due_one_minute_after_its_time(level, verdict):
    assert ruling(completed("t", since=level)).verdict is verdict


def test_a_greatest_age_is_never_scheduled():
    assert ruling(young("t", max_age=timedelta(seconds=1))).verdict is Verdict.CHANGE


@pytest.mark.parametrize("rule", [completed("t"), idle("t")])
@pytest.mark.parametrize(
    ("problem", "reason"),
    [("HTTP 404", "HTTP 404"), ("", "its snapshot state could not be read")],
)
def test_a_state_that_could_not_be_read_is_unobserved(rule, problem, reason):
    found = ruling(rule, attempt(OPEN, NOW), runs=None, problem=problem)

    assert found == Ruling(Verdict.UNOBSERVED, reason)


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
    found = ruling(idle("t"), *runs)

    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.action is (Action.STOP if verdict is Verdict.CHANGE else None)


@pytest.mark.parametrize(
    ("started", "verdict"),
    [
        (SINCE, Verdict.IN_SYNC),
        (since(1), Verdict.IN_SYNC),
        (SINCE - timedelta(microseconds=1), Verdict.CHANGE),
    ],
)
def test_a_completed_run_counts_from_the_level_on(started, verdict):
    assert ruling(completed("t"), run("completed", started)).verdict is verdict


def test_the_submit_time_counts_where_there_is_no_start():
    seen = run("completed", None, submitted=since(1))

    assert ruling(completed("t"), seen).verdict is Verdict.IN_SYNC


def test_an_end_does_not_date_a_run():
    seen = run("completed", None, ended=since(1))

    assert ruling(completed("t"), seen).verdict is Verdict.BLOCKED


@pytest.mark.parametrize("later", ["failed", "cancelled", "strange", "running"])
def test_a_level_once_reached_holds_whatever_came_after(later):
    found = ruling(completed("t"), run(later, since(9)), run("completed", since(1)))

    assert found.verdict is Verdict.IN_SYNC


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
    found = ruling(rule, run("completed", since(1)), *evidence, has_history=history)

    assert bool(found.note) == noted


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
    assert ruling(completed("t"), seen, *evidence).verdict is verdict


def test_a_mark_does_not_date_a_run_under_way():
    assert ruling(completed("t"), run("running"), mark=since(5)).verdict is Verdict.DEFERRED


@pytest.mark.parametrize("seen", [run("running", OLD), run("pending"), run("running", since(1))])
def test_with_a_greatest_age_any_run_under_way_counts(seen):
    assert ruling(young("t"), seen).verdict is Verdict.IN_PROGRESS


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
    found = ruling(rule, seen)

    assert (found.verdict, found.failed) == (verdict, verdict is Verdict.BLOCKED)


def test_the_deadline_is_told_in_words():
    found = ruling(completed("t", deadline=DAY), run("running", ago(hours=27)))

    assert found.reason == "a run has been running for 1d 3h, longer than its deadline of 1d"


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
    assert ruling(completed("t"), run("running", since(1), **changes)).reason == reason


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
    assert ruling(completed("t"), *runs).verdict is verdict


@pytest.mark.parametrize("state", [OPEN, ACCEPTED])
@pytest.mark.parametrize(
    ("when", "verdict"),
    [
        (ago(seconds=60), Verdict.IN_PROGRESS),
        (ago(seconds=61), Verdict.UNKNOWN),
    ],
)
def test_a_start_that_was_never_seen_is_awaited_for_lag_and_then_unknown(state, when, verdict):
    assert ruling(completed("t"), attempt(state, when)).verdict is verdict


def test_an_accepted_start_is_called_accepted():
    found = ruling(completed("t"), attempt(ACCEPTED, ago(minutes=5)))

    assert found.reason == (
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
    assert ruling(rule, made).verdict is verdict
