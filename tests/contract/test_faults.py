"""What goes wrong on the way: every kind of call and every read, with every kind of failure.

A start is sent once, whatever happens to its answer. A pause and a resume are sent once more after a
look. In every story, the requests that the sandbox saw are those that the report counts.
"""

import re
from dataclasses import dataclass

import pytest

from reconciler.model.change import action_of
from reconciler.model.outcome import Reply, Result
from reconciler.model.verdict import Verdict
from tests.support.rich import (
    RICH_SPECS,
    RICH_WORLD,
    RUNNING,
    active,
    completed,
    connections,
    idle,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, left

WRITES = r"/sources/(snapshot|stop|cancel)|/topics/bulk|/mirrors:"


@dataclass(frozen=True)
class Kind:
    """One kind of call, alone in its world."""

    world: dict[str, object]
    specs: str


def _audit(name: str) -> dict[str, object]:
    return source(name, topic(f"{name}.x", RUNNING, rows=100_000))


KINDS = {
    "start": Kind(
        world(source("geo", topic("geo.p"), topic("geo.q"))),
        connections() + snapshots("geo", completed("geo.p")),
    ),
    "bulk start": Kind(
        world(source("crm", topic("crm.x")), source("stock", topic("stock.x"))),
        connections()
        + snapshots("crm", completed("crm.*"))
        + snapshots("stock", completed("stock.*")),
    ),
    "stop": Kind(world(_audit("audit")), connections() + snapshots("audit", idle("audit.*"))),
    "bulk stop": Kind(
        world(_audit("audit"), _audit("books")),
        connections() + snapshots("audit", idle("audit.*")) + snapshots("books", idle("books.*")),
    ),
    "pause": Kind(
        world(link("west", mirror("a"), mirror("b"))),
        connections() + mirrors("west", paused("a", "b")),
    ),
    "resume": Kind(
        world(link("west", mirror("a", "PAUSED"), mirror("b", "PAUSED"))),
        connections() + mirrors("west", active("a", "b")),
    ),
}

NOTHING_HAPPENED = {
    "drop_before": {"effect": "drop_before"},
    "500": {"effect": "status", "status": 500},
    "502 page": {"effect": "html"},
    "200 page": {"effect": "html", "status": 200},
    "408": {"effect": "status", "status": 408},
}
IT_HAPPENED = {
    "drop_after": {"effect": "drop_after"},
    "truncate": {"effect": "truncate"},
    "partial": {"effect": "partial"},
}
REFUSED = {
    "400": {"effect": "status", "status": 400},
    "403": {"effect": "status", "status": 403},
    "422": {"effect": "status", "status": 422},
}


def _failing(kind: str, rule: dict[str, object], **more: object) -> Stage:
    stage = Stage(KINDS[kind].world, KINDS[kind].specs)
    stage.fail({"method": "POST", "path": WRITES} | rule | more)
    return stage


def _reached(kind: str) -> Result:
    return Result.STARTED if "start" in kind else Result.SETTLED


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
@pytest.mark.parametrize("kind", ["start", "bulk start"])
def test_a_start_whose_answer_was_lost_is_unknown_and_never_sent_again(kind: str, fault: str):
    stage = _failing(kind, NOTHING_HAPPENED[fault])
    applied = stage.apply()

    assert set(applied.results.values()) == {Result.UNKNOWN}
    assert (len(stage.writes()), stage.our_runs()) == (1, [])


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
@pytest.mark.parametrize("kind", ["stop", "bulk stop"])
def test_a_stop_whose_answer_was_lost_has_failed_if_nothing_changes(kind: str, fault: str):
    stage = _failing(kind, NOTHING_HAPPENED[fault])
    applied = stage.apply()

    assert set(applied.results.values()) == {Result.FAILED}
    assert len(stage.writes()) == 1


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
@pytest.mark.parametrize("kind", ["pause", "resume"])
def test_a_pause_or_resume_whose_answer_was_lost_is_sent_once_more(kind: str, fault: str):
    stage = _failing(kind, NOTHING_HAPPENED[fault])
    applied = stage.apply()

    assert set(applied.results.values()) == {Result.SETTLED}
    assert len(stage.writes()) == 2


@pytest.mark.parametrize("fault", NOTHING_HAPPENED)
@pytest.mark.parametrize("kind", ["pause", "resume"])
def test_a_pause_or_resume_that_is_lost_twice_has_failed(kind: str, fault: str):
    stage = _failing(kind, NOTHING_HAPPENED[fault], times=None)
    applied = stage.apply()

    assert set(applied.results.values()) == {Result.FAILED}
    assert len(stage.writes()) == 2


@pytest.mark.parametrize("fault", IT_HAPPENED)
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_done_is_seen_although_the_answer_was_lost(kind: str, fault: str):
    stage = _failing(kind, IT_HAPPENED[fault], times=None)
    applied = stage.apply()

    assert set(applied.results.values()) == {_reached(kind)}
    assert len(stage.writes()) == 1


@pytest.mark.parametrize("fault", REFUSED)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_refused_has_failed_and_is_not_sent_again(kind: str, fault: str):
    stage = _failing(kind, REFUSED[fault], times=None)
    applied = stage.apply()

    assert set(applied.results.values()) == {Result.FAILED}
    assert (len(stage.writes()), stage.our_runs()) == (1, [])


@pytest.mark.parametrize("kind", ["start", "bulk start", "stop", "bulk stop"])
def test_409_is_another_run_in_the_way_of_a_start_and_a_failure_of_a_stop(kind: str):
    stage = _failing(kind, {"effect": "status", "status": 409})
    applied = stage.apply()
    expected = Result.DEFERRED if "start" in kind else Result.FAILED

    assert set(applied.results.values()) == {expected}
    assert len(stage.writes()) == 1


@pytest.mark.parametrize("kind", ["start", "bulk start", "stop", "bulk stop"])
def test_409_of_a_rebalance_says_nothing_of_the_source(kind: str):
    body = {"detail": "Kafka Connect API call failed: rebalance in progress"}
    stage = _failing(kind, {"effect": "status", "status": 409, "body": body}, times=None)
    applied = stage.apply()
    expected = Result.UNKNOWN if "start" in kind else Result.FAILED

    assert set(applied.results.values()) == {expected}
    assert len(stage.writes()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_429_is_sent_again_since_nothing_happened(kind: str):
    stage = _failing(kind, {"effect": "status", "status": 429})
    applied = stage.apply()

    assert set(applied.results.values()) == {_reached(kind)}
    assert len(stage.writes()) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_429_for_ever_is_given_up_as_not_sent(kind: str):
    stage = _failing(kind, {"effect": "status", "status": 429}, times=None)
    applied = stage.apply()

    assert set(applied.results.values()) == {Result.FAILED}
    assert [call.reply for call in applied.report.calls] == [Reply.NOT_SENT]
    assert (len(stage.writes()), stage.our_runs()) == (3, [])


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_takes_longer_than_our_patience_is_lost_and_its_effect_seen(kind: str):
    stage = Stage(KINDS[kind].world, KINDS[kind].specs)

    async def linger(method: str, path: str) -> None:
        if path in {write.partition(" ")[2] for write in stage.writes()} and method == "POST":
            await stage.clock.sleep(1000)

    stage.after = linger
    applied = stage.apply(timeout=3600)

    assert set(applied.results.values()) == {Result.SETTLED}
    assert [call.reply for call in applied.report.calls] == [Reply.UNKNOWN]
    assert len(stage.writes()) == 1


EVERY_FAULT = NOTHING_HAPPENED | IT_HAPPENED | REFUSED
EVERY_FAULT |= {str(n): {"effect": "status", "status": n} for n in (401, 404, 409, 429, 503)}


@pytest.mark.parametrize("fault", EVERY_FAULT)
def test_the_report_counts_what_the_sandbox_saw(fault: str):
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.fail({"method": "POST", "path": WRITES, "times": None} | EVERY_FAULT[fault])
    applied = stage.apply()

    assert applied.report.traffic.total == len(stage.requests())


# Reads

READS = {
    "token": "/auth/access-token$",
    "sources": "^/sources$",
    "state": "/lineage/",
    "details": "/topics/details",
    "links": "/links$",
    "mirrors": "/mirrors$",
}
PASSING = {
    "drop_before": {"effect": "drop_before"},
    "drop_after": {"effect": "drop_after"},
    "500": {"effect": "status", "status": 500},
    "502 page": {"effect": "html"},
    "429": {"effect": "status", "status": 429},
    "truncate": {"effect": "truncate"},
}


def _planned(stage: Stage) -> set[tuple[str, str]]:
    """Address and action of everything that a plan would change."""
    steps = stage.plan().plan.steps
    return {(str(i.address), action_of(step.change)) for step in steps for i in step.items}


@pytest.mark.parametrize("fault", PASSING)
@pytest.mark.parametrize("read", READS)
def test_a_read_that_fails_once_is_read_again(read: str, fault: str):
    stage = Stage(RICH_WORLD, RICH_SPECS)
    usual = stage.plan().plan.approval
    stage.fail({"path": READS[read]} | PASSING[fault])
    planned = stage.plan()

    assert (planned.plan.approval, planned.plan.incomplete) == (usual, ())
    assert sum(connection.retries for connection in planned.plan.connections) == 1


@pytest.mark.parametrize(
    ("read", "fault"),
    [(r, f) for r in READS for f in PASSING if (r, f) != ("state", "truncate")],
)
def test_a_read_that_fails_for_ever_leaves_the_other_vendor_alone(read: str, fault: str):
    usual = {step.call.path for step in Stage(RICH_WORLD, RICH_SPECS).plan().plan.steps}
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.fail({"path": READS[read], "times": None} | PASSING[fault])
    applied = stage.apply()
    is_streamkap = read in ("token", "sources", "state", "details")
    touched = {write.partition(" ")[2] for write in stage.writes()}
    others = {path for path in usual if path.startswith("/kafka") is is_streamkap}

    assert applied.planned.plan.incomplete != ()
    assert others <= touched <= usual
    assert applied.report.traffic.total == len(stage.requests())


@pytest.mark.parametrize("read", READS)
def test_a_read_that_takes_longer_than_our_patience_is_read_again(read: str):
    stage = Stage(RICH_WORLD, RICH_SPECS)
    usual = _planned(stage)
    lingered: list[str] = []

    async def linger(_method: str, path: str) -> None:
        if re.search(READS[read], path) and not lingered:
            lingered.append(path)
            await stage.clock.sleep(100)

    stage.after = linger

    assert _planned(stage) == usual
    assert len(lingered) == 1


def test_a_state_that_can_never_be_decoded_is_read_from_the_metrics():
    stage = Stage(RICH_WORLD, RICH_SPECS)
    usual = _planned(stage)
    stage.fail({"path": READS["state"], "effect": "truncate", "times": None})

    assert _planned(stage) == usual
    assert ["reading metrics" in warning for warning in stage.plan().plan.warnings] == [True]


@pytest.mark.parametrize("path", ["/lineage/", "^/sources$", "/topics/details", "/mirrors$"])
def test_half_an_answer_never_changes_what_it_does_not_show(path: str):
    stage = Stage(RICH_WORLD, RICH_SPECS)
    usual = _planned(stage)
    stage.fail({"path": path, "effect": "partial", "times": None})

    assert _planned(stage) <= usual


def test_one_broken_connection_is_named_and_the_other_carried_out():
    stage = Stage(RICH_WORLD, RICH_SPECS)
    stage.fail({"path": "^/auth", "effect": "status", "status": 401, "times": None})
    applied = stage.apply()
    unread = {n for n, verdict in left(applied.planned).items() if verdict is Verdict.UNOBSERVED}

    assert unread == {"ads", "audit", "crm", "geo", "log", "shop", "stock", "till"}
    assert [line.partition(":")[0] for line in applied.planned.plan.incomplete] == ["kap"]
    assert set(applied.results.values()) == {Result.SETTLED}


def test_a_token_that_ends_on_the_way_is_renewed():
    stage = Stage(RICH_WORLD | {"timing": {"token": "8s", "pending": "1s"}}, RICH_SPECS)

    async def wait(halt) -> None:
        await halt.clock.sleep(30)

    applied = stage.apply(between=wait)

    assert set(applied.results.values()) == {Result.SETTLED, Result.STARTED}
    assert applied.report.traffic.tokens > 1
    assert applied.report.traffic.total == len(stage.requests())


def test_a_token_that_is_refused_early_is_renewed_once_and_the_start_sent_once_more():
    stage = _failing("start", {"effect": "status", "status": 401})
    applied = stage.apply()

    assert applied.results == {"geo/geo.p": Result.STARTED}
    assert [
        request["status"] for request in stage.requests() if request["path"] == "/sources/snapshot"
    ] == [401, 200]
    assert applied.report.traffic.tokens == 2


@pytest.mark.parametrize("path", ["/lineage/", "/mirrors$"])
def test_a_look_that_fails_while_things_settle_takes_nothing_back(path: str):
    """Reads break after the writes; what was seen before stays seen, the rest is said to be short."""
    stage = Stage(RICH_WORLD, RICH_SPECS)
    fail = {"path": path, "effect": "status", "status": 503, "times": None}

    async def spoil(_method: str, sent: str) -> None:
        if sent.startswith(
            ("/topics/bulk/snapshot", "/kafka/v3/clusters/lkc-1/links/west/mirrors:")
        ):
            await stage._control("PUT", "faults", {"rules": [fail]})

    stage.after = spoil
    applied = stage.apply(timeout=60)
    lost = {name for name, result in applied.results.items() if result is Result.ACCEPTED}

    assert Result.UNKNOWN not in applied.results.values()
    assert lost == {
        item.address.name + "/" + item.address.topic for item in applied.report.items if item.short
    }
    assert lost != set()
