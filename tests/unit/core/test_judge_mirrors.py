"""The verdict table of mirror topics, written a second time and compared with every combination."""

from datetime import timedelta
from itertools import product

import pytest

from reconciler.core.judge_mirrors import MirrorAsk, judge_mirror, wanted
from reconciler.core.rows import MIRROR_ROWS
from reconciler.core.ruling import Ruling
from reconciler.model.change import Action
from reconciler.model.desired import MirrorState
from reconciler.model.verdict import Risk, Verdict
from tests.support.specs import NOW, ago, mirror, mirroring, paused

LATER, BEFORE = NOW + timedelta(days=1), NOW - timedelta(days=1)
RULES = {
    "active": mirroring("t"),
    "paused until later": paused("t", until=LATER),
    "paused until before": paused("t", until=BEFORE),
    "paused until now": paused("t", until=NOW),
    "paused for ever": paused("t"),
}
MEANS = {
    "active": "active",
    "paused until later": "paused",
    "paused until before": "active",
    "paused until now": "active",
    "paused for ever": "paused",
}
LINK_STATES = (
    "ACTIVE",
    "UNAVAILABLE",
    None,
    "UNKNOWN",
    "UNMANAGED_SOURCE",
    "AVAILABLE",
    "PAUSED",
    "FAILED",
)

# What the design says, per status: wanted active, wanted paused. `gone` depends on the pattern.
TABLE = """
    ACTIVE                     in_sync      pause
    PAUSED                     resume       in_sync
    SOURCE_UNAVAILABLE         in_progress  pause
    FAILED                     blocked      blocked
    LINK_PAUSED                blocked      deferred
    LINK_FAILED                blocked      blocked
    STOPPED                    gone         gone
    PENDING_STOPPED            gone         gone
    PENDING_MIRROR             deferred     deferred
    PENDING_SYNCHRONIZE        deferred     deferred
    PENDING_SETUP_FOR_RESTORE  deferred     deferred
    PENDING_RESTORE            deferred     deferred
    UNKNOWN                    blocked      blocked
    a_new_word                 blocked      blocked
    -                          unobserved   unobserved
"""
ROWS = {row.split()[0]: tuple(row.split()[1:]) for row in TABLE.strip().splitlines()}
RISKS = {"resume": Risk.SAFE, "paused for ever": Risk.DISRUPTIVE, "paused until later": Risk.SAFE}


def _word(link_state: str | None, status: str, rule: str, literal: bool) -> str:
    """What the design says: the verdict, or the action where there is a change."""
    column = 0 if MEANS[rule] == "active" else 1
    if link_state == "PAUSED" or status == "LINK_PAUSED":
        return ("blocked", "deferred")[column]
    if link_state == "FAILED":
        return "blocked"
    word = ROWS[status][column]
    if word == "gone":
        return "blocked" if literal else "unmanaged"
    return word


def _expected(
    link_state: str | None, status: str, rule: str, literal: bool
) -> tuple[str, Risk | None, bool]:
    word = _word(link_state, status, rule, literal)
    risk = RISKS[rule] if word == "pause" else RISKS.get(word)
    return word, risk, link_state in ("PAUSED", "FAILED") or status.startswith("LINK_")


def _rule(link_state: str | None, status: str, rule: str, literal: bool) -> Ruling:
    seen = mirror("t", None if status == "-" else status)
    return judge_mirror(MirrorAsk(RULES[rule], seen, link_state, "", literal, NOW))


@pytest.mark.parametrize("literal", [True, False])
@pytest.mark.parametrize("rule", RULES)
def test_every_combination_is_judged_as_the_design_says(rule, literal):
    """Per link state and topic status: the word, the risk, and whether the row speaks of the link."""
    cases = list(product(LINK_STATES, ROWS))
    rulings = {case: _rule(*case, rule, literal) for case in cases}

    actual = {
        case: (str(ruling.action or ruling.verdict), ruling.risk, ruling.of_link)
        for case, ruling in rulings.items()
    }

    assert actual == {case: _expected(*case, rule, literal) for case in cases}


@pytest.mark.parametrize("rule", RULES)
def test_the_row_that_is_named_says_the_verdict(rule):
    """And every row is named by some combination."""
    cases = [(*case, literal) for case in product(LINK_STATES, ROWS) for literal in (True, False)]
    rulings = [_rule(link, status, rule, literal) for link, status, literal in cases]
    column = MEANS[rule]

    assert {r.row for r in rulings} == set(MIRROR_ROWS)
    for found in rulings:
        row = MIRROR_ROWS[found.row]
        said = row.active if "same" in (column, row.paused) else getattr(row, column)
        assert str(found.verdict) in said
        assert found.action is None or f"change: {found.action}" in said


@pytest.mark.parametrize("rule", RULES)
def test_only_a_change_has_an_action(rule):
    rulings = [_rule(*case, rule, literal=True) for case in product(LINK_STATES, ROWS)]

    assert all((r.verdict is Verdict.CHANGE) == (r.action is not None) for r in rulings)


