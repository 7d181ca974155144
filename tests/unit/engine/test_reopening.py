"""A saved plan taken up again: what is kept, what is left out, and what refuses the whole file."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from reconciler.core.admission import MAX_AGE
from reconciler.core.pins import Moved
from reconciler.engine.reopening import Reopening, check_calls, reopen
from reconciler.errors import AuthFailed, UsageError
from reconciler.model.call import Call
from reconciler.model.change import Change, Form, Resume, Start
from reconciler.model.outcome import ApplyReport, Result
from reconciler.model.plan import Step
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from reconciler.render import planfile
from tests.support.rich import (
    OLD,
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
from tests.support.saved import apply_saved, rich_saved, saved_of, small_saved, with_step
from tests.support.stage import Stage, desired_of, source_id

MIRRORS = "/kafka/v3/clusters/lkc-1/links/west/mirrors"


def _rich() -> tuple[Stage, SavedPlan]:
    """A stage, and a plan of it that was on the disk."""
    stage = Stage(RICH_WORLD, RICH_SPECS)
    return stage, planfile.read(planfile.write(saved_of(stage.plan())).encode())


def _crm(*more: str) -> Stage:
    """Two topics of a source, of which one has a run from long ago; two mirrors."""
    return Stage(
        world(
            source("crm", topic("crm.x"), topic("crm.y", OLD)),
            link("west", mirror("a"), mirror("b", "PAUSED")),
        ),
        connections()
        + snapshots("crm", completed("crm.?"))
        + mirrors("west", paused("a") + "\n" + active("b"))
        + "".join(more),
    )


def _results(report: ApplyReport) -> dict[str, Result]:
    return {item.address.topic: item.result for item in report.items}


def _messages(report: ApplyReport) -> dict[str, str]:
    return {item.address.topic: item.message for item in report.items}


def _bodies(stage: Stage) -> Counter[str]:
    calls = [r for r in stage.requests() if f"{r['method']} {r['path']}" in set(stage.writes())]
    return Counter(f"{r['path']} {r['body']}" for r in calls if r["method"] == "POST")


def test_a_plan_from_the_disk_does_what_the_plan_itself_would_do():
    stage, saved = _rich()
    direct = Stage(RICH_WORLD, RICH_SPECS)
    report, applied = apply_saved(stage, saved), direct.apply()

    assert _results(report) == {i.address.topic: i.result for i in applied.report.items}
    assert _bodies(stage) == _bodies(direct)
    assert len(stage.writes()) == len(saved.plan.steps)


def test_what_it_touches_is_looked_at_once_and_starts_a_second_time():
    stage = _crm()
    saved = saved_of(stage.plan())
    before = len(stage.requests())
    apply_saved(stage, saved)
    asked = [f"{r['method']} {r['path']}" for r in stage.requests()[before:]]
    first = next(n for n, line in enumerate(asked) if "mirrors:" in line)
    start = next(n for n, line in enumerate(asked) if line == "POST /sources/snapshot")

    assert len([line for line in asked[:first] if "lineage" in line]) == 1
    assert len([line for line in asked[:start] if "lineage" in line]) == 2
    assert [line for line in asked if "/topics/details" in line] == []


def test_what_is_disruptive_still_needs_a_word():
    stage, saved = _rich()
    report = apply_saved(stage, saved, allow=False)

    held = {t for t, result in _results(report).items() if result is Result.HELD}
    assert held == {"audit.x", "lab.a"}


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        pytest.param(
            "POST",
            f"{MIRRORS}:pause",
            {"mirror_topic_names": ["a"]},
            {"a": Result.DONE},
            id="paused-by-hand",
        ),
        pytest.param(
            "POST",
            f"{MIRRORS}:promote",
            {"mirror_topic_names": ["b"]},
            {"b": Result.STALE},
            id="promoted-by-hand",
        ),
        pytest.param(
            "POST",
            "/sources/snapshot",
            {"topic_names": ["crm.x", "crm.y"]},
            {"crm.x": Result.DONE, "crm.y": Result.DONE},
            id="started-by-hand",
        ),
        pytest.param(
            "POST",
            "/sources/snapshot",
            {"topic_names": ["crm.y"]},
            {"crm.y": Result.DONE},
            id="one-started-by-hand",
        ),
    ],
)
def test_what_was_done_by_hand_meanwhile_is_left_out(
    method: str, path: str, body: dict[str, object], expected: dict[str, Result]
):
    stage = _crm()
    saved = saved_of(stage.plan())
    if path == "/sources/snapshot":
        body |= {"source_id": source_id(stage, "crm")}
    assert stage.hands_on(method, path, body).is_success
    stage.pass_time(8 * 3600)
    report = apply_saved(stage, saved)

    rest = {"a": Result.SETTLED, "b": Result.SETTLED}
    rest |= {"crm.x": Result.STARTED, "crm.y": Result.STARTED}
    assert _results(report) == rest | expected
    sent = {t for body in _bodies(stage) for t in ("'a'", "'b'", "crm.x", "crm.y") if t in body}
    assert {t.strip("'") for t in sent} == set(rest) - set(expected)


def test_what_moved_is_told_with_what_the_plan_saw():
    stage = _crm()
    saved = saved_of(stage.plan())
    assert stage.hands_on("POST", f"{MIRRORS}:promote", {"mirror_topic_names": ["b"]}).is_success
    stage.pass_time(60)
    report = apply_saved(stage, saved)

    assert _messages(report)["b"] == "it moved since the plan, which saw: PAUSED"


def test_a_stop_of_a_run_that_has_ended_is_done():
    stage = Stage(
        world(source("audit", topic("audit.x", RUNNING, rows=200))),
        connections() + snapshots("audit", idle("audit.*")),
    )
    saved = saved_of(stage.plan())
    stage.pass_time(3600)
    report = apply_saved(stage, saved)

    assert (_results(report), stage.writes()) == ({"audit.x": Result.DONE}, [])


def test_a_document_that_changed_leaves_its_part_out():
    stage = _crm()
    saved = saved_of(stage.plan())
    stage.desired = desired_of(
        stage.specs.replace("completed, since", "completed , type: blocking, since")
    )
    report = apply_saved(stage, saved)

    assert _results(report) == {
        "a": Result.SETTLED,
        "b": Result.SETTLED,
        "crm.x": Result.STALE,
        "crm.y": Result.STALE,
    }
    assert _messages(report)["crm.x"] == "Source/crm has changed since the plan"
    assert stage.our_starts() == []


def test_a_source_that_was_renamed_is_another():
    stage = _crm()
    saved = saved_of(stage.plan())
    sources, key = stage.sandbox._state.world.streamkap.sources, source_id(stage, "crm")
    sources[key] = replace(sources[key], name="other")
    report = apply_saved(stage, saved)

    assert _messages(report)["crm.x"] == "its source is called other now"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        pytest.param(
            {"path": "/auth/access-token", "effect": "status", "status": 401},
            "it could not be looked at: kap: ",
            id="the-whole-connection",
        ),
        pytest.param(
            {"path": "^/sources", "effect": "status", "status": 404},
            "it could not be looked at",
            id="the-source",
        ),
    ],
)
def test_what_cannot_be_looked_at_is_left_out_and_the_others_go(
    fault: dict[str, object], told: str
):
    stage = _crm()
    saved = saved_of(stage.plan())
    stage.fail(fault | {"times": None})
    report = apply_saved(stage, saved)

    results = _results(report)
    assert (results["crm.x"], results["a"]) == (Result.STALE, Result.SETTLED)
    assert _messages(report)["crm.x"].startswith(told)


def test_a_connection_that_does_not_answer_makes_the_apply_incomplete():
    stage = _crm()
    saved = saved_of(stage.plan())
    stage.fail({"path": "/auth/access-token", "effect": "status", "status": 401, "times": None})

    async def main():
        async with stage._opened() as providers:
            asked = Reopening(saved, stage.desired, Moved({}, {}))
            return await reopen(asked, providers, stage.clock, lambda _: None)

    planned = stage.clock.run(main)

    assert [step.call.connection for step in planned.plan.steps] == ["con", "con"]
    assert len(planned.plan.incomplete) == 1
    assert planned.plan.incomplete[0].startswith("kap: ")


def _renewed(stage: Stage, name: str, topic_name: str) -> None:
    """Let a topic have been made anew: its record has another id."""
    sources, key = stage.sandbox._state.world.streamkap.sources, source_id(stage, name)
    topics = sources[key].topics
    topics[topic_name] = replace(topics[topic_name], db_id="f" * 24)


def test_a_topic_that_was_made_anew_is_not_started_by_its_old_id():
    stage, saved = _rich()
    _renewed(stage, "ads", "ads.a")
    report = apply_saved(stage, saved)

    results = _results(report)
    assert (results["ads.a"], results["log.n"]) == (Result.STALE, Result.STARTED)
    assert _messages(report)["ads.a"] == "its database id is another one now"


def test_an_id_that_belongs_to_another_topic_starts_nothing():
    """A forged file, with digests and an approval that fit."""
    stage, saved = _rich()
    number = next(n for n, s in enumerate(saved.plan.steps, 1) if _is_bulk_start(s))
    step = saved.plan.steps[number - 1]
    first, *others = step.change.sources
    stolen = others[0].topics[0].db_id
    forged = replace(first, topics=(replace(first.topics[0], db_id=stolen), *first.topics[1:]))
    change = replace(step.change, sources=(forged, *others))
    body = {"snapshot_type": "incremental", "topic_ids": [*_db_ids(change)]}
    call = replace(step.call, body=body)
    report = apply_saved(stage, with_step(saved, number, replace(step, change=change, call=call)))

    assert _results(report)[forged.topics[0].name] is Result.STALE


def _is_bulk_start(step: Step) -> bool:
    return isinstance(step.change, Start) and step.change.form is Form.BULK


def _db_ids(change: Start) -> list[str]:
    return [topic.db_id for part in change.sources for topic in part.topics]


@pytest.mark.parametrize(("renewed", "result"), [(False, Result.SETTLED), (True, Result.STALE)])
def test_a_bulk_stop_is_sent_with_an_id_of_its_source_only(renewed: bool, result: Result):
    parts = [source(name, topic(f"{name}.x", RUNNING, rows=10**6)) for name in ("one", "two")]
    specs = "".join(snapshots(name, idle(f"{name}.x")) for name in ("one", "two"))
    stage = Stage(world(*parts), connections() + specs)
    saved = saved_of(stage.plan())
    if renewed:
        _renewed(stage, "one", "one.x")
    report = apply_saved(stage, saved)

    assert [step.change.form for step in saved.plan.steps] == [Form.BULK]
    assert _results(report) == {"one.x": result, "two.x": Result.SETTLED}


class _Renderer:
    """A provider as far as calls are made."""

    def __init__(self, make: Callable[[Change], Call]) -> None:
        self._make = make

    def render(self, change: Change) -> Call:
        return self._make(change)


def _checked(saved: SavedPlan, make: Callable[[Change], Call], moved: Moved) -> str:
    names = {step.call.connection for step in saved.plan.steps}
    asked = Reopening(saved, rich_saved()[1], moved)
    try:
        check_calls(asked, {name: _Renderer(make) for name in names})
    except UsageError as error:
        return str(error)
    return ""


def test_a_call_that_its_change_does_not_make_refuses_the_plan():
    saved = small_saved()
    forged = replace(saved.plan.steps[0].call, path="/sources/delete")
    other = with_step(saved, 1, replace(saved.plan.steps[0], call=forged))
    call = saved.plan.steps[0].call

    assert _checked(saved, lambda _: call, Moved({}, {})) == ""
    assert _checked(other, lambda _: call, Moved({}, {})) == (
        "the call of s1 is not the one that its change makes; plan again"
    )


def test_a_call_of_a_part_that_is_stale_is_not_looked_at():
    saved = small_saved()

    def never(_change: Change) -> Call:
        raise AssertionError

    assert _checked(saved, never, Moved({"streamkap-prod": "gone"}, {})) == ""


def test_a_change_that_its_vendor_does_not_know_refuses_the_plan():
    stage, saved = _rich()
    number = next(n for n, s in enumerate(saved.plan.steps, 1) if isinstance(s.change, Resume))
    step = saved.plan.steps[number - 1]
    forged = with_step(saved, number, replace(step, call=replace(step.call, connection="kap")))

    async def main() -> None:
        async with stage._opened() as providers:
            check_calls(Reopening(forged, stage.desired, Moved({}, {})), providers)

    with pytest.raises(UsageError) as refused:
        stage.clock.run(main)

    assert str(refused.value) == (
        f"s{number} is no change for its connection: Streamkap has no mirror topics to resume"
    )


def test_a_connection_that_cannot_be_opened_makes_no_calls_to_compare():
    def closed(_change: Change) -> Call:
        raise AuthFailed("streamkap-prod", "read the credential", "KEY is not set")

    assert _checked(small_saved(), closed, Moved({}, {})) == ""


def test_a_pause_is_not_sent_when_its_time_is_over():
    stage = Stage(
        world(link("west", mirror("a"), mirror("b", "PAUSED"))),
        connections()
        + mirrors("west", paused("a", until="2026-11-22T13:00:00Z") + "\n" + active("b")),
    )
    saved = saved_of(stage.plan())
    stage.pass_time(3601)
    report = apply_saved(stage, replace(saved, not_after=saved.plan.created_at + MAX_AGE))

    assert _results(report) == {"a": Result.STALE, "b": Result.SETTLED}
    assert _messages(report)["a"] == "its time was over at 2026-11-22T13:00:00Z"
    assert len(stage.writes()) == 1


def test_a_pause_whose_answer_was_lost_is_not_sent_again_when_its_time_is_over():
    stage = Stage(
        world(link("west", mirror("a"))),
        connections() + mirrors("west", paused("a", until="2026-11-22T12:00:03Z")),
    )
    stage.fail({"path": "mirrors:pause", "effect": "drop_before", "times": 1})
    applied = stage.apply()

    assert applied.of("a").result is Result.FAILED
    assert applied.of("a").message == "not sent: its time was over at 2026-11-22T12:00:03Z"
    assert len(stage.writes()) == 1


def test_a_rehearsal_has_its_own_time():
    """`--now` beats the clock, also where a pause ends."""
    stage = Stage(
        world(link("west", mirror("a"))),
        connections() + mirrors("west", paused("a", until="2026-11-22T13:00:00Z")),
    )
    planned = stage.plan(now=stage.clock.now() - timedelta(days=9))
    stage.pass_time(7200)
    saved = saved_of(planned)

    async def main():
        async with stage._opened() as providers:
            asked = Reopening(saved, stage.desired, Moved({}, {}), planned.now)
            return await reopen(asked, providers, stage.clock, lambda _: None)

    assert stage.clock.run(main).now == planned.now
