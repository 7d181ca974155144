"""`apply --retry`: which rows a person's wish turns into a start, and which it leaves alone."""

from datetime import timedelta

import pytest

from reconciler.model.change import Action
from reconciler.model.ledger import AttemptState
from reconciler.model.verdict import Verdict
from tests.support.specs import NOW, OLD, ago, attempt, completed, idle, ruling, run, since

LATE = ago(hours=1)


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param((run("failed", since(1)),), id="failed"),
        pytest.param((run("cancelled", since(1)),), id="cancelled"),
        pytest.param((attempt(AttemptState.OPEN, LATE),), id="never-answered"),
        pytest.param((attempt(AttemptState.ACCEPTED, LATE),), id="never-seen"),
    ],
)
def test_what_a_person_has_to_decide_becomes_a_start(evidence):
    without = ruling(completed("t"), *evidence)
    wanted = ruling(completed("t"), *evidence, retry=True)

    assert without.verdict in (Verdict.BLOCKED, Verdict.UNKNOWN)
    assert (wanted.verdict, wanted.action) == (Verdict.CHANGE, Action.START)
    assert wanted.reason == f"{without.reason}; wanted again with --retry"


@pytest.mark.parametrize(
    ("rule", "evidence"),
    [
        pytest.param(completed("t"), (run("completed", since(1)),), id="holds"),
        pytest.param(completed("t"), (run("running", since(1)),), id="under-way"),
        pytest.param(completed("t"), (run("running", OLD),), id="older-run"),
        pytest.param(completed("t"), (run("completed"),), id="undated"),
        pytest.param(completed("t"), (run("merging", since(1)),), id="strange-word"),
        pytest.param(
            completed("t"),
            (attempt(AttemptState.ACCEPTED, NOW - timedelta(seconds=5)),),
            id="may-still-show-up",
        ),
        pytest.param(completed("t"), (run("completed", OLD),), id="started-anyway"),
        pytest.param(completed("t"), (), id="first-run"),
        pytest.param(idle("t"), (run("running", since(1)),), id="idle"),
    ],
)
def test_nothing_else_is_made_to_start_by_it(rule, evidence):
    without = ruling(rule, *evidence)
    wanted = ruling(rule, *evidence, retry=True)

    assert wanted == without


@pytest.mark.parametrize(
    ("retry", "is_silent", "verdict"),
    [
        (False, False, Verdict.UNOBSERVED),
        (False, True, Verdict.UNOBSERVED),
        (True, False, Verdict.UNOBSERVED),
        (True, True, Verdict.CHANGE),
    ],
)
def test_what_the_vendor_shows_nothing_of_is_a_first_run_to_be_confirmed(retry, is_silent, verdict):
    found = ruling(completed("t"), runs=None, retry=retry, is_silent=is_silent)

    assert (found.verdict, found.first_run) == (verdict, verdict is Verdict.CHANGE)
