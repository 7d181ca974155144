"""When each run began, and whether it is ours."""

import pytest

from reconciler.core.dating import Dated, date_runs
from reconciler.model.ledger import AttemptState
from tests.support.specs import BLOCKING, INCREMENTAL, OLD, attempt, run, since

UNDATED, GOING = run("completed"), run("running")
SEEN = attempt(AttemptState.SEEN, since(3))
ENDED = attempt(AttemptState.ENDED, since(3))
OPEN = attempt(AttemptState.OPEN, since(3))
ACCEPTED = attempt(AttemptState.ACCEPTED, since(3))
TIMED = attempt(AttemptState.ENDED, since(3), run_time=since(2))


@pytest.mark.parametrize(
    ("seen", "attempts", "mark", "expected"),
    [
        (run("completed", since(1)), [], None, (since(1), None)),
        (run("completed", None, submitted=since(1)), [], None, (since(1), None)),
        (run("completed", since(2)), [TIMED], None, (since(2), TIMED)),
        (run("completed", since(5), submitted=since(2)), [TIMED], None, (since(5), TIMED)),
        (run("completed", since(1)), [TIMED], None, (since(1), None)),
        (run("completed", since(1)), [SEEN], since(9), (since(1), None)),
        (UNDATED, [], None, (None, None)),
        (UNDATED, [SEEN], None, (since(3), SEEN)),
        (UNDATED, [ENDED], None, (since(3), ENDED)),
        (UNDATED, [OPEN], None, (None, None)),
        (UNDATED, [ACCEPTED], None, (None, None)),
        (UNDATED, [TIMED], None, (None, None)),
        (UNDATED, [attempt(AttemptState.ENDED, OLD), SEEN], None, (since(3), SEEN)),
        (UNDATED, [], since(1), (since(1), None)),
        (UNDATED, [ENDED], since(2), (since(3), ENDED)),
        (UNDATED, [ENDED], since(3), (since(3), ENDED)),
        (UNDATED, [ENDED], since(4), (since(4), None)),
        (GOING, [SEEN], None, (since(3), SEEN)),
        (GOING, [SEEN], since(9), (since(3), SEEN)),
        (GOING, [ENDED], None, (None, None)),
        (GOING, [], since(1), (None, None)),
    ],
)
def test_one_run(seen, attempts, mark, expected):
    assert date_runs((seen,), tuple(attempts), mark) == (Dated(seen, *expected),)


def test_two_undated_runs_stay_undated():
    """Nobody can say which of the two a receipt or a mark means."""
    assert date_runs((UNDATED, GOING), (SEEN,), since(1)) == (
        Dated(UNDATED, None),
        Dated(GOING, None),
    )


def test_a_dated_run_does_not_keep_the_undated_one_from_being_told():
    old = run("completed", OLD)

    assert date_runs((UNDATED, old), (SEEN,), None) == (
        Dated(old, OLD),
        Dated(UNDATED, since(3), SEEN),
    )


def test_runs_come_oldest_first_and_undated_ones_last_in_any_order_of_input():
    runs = (
        run("completed", since(1)),
        run("failed", since(1)),
        run("failed", since(1), type=BLOCKING),
        run("failed", since(1), type=INCREMENTAL),
        run("failed", since(1), type=INCREMENTAL, trace="x"),
        run("pending", since(2)),
        run("completed"),
        run("failed"),
    )

    assert [d.run for d in date_runs(runs[::-1], (), None)] == list(runs)
