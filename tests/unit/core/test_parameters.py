"""A rule that would have its snapshot read otherwise than it did."""

import pytest

from reconciler.core.parameters import changed_parameters, parameters, parameters_of
from reconciler.core.sieve import worth_seeing
from reconciler.model.change import Action
from reconciler.model.desired import SnapshotRule
from reconciler.model.journal import IntentRecord, WordKind
from reconciler.model.observed import Run
from reconciler.model.outcome import Reply
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.support.hindsights import found, hindsight, specs, wanted
from tests.support.ledgers import EAST, ORDERS, after, answer, intent, item, known, sighting, word
from tests.support.specs import BLOCKING, completed, idle, paused, since, young

THEN = completed("*", filter="a > 1", surrogate_key="id")
NOW_ = replace(THEN, filter="a > 2")
SYNC, UNDER_WAY = found(ORDERS, Verdict.IN_SYNC), found(ORDERS, Verdict.IN_PROGRESS)
COMPLETED = Run("completed", started=after(1))
TOLD = (
    "specs/a.yaml:20: Source/orders: t: the filter changed since the snapshot that satisfies it; "
    "raise `since` to run it again"
)


def _started(*more, at: float = 0, rule: SnapshotRule = THEN, **changes: object) -> IntentRecord:
    """A start for a rule, and what came of it; without more it was answered and seen to complete."""
    id_, parameters = f"i{at}", {"parameters": parameters_of(rule)}
    start = intent(id_, at, item(**(parameters | changes)))
    return known(start, *(more or (answer(id_, at), sighting(id_, at, run=COMPLETED))))


def test_the_parameters_of_a_rule_are_those_that_an_intent_keeps():
    rule = replace(THEN, type=BLOCKING, filter="name = 'ä'")

    assert parameters_of(rule) == parameters("blocking", "name = 'ä'", "id")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"filter": "a > 2"}, "filter"),
        ({"filter": ""}, "filter"),
        ({"surrogate_key": "k"}, "surrogate key"),
        ({"type": BLOCKING}, "type"),
        ({"filter": "", "type": BLOCKING}, "filter and type"),
        ({"filter": "", "surrogate_key": "", "type": BLOCKING}, "filter, surrogate key and type"),
    ],
    ids=str,
)
def test_an_edit_that_the_snapshot_does_not_have_is_told(changes, fields):
    told = hindsight(specs(replace(THEN, **changes)), _started())

    assert changed_parameters([SYNC], told) == (TOLD.replace("the filter", f"the {fields}"),)


@pytest.mark.parametrize(
    ("rule", "is_seen"), [(THEN, False), (NOW_, True), (completed("other"), True)], ids=str
)
def test_a_topic_of_which_that_may_be_told_is_never_let_go(rule, is_seen):
    told = hindsight(specs(rule), _started())

    assert bool(worth_seeing(told.desired, told.journal)) is is_seen


@pytest.mark.parametrize("changes", [{}, {"retries": 3}], ids=str)
def test_what_a_run_is_not_told_is_no_edit(changes):
    assert changed_parameters([SYNC], hindsight(specs(replace(THEN, **changes)), _started())) == ()


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(_started(answer(reply=Reply.FAILED), rule=THEN), id="refused"),
        pytest.param(_started(answer()), id="not-seen"),
        pytest.param(_started(sighting(run=Run("running"))), id="not-seen-to-end"),
        pytest.param(_started(sighting(run=Run("failed"))), id="failed"),
        pytest.param(_started(since=since(-1)), id="for-another-since"),
        pytest.param(_started(since=None), id="for-no-since"),
        pytest.param(_started(topic="u"), id="of-another-topic"),
        pytest.param(_started(scope="streamkap/sk.test/id-other"), id="of-another-source"),
        pytest.param(_started(parameters=""), id="parameters-not-known"),
        pytest.param(_started(parameters="{"), id="parameters-unreadable"),
        pytest.param(_started(parameters="[]"), id="parameters-of-another-shape"),
        pytest.param(_started(parameters="{}"), id="parameters-of-an-older-ledger"),
    ],
)
def test_a_snapshot_that_is_not_known_to_be_ours_says_nothing(start):
    assert changed_parameters([SYNC], hindsight(specs(NOW_), start)) == ()


def test_what_the_look_of_now_shows_counts():
    """An apply that waited for the start only has not seen the end."""
    start = _started(sighting("i0", run=Run("running")))
    news = (sighting("i0", 9, run=COMPLETED),)

    assert changed_parameters([SYNC], hindsight(specs(NOW_), start, news=news)) == (TOLD,)


def test_the_last_start_that_completed_counts():
    first, second = _started(), _started(at=5, rule=NOW_)
    failed = _started(sighting("i9", run=Run("failed")), at=9)

    assert changed_parameters([SYNC], hindsight(specs(NOW_), first, second, failed)) == ()


@pytest.mark.parametrize(
    ("start", "is_told"),
    [
        pytest.param(_started(answer("i0")), True, id="accepted"),
        pytest.param(_started(sighting("i0", run=Run("running"))), True, id="seen"),
        pytest.param(_started(sighting("i0", run=Run("failed"))), False, id="ended"),
        pytest.param(_started(answer("i0", reply=Reply.BUSY)), False, id="refused"),
    ],
)
def test_a_run_under_way_is_compared_too(start, is_told):
    expected = TOLD.replace("that satisfies it", "under way was started")

    warnings = changed_parameters([UNDER_WAY], hindsight(specs(NOW_), start))

    assert warnings == ((expected,) if is_told else ())


def test_of_a_run_under_way_the_last_start_counts():
    ended, open_ = _started(), _started(answer("i5"), at=5, rule=NOW_)

    assert changed_parameters([UNDER_WAY], hindsight(specs(NOW_), ended, open_)) == ()


@pytest.mark.parametrize(
    ("finding", "asked"),
    [
        pytest.param(wanted(Action.START), specs(NOW_), id="a-change"),
        pytest.param(found(ORDERS, Verdict.BLOCKED), specs(NOW_), id="blocked"),
        pytest.param(SYNC, specs(young("*", filter="b")), id="max-age"),
        pytest.param(SYNC, specs(idle("*")), id="idle"),
        pytest.param(found(EAST, Verdict.IN_SYNC), specs(NOW_, paused("*")), id="a-mirror"),
        pytest.param(found(ORDERS, Verdict.IN_SYNC, ""), specs(NOW_), id="whole-document"),
    ],
)
def test_where_the_edit_has_its_effect_or_none_nothing_is_said(finding, asked):
    assert changed_parameters([finding], hindsight(asked, _started())) == ()


def test_a_start_that_a_person_denies_says_nothing():
    denied = word(WordKind.DID_NOT)

    assert (
        changed_parameters([UNDER_WAY], hindsight(specs(NOW_), _started(answer("i0")), denied))
        == ()
    )


def test_topics_of_one_rule_are_told_together():
    starts = [_started(at=n, topic=t) for n, t in enumerate("dcba")]
    starts = [
        replace(s, sightings=tuple(replace(g, topic=t) for g in s.sightings), answers=())
        for s, t in zip(starts, "dcba", strict=True)
    ]
    findings = [found(ORDERS, Verdict.IN_SYNC, t) for t in "dbca"]

    assert changed_parameters(findings, hindsight(specs(NOW_), *starts)) == (
        TOLD.replace("orders: t:", "orders: a, b, c and 1 more:"),
    )
