"""Apply with a ledger: what is written when, and what a second apply makes of what it finds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reconciler.core import outcomes
from reconciler.core.judge import Policy
from reconciler.core.select import parse_selector
from reconciler.engine.events import Stage as Part
from reconciler.errors import LedgerUnreachable
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.change import Action
from reconciler.model.journal import Actor, Said, Word, WordKind
from reconciler.model.outcome import Outcome, Reply, Result
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.support.ledgers import intent, item
from tests.support.loop import START
from tests.support.rich import (
    OLD,
    TIMING,
    completed,
    connections,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, left, source_id

SPECS = connections() + snapshots("crm", completed("crm.x"))
LINK_SPECS = connections() + mirrors("west", paused("a"))
STARTS = "/sources/snapshot"
PAUSES = "mirrors:pause"


class Crash(BaseException):
    """The process is gone."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that was there before."""
    open_ledger(tmp_path / "ledger.db", read_only=False).close()
    opened = open_ledger(tmp_path / "ledger.db", read_only=False)
    yield opened
    opened.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that this command made."""
    opened = open_ledger(tmp_path / "fresh.db", read_only=False)
    yield opened
    opened.close()


def crm(ledger: Ledger | None, *topics: str, specs: str = SPECS, **quirks: str) -> Stage:
    """A source whose topics never ran, with what remembers."""
    names = topics or ("crm.x",)
    return Stage(world(source("crm", *map(topic, names)), quirks=quirks), specs, ledger=ledger)


def west(ledger: Ledger | None) -> Stage:
    return Stage(world(link("west", mirror("a"))), LINK_SPECS, ledger=ledger)


def crash(stage: Stage, path: str, *, after: bool) -> None:
    """Let the process die right before a request reaches the vendor, or right after it did."""

    async def die(_method: str, asked: str) -> None:
        if path in asked:
            raise Crash

    stage.before, stage.after = (stage.before, die) if after else (die, stage.after)


def live(stage: Stage) -> None:
    """Let processes live on."""

    async def nothing(_method: str, _path: str) -> None:
        return

    stage.before = stage.after = nothing


def died(stage: Stage) -> None:
    """An apply that ends in a crash."""
    with pytest.raises(BaseExceptionGroup) as caught:
        stage.apply()

    assert caught.group_contains(Crash)


def resolve(stage: Stage, ledger: Ledger, kind: WordKind) -> None:
    """What a person says of the start of `crm.x`."""
    scope = ledger.intents()[0].intent.items[0].scope
    ledger.say([Word(kind, Said(stage.clock.now(), Actor("anna")), scope, "crm.x")])


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


# Two at once


def test_what_another_apply_holds_is_left_out(ledger: Ledger):
    stage = west(ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    ledger.take([scope], "somebody", START, START + timedelta(hours=1))
    applied = stage.apply()

    assert applied.results == {"west/a": Result.LOCKED}
    assert applied.of("a").message.startswith("another apply (somebody), which may write there")
    assert outcomes.of_apply(applied.planned.plan, applied.report) == (Outcome.LOCKED,)
    assert stage.writes() == []
    assert [lease.owner for lease in ledger.leases()] == ["somebody"]


def test_whoever_waits_for_the_lease_goes_on_when_it_is_free(ledger: Ledger):
    stage = west(ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    ledger.take([scope], "somebody", START, START + timedelta(seconds=30))
    applied = stage.apply(wait_lease=60)

    assert applied.results == {"west/a": Result.SETTLED}
    assert stage.clock.now() >= START + timedelta(seconds=30)


def test_a_start_that_another_apply_made_meanwhile_is_not_made_twice(ledger: Ledger):
    stage = crm(ledger)
    scope = stage.memory(may_write=True).scope("kap", source_id(stage, "crm"))
    other = intent("other", 0, item("crm.x", scope))

    async def meanwhile(_halt: object) -> None:
        ledger.intend(replace(other, at=stage.clock.now()))

    applied = stage.apply(between=meanwhile)

    assert applied.results == {"crm/crm.x": Result.STALE}
    assert applied.of("crm.x").message == (
        "a start was asked for 2026-11-22T12:00:00Z, and may still show up"
    )
    assert stage.writes() == []


def test_a_lease_that_was_taken_before_the_call_keeps_it_back(ledger: Ledger):
    stage = west(ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")

    def frozen(event: object, _halt: object) -> None:
        if getattr(event, "stage", None) is Part.SEND:
            ledger.break_(scope, Said(START, Actor("bert"), "it hangs"))
            ledger.take([scope], "bert", START, START + timedelta(hours=1))

    applied = stage.apply(on_event=frozen)

    assert applied.results == {"west/a": Result.LOCKED}
    assert "took the lease" in applied.of("a").message
    assert stage.writes() == []
    assert [a.reply for a in ledger.intents()[0].answers] == [Reply.NOT_SENT]


def test_a_pause_that_another_apply_made_while_this_one_read_is_not_made_twice(ledger: Ledger):
    """Its intent is in the ledger that was read after the vendor, so it is known and not new."""
    at_once = world(link("west", mirror("a")), timing=TIMING | {"mirror": "0s"})
    stage = Stage(at_once, LINK_SPECS, ledger=ledger)
    scope = stage.memory(may_write=True).scope("con", "lkc-1/west")
    other = intent("other", 0, item("a", scope), action=Action.PAUSE)

    async def meanwhile(_method: str, path: str) -> None:
        if path.endswith("/mirrors") and not ledger.intents():
            ledger.intend(replace(other, at=stage.clock.now()))
            await stage.by_hand("POST", f"{path}:pause", {"mirror_topic_names": ["a"]})

    stage.after = meanwhile
    applied = stage.apply()

    assert applied.results == {"west/a": Result.DONE}
    assert stage.writes() == []


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


# A ledger that fails


class Failing:
    """A ledger one of whose methods finds nobody."""

    def __init__(self, ledger: Ledger, method: str) -> None:
        self._ledger = ledger
        self._method = method

    def __getattr__(self, name: str) -> object:
        if name == self._method:
            return self._fail
        return getattr(self._ledger, name)

    def _fail(self, *_given: object) -> None:
        raise LedgerUnreachable("here", "nobody answers")


@pytest.mark.parametrize("method", ["take", "intents", "intend", "renew"])
def test_nothing_is_sent_that_cannot_be_written_down(ledger: Ledger, method: str):
    stage = west(Failing(ledger, method))
    applied = stage.apply()

    assert set(applied.results.values()) <= {Result.FAILED, Result.LOCKED}
    assert applied.of("a").message.startswith("nothing was sent: ledger here: nobody answers")
    assert stage.writes() == []


@pytest.mark.parametrize("method", ["answer", "release"])
def test_what_cannot_be_written_down_afterwards_is_told(ledger: Ledger, method: str):
    stage = west(Failing(ledger, method))
    applied = stage.apply()

    assert applied.results == {"west/a": Result.SETTLED}
    assert applied.report.warnings == ("ledger here: nobody answers",)


def test_runs_that_cannot_be_noted_are_told(ledger: Ledger):
    applied = crm(Failing(ledger, "see")).apply()

    assert applied.results == {"crm/crm.x": Result.STARTED}
    assert applied.report.warnings == ("ledger here: nobody answers",)
