"""From an answer to a result, row by row."""

from datetime import timedelta

import pytest

from reconciler.core.follow import DOUBT, Patience, Track, advance, begin, give_up
from reconciler.core.settled import Progress, Wait
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action, Pause
from reconciler.model.outcome import Reply, Result
from reconciler.model.plan import Step, StepItem
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.specs import render

LAG = timedelta(seconds=60)
CHANGE = Pause("c", "l", ("x",))
ITEM = StepItem(Address(Kind.CLUSTER_LINK, "a", "x"), "c/l", "x", "ACTIVE", Risk.SAFE)
STEP = Step("s1", CHANGE, (ITEM,), render("cc", CHANGE), Risk.SAFE)
UNSEEN = Progress(Result.ACCEPTED)
STARTED, SETTLED = Progress(Result.STARTED, "running"), Progress(Result.SETTLED, "PAUSED")
FAILED = Progress(Result.FAILED, "failed", "no key")
OTHERS = (Action.PAUSE, Action.RESUME, Action.STOP)
PATIENT = Patience(LAG, None)


def _track(reply: Reply, action: Action, **changes: object) -> Track:
    return replace(Track(STEP, ITEM, action, reply, "its text", 1000.0), **changes)


def _after(
    seconds: float, track: Track, progress: Progress = UNSEEN, wait: Wait | None = None
) -> Track:
    return advance(track, progress, 1000.0 + seconds, Patience(LAG, wait))


@pytest.mark.parametrize("action", Action)
def test_what_was_not_sent_has_failed_at_once(action):
    track = begin(_track(Reply.NOT_SENT, action), PATIENT)

    assert (track.result, track.message) == (Result.FAILED, "not sent: its text")


def test_a_refused_start_has_failed_at_once():
    track = begin(_track(Reply.FAILED, Action.START), PATIENT)

    assert (track.result, track.message) == (Result.FAILED, "its text")


@pytest.mark.parametrize("wait", [None, Wait.STARTED, Wait.SETTLED])
@pytest.mark.parametrize(
    ("reply", "action"),
    [
        (Reply.FAILED, Action.PAUSE),
        (Reply.FAILED, Action.STOP),
        (Reply.ACCEPTED, Action.START),
        (Reply.ACCEPTED, Action.PAUSE),
        (Reply.BUSY, Action.START),
        (Reply.UNKNOWN, Action.START),
        (Reply.UNKNOWN, Action.RESUME),
    ],
)
def test_everything_else_is_looked_at(reply, action, wait):
    track = _track(reply, action)

    assert begin(track, Patience(LAG, wait)) == track


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        (Reply.ACCEPTED, Result.ACCEPTED),
        (Reply.UNKNOWN, None),
        (Reply.BUSY, None),
        (Reply.FAILED, None),
        (Reply.NOT_SENT, Result.FAILED),
    ],
)
def test_waiting_for_acceptance_ends_with_the_answer(reply, result):
    track = begin(_track(reply, Action.PAUSE), Patience(LAG, Wait.ACCEPTED))

    assert (track.result, track.short) == (result, False)


@pytest.mark.parametrize("action", OTHERS)
@pytest.mark.parametrize("seconds", [0, 61, 9999])
def test_an_accepted_pause_resume_or_stop_is_followed_for_ever(action, seconds):
    track = _track(Reply.ACCEPTED, action)

    assert _after(seconds, track) == track


@pytest.mark.parametrize(
    ("seconds", "result", "short"), [(60, None, False), (60.1, Result.ACCEPTED, True)]
)
def test_an_accepted_start_that_is_not_seen_is_given_up_after_lag(seconds, result, short):
    track = _after(seconds, _track(Reply.ACCEPTED, Action.START))

    assert (track.result, track.short) == (result, short)


def test_a_start_that_was_given_up_is_called_accepted_and_not_more():
    track = _after(61, _track(Reply.ACCEPTED, Action.START))

    assert track.message == (
        "accepted, and no run of it was shown within 1m; plan again: it looks first"
    )


@pytest.mark.parametrize(
    ("lag", "seconds", "result"),
    [
        (LAG, 14.9, None),
        (LAG, 15, Result.FAILED),
        (timedelta(seconds=1), 0.9, None),
        (timedelta(seconds=1), 1, Result.FAILED),
    ],
)
@pytest.mark.parametrize("action", OTHERS)
def test_a_refusal_is_believed_once_there_was_time_to_see_otherwise(action, lag, seconds, result):
    track = advance(_track(Reply.FAILED, action), UNSEEN, 1000 + seconds, Patience(lag, None))

    assert (track.result, track.message) == (result, "its text")
    assert timedelta(seconds=15) == DOUBT


