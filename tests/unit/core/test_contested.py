"""Topics that somebody changes back after each apply of ours."""

import pytest

from reconciler.core.contested import Contest, contest_warnings, find_contests, with_notes
from reconciler.model.change import Action
from reconciler.model.outcome import Reply
from reconciler.model.verdict import Cause
from tests.support.hindsights import deed, hindsight, specs, wanted
from tests.support.ledgers import EAST, ORDERS, after, answer, intent, item, known
from tests.support.specs import completed, idle, paused

PAUSE, RESUME, STOP = Action.PAUSE, Action.RESUME, Action.STOP
ASKED = specs(idle("*"), paused("*"))
THRICE = [deed(f"i{n}", n, PAUSE) for n in (1, 2, 3)]
TIMES = (after(1), after(2), after(3))
NOTE = "contested: paused 3 times in a row, last 2026-11-22T12:03:00Z, and changed back each time"


def _contests(finding, *held):
    return find_contests([finding], hindsight(ASKED, *held))


@pytest.mark.parametrize(("action", "document"), [(PAUSE, EAST), (RESUME, EAST), (STOP, ORDERS)])
def test_three_times_the_same_and_wanted_again_is_a_contest(action, document):
    held = [deed(f"i{n}", n, action) for n in (1, 2, 3)]

    assert _contests(wanted(action), *held) == (Contest(document.of("t"), action, TIMES),)


@pytest.mark.parametrize("cause", [Cause.DRIFT, Cause.DIFFERS, Cause.PENDING, Cause.DUE])
def test_what_an_edit_or_a_date_explains_is_no_contest(cause):
    is_contested = cause in (Cause.DRIFT, Cause.DIFFERS)

    assert bool(_contests(wanted(PAUSE, cause=cause), *THRICE)) == is_contested


@pytest.mark.parametrize(
    "held",
    [
        pytest.param(THRICE[:2], id="twice"),
        pytest.param([*THRICE, deed("i4", 4, RESUME)], id="the-other-way-last"),
        pytest.param([*THRICE[:2], deed("i3", 3, RESUME), deed("i4", 4, PAUSE)], id="in-turns"),
        pytest.param([*THRICE[:2], deed("i3", 3, PAUSE, reply=Reply.FAILED)], id="refused"),
        pytest.param([*THRICE[:2], deed("i3", 3, PAUSE, reply=Reply.UNKNOWN)], id="no-word"),
        pytest.param([*THRICE[:2], deed("i3", 3, PAUSE, reply=None)], id="no-answer"),
        pytest.param([*THRICE[:2], deed("i3", 3, PAUSE, "u")], id="another-topic"),
        pytest.param([deed(f"i{n}", n, RESUME) for n in (1, 2, 3)], id="wanted-the-other-way"),
    ],
)
def test_anything_less_is_no_contest(held):
    assert _contests(wanted(PAUSE), *held) == ()


def test_the_last_answer_counts():
    third = deed("i3", 3, PAUSE, reply=Reply.FAILED)
    settled = known(third.intent, *third.answers, *deed("i3", 4, PAUSE).answers)

    assert len(_contests(wanted(PAUSE), *THRICE[:2], settled)) == 1


def test_what_was_not_accepted_in_between_does_not_count():
    held = [*THRICE, deed("i4", 4, RESUME, reply=Reply.FAILED)]

    assert _contests(wanted(PAUSE), *held) == (Contest(EAST.of("t"), PAUSE, TIMES),)


def test_only_the_last_in_a_row_count_in_whatever_order_they_are_given():
    held = [*THRICE, deed("i0", 0, RESUME), deed("i-1", -1, PAUSE)]

    assert _contests(wanted(PAUSE), *held[::-1]) == (Contest(EAST.of("t"), PAUSE, TIMES),)


def test_starts_are_never_contested():
    """Each `since` asks for one of its own."""
    starts = [known(intent(f"i{n}", n, item()), answer(f"i{n}", n)) for n in (1, 2, 3)]

    assert find_contests([wanted(Action.START)], hindsight(specs(completed("t")), *starts)) == ()


def test_a_topic_whose_scope_is_not_known_is_not_contested():
    assert find_contests([wanted(PAUSE)], hindsight(ASKED, *THRICE, scopes={})) == ()


def test_contests_are_sorted_by_address():
    held = [deed(f"i{n}", n, PAUSE, "a", "b") for n in (1, 2, 3)]
    findings = [wanted(PAUSE, "b"), wanted(PAUSE, "a")]

    found = find_contests(findings, hindsight(ASKED, *held))

    assert [contest.address.topic for contest in found] == ["a", "b"]


@pytest.mark.parametrize(("before", "now"), [("", NOTE), ("first run", f"first run; {NOTE}")])
def test_the_note_stands_behind_the_one_that_is_there(before, now):
    findings = [wanted(PAUSE, note=before), wanted(PAUSE, "u")]

    told = with_notes(findings, [Contest(EAST.of("t"), PAUSE, TIMES)])

    assert told == (wanted(PAUSE, note=now), wanted(PAUSE, "u"))


def _contest(topic: str, *times, action: Action = PAUSE) -> Contest:
    return Contest(EAST.of(topic), action, times or TIMES)


def _said(who: str, what: str, last: int) -> str:
    return (
        f"{who}: contested: {what}, last 2026-11-22T12:0{last}:00Z, and changed back each time; "
        "find out by whom, or change the spec"
    )


@pytest.mark.parametrize(
    ("contests", "warnings"),
    [
        pytest.param([], (), id="none"),
        pytest.param(
            [_contest("t")],
            (_said("ClusterLink/east/t", "paused 3 times in a row", 3),),
            id="one",
        ),
        pytest.param(
            [_contest(t) for t in "dcba"],
            (_said("ClusterLink/east: a, b, c and 1 more", "paused 3 times in a row", 3),),
            id="many",
        ),
        pytest.param(
            [_contest("a"), _contest("b", *TIMES, after(9)), _contest("c", action=RESUME)],
            (
                _said("ClusterLink/east/c", "resumed 3 times in a row", 3),
                _said("ClusterLink/east: a, b", "paused 3 times in a row or more", 9),
            ),
            id="some-more-often",
        ),
    ],
)
def test_one_sentence_per_document_and_action(contests, warnings):
    assert contest_warnings(contests) == warnings
