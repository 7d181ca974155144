"""Apply: in which order it sends, what it counts, what it tells."""

from datetime import timedelta

from reconciler.engine.events import Event
from reconciler.engine.events import Stage as Part
from reconciler.model.address import Address, Kind
from reconciler.model.outcome import Result, Traffic
from reconciler.model.progress import Part as Progress
from tests.contract.scenes import ONE_LINK, ONE_LINK_SPECS, rich
from tests.support.rich import (
    active,
    completed,
    connections,
    link,
    mirror,
    mirrors,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Stage, left

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
