"""Making a plan: what is read, what a witness that fails means, what could not be observed."""

from datetime import timedelta

import pytest

from reconciler.core.judge import Policy
from reconciler.core.select import Selection, parse_selector
from reconciler.core.thresholds import Brakes
from reconciler.engine.events import Event
from reconciler.engine.events import Stage as Part
from reconciler.model.verdict import Verdict
from tests.support.loop import START
from tests.support.rich import (
    OLD,
    RICH_SPECS,
    RICH_WORLD,
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

WITNESS = {"path": "/topics/details", "effect": "status", "status": 403, "times": None}


def geo() -> Stage:
    """A source with a topic that never ran, and one that ran long ago."""
    return Stage(
        world(source("geo", topic("geo.p"), topic("geo.q", OLD))),
        connections() + snapshots("geo", completed("geo.p", "geo.q")),
    )


def test_a_plan_only_reads():
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.plan()

    assert stage.writes() == []


def test_a_first_run_is_confirmed_by_a_second_read_of_those_sources_only():
    stage = Stage(
        world(source("geo", topic("geo.p")), source("old", topic("old.p", OLD))),
        connections() + snapshots("geo", completed("geo.p")) + snapshots("old", completed("old.p")),
    )
    stage.plan()
    asked = [r["query"] for r in stage.requests() if r["path"] == "/topics/details"]
    confirming = [query for query in asked if "snapshot" in query]

    assert [query["snapshot"] for query in confirming] == [
        "running,pending,completed,failed,cancelled"
    ]
    assert confirming[0]["entity_id"] == source_id(stage, "geo")


def test_a_witness_that_fails_leaves_the_first_run_unobserved_and_the_others_go():
    stage = geo()
    stage.fail(WITNESS)
    planned = stage.plan()
    reasons = {f.address.topic: f.reason for f in planned.plan.findings}

    assert left(planned) == {"geo/geo.p": Verdict.UNOBSERVED, "geo/geo.q": Verdict.CHANGE}
    assert reasons["geo.p"].startswith("that it never ran could not be confirmed: ")
    assert [item.topic for step in planned.plan.steps for item in step.items] == ["geo.q"]
    assert planned.plan.incomplete == (
        (
            f"Source/geo: 1 resource could not be observed: {reasons['geo.p']}; "
            "check what the credential may do"
        ),
    )


def test_a_witness_that_disagrees_leaves_the_first_run_unobserved():
    """The state is read before a run is shown, the witness after it."""
    stage = geo()
    stage.quirks(publish_lag="30s")
    body = {"source_id": source_id(stage, "geo"), "topic_names": ["geo.p"]}
    stage.hands_on("POST", "/sources/snapshot", body)

    async def wait(_method: str, path: str) -> None:
        if path == "/topics/details":
            stage.clock.advance(31)

    stage.before = wait
    planned = stage.plan()

    assert left(planned)["geo/geo.p"] is Verdict.UNOBSERVED
    assert planned.plan.findings[0].reason.startswith("two reads disagree")


def test_now_beats_every_clock():
    later = START + timedelta(days=30)
    specs = connections() + mirrors("west", paused("a"))
    stage = Stage(world(link("west", mirror("a", "PAUSED"))), specs)
    planned = stage.plan(now=later)

    assert planned.plan.created_at == later
    assert [finding.reason for finding in planned.plan.findings] == [
        "its pause ended at 2026-12-01T00:00:00Z"
    ]
    assert {connection.now for connection in planned.plan.connections} == {later}


@pytest.mark.parametrize(
    ("selected", "connection"), [("Source/geo", "kap"), ("ClusterLink/west", "con")]
)
def test_a_selection_asks_only_whom_it_needs(selected: str, connection: str):
    stage = Stage(RICH_WORLD, RICH_SPECS)
    planned = stage.plan(Policy(Selection((parse_selector(selected),))))

    assert {finding.address.name for finding in planned.plan.findings} == {
        selected.partition("/")[2]
    }
    assert [used.name for used in planned.plan.connections] == [connection]
    assert planned.plan.partial


def test_what_could_not_be_observed_is_told_connections_first():
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.fail(
        {"path": "/auth/", "effect": "status", "status": 401, "times": None},
        {"path": "/links", "effect": "status", "status": 403, "times": None},
    )
    incomplete = stage.plan().plan.incomplete

    assert [line.partition(":")[0] for line in incomplete] == [
        "kap",
        "ClusterLink/lab",
        "ClusterLink/west",
    ]


def test_reads_tokens_and_retries_are_counted_per_connection():
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.fail({"path": "/links$", "effect": "html"})
    plan = stage.plan().plan

    assert [(c.name, c.reads, c.tokens, c.retries) for c in plan.connections] == [
        ("con", 2, 0, 1),
        ("kap", 4, 1, 0),
    ]
    assert plan.cost.reads == 6
    assert len(stage.requests()) == 8


def test_confirming_is_told():
    told = Event(Part.OBSERVE, "kap: confirm that 1 source never ran", connection="kap")

    assert told in geo().apply().events


@pytest.mark.parametrize(("brakes", "calls"), [(None, 1), (Brakes(0, is_unattended=True), 0)])
def test_what_is_held_back_is_in_no_step_and_costs_nothing(brakes: Brakes | None, calls: int):
    plan = geo().plan(brakes=brakes).plan

    verdict = Verdict.CHANGE if brakes is None else Verdict.BLOCKED
    assert [finding.verdict for finding in plan.findings] == [verdict, verdict]
    assert (len(plan.steps), plan.cost.calls, plan.cost.bound) == (calls, calls, calls)
