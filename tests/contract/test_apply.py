"""Apply: in which order, what it leaves out, how far it follows, when it ends, what it counts."""

from datetime import timedelta
from itertools import pairwise

import pytest

from reconciler.core.settled import Wait
from reconciler.engine.events import Event
from reconciler.engine.events import Stage as Part
from reconciler.engine.halting import Halt
from reconciler.model.address import Address, Kind
from reconciler.model.outcome import Result, Traffic
from reconciler.model.progress import Part as Progress
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
from tests.support.stage import Stage, left, source_id

MIRRORS = "/kafka/v3/clusters/lkc-1/links/west/mirrors"
TWO_SOURCES = world(
    source("crm", topic("crm.x"), topic("crm.zz")), source("stock", topic("stock.l"), topic("s.zz"))
)
TWO_SPECS = (
    connections() + snapshots("crm", completed("crm.?")) + snapshots("stock", completed("stock.?"))
)
ONE_LINK = world(link("west", mirror("a"), mirror("b")))
ONE_LINK_SPECS = connections() + mirrors("west", paused("a", "b"))


def rich(**more: object) -> Stage:
    return Stage(RICH_WORLD | more, RICH_SPECS)


# In which order


def test_stops_are_sent_before_starts():
    stage = rich()
    stage.apply()
    kinds = ["stop" if "stop" in w else "start" for w in stage.writes() if "snapshot" in w]

    assert kinds == ["stop", *["start"] * 5]


def test_the_others_of_a_form_wait_until_the_canary_is_seen():
    stage = rich()
    stage.apply()
    requests = stage.requests()
    singles = [r["number"] for r in requests if r["path"] == "/sources/snapshot"]
    looks = [r["number"] for r in requests if "lineage" in str(r["path"])]

    assert len(singles) == 3
    assert [look for look in looks if singles[0] < look < singles[1]] != []


def test_applying_again_at_once_sends_nothing():
    stage = rich()
    stage.apply()
    before = stage.writes()
    again = stage.apply()

    assert stage.writes() == before
    assert again.results == {}


def test_an_hour_later_everything_is_as_wanted():
    stage = rich()
    stage.apply()
    stage.pass_time(3600)

    assert left(stage.plan()) == {}


# What it leaves out


@pytest.mark.parametrize(
    ("topics", "result"), [(["crm.x"], Result.DONE), (["crm.zz"], Result.STALE)]
)
def test_a_run_started_by_hand_after_the_plan_is_noticed_and_its_neighbours_go_on(
    topics: list[str], result: Result
):
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def start(_halt: Halt) -> None:
        body = {"source_id": source_id(stage, "crm"), "topic_names": topics}
        await stage.by_hand("POST", "/sources/snapshot", body)

    applied = stage.apply(between=start)

    assert applied.results == {"crm/crm.x": result, "stock/stock.l": Result.STARTED}
    assert stage.our_starts() == ["stock/stock.l"]


@pytest.mark.parametrize(("method", "rest"), [("POST", "/actions/pause"), ("DELETE", "")])
def test_a_source_that_was_paused_or_deleted_after_the_plan_is_stale(method: str, rest: str):
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def spoil(_halt: Halt) -> None:
        answer = await stage.by_hand(method, f"/sources/{source_id(stage, 'crm')}{rest}")
        assert answer.is_success, answer.text

    applied = stage.apply(between=spoil)

    assert applied.results == {"crm/crm.x": Result.STALE, "stock/stock.l": Result.STARTED}


@pytest.mark.parametrize(
    ("verb", "results"),
    [
        ("pause", {"west/a": Result.DONE, "west/b": Result.SETTLED}),
        ("promote", {"west/a": Result.STALE, "west/b": Result.SETTLED}),
    ],
)
def test_an_old_plan_looks_at_mirrors_again(verb: str, results: dict[str, Result]):
    stage = Stage(ONE_LINK, ONE_LINK_SPECS)

    async def change(halt: Halt) -> None:
        await stage.by_hand("POST", f"{MIRRORS}:{verb}", {"mirror_topic_names": ["a"]})
        await halt.clock.sleep(120)

    applied = stage.apply(between=change)
    sent = [r["body"] for r in stage.requests() if r["method"] == "POST"]

    assert applied.results == results
    assert sent == [{"mirror_topic_names": ["b"]}]


def test_a_run_that_ended_by_itself_needs_no_stop():
    stage = Stage(
        world(source("audit", topic("audit.x", RUNNING, rows=200))),
        connections() + snapshots("audit", idle("audit.*")),
    )

    async def wait(halt: Halt) -> None:
        await halt.clock.sleep(120)

    applied = stage.apply(between=wait)

    assert applied.results == {"audit/audit.x": Result.DONE}
    assert stage.writes() == []