@pytest.mark.parametrize(
    ("link_state", "status", "failed"),
    [
        ("ACTIVE", "FAILED", True),
        ("FAILED", "ACTIVE", True),
        ("ACTIVE", "LINK_FAILED", True),
        ("PAUSED", "FAILED", False),
        ("ACTIVE", "STOPPED", False),
        ("ACTIVE", "a_new_word", False),
        ("ACTIVE", "SOURCE_UNAVAILABLE", False),
    ],
)
def test_failed_mirrors_and_links_count_as_failures(link_state, status, failed):
    assert _rule(link_state, status, "active", literal=True).failed == failed


@pytest.mark.parametrize("rule", RULES)
def test_a_pause_whose_end_has_come_means_active(rule):
    assert wanted(RULES[rule], NOW) is MirrorState(MEANS[rule])


@pytest.mark.parametrize(
    ("status", "age", "verdict"),
    [
        ("SOURCE_UNAVAILABLE", timedelta(hours=24), Verdict.IN_PROGRESS),
        ("SOURCE_UNAVAILABLE", timedelta(hours=24, seconds=1), Verdict.BLOCKED),
        ("PENDING_MIRROR", timedelta(hours=24), Verdict.DEFERRED),
        ("PENDING_MIRROR", timedelta(hours=24, seconds=1), Verdict.BLOCKED),
        ("PENDING_STOPPED", timedelta(days=9), Verdict.BLOCKED),
        ("ACTIVE", timedelta(days=900), Verdict.IN_SYNC),
    ],
)
def test_what_heals_by_itself_is_blocked_only_past_its_deadline(status, age, verdict):
    rule = mirroring("t", deadline=timedelta(hours=24))
    seen = mirror("t", status, state_time=NOW - age)

    ruling = judge_mirror(MirrorAsk(rule, seen, "ACTIVE", "", literal=True, now=NOW))

    assert ruling.verdict is verdict
    assert ruling.failed == (verdict is Verdict.BLOCKED and status != "PENDING_STOPPED")


@pytest.mark.parametrize(
    ("deadline", "state_time"),
    [(None, ago(days=900)), (timedelta(hours=1), None), (None, None)],
)
@pytest.mark.parametrize(
    ("status", "verdict"),
    [("SOURCE_UNAVAILABLE", Verdict.IN_PROGRESS), ("PENDING_MIRROR", Verdict.DEFERRED)],
)
def test_without_a_deadline_or_a_time_nothing_is_late(deadline, state_time, status, verdict):
    rule = mirroring("t", deadline=deadline)
    seen = mirror("t", status, state_time=state_time)

    assert (
        judge_mirror(MirrorAsk(rule, seen, "ACTIVE", "", literal=True, now=NOW)).verdict is verdict
    )


def test_a_pause_past_its_deadline_is_still_carried_out():
    """The deadline of a source that is away holds for mirroring, not for pausing."""
    rule = paused("t", deadline=timedelta(hours=1), until=LATER)
    seen = mirror("t", "SOURCE_UNAVAILABLE", state_time=ago(days=3))

    ruling = judge_mirror(MirrorAsk(rule, seen, "ACTIVE", "", literal=True, now=NOW))

    assert ruling.action is Action.PAUSE


@pytest.mark.parametrize(
    ("rule", "status", "reason"),
    [
        (mirroring("t"), "ACTIVE", "it is active as wanted"),
        (paused("t"), "PAUSED", "it is paused as wanted"),
        (mirroring("t"), "PAUSED", "it is paused, and should be mirroring"),
        (paused("t", until=BEFORE), "PAUSED", "its pause ended at 2026-11-21T12:00:00Z"),
        (
            paused("t", until=LATER, reason="CHG-1"),
            "ACTIVE",
            "it is mirroring, and should be paused until 2026-11-23T12:00:00Z (CHG-1)",
        ),
        (
            paused("t"),
            "ACTIVE",
            "it is mirroring, and should be paused with no end (until: never)",
        ),
        (
            paused("t", until=LATER),
            "SOURCE_UNAVAILABLE",
            "its source is unavailable, and it should be paused until 2026-11-23T12:00:00Z",
        ),
        (
            mirroring("t", deadline=timedelta(hours=1)),
            "SOURCE_UNAVAILABLE",
            "its source has been unavailable for 2h, longer than its deadline of 1h",
        ),
        (
            mirroring("t", deadline=timedelta(hours=1)),
            "PENDING_RESTORE",
            "it has been PENDING_RESTORE for 2h, longer than its deadline of 1h",
        ),
        (mirroring("t"), "NEW_WORD", "the vendor shows a status that is not known: NEW_WORD"),
        (mirroring("t"), "FAILED", "mirroring has failed: SOURCE_TOPIC_ID_CHANGED"),
        (mirroring("t"), "LINK_FAILED", "the link has failed: AUTHENTICATION_ERROR"),
    ],
)
def test_the_reason_says_what_was_seen_and_what_is_wanted(rule, status, reason):
    seen = mirror("t", status, error="SOURCE_TOPIC_ID_CHANGED", state_time=ago(hours=2))

    ruling = judge_mirror(
        MirrorAsk(rule, seen, "UNAVAILABLE", "AUTHENTICATION_ERROR", literal=True, now=NOW)
    )

    assert ruling.reason == reason


@pytest.mark.parametrize("status", ["FAILED", "LINK_FAILED"])
def test_a_failure_without_an_error_says_so(status):
    assert "the vendor gives no reason" in _rule("ACTIVE", status, "active", literal=True).reason
