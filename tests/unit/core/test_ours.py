"""Which of the visible runs is ours."""

from datetime import timedelta

import pytest

from reconciler.core.ours import Trace, find_ours, key_of
from tests.support.ledgers import after, key, sighting
from tests.support.specs import OLD, run

OLDER, MINE, LATER = (run("completed", OLD), run("running", after(1)), run("failed", after(9)))
NEWER, SUBMITTED = (
    run("completed", after(3)),
    run("completed", submitted=OLD - timedelta(seconds=5)),
)
TWIN = run("strange", after(1))
UNDATED, GOING, WAITING = run("completed"), run("running"), run("pending")
ASKED = run("pending", submitted=after(1))
NEXT = run("failed", submitted=after(9))
BEGUN = run("running", after(2), submitted=after(1))


@pytest.mark.parametrize(
    ("before", "runs", "expected"),
    [
        pytest.param([], [], None, id="nothing is visible"),
        pytest.param([], [MINE], MINE, id="first run"),
        pytest.param([OLDER], [OLDER], None, id="only what was there"),
        pytest.param([OLDER], [OLDER, MINE], MINE, id="one more"),
        pytest.param([OLDER], [MINE], MINE, id="the vendor shows one run only"),
        pytest.param([], [LATER, MINE], MINE, id="the earliest of the new ones"),
        pytest.param([], [UNDATED, MINE], MINE, id="dated before undated"),
        pytest.param([UNDATED], [UNDATED], None, id="undated runs are not told apart"),
        pytest.param([UNDATED], [UNDATED, UNDATED], UNDATED, id="but they are counted"),
        pytest.param([UNDATED], [GOING], GOING, id="another status is another run"),
        pytest.param([MINE], [run("failed", after(1))], None, id="what ran before has ended"),
        pytest.param([ASKED], [BEGUN], None, id="what waited before has begun"),
        pytest.param([ASKED], [NEXT], NEXT, id="what waited before is gone"),
        pytest.param([ASKED], [LATER], None, id="what waited before may have begun"),
        pytest.param([GOING], [UNDATED], None, id="what ran undated before has ended"),
        pytest.param([GOING], [UNDATED, LATER], LATER, id="what ran undated ended undated"),
        pytest.param([GOING], [BEGUN], None, id="what ran undated before has a time now"),
        pytest.param([GOING], [], None, id="what ran undated before is gone"),
        pytest.param([SUBMITTED], [OLDER], None, id="submitted before, started now"),
        pytest.param([SUBMITTED], [OLDER, NEWER], NEWER, id="of two the one that is farther off"),
        pytest.param([SUBMITTED], [NEWER], None, id="the vendor shows one run, and it may be old"),
        pytest.param([OLDER], [SUBMITTED], None, id="started before, submitted now"),
        pytest.param([OLDER], [UNDATED], None, id="dated before, undated now"),
        pytest.param([UNDATED], [OLDER], None, id="undated before, dated now"),
        pytest.param([UNDATED], [OLDER, NEWER], NEWER, id="undated before, and the older of two"),
        pytest.param([SUBMITTED], [MINE], MINE, id="submitted before, and another status now"),
        pytest.param(
            [run("running", submitted=OLD)], [OLDER], None, id="it ran, and was submitted"
        ),
        pytest.param([run("strange", OLD)], [OLDER], None, id="an unknown word may become any"),
    ],
)
def test_a_run_is_ours_if_it_was_not_visible_before(before, runs, expected):
    traces = [Trace(tuple(map(key_of, before)))]

    assert find_ours(traces, runs) == (expected,)


@pytest.mark.parametrize(
    ("last", "before", "runs", "expected"),
    [
        pytest.param(MINE, [], [OLDER, MINE, LATER], MINE, id="by its time"),
        pytest.param(ASKED, [], [LATER, BEGUN], BEGUN, id="by the time it was asked for"),
        pytest.param(TWIN, [], [MINE, TWIN], TWIN, id="by its status where two have its time"),
        pytest.param(MINE, [], [LATER], None, id="gone, and another one there"),
        pytest.param(GOING, [], [UNDATED], UNDATED, id="the only undated one"),
        pytest.param(GOING, [UNDATED], [UNDATED], UNDATED, id="the vendor shows one run only"),
        pytest.param(GOING, [UNDATED], [UNDATED, UNDATED], UNDATED, id="the one that is new"),
        pytest.param(GOING, [], [UNDATED, WAITING], None, id="one of two"),
        pytest.param(GOING, [], [LATER], None, id="what ran undated gets no time"),
        pytest.param(WAITING, [OLDER], [OLDER, BEGUN], BEGUN, id="what waited gets its time"),
        pytest.param(WAITING, [OLDER], [OLDER], None, id="what waited is gone"),
    ],
)
def test_a_run_that_was_seen_is_recognised(last, before, runs, expected):
    traces = [Trace(tuple(map(key_of, before)), sighting(run=last))]

    assert find_ours(traces, runs) == (expected,)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param([MINE, LATER], (LATER, MINE), id="both are there"),
        pytest.param([LATER], (None, LATER), id="only the latest happened"),
        pytest.param([], (None, None), id="none is there"),
    ],
)
def test_no_run_belongs_to_two_starts(runs, expected):
    assert find_ours([Trace(()), Trace(())], runs) == expected


def test_what_was_seen_before_is_recognised_before_anything_is_taken():
    traces = [Trace((), sighting(run=MINE)), Trace(())]

    assert find_ours(traces, [LATER, MINE]) == (MINE, LATER)


def test_order_of_the_listing_is_irrelevant():
    runs = [UNDATED, LATER, MINE, OLDER, GOING]
    traces = [Trace(()), Trace((key("completed"),)), Trace((key("running"),))]

    assert find_ours(traces, runs) == find_ours(traces, runs[::-1])