def test_what_could_not_be_looked_at_again_is_not_started():
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    broken = {"rules": [{"path": ".", "effect": "status", "status": 403, "times": None}]}

    async def spoil(_halt: Halt) -> None:
        await stage._control("PUT", "faults", broken)

    applied = stage.apply(between=spoil)

    assert set(applied.results.values()) == {Result.STALE}
    assert stage.writes() == []


def test_disruptive_changes_are_held_and_their_safe_neighbours_go():
    specs = connections() + mirrors("west", paused("a") + "\n" + paused("b", until="never"))
    stage = Stage(ONE_LINK, specs)
    applied = stage.apply(allow=False)
    sent = [r["body"] for r in stage.requests() if r["method"] == "POST"]

    assert applied.results == {"west/a": Result.SETTLED, "west/b": Result.HELD}
    assert applied.of("b").message == "disruptive: needs --allow disruptive"
    assert sent == [{"mirror_topic_names": ["a"]}]


def test_a_step_that_is_wholly_disruptive_is_not_sent():
    stage = rich()
    applied = stage.apply(allow=False)
    held = {name for name, result in applied.results.items() if result is Result.HELD}

    assert held == {"lab/lab.a", "audit/audit.x"}
    assert [write for write in stage.writes() if "stop" in write or "lab" in write] == []


def test_one_source_that_is_busy_keeps_no_other_of_its_call_from_starting():
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def start(_method: str, path: str) -> None:
        if path == "/topics/bulk/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "crm"), "topic_names": ["crm.zz"]}
            await stage.by_hand("POST", "/sources/snapshot", body)

    stage.before = start
    applied = stage.apply()

    assert applied.results == {"crm/crm.x": Result.DEFERRED, "stock/stock.l": Result.STARTED}


def test_a_busy_source_whose_run_covers_the_topic_has_started():
    stage = Stage(TWO_SOURCES, TWO_SPECS)

    async def start(_method: str, path: str) -> None:
        if path == "/topics/bulk/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "crm"), "topic_names": ["crm.x"]}
            await stage.by_hand("POST", "/sources/snapshot", body)

    stage.before = start
    applied = stage.apply()

    assert applied.results == {"crm/crm.x": Result.STARTED, "stock/stock.l": Result.STARTED}
    assert applied.of("crm.x").message == "a run that was started elsewhere covers it"
    assert stage.our_starts() == ["stock/stock.l"]


# How far it follows


@pytest.mark.parametrize(
    ("wait", "start", "pause"),
    [
        (Wait.ACCEPTED, Result.ACCEPTED, Result.ACCEPTED),
        (Wait.STARTED, Result.STARTED, Result.SETTLED),
        (None, Result.STARTED, Result.SETTLED),
        (Wait.SETTLED, Result.SETTLED, Result.SETTLED),
    ],
)
def test_wait_says_how_far_apply_follows(wait: Wait | None, start: Result, pause: Result):
    stage = Stage(
        world(source("geo", topic("geo.p")), link("west", mirror("a"))),
        connections() + snapshots("geo", completed("geo.p")) + mirrors("west", paused("a")),
    )
    applied = stage.apply(wait=wait)

    assert applied.results == {"geo/geo.p": start, "west/a": pause}
    assert (applied.report.traffic.settle == 0) is (wait is Wait.ACCEPTED)


def test_a_run_that_fails_while_it_is_followed_has_failed_with_its_trace():
    stage = Stage(
        world(source("till", topic("till.keyless", keyed=False))),
        connections() + snapshots("till", completed("till.keyless")),
    )
    applied = stage.apply(wait=Wait.SETTLED)

    assert applied.results == {"till/till.keyless": Result.FAILED}
    assert "has no primary key" in applied.of("till.keyless").message
    assert left(stage.plan()).keys() == {"till/till.keyless"}


def test_polls_grow_and_stop_when_everything_is_seen():
    stage = Stage(ONE_LINK | {"timing": {"mirror": "60s"}}, ONE_LINK_SPECS)
    stage.apply()
    log = stage.sandbox._state.store.rows("requests")
    times = [entry["time"] for _, entry in log if entry["path"] == MIRRORS]
    gaps = [round(later - earlier, 2) for earlier, later in pairwise(times)]

    assert gaps == [0.0, 1.0, 1.5, 2.25, 3.38, 5.06, 7.59, 11.39, 15.0, 15.0]


# When it ends


def test_time_that_is_up_before_the_second_look_starts_nothing():
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    applied = stage.apply(timeout=3)
    said = {item.message for item in applied.report.items}

    assert set(applied.results.values()) == {Result.NOT_RUN}
    assert said == {"the time given with --timeout is up"}
    assert stage.writes() == []


def test_time_that_is_up_while_following_leaves_short_what_was_seen_so_far():
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    applied = stage.apply(wait=Wait.SETTLED, timeout=9)

    assert {(i.result, i.short) for i in applied.report.items} == {(Result.STARTED, True)}
    assert (applied.report.ended_at - applied.report.started_at).total_seconds() == 9


