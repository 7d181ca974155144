"""A start that nobody saw the end of, after a crash or a lost answer: what the next apply makes of it."""

import pytest

from reconciler.core import outcomes
from reconciler.core.judge import Policy
from reconciler.core.select import parse_selector
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import WordKind
from reconciler.model.outcome import Outcome, Reply, Result
from reconciler.model.verdict import Verdict
from tests.contract.remembering import SPECS, STARTS, crash, crm, died, live, resolve
from tests.support.rich import (
    OLD,
    completed,
    connections,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, left, source_id

# Crashes and lost answers


def test_a_crash_before_the_call_ends_in_an_honest_unknown(ledger: Ledger):
    stage = crm(ledger)
    crash(stage, STARTS, after=False)
    died(stage)
    live(stage)
    soon = left(stage.plan())
    stage.pass_time(60)
    later = stage.apply()

    assert soon == {"crm/crm.x": Verdict.IN_PROGRESS}
    assert left(later.planned) == {"crm/crm.x": Verdict.UNKNOWN}
    assert outcomes.of_apply(later.planned.plan, later.report)[0] is Outcome.UNKNOWN
    assert stage.our_starts() == []


def test_a_person_can_say_that_it_did_not_happen(ledger: Ledger):
    stage = crm(ledger)
    crash(stage, STARTS, after=False)
    died(stage)
    live(stage)
    stage.pass_time(60)
    resolve(stage, ledger, WordKind.DID_NOT)
    stage.apply()

    assert stage.our_starts() == ["crm/crm.x"]


def test_a_person_can_ask_for_one_more(ledger: Ledger):
    stage = crm(ledger)
    crash(stage, STARTS, after=False)
    died(stage)
    live(stage)
    stage.pass_time(60)
    retry = Policy(retry=(parse_selector("Source/crm/crm.*"),))
    once = stage.apply(policy=retry)
    again = stage.apply(policy=retry)

    assert once.results == {"crm/crm.x": Result.STARTED}
    assert again.results == {}
    assert stage.our_starts() == ["crm/crm.x"]
    assert [word.kind for word in ledger.words()] == [WordKind.RETRY]


def test_a_crash_after_the_call_is_no_second_start(ledger: Ledger):
    stage = crm(ledger)
    crash(stage, STARTS, after=True)
    died(stage)
    live(stage)
    stage.apply()
    stage.pass_time(3600)
    stage.apply()

    assert stage.our_starts() == ["crm/crm.x"]
    assert left(stage.plan()) == {}
    assert ledger.intents()[0].sightings[-1].ended


def test_a_lost_answer_is_not_sent_again_and_ends_by_evidence(ledger: Ledger):
    stage = crm(ledger)
    stage.fail({"effect": "drop_after", "path": f"{STARTS}$", "times": 1})
    applied = stage.apply()

    assert applied.results == {"crm/crm.x": Result.STARTED}
    assert stage.our_starts() == ["crm/crm.x"]
    assert [a.reply for a in ledger.intents()[0].answers] == [Reply.UNKNOWN]


def test_a_failed_snapshot_is_tried_again_as_often_as_the_rule_says(ledger: Ledger):
    specs = connections() + snapshots("crm", completed("crm.x", more=", onFailure: {retry: 2}"))
    keyless = topic("crm.x", keyed=False)
    stage = Stage(world(source("crm", keyless)), specs, ledger=ledger)
    for _ in range(5):
        stage.apply()
        stage.pass_time(3600)

    assert stage.our_starts() == ["crm/crm.x"] * 3
    assert left(stage.plan()) == {"crm/crm.x": Verdict.BLOCKED}


def test_a_run_of_ours_that_is_hidden_by_a_later_one_keeps_no_restart_away_for_ever(ledger: Ledger):
    """The plan knew of it; only what was begun since then may still be on its way."""
    specs = connections() + snapshots("crm", completed("crm.x", more=", onCancel: restart"))
    world_ = world(source("crm", topic("crm.x", rows=100_000)), quirks={"history_depth": "1"})
    stage = Stage(world_, specs, ledger=ledger)
    stage.apply()
    stage.pass_time(60)
    body = {"source_id": source_id(stage, "crm"), "snapshot_type": "incremental"}
    for path in ("cancel_snapshot", "snapshot", "cancel_snapshot"):
        stage.hands_on("POST", f"/sources/{path}", body | {"topic_names": ["crm.x"]})
        stage.pass_time(2)
    stage.pass_time(3600)
    applied = stage.apply()

    assert applied.results == {"crm/crm.x": Result.STARTED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"lineage": "missing"}, {"lineage": "batch"}),
        ({"lineage": "batch"}, {"lineage": "missing"}),
        ({"run_times": "value"}, {"run_times": "null"}),
    ],
)
def test_an_old_run_that_is_shown_with_another_time_is_not_taken_for_ours(
    ledger: Ledger, before: dict[str, str], after: dict[str, str]
):
    """Submitted in one place, started in the other; nothing was sent, and nobody can know it."""
    stage = Stage(world(source("crm", topic("crm.x", OLD))), SPECS, ledger=ledger)
    stage.quirks(**before)
    crash(stage, STARTS, after=False)
    died(stage)
    live(stage)
    stage.quirks(**after)
    stage.pass_time(60)

    assert left(stage.plan()) == {"crm/crm.x": Verdict.UNKNOWN}
