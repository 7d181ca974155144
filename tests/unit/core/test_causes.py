"""Who moved: the table of causes, and what is noted so that it can be told."""

from datetime import timedelta, timezone

import pytest

from reconciler.core.causes import applied_after, applied_of, desired_key, level_key, with_causes
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import OnCancel
from reconciler.model.journal import Applied
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.verdict import Cause, Verdict
from reconciler.records import replace
from tests.support.hindsights import SCOPES, applied, found, hindsight, specs, wanted
from tests.support.ledgers import EAST, LINK_SCOPE, ORDERS, SCOPE, after
from tests.support.specs import (
    BLOCKING,
    NOW,
    SINCE,
    completed,
    idle,
    left_alone,
    mirroring,
    paused,
    since,
    unmanaged,
    young,
)

UNTIL = NOW + timedelta(days=1)
FOR_A_DAY, FOR_EVER, MIRRORS = paused("t", until=UNTIL), paused("t"), mirroring("t")
DONE, NEWER, IDLE, YOUNG = completed("t"), completed("t", since=since(1)), idle("t"), young("t")
PAUSE, RESUME, START, STOP = Action.PAUSE, Action.RESUME, Action.START, Action.STOP
HOLDS = "completed since 2026-11-20T00:00:00Z"
LATER = after(5)


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        (MIRRORS, "active"),
        (FOR_A_DAY, "paused until 2026-11-23T12:00:00Z"),
        (
            paused("t", until=UNTIL + timedelta(microseconds=5)),
            "paused until 2026-11-23T12:00:00.000005Z",
        ),
        (FOR_EVER, "paused until never"),
        (left_alone("t"), "unmanaged"),
        (DONE, HOLDS),
        (YOUNG, "completed within 604800s"),
        (IDLE, "idle"),
        (unmanaged("t"), "unmanaged"),
    ],
)
def test_what_a_rule_asks_for_in_canonical_words(rule, key):
    assert desired_key(rule) == key


@pytest.mark.parametrize(
    "changes",
    [
        {"filter": "a > 1"},
        {"type": BLOCKING},
        {"surrogate_key": "id"},
        {"retries": 3},
        {"on_cancel": OnCancel.RESTART},
        {"deadline": timedelta(days=1)},
        {"allow_source_wide": True},
    ],
    ids=str,
)
def test_what_decides_no_level_is_no_part_of_what_is_asked_for(changes):
    assert desired_key(replace(DONE, **changes)) == desired_key(DONE)


def test_a_zone_does_not_make_another_time():
    east = SINCE.astimezone(timezone(timedelta(hours=5)))

    assert desired_key(completed("t", since=east)) == desired_key(DONE)


@pytest.mark.parametrize(
    ("rule", "finding", "key"),
    [
        (FOR_A_DAY, found(EAST, Verdict.IN_SYNC, after="PAUSED"), "PAUSED"),
        (FOR_A_DAY, wanted(RESUME), "ACTIVE"),
        (DONE, found(ORDERS, Verdict.IN_SYNC), HOLDS),
        (DONE, found(ORDERS, Verdict.SCHEDULED), "scheduled"),
        (IDLE, wanted(STOP), "idle"),
        (YOUNG, wanted(START), "completed within 604800s"),
    ],
)
def test_the_level_that_a_rule_means_at_the_moment_of_a_verdict(rule, finding, key):
    assert level_key(rule, finding) == key