@pytest.mark.parametrize("seconds", [5.5, 5.0])
def test_time_that_is_up_with_a_lost_start_leaves_it_unknown(seconds: float):
    stage = Stage(TWO_SOURCES, TWO_SPECS)
    stage.fail({"path": "/topics/bulk", "effect": "drop_before"})
    applied = stage.apply(timeout=seconds)
    expected = Result.NOT_RUN if seconds == 5.0 else Result.UNKNOWN

    assert set(applied.results.values()) == {expected}


def test_a_signal_before_any_call_sends_nothing():
    stage = rich()

    async def interrupt(halt: Halt) -> None:
        halt.asked.set()

    applied = stage.apply(between=interrupt)

    assert set(applied.results.values()) == {Result.NOT_RUN}
    assert applied.report.interrupted
    assert stage.writes() == []


@pytest.mark.parametrize("sends", [1, 2, 4, 5, 6, 8])
def test_a_signal_between_calls_awaits_those_under_way_and_sends_no_other(sends: int):
    stage = rich()
    seen: list[str] = []

    def interrupt(event: Event, halt: Halt) -> None:
        if event.stage is Part.SEND:
            seen.append(event.text)
            if len(seen) == sends:
                halt.asked.set()

    applied = stage.apply(on_event=interrupt)
    not_run = {i.step for i in applied.report.items if i.result is Result.NOT_RUN}
    sent = {call.step for call in applied.report.calls}

    assert len(stage.writes()) == len(applied.report.calls) == len(seen)
    assert sent.isdisjoint(not_run)
    assert applied.report.interrupted


def test_a_signal_while_the_canary_is_awaited_holds_the_others():
    stage = rich()
    stage.quirks(publish_lag="5m")

    def interrupt(event: Event, halt: Halt) -> None:
        if "POST /sources/snapshot" in event.text:
            halt.asked.set()

    applied = stage.apply(on_event=interrupt)
    held = [i for i in applied.report.items if i.result is Result.HELD]

    assert {item.address.name for item in held} >= {"shop", "till"}
    assert {item.message for item in held if item.address.name == "shop"} == {
        "held back because of the canary s1: interrupted"
    }


# What it counts and tells


def test_every_request_is_counted_by_its_purpose():
    stage = rich()
    traffic = stage.apply().report.traffic

    assert traffic == Traffic(
        tokens=1, reads=6, second_look=2, calls=9, retries=0, canary=2, settle=4
    )
    assert traffic.total == len(stage.requests())
    assert traffic.calls == len(stage.writes())


def test_reads_that_are_refused_while_following_are_told_once_and_end_with_the_time():
    stage = Stage(ONE_LINK, ONE_LINK_SPECS)
    refusing = {"method": "GET", "path": ".", "effect": "status", "status": 401, "times": None}

    async def spoil(method: str, _path: str) -> None:
        if method == "POST":
            await stage._control("PUT", "faults", {"rules": [refusing]})

    stage.after = spoil
    applied = stage.apply(timeout=60)

    assert {(i.result, i.short) for i in applied.report.items} == {(Result.ACCEPTED, True)}
    assert [warning.partition(":")[0] for warning in applied.report.warnings] == ["con"]


def test_an_apply_tells_what_it_does():
    stage = Stage(
        world(source("geo", topic("geo.p")), link("west", mirror("a", "PAUSED"))),
        connections() + snapshots("geo", completed("geo.p")) + mirrors("west", active("a")),
    )

    west = Address(Kind.CLUSTER_LINK, "west")
    con, kap, at_once = {"connection": "con"}, {"connection": "kap"}, {"remaining": timedelta()}
    slow, done = (Progress(west, 0, 1, "PAUSED", lag=0),), (Progress(west, 1, 1, lag=0),)

    assert stage.apply().events == [
        Event(Part.OBSERVE, "con", 1, 2, **con),
        Event(Part.OBSERVE, "kap", 2, 2, **kap),
        Event(Part.OBSERVE, "kap: confirm that 1 source never ran", **kap),
        Event(Part.LOOK, "kap: looking again in 5s before a start", **kap),
        Event(
            Part.SEND,
            "s2: POST /kafka/v3/clusters/lkc-1/links/west/mirrors:resume",
            **con,
            **at_once,
        ),
        Event(Part.SETTLE, "con: 1 item under way (PAUSED)", 0, 1, **con, parts=slow),
        Event(Part.SETTLE, "con: 1 item under way (PAUSED)", 0, 1, **con, parts=slow),
        Event(Part.SETTLE, "con: nothing under way", 1, 1, **con, parts=done),
        Event(Part.SEND, "s1: POST /sources/snapshot", **kap),
    ]


def test_an_empty_plan_applies_to_nothing():
    stage = Stage(world(link("west", mirror("a"))), connections() + mirrors("west", active("a")))
    report = stage.apply().report

    assert (report.items, report.calls, report.warnings, report.interrupted) == ((), (), (), False)
