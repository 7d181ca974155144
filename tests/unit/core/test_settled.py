"""Accepted is not started is not settled."""

import pytest

from reconciler.core.settled import Progress, Wait, covers_exactly, is_reached, progress_of
from reconciler.core.sight import Sight
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action, Form, Start, StartSource, StartTopic
from reconciler.model.outcome import Result
from reconciler.model.plan import StepItem
from reconciler.model.verdict import Risk
from tests.support.specs import (
    INCREMENTAL,
    OLD,
    by_name,
    link,
    mirror,
    observed,
    run,
    since,
    source,
    topic,
    unread,
)

NOTHING = Sight({}, {})
ITEM = StepItem(Address(Kind.SOURCE, "a", "x"), "id-a", "x", "", Risk.SAFE)
MIRROR = StepItem(Address(Kind.CLUSTER_LINK, "a", "x"), "lkc-1/east-to-west", "x", "", Risk.SAFE)
OLD_RUN = run("completed", OLD)


def _sight(*topics: object) -> Sight:
    return Sight.of([observed(by_name(source("a", *topics)))])


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        (Action.PAUSE, "PAUSED", Progress(Result.SETTLED, "PAUSED")),
        (Action.PAUSE, "ACTIVE", Progress(Result.ACCEPTED, "ACTIVE")),
        (Action.PAUSE, "LINK_PAUSED", Progress(Result.ACCEPTED, "LINK_PAUSED")),
        (Action.PAUSE, None, Progress(Result.ACCEPTED, "")),
        (Action.RESUME, "ACTIVE", Progress(Result.SETTLED, "ACTIVE")),
        (Action.RESUME, "PAUSED", Progress(Result.ACCEPTED, "PAUSED")),
        (Action.RESUME, "SOURCE_UNAVAILABLE", Progress(Result.ACCEPTED, "SOURCE_UNAVAILABLE")),
    ],
)
def test_a_mirror(action, status, expected):
    now = Sight.of([observed(link(mirror("x", status)))])

    assert progress_of(action, MIRROR, NOTHING, now) == expected


def test_a_mirror_that_is_not_seen_is_no_further_than_accepted():
    assert progress_of(Action.PAUSE, MIRROR, NOTHING, NOTHING) == Progress(Result.ACCEPTED)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOTHING, Progress(Result.ACCEPTED)),
        (_sight(unread("x")), Progress(Result.ACCEPTED)),
        (_sight(topic("x", OLD_RUN, run("running"))), Progress(Result.ACCEPTED, "running")),
        (_sight(topic("x", run("pending"))), Progress(Result.ACCEPTED, "pending")),
        (_sight(topic("x", run("stopping"))), Progress(Result.ACCEPTED, "stopping")),
        (_sight(topic("x", run("cancelled"))), Progress(Result.SETTLED, "cancelled")),
        (_sight(topic("x", OLD_RUN, run("cancelled"))), Progress(Result.SETTLED, "idle")),
        (_sight(topic("x")), Progress(Result.SETTLED, "idle")),
    ],
)
def test_a_stop(now, expected):
    assert progress_of(Action.STOP, ITEM, NOTHING, now) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOTHING, Progress(Result.ACCEPTED)),
        (_sight(unread("x")), Progress(Result.ACCEPTED)),
        (_sight(topic("x", OLD_RUN)), Progress(Result.ACCEPTED)),
        (_sight(topic("x", OLD_RUN, run("pending"))), Progress(Result.STARTED, "pending")),
        (
            _sight(topic("x", run("running", since(1), rows_scanned=1, rows_total=4))),
            Progress(Result.STARTED, "running 25 %"),
        ),
        (
            _sight(topic("x", run("failed", since(1)), run("running", since(2)))),
            Progress(Result.STARTED, "running"),
        ),
        (
            _sight(topic("x", OLD_RUN, run("completed", since(1)))),
            Progress(Result.SETTLED, "completed"),
        ),
        (
            _sight(topic("x", run("failed", since(1), trace="no key"))),
            Progress(Result.FAILED, "failed", "no key"),
        ),
        (
            _sight(topic("x", OLD_RUN, run("cancelled", since(1)))),
            Progress(Result.FAILED, "cancelled", "its snapshot was seen cancelled"),
        ),
    ],
)
def test_a_start(now, expected):
    before = _sight(topic("x", OLD_RUN))

    assert progress_of(Action.START, ITEM, before, now) == expected


START = Start(
    Form.BULK,
    INCREMENTAL,
    (
        StartSource("id-a", (StartTopic("x"), StartTopic("y"))),
        StartSource("id-b", (StartTopic("z"),)),
    ),
)
NEW = run("running", since(1))


def _two(a: str, b: str) -> Sight:
    """What two sources show; a capital letter has a new run, every topic an old one."""
    sources = (
        source(name, *(topic(t.lower(), OLD_RUN, *([NEW] if t.isupper() else [])) for t in topics))
        for name, topics in (("a", a), ("b", b))
    )
    return Sight.of([observed(*map(by_name, sources))])


@pytest.mark.parametrize(
    ("now", "covers"),
    [
        (_two("XYw", "Z"), True),
        (_two("XY", "Z"), True),
        (_two("Xyw", "Z"), None),
        (_two("XYw", "z"), None),
        (_two("xy", "z"), None),
        (_two("XYW", "Z"), False),
        (_two("xyW", "z"), False),
        (_two("XY", "zV"), False),
        (_sight(topic("x", NEW), topic("y", NEW)), None),
        (NOTHING, None),
    ],
)
def test_a_start_shall_cover_exactly_its_topics(now, covers):
    assert covers_exactly(START, _two("xyw", "zv"), now) == covers


ENDED = (Result.SETTLED, Result.FAILED, Result.UNKNOWN, Result.STALE)


@pytest.mark.parametrize("wait", [None, *Wait])
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("result", ENDED)
def test_what_has_ended_is_reached(result, action, wait):
    assert is_reached(result, action, wait)


@pytest.mark.parametrize(
    ("result", "action", "wait", "reached"),
    [
        (Result.ACCEPTED, Action.START, None, False),
        (Result.ACCEPTED, Action.START, Wait.ACCEPTED, True),
        (Result.ACCEPTED, Action.START, Wait.STARTED, False),
        (Result.ACCEPTED, Action.START, Wait.SETTLED, False),
        (Result.STARTED, Action.START, None, True),
        (Result.STARTED, Action.START, Wait.ACCEPTED, True),
        (Result.STARTED, Action.START, Wait.STARTED, True),
        (Result.STARTED, Action.START, Wait.SETTLED, False),
        (Result.ACCEPTED, Action.PAUSE, None, False),
        (Result.ACCEPTED, Action.PAUSE, Wait.ACCEPTED, True),
        (Result.ACCEPTED, Action.RESUME, Wait.STARTED, False),
        (Result.ACCEPTED, Action.STOP, Wait.SETTLED, False),
    ],
)
def test_how_far_a_change_is_followed(result, action, wait, reached):
    """Unless told otherwise: snapshots until they have started, everything else until it settled."""
    assert is_reached(result, action, wait) == reached


def test_a_new_run_with_a_word_nobody_knows_is_unknown():
    before, now = _sight(topic("x", OLD_RUN)), _sight(topic("x", OLD_RUN, run("archived")))

    expected = Progress(Result.UNKNOWN, "archived", "its run has a status that is not known")
    assert progress_of(Action.START, ITEM, before, now) == expected