def test_a_refusal_of_what_is_then_seen_as_wanted_has_worked():
    track = _after(1, _track(Reply.FAILED, Action.PAUSE), SETTLED)

    assert (track.result, track.message) == (
        Result.SETTLED,
        "it is as wanted, although the answer said: its text",
    )


def test_a_start_that_meets_another_run_is_deferred():
    track = _after(0, _track(Reply.BUSY, Action.START))

    assert (track.result, track.message) == (
        Result.DEFERRED,
        "another run is in the way; a later apply goes on (its text)",
    )


def test_a_start_whose_topic_another_run_covers_is_started():
    track = _after(0, _track(Reply.BUSY, Action.START), STARTED)

    assert (track.result, track.message) == (
        Result.STARTED,
        "a run that was started elsewhere covers it",
    )


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("seconds", [0, 60])
def test_a_lost_answer_is_waited_for_while_lag_lasts(action, seconds):
    track = _track(Reply.UNKNOWN, action)

    assert _after(seconds, track) == track


@pytest.mark.parametrize("sends", [1, 2])
def test_a_lost_start_is_unknown_and_never_sent_again(sends):
    track = _after(61, _track(Reply.UNKNOWN, Action.START, sends=sends))

    assert (track.result, track.resend, track.message) == (
        Result.UNKNOWN,
        False,
        "its answer was lost and no run of it was shown (its text)",
    )


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESUME])
def test_a_lost_pause_or_resume_is_sent_once_more_and_then_has_failed(action):
    once = _after(61, _track(Reply.UNKNOWN, action))
    twice = _after(61, _track(Reply.UNKNOWN, action, sends=2))

    assert (once.result, once.resend) == (None, True)
    assert (twice.result, twice.resend, twice.message) == (
        Result.FAILED,
        False,
        "its answer was lost and nothing changed (its text)",
    )


def test_a_lost_stop_has_failed_and_is_not_sent_again():
    track = _after(61, _track(Reply.UNKNOWN, Action.STOP))

    assert (track.result, track.resend) == (Result.FAILED, False)


@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.UNKNOWN])
@pytest.mark.parametrize(
    "case",
    [
        (Action.START, STARTED, None, Result.STARTED),
        (Action.START, STARTED, Wait.STARTED, Result.STARTED),
        (Action.START, STARTED, Wait.SETTLED, None),
        (Action.START, SETTLED, Wait.SETTLED, Result.SETTLED),
        (Action.START, FAILED, Wait.SETTLED, Result.FAILED),
        (Action.PAUSE, SETTLED, None, Result.SETTLED),
        (Action.STOP, SETTLED, Wait.STARTED, Result.SETTLED),
    ],
)
@pytest.mark.parametrize("seconds", [0, 9999])
def test_what_is_seen_counts_whatever_the_answer_and_the_time(reply, seconds, case):
    action, progress, wait, result = case

    track = _after(seconds, _track(reply, action), progress, wait)

    assert (track.result, track.short, track.progress) == (result, False, progress)


def test_what_was_seen_is_told_rather_than_the_answer():
    track = _after(0, _track(Reply.ACCEPTED, Action.START), FAILED)

    assert track.message == "no key"


@pytest.mark.parametrize(
    ("reply", "action", "progress", "expected"),
    [
        (Reply.ACCEPTED, Action.PAUSE, UNSEEN, (Result.ACCEPTED, True, "time is up")),
        (Reply.ACCEPTED, Action.START, UNSEEN, (Result.ACCEPTED, True, "time is up")),
        (Reply.ACCEPTED, Action.START, STARTED, (Result.STARTED, True, "time is up")),
        (Reply.UNKNOWN, Action.START, UNSEEN, (Result.UNKNOWN, False, "time is up: its text")),
        (Reply.UNKNOWN, Action.START, STARTED, (Result.STARTED, True, "time is up")),
        (Reply.UNKNOWN, Action.PAUSE, UNSEEN, (Result.UNKNOWN, False, "time is up: its text")),
        (Reply.BUSY, Action.START, UNSEEN, (Result.DEFERRED, False, "time is up: its text")),
        (Reply.FAILED, Action.PAUSE, UNSEEN, (Result.FAILED, False, "time is up: its text")),
        (Reply.FAILED, Action.PAUSE, STARTED, (Result.STARTED, True, "time is up")),
    ],
)
def test_what_is_no_longer_followed_keeps_what_is_known(reply, action, progress, expected):
    track = give_up(_track(reply, action, progress=progress), "time is up")

    assert (track.result, track.short, track.message) == expected


@pytest.mark.parametrize("action", OTHERS)
def test_only_a_start_can_meet_another_run(action):
    assert begin(_track(Reply.BUSY, action), PATIENT).reply is Reply.FAILED