NEVER = None
TABLE = [
    # mirrors that shall be paused
    (FOR_A_DAY, PAUSE, NEVER, Cause.DIFFERS),
    (FOR_A_DAY, PAUSE, (FOR_A_DAY, "PAUSED"), Cause.DRIFT),
    (FOR_A_DAY, PAUSE, (FOR_A_DAY, "ACTIVE"), Cause.DUE),
    (FOR_A_DAY, PAUSE, (FOR_EVER, "PAUSED"), Cause.PENDING),
    (FOR_A_DAY, PAUSE, (MIRRORS, "ACTIVE"), Cause.PENDING),
    (FOR_EVER, PAUSE, (FOR_EVER, "PAUSED"), Cause.DRIFT),
    # mirrors that shall mirror
    (MIRRORS, RESUME, NEVER, Cause.DIFFERS),
    (MIRRORS, RESUME, (MIRRORS, "ACTIVE"), Cause.DRIFT),
    (MIRRORS, RESUME, (FOR_A_DAY, "PAUSED"), Cause.PENDING),
    (FOR_A_DAY, RESUME, (FOR_A_DAY, "PAUSED"), Cause.DUE),
    (FOR_A_DAY, RESUME, (FOR_A_DAY, "ACTIVE"), Cause.DRIFT),
    # snapshots
    (DONE, START, NEVER, Cause.DIFFERS),
    (DONE, START, (DONE, HOLDS), Cause.DRIFT),
    (DONE, START, (DONE, "scheduled"), Cause.DUE),
    (NEWER, START, (DONE, HOLDS), Cause.PENDING),
    (NEWER, START, (IDLE, "idle"), Cause.PENDING),
    (YOUNG, START, NEVER, Cause.DIFFERS),
    (YOUNG, START, (YOUNG, "completed within 604800s"), Cause.DUE),
    (YOUNG, START, (young("t", max_age=timedelta(days=9)), "x"), Cause.PENDING),
    (IDLE, STOP, NEVER, Cause.DIFFERS),
    (IDLE, STOP, (IDLE, "idle"), Cause.DRIFT),
    (IDLE, STOP, (DONE, HOLDS), Cause.PENDING),
]


@pytest.mark.parametrize(("rule", "action", "before", "cause"), TABLE)
def test_the_table_of_causes(rule, action, before, cause):
    held = [applied(*before)] if before else []

    assert with_causes([wanted(action)], hindsight(specs(rule), *held)) == (
        wanted(action, cause=cause),
    )


@pytest.mark.parametrize("verdict", [Verdict.DEFERRED, Verdict.BLOCKED])
def test_what_is_held_back_has_a_cause_too(verdict):
    held = wanted(PAUSE, verdict=verdict)
    told = hindsight(specs(FOR_A_DAY), applied(FOR_A_DAY, "PAUSED"))

    assert with_causes([held], told) == (replace(held, cause=Cause.DRIFT),)


@pytest.mark.parametrize("verdict", Verdict)
def test_without_an_action_there_is_no_cause(verdict):
    finding = found(EAST, verdict)

    assert with_causes([finding], hindsight(specs(FOR_A_DAY))) == (finding,)


@pytest.mark.parametrize(
    ("asked", "scopes"),
    [
        pytest.param(specs(FOR_A_DAY), {}, id="scope-not-known"),
        pytest.param(specs(DONE), SCOPES, id="no-rule"),
        pytest.param(specs(FOR_A_DAY), {EAST: "confluent/cc.test/lkc-1/other"}, id="other-scope"),
    ],
)
def test_what_the_ledger_cannot_be_asked_about_differs(asked, scopes):
    told = hindsight(asked, applied(FOR_A_DAY, "PAUSED"), scopes=scopes)

    assert with_causes([wanted(PAUSE, cause=None)], told) == (wanted(PAUSE),)


def test_a_renamed_document_keeps_its_history():
    """The ledger goes by scope and topic, not by the names in specs."""
    level = replace(applied(FOR_A_DAY, "PAUSED"), address=Address(EAST.kind, "former", "t"))

    (finding,) = with_causes([wanted(PAUSE)], hindsight(specs(FOR_A_DAY), level))

    assert finding.cause is Cause.DRIFT


def _note(document: Address, desired: str, level: str, topic: str = "t") -> Applied:
    return Applied(document.of(topic), SCOPES[document], topic, desired, level, LATER)


