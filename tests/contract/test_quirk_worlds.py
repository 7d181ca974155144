"""Values of undocumented behaviour that only matter in a world, or at a moment, of their own."""

import pytest

from reconciler.model.outcome import Result
from reconciler.model.verdict import Verdict
from reconciler.sandbox.quirks import VALUES
from tests.support.rich import (
    OLD,
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

HOUR = 3600.0


@pytest.mark.parametrize("value", VALUES["publish_lag"])
def test_a_lag_that_is_long_enough_sees_every_start(value: str):
    specs = connections(lag="6m") + snapshots("geo", completed("geo.p"))
    stage = Stage(world(source("geo", topic("geo.p"), topic("geo.q"))), specs)
    stage.quirks(publish_lag=value)

    assert stage.apply(timeout=3600).results == {"geo/geo.p": Result.STARTED}


@pytest.mark.parametrize("value", VALUES["unknown_mirror"])
def test_a_mirror_that_is_gone_fails_alone_where_the_vendor_lets_it(value: str):
    expected = Result.SETTLED if value == "item" else Result.FAILED
    specs = connections() + mirrors("west", paused("orders.*"))
    stage = Stage(world(link("west", mirror("orders.a"), mirror("orders.b"))), specs)
    stage.quirks(unknown_mirror=value)

    async def delete(_halt) -> None:
        await stage.by_hand("DELETE", "/kafka/v3/clusters/lkc-1/topics/orders.a")

    applied = stage.apply(between=delete)

    assert applied.results == {"west/orders.a": Result.FAILED, "west/orders.b": expected}
    assert len(stage.writes()) == 1


@pytest.mark.parametrize("value", VALUES["repeat_pause"])
def test_a_pause_that_somebody_else_made_first_is_as_wanted(value: str):
    specs = connections() + mirrors("west", paused("orders.*"))
    stage = Stage(world(link("west", mirror("orders.a"), mirror("orders.b"))), specs)
    stage.quirks(repeat_pause=value)

    async def pause(_halt) -> None:
        path = "/kafka/v3/clusters/lkc-1/links/west/mirrors:pause"
        await stage.by_hand("POST", path, {"mirror_topic_names": ["orders.a"]})

    applied = stage.apply(between=pause)

    assert set(applied.results.values()) == {Result.SETTLED}


@pytest.mark.parametrize("value", VALUES["answer_missing_items"])
def test_an_item_that_the_answer_forgets_is_read_again(value: str):
    specs = connections() + mirrors("west", paused("orders.*"))
    stage = Stage(world(link("west", mirror("orders.a"), mirror("orders.b"))), specs)
    stage.quirks(answer_missing_items=value)
    applied = stage.apply()
    forgotten = [i.message for i in applied.report.items if i.message]

    assert set(applied.results.values()) == {Result.SETTLED}
    assert forgotten == (
        [] if value == "no" else ["it is as wanted, although the answer said: not in the answer"]
    )


@pytest.mark.parametrize("value", VALUES["link_pause_shows"])
def test_a_paused_link_hides_its_topics_and_nothing_is_sent(value: str):
    specs = connections() + mirrors("west", paused("a") + "\n" + active("b"))
    hidden = link("west", mirror("a"), mirror("b")) | {"configs": {"cluster.link.paused": "true"}}
    stage = Stage(world(hidden), specs)
    stage.quirks(link_pause_shows=value)
    applied = stage.apply()

    assert [f.verdict for f in applied.planned.plan.findings] == [Verdict.BLOCKED]
    assert stage.writes() == []


@pytest.mark.parametrize("value", VALUES["stopped_listed"])
def test_a_promoted_mirror_is_for_a_person_where_a_literal_names_it(value: str):
    specs = connections() + mirrors("west", paused("a", "b.*"))
    stage = Stage(world(link("west", mirror("a", "STOPPED"), mirror("b.x", "STOPPED"))), specs)
    stage.quirks(stopped_listed=value)

    assert left(stage.plan()) == {"west/a": Verdict.BLOCKED}


@pytest.mark.parametrize("value", VALUES["missing_source"])
def test_a_source_that_does_not_exist_is_for_a_person(value: str):
    specs = connections() + snapshots("geo", completed("geo.p")).replace(
        "source: geo", "sourceId: aaaaaaaaaaaaaaaaaaaaaaaa"
    )
    stage = Stage(world(source("geo", topic("geo.p"))), specs)
    stage.quirks(missing_source=value)

    assert left(stage.plan()) == {"geo": Verdict.BLOCKED}


@pytest.mark.parametrize("value", VALUES["total_lies"])
def test_sources_are_found_on_later_pages_whatever_the_total_says(value: str):
    sources = [source(f"s{number:03}", topic("t", OLD)) for number in range(205)]
    specs = connections() + "".join(
        snapshots(f"s{number:03}", completed("t")) for number in range(3, 205, 4)
    )
    stage = Stage(world(*sources), specs)
    stage.quirks(total_lies=value)
    planned = stage.plan()

    assert {f.verdict for f in planned.plan.findings} == {Verdict.CHANGE}
    assert len(planned.plan.findings) == 51


@pytest.mark.parametrize("value", VALUES["conflict_on"])
def test_a_run_that_slips_in_right_before_a_start_is_respected_or_joined(value: str):
    """Somebody starts the other topic between the second look and our call.

    Where the vendor lets both run, nobody can tell whose run the other is: it is told, not passed.
    """
    specs = connections() + snapshots("geo", completed("geo.p"))
    stage = Stage(world(source("geo", topic("geo.p"), topic("geo.q"))), specs)
    stage.quirks(conflict_on=value)

    async def start(_method: str, path: str) -> None:
        if path == "/sources/snapshot" and not stage.hand:
            body = {"source_id": source_id(stage, "geo"), "topic_names": ["geo.q"]}
            await stage.by_hand("POST", path, body)

    stage.before = start
    applied = stage.apply()
    is_refused = value == "running+pending"

    assert applied.of("geo.p").result is (Result.DEFERRED if is_refused else Result.FAILED)
    assert ("geo.q" in applied.of("geo.p").message) is not is_refused
    assert stage.our_starts() == ([] if is_refused else ["geo/geo.p"])


@pytest.mark.parametrize("value", VALUES["stop_when_idle"])
def test_a_stop_that_comes_too_late_is_as_wanted(value: str):
    running = {"status": "running", "submitted": "-1m", "started": "-50s", "rows_scanned": 70}
    specs = connections() + snapshots("audit", idle("audit.*"))
    stage = Stage(world(source("audit", topic("audit.x", running))), specs)
    stage.quirks(stop_when_idle=value)

    async def wait(halt) -> None:
        await halt.clock.sleep(10)

    applied = stage.apply(between=wait)

    assert applied.results == {"audit/audit.x": Result.SETTLED}
    assert applied.of("audit.x").seen == "completed"


@pytest.mark.parametrize("value", VALUES["stop_narrows"])
def test_a_stop_ends_everything_on_its_source(value: str):
    running = {"status": "running", "submitted": "-1m", "started": "-50s"}
    topics = [topic(f"audit.{name}", running, rows=10_000) for name in "xyz"]
    specs = connections() + snapshots("audit", idle("audit.x", more=", allowSourceWide: true"))
    stage = Stage(world(source("audit", *topics)), specs)
    stage.quirks(stop_narrows=value)
    applied = stage.apply()

    assert applied.results == {"audit/audit.x": Result.SETTLED}
    assert {run["status"] for run in stage.runs()} == {"cancelled"}
    assert "the stop also ends audit.y, audit.z" in applied.planned.plan.findings[0].reason


@pytest.mark.parametrize("value", VALUES["resume"])
def test_a_restart_after_a_cancelled_run_happens_once(value: str):
    """The vendor may show the old run's start for the new one."""
    cancelled = {"status": "cancelled", "submitted": "-1h", "started": "-1h", "ended": "-30m"}
    specs = connections() + snapshots("geo", completed("geo.p", more=", onCancel: restart"))
    stage = Stage(world(source("geo", topic("geo.p", cancelled))), specs)
    stage.quirks(resume=value)
    applied = stage.apply()
    stage.pass_time(HOUR)
    stage.apply()

    assert applied.results == {"geo/geo.p": Result.STARTED}
    assert stage.our_starts() == ["geo/geo.p"]
    assert left(stage.plan()) == {}
