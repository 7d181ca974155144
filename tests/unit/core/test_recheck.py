"""Look again before a call: kept, done or stale; leaving out is all that apply may do."""

from collections.abc import Sequence

import pytest

from reconciler.core.before import snapshot_before
from reconciler.core.recheck import Look, new_runs, recheck, without
from reconciler.core.sight import Sight
from reconciler.model.address import Address, Kind
from reconciler.model.change import (
    Change,
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.observed import ObservedTopic
from reconciler.model.plan import Step, StepItem
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.specs import (
    INCREMENTAL,
    OLD,
    by_name,
    link,
    mirror,
    observed,
    render,
    run,
    since,
    source,
    topic,
    unread,
)

KEY = "lkc-1/east-to-west"
START = Start(Form.SINGLE, INCREMENTAL, (StartSource("id-a", (StartTopic("x"),)),))
STOP = Stop(Form.SINGLE, (StopSource("id-a", INCREMENTAL, ("x",)),))
PAUSE = Pause("lkc-1", "east-to-west", ("x",))
RESUME = Resume("lkc-1", "east-to-west", ("x",))
DONE, GOING = run("completed", OLD), run("running", since(1))
GONE = "gone"


def _item(target: str, name: str, before: str = "") -> StepItem:
    return StepItem(Address(Kind.SOURCE, "a", name), target, name, before, Risk.SAFE)


def _step(change: Change, *items: StepItem) -> Step:
    return Step("s1", change, items, render("sk", change), Risk.SAFE)


def _sight(*topics: ObservedTopic, status: str = "Active") -> Sight:
    return Sight.of([observed(by_name(source("a", *topics, status=status)))])


def _look(change: Change, before: Sequence[ObservedTopic], after: Sight) -> Look:
    first = _sight(*before)
    item = _item("id-a", "x", snapshot_before(first.sources["id-a"], before[0]))
    return recheck(_step(change, item), item, first, after)


@pytest.mark.parametrize(
    ("before", "after", "look"),
    [
        ([topic("x")], _sight(topic("x")), Look.KEPT),
        ([topic("x", DONE)], _sight(topic("x", DONE)), Look.KEPT),
        ([topic("x")], _sight(topic("x", GOING)), Look.DONE),
        ([topic("x")], _sight(topic("x", run("pending"))), Look.DONE),
        ([topic("x")], _sight(topic("x", run("completed", since(1)))), Look.DONE),
        ([topic("x", DONE)], _sight(topic("x", DONE, run("completed", since(1)))), Look.DONE),
        ([topic("x", DONE)], _sight(topic("x", run("completed", since(1)))), Look.DONE),
        ([topic("x")], _sight(topic("x", run("failed", since(1)))), Look.STALE),
        ([topic("x", DONE)], _sight(topic("x")), Look.STALE),
        ([topic("x")], _sight(topic("x", run("paused", since(1)))), Look.STALE),
        ([topic("x")], _sight(topic("x"), status="Broken"), Look.STALE),
        ([topic("x")], _sight(topic("x"), topic("y", GOING)), Look.STALE),
        ([topic("x"), topic("y")], _sight(topic("x"), topic("y", DONE)), Look.KEPT),
        ([topic("x")], _sight(unread("x")), Look.STALE),
        ([topic("x")], _sight(topic("y")), Look.STALE),
        ([topic("x")], Sight({}, {}), Look.STALE),
    ],
)
def test_a_start(before, after, look):
    assert _look(START, before, after) is look


@pytest.mark.parametrize(
    ("after", "look"),
    [
        (_sight(topic("x", GOING)), Look.KEPT),
        (_sight(topic("x", run("cancelled", since(1)))), Look.DONE),
        (_sight(topic("x")), Look.DONE),
        (_sight(topic("x", run("running", since(2)))), Look.KEPT),
        (_sight(topic("x", GOING), topic("y", GOING)), Look.STALE),
        (_sight(topic("x", GOING), status="Paused"), Look.STALE),
        (_sight(topic("x", run("stopping", since(1)))), Look.STALE),
        (_sight(unread("x")), Look.STALE),
        (Sight({}, {}), Look.STALE),
    ],
)
def test_a_stop(after, look):
    assert _look(STOP, [topic("x", GOING)], after) is look


@pytest.mark.parametrize(
    ("change", "before", "after", "look"),
    [
        (PAUSE, "ACTIVE", "ACTIVE", Look.KEPT),
        (PAUSE, "ACTIVE", "PAUSED", Look.DONE),
        (PAUSE, "ACTIVE", "SOURCE_UNAVAILABLE", Look.STALE),
        (PAUSE, "ACTIVE", "FAILED", Look.STALE),
        (PAUSE, "ACTIVE", None, Look.STALE),
        (PAUSE, "ACTIVE", GONE, Look.STALE),
        (PAUSE, "SOURCE_UNAVAILABLE", "ACTIVE", Look.STALE),
        (RESUME, "PAUSED", "PAUSED", Look.KEPT),
        (RESUME, "PAUSED", "ACTIVE", Look.DONE),
        (RESUME, "PAUSED", "STOPPED", Look.STALE),
        (RESUME, "PAUSED", GONE, Look.STALE),
    ],
)
def test_a_pause_or_a_resume(change, before, after, look):
    mirrors = () if after == GONE else (mirror("x", after),)
    item = _item(KEY, "x", before)

    second = Sight.of([observed(link(*mirrors))])

    assert recheck(_step(change, item), item, Sight({}, {}), second) is look


def test_a_link_that_could_not_be_listed_makes_a_pause_stale():
    item = _item(KEY, "x", "ACTIVE")

    assert recheck(_step(PAUSE, item), item, Sight({}, {}), Sight({}, {})) is Look.STALE


@pytest.mark.parametrize(
    ("before", "after", "fresh"),
    [
        (None, None, ()),
        (None, topic("x", DONE), (DONE,)),
        (topic("x", DONE), None, ()),
        (unread("x"), topic("x", DONE), (DONE,)),
        (topic("x", DONE), unread("x"), ()),
        (topic("x", DONE), topic("x", DONE), ()),
        (topic("x", DONE), topic("x", DONE, GOING), (GOING,)),
        (topic("x", DONE), topic("x", GOING), (GOING,)),
        (topic("x", run("completed")), topic("x", run("completed")), ()),
        (topic("x", run("completed")), topic("x", *[run("completed")] * 2), (run("completed"),)),
        (topic("x", run("failed", OLD)), topic("x", run("running", OLD)), (run("running", OLD),)),
    ],
)
def test_runs_that_were_not_visible_before_are_new(before, after, fresh):
    """Also one that kept an old start time, and one without any time."""
    assert new_runs(before, after) == fresh


A_X, A_Y, B_X = _item("id-a", "x"), _item("id-a", "y"), _item("id-b", "x")
M_X, M_Y = _item(KEY, "x"), _item(KEY, "y")
BULK_START = Start(
    Form.BULK,
    INCREMENTAL,
    (
        StartSource("id-a", (StartTopic("x", "1"), StartTopic("y", "2"))),
        StartSource("id-b", (StartTopic("x", "3"),)),
    ),
)
BULK_STOP = Stop(
    Form.BULK,
    (StopSource("id-a", None, ("x", "y"), "1"), StopSource("id-b", None, ("x",), "3")),
)


@pytest.mark.parametrize(
    ("change", "items", "dropped", "left"),
    [
        (PAUSE, [M_X], [], PAUSE),
        (replace(PAUSE, topics=("x", "y")), [M_X, M_Y], [M_Y], PAUSE),
        (replace(RESUME, topics=("x", "y")), [M_X, M_Y], [M_Y], RESUME),
        (
            BULK_START,
            [A_X, A_Y, B_X],
            [A_Y],
            replace(
                BULK_START,
                sources=(StartSource("id-a", (StartTopic("x", "1"),)), BULK_START.sources[1]),
            ),
        ),
        (
            BULK_START,
            [A_X, A_Y, B_X],
            [A_X, A_Y],
            replace(BULK_START, sources=BULK_START.sources[1:]),
        ),
        (BULK_STOP, [A_X, A_Y, B_X], [A_Y], BULK_STOP),
        (BULK_STOP, [A_X, A_Y, B_X], [B_X], replace(BULK_STOP, sources=BULK_STOP.sources[:1])),
    ],
)
def test_a_step_leaves_items_out(change, items, dropped, left):
    step = _step(change, *items)

    kept = tuple(item for item in items if item not in dropped)

    assert without(step, frozenset(dropped)) == replace(step, items=kept, change=left)


def test_a_step_without_items_is_none():
    assert without(_step(PAUSE, M_X), frozenset({M_X})) is None