@pytest.mark.parametrize(
    ("rule", "finding", "note"),
    [
        (FOR_A_DAY, found(EAST, Verdict.IN_SYNC, after="PAUSED"), "PAUSED"),
        (FOR_A_DAY, found(EAST, Verdict.IN_SYNC, after="ACTIVE"), "ACTIVE"),
        (DONE, found(ORDERS, Verdict.IN_SYNC), HOLDS),
        (DONE, found(ORDERS, Verdict.SCHEDULED), "scheduled"),
        (IDLE, found(ORDERS, Verdict.IN_SYNC), "idle"),
        (YOUNG, found(ORDERS, Verdict.IN_SYNC), "completed within 604800s"),
    ],
)
def test_a_level_that_holds_is_noted(rule, finding, note):
    expected = _note(finding.address.document, desired_key(rule), note)

    assert applied_of([finding], hindsight(specs(rule)), LATER) == (expected,)


@pytest.mark.parametrize(
    "verdict", [v for v in Verdict if v not in (Verdict.IN_SYNC, Verdict.SCHEDULED)]
)
def test_what_does_not_hold_is_not_noted(verdict):
    assert applied_of([found(ORDERS, verdict)], hindsight(specs(DONE)), LATER) == ()


@pytest.mark.parametrize(
    ("before", "count"),
    [
        pytest.param(applied(FOR_A_DAY, "PAUSED"), 0, id="known"),
        pytest.param(applied(FOR_A_DAY, "ACTIVE"), 1, id="other-level"),
        pytest.param(applied(FOR_EVER, "PAUSED"), 1, id="other-rule"),
        pytest.param(
            replace(applied(FOR_A_DAY, "PAUSED"), address=EAST.of("u")), 1, id="other-address"
        ),
    ],
)
def test_only_what_the_ledger_does_not_know_is_noted(before, count):
    findings = [found(EAST, Verdict.IN_SYNC, after="PAUSED")]

    assert len(applied_of(findings, hindsight(specs(FOR_A_DAY), before), LATER)) == count


@pytest.mark.parametrize(
    ("finding", "scopes"),
    [
        pytest.param(found(ORDERS, Verdict.IN_SYNC), {}, id="scope-not-known"),
        pytest.param(found(ORDERS, Verdict.IN_SYNC, ""), SCOPES, id="whole-document"),
        pytest.param(found(ORDERS, Verdict.IN_SYNC, "x"), SCOPES, id="no-rule"),
    ],
)
def test_what_has_no_place_is_not_noted(finding, scopes):
    asked = specs(completed("t", "*t"))

    assert applied_of([finding], hindsight(asked, scopes=scopes), LATER) == ()


def test_notes_are_sorted_by_scope_and_topic():
    findings = [
        found(ORDERS, Verdict.IN_SYNC, "b"),
        found(EAST, Verdict.IN_SYNC, "c", after="ACTIVE"),
        found(ORDERS, Verdict.IN_SYNC, "a"),
    ]

    notes = applied_of(findings, hindsight(specs(idle("*"), mirroring("*"))), LATER)

    assert [(n.scope, n.topic) for n in notes] == [(LINK_SCOPE, "c"), (SCOPE, "a"), (SCOPE, "b")]


def _item(action: Action, result: Result) -> ItemOutcome:
    return ItemOutcome(wanted(action).address, action, result, "", "s1")


@pytest.mark.parametrize("result", Result)
@pytest.mark.parametrize(
    ("rule", "action", "level"),
    [
        (FOR_A_DAY, PAUSE, "PAUSED"),
        (FOR_A_DAY, RESUME, "ACTIVE"),
        (IDLE, STOP, "idle"),
        (DONE, START, HOLDS),
    ],
)
def test_what_an_apply_brought_about_or_met_is_noted(rule, action, level, result):
    """A start that was found under way has not completed."""
    item, told = _item(action, result), hindsight(specs(rule))
    holds = result is Result.SETTLED or (result is Result.DONE and action is not START)
    expected = _note(item.address.document, desired_key(rule), level)

    assert applied_after([item], told, LATER) == ((expected,) if holds else ())


def test_what_no_rule_asks_for_any_more_is_not_noted():
    assert applied_after([_item(PAUSE, Result.SETTLED)], hindsight(specs(DONE)), LATER) == ()
