"""Apply with a ledger: what is written when, and how long it looks."""

import pytest

from reconciler.core.judge import Policy
from reconciler.engine.events import Stage as Part
from reconciler.ledger.protocol import Ledger
from reconciler.model.outcome import Reply
from reconciler.model.verdict import Verdict
from tests.contract.remembering import SPECS, STARTS, crm, west
from tests.support.rich import (
    source,
    topic,
    world,
)
from tests.support.stage import Stage

# What is written


def test_a_start_is_written_down_before_and_after(ledger: Ledger):
    stage = crm(ledger)
    seen: list[int] = []

    async def count(_method: str, path: str) -> None:
        if path == STARTS:
            seen.append(len(ledger.intents()))

    stage.before = count
    stage.apply()
    (record,) = ledger.intents()
    (item,), (answer,) = record.intent.items, record.answers

    assert seen == [1]
    assert (item.topic, item.before, item.parameters) == ("crm.x", (), '{"type":"incremental"}')
    assert record.intent.request == f"POST {STARTS}"
    assert (answer.reply, answer.status) == (Reply.ACCEPTED, 200)
    assert answer.request_id
    assert [s.status for s in record.sightings] == ["running"]
    assert ledger.leases() == ()


def test_a_run_that_ends_later_is_written_down_by_whoever_applies_next(ledger: Ledger):
    stage = crm(ledger)
    stage.apply()
    stage.pass_time(3600)
    stage.plan()
    untouched = ledger.intents()[0].sightings
    stage.apply()

    assert [s.status for s in untouched] == ["running"]
    assert [s.status for s in ledger.intents()[0].sightings][-1] == "completed"


def test_pauses_are_written_down_as_well(ledger: Ledger):
    stage = west(ledger)
    stage.apply()
    (record,) = ledger.intents()

    assert [(a.topic, a.reply) for a in record.answers] == [("a", Reply.ACCEPTED)]


def test_a_plan_writes_nothing(ledger: Ledger):
    crm(ledger).plan()

    assert (ledger.intents(), ledger.bindings()) == ((), ())


def test_names_are_bound_to_what_they_meant(ledger: Ledger):
    stage = crm(ledger)
    stage.apply()
    (binding,) = ledger.bindings()

    assert (binding.endpoint, binding.name) == ("sandbox", "crm")


def test_a_name_that_means_another_source_is_blocked(ledger: Ledger):
    crm(ledger).apply()
    made_anew = source("crm", topic("crm.x")) | {"id": "f" * 24}
    other = Stage(world(made_anew), SPECS, ledger=ledger)
    finding = other.plan().plan.findings[0]

    assert finding.verdict is Verdict.BLOCKED
    assert "it was" in finding.reason


# How long it looks


@pytest.mark.parametrize(
    ("age", "waits"), [(5, []), (4, ["kap: looking again in 5s before a start"])]
)
def test_only_a_ledger_that_has_known_the_source_for_longer_than_lag_spares_the_wait(
    ledger: Ledger, age: float, waits: list[str]
):
    """A ledger may have been made in place of one that was lost a moment ago."""
    stage = crm(ledger)
    began = stage.clock.monotonic()
    stage.apply(policy=Policy(max_starts=0))
    stage.pass_time(age - (stage.clock.monotonic() - began))
    applied = stage.apply()

    assert [e.text for e in applied.events if e.stage is Part.LOOK] == waits
    assert applied.report.traffic.second_look == 2


def test_a_ledger_that_has_never_met_a_source_looks_twice(ledger: Ledger):
    applied = crm(ledger).apply()

    assert [e.text for e in applied.events if e.stage is Part.LOOK] != []
