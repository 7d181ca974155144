"""The look at what a plan file touches: all that is known of then are the words of the file."""

from datetime import timedelta

import pytest

from reconciler.core.before import last_time, snapshot_before
from reconciler.core.recheck import Look, out_of_time, recheck_saved
from reconciler.core.sight import Sight
from reconciler.model.address import Address, Kind
from reconciler.model.change import Change, Form, Pause, Start, StartSource, StartTopic
from reconciler.model.observed import ObservedTopic, Run
from reconciler.model.plan import Step, StepItem
from reconciler.model.verdict import Risk
from tests.support.specs import (
    INCREMENTAL,
    NOW,
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

START = Start(Form.SINGLE, INCREMENTAL, (StartSource("id-a", (StartTopic("x"),)),))
PAUSE = Pause("lkc-1", "east-to-west", ("x",))
DONE = run("completed", OLD)
FRESH = run("completed", since(2))


def _words(*runs: Run) -> str:
    return snapshot_before(source("a"), topic("x", *runs))


def _step(change: Change, target: str, before: str, **times: object) -> Step:
    item = StepItem(Address(Kind.SOURCE, "a", "x"), target, "x", before, Risk.SAFE)
    return Step("s1", change, (item,), render("sk", change), Risk.SAFE, **times)


def _look(before: str, *now: ObservedTopic, status: str = "Active") -> Look:
    step = _step(START, "id-a", before)
    second = Sight.of([observed(by_name(source("a", *now, status=status)))])
    return recheck_saved(step, step.items[0], second)


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        pytest.param(_words(), topic("x"), Look.KEPT, id="still-never"),
        pytest.param(_words(DONE), topic("x", DONE), Look.KEPT, id="still-the-same-run"),
        pytest.param(_words(), topic("x", FRESH), Look.DONE, id="completed-for-the-first-time"),
        pytest.param(_words(DONE), topic("x", DONE, FRESH), Look.DONE, id="completed-again"),
        pytest.param(_words(DONE), topic("x", run("running", since(3))), Look.DONE, id="running"),
        pytest.param(
            _words(DONE), topic("x", DONE, run("pending")), Look.DONE, id="undated-active"
        ),
        pytest.param(_words(), topic("x", run("completed")), Look.DONE, id="undated-first"),
        pytest.param(_words(DONE), topic("x", run("failed", since(3))), Look.STALE, id="failed"),
        pytest.param(_words(FRESH), topic("x", DONE), Look.STALE, id="an-older-run-only"),
        pytest.param(_words(DONE), topic("x", run("completed")), Look.STALE, id="undated"),
        pytest.param(
            _words(run("completed")), topic("x", FRESH), Look.STALE, id="the-old-one-was-undated"
        ),
        pytest.param(_words(), unread("x"), Look.STALE, id="unread"),
        pytest.param(_words(), topic("y"), Look.STALE, id="not-there"),
    ],
)
def test_a_start(before: str, now: ObservedTopic, word: Look):
    assert _look(before, now) is word


def test_a_source_that_was_paused_is_stale_though_nothing_ran():
    assert _look(_words(DONE), topic("x", DONE), status="Paused") is Look.STALE


@pytest.mark.parametrize(
    ("status", "word"), [("ACTIVE", Look.KEPT), ("PAUSED", Look.DONE), ("FAILED", Look.STALE)]
)
def test_a_mirror_is_told_by_its_status_alone(status: str, word: Look):
    step = _step(PAUSE, "lkc-1/east-to-west", "ACTIVE")
    second = Sight.of([observed(link(mirror("x", status)))])

    assert recheck_saved(step, step.items[0], second) is word


@pytest.mark.parametrize(
    ("before", "time"),
    [
        (_words(), ""),
        (_words(DONE), "2026-01-10T08:00:00Z"),
        (_words(run("completed")), "~"),
        (_words(run("running", since(1))), "~"),
        (snapshot_before(source("a"), unread("x")), "~"),
        ("odd@ source= status@2026 source=Active active=-", "~"),
    ],
)
def test_the_time_of_the_last_run_in_words(before: str, time: str):
    assert last_time(before) == time


SOON, LATE = NOW + timedelta(seconds=1), NOW - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ({}, ""),
        ({"not_after": NOW, "not_before": NOW}, ""),
        ({"not_after": LATE}, "its time was over at 2026-11-22T11:59:59Z"),
        ({"not_before": SOON}, "its time comes at 2026-11-22T12:00:01Z"),
    ],
)
def test_a_step_is_sent_within_its_times(times: dict[str, object], told: str):
    assert out_of_time(_step(PAUSE, "lkc-1/east-to-west", "ACTIVE", **times), NOW) == told
