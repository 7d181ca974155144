"""What a step rests on, in canonical words."""

import pytest

from reconciler.core.before import mirror_before, snapshot_before
from tests.support.specs import OLD, mirror, run, since, source, topic, unread


@pytest.mark.parametrize(("status", "words"), [("ACTIVE", "ACTIVE"), (None, "-")])
def test_a_mirror(status, words):
    assert mirror_before(mirror("m", status)) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (unread("x"), "unread"),
        (topic("x"), "never"),
        (topic("x", run("completed", OLD)), "completed@2026-01-10T08:00:00Z"),
        (topic("x", run("completed")), "completed@-"),
        (
            topic("x", run("failed", since(2)), run("completed", since(1))),
            "failed@2026-11-20T02:00:00Z",
        ),
        (topic("x", run("failed"), run("completed", since(1))), "completed@2026-11-20T01:00:00Z"),
    ],
)
def test_the_last_run_of_a_topic(one, words):
    assert snapshot_before(source("a", one), one) == f"{words} source=Active active=-"


def test_a_run_under_way_is_the_last_one():
    one = topic("x", run("failed", since(2)), run("running", since(1)))

    assert snapshot_before(source("a", one), one) == "active source=Active active=x"


def test_a_pending_run_that_begins_to_run_is_still_the_same():
    pending = topic("x", run("pending"))
    running = topic("x", run("running", since(1)))

    before = snapshot_before(source("a", pending), pending)

    assert before == snapshot_before(source("a", running), running)


def test_everything_that_runs_on_the_source_is_named_in_order():
    going = [topic(n, run("pending")) for n in "zy"]
    one = topic("x")

    words = snapshot_before(source("a", *going, one, unread("w"), status=None), one)

    assert words == "never source=- active=y,z"


def test_the_order_of_runs_does_not_matter():
    runs = (run("completed", since(1)), run("failed", since(1)), run("cancelled"))
    one, other = topic("x", *runs), topic("x", *runs[::-1])

    assert snapshot_before(source("a", one), one) == snapshot_before(source("a", other), other)
