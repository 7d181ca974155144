"""What was under way before, what cannot be seen any more, and leaving at once."""

import json

import pytest

from reconciler.core import outcomes
from reconciler.core.settled import Wait
from reconciler.engine.applying import ApplyAsk, apply_plan
from reconciler.engine.following import ALREADY, follow_under_way
from reconciler.engine.halting import Halt
from reconciler.engine.memory import forgetful
from reconciler.engine.planning import PlanAsk, make_plan
from reconciler.errors import LedgerError
from reconciler.model.outcome import ApplyReport, Outcome, Result
from tests.support.rich import completed, connections, snapshots, source, topic, world
from tests.support.stage import EVERYTHING, Applied, Stage

SPECS = connections() + snapshots("crm", completed("crm.?"))


def stage_of(**more: object) -> Stage:
    return Stage(world(source("crm", topic("crm.x", **more), topic("crm.y", **more))), SPECS)


def apply_settled(stage: Stage, timeout: float = 600.0, troubles: tuple = ()) -> Applied:
    """`apply --wait settled`, as the command line does it."""
    left = list(troubles)

    async def main() -> Applied:
        async with stage._opened() as providers:

            async def plan():
                if left and (trouble := left.pop(0)) is not None:
                    raise trouble
                ask = PlanAsk(EVERYTHING, forgetful(stage.clock))
                return await make_plan(stage.desired, providers, stage.clock, ask, lambda _: None)

            planned = await plan()
            halt = Halt(stage.clock, stage.clock.monotonic() + timeout)
            ask = ApplyAsk(halt, forgetful(stage.clock), allow_disruptive=True, wait=Wait.SETTLED)
            report = await apply_plan(planned, providers, ask, lambda _: None)
            around = (planned.plan, providers, lambda _: None)
            return Applied(planned, await follow_under_way(report, plan, ask, around), [])

    return stage.clock.run(main)


def words(applied: Applied) -> tuple[Outcome, ...]:
    return outcomes.of_apply(applied.planned.plan, applied.report)


def test_runs_of_an_earlier_apply_are_waited_for():
    stage = stage_of()
    stage.apply(wait=Wait.STARTED)
    before = len(stage.requests())

    second = apply_settled(stage)

    assert second.results == dict.fromkeys(["crm/crm.x", "crm/crm.y"], Result.SETTLED)
    assert words(second) == (Outcome.OK,)
    assert second.report.traffic.total == len(stage.requests()) - before


def test_where_time_is_up_they_are_short_of_what_was_asked():
    stage = stage_of(rows=10**9)
    stage.apply(wait=Wait.STARTED)

    second = apply_settled(stage, timeout=5)

    assert set(second.results.values()) == {Result.STARTED}
    assert Outcome.NOT_REACHED in words(second)
    assert second.of("crm.x").message == f"{ALREADY}; the time given with --timeout is up"


def test_a_look_that_the_ledger_spoils_loses_no_result():
    stage = stage_of()
    stage.apply(wait=Wait.STARTED)
    full = LedgerError("l.db", "database or disk is full")

    second = apply_settled(stage, troubles=(None, full, full))

    assert second.results == dict.fromkeys(["crm/crm.x", "crm/crm.y"], Result.SETTLED)
    assert words(second) == (Outcome.OK,)


def test_one_that_fails_has_failed():
    stage = stage_of(keyed=False)
    stage.apply(wait=Wait.ACCEPTED)

    second = apply_settled(stage)

    assert set(second.results.values()) == {Result.FAILED}
    assert Outcome.FAILED in words(second)


def test_a_run_somebody_began_after_the_plan_is_waited_for_too():
    stage = stage_of()
    ids = [s.id for s in stage.sandbox._state.world.streamkap.sources.values()]
    hand = {"source_id": ids[0], "topic_names": ["crm.x", "crm.y"]}
    seen = []

    async def before(_method: str, path: str) -> None:
        seen.append(path)
        if seen.count("/dashboard/lineage/topics/batch") == 2 and not stage.hand:
            await stage.by_hand("POST", "/sources/snapshot", hand)

    stage.before = before
    applied = apply_settled(stage)

    assert set(applied.results.values()) == {Result.SETTLED}
    assert stage.our_starts() == []


def test_nothing_under_way_takes_no_further_look():
    stage = stage_of()
    apply_settled(stage)
    before = len(stage.requests())

    again = apply_settled(stage)

    assert again.results == {}
    assert again.report.traffic.total == len(stage.requests()) - before
    assert again.report.traffic.settle == 0


def test_a_look_that_fails_while_it_settles_is_told():
    stage = stage_of(rows=10**9)
    path = "/dashboard/lineage/topics/batch"
    told = []

    def on_event(event, _halt) -> None:
        told.append(event.text)
        if event.text.startswith("s1: POST"):
            stage.sandbox.app = _Gone(stage.sandbox.app, path)

    applied = stage.apply(wait=Wait.SETTLED, timeout=60, on_event=on_event)

    assert any("the last look failed" in text for text in told)
    assert any(path in warning for warning in applied.report.warnings), applied.report.warnings


class _Gone:
    """A vendor that answers one path no more."""

    def __init__(self, app, path: str) -> None:
        self._app, self._path = app, path

    async def __call__(self, scope, receive, send) -> None:
        if scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        body = json.dumps({"detail": "gone"}).encode()
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize("path", ["/sources/snapshot", "/topics/bulk/snapshot"])
def test_whoever_leaves_at_once_is_told_what_nobody_knows(path: str):
    """The second signal while a start is unanswered: a report all the same, and exit 10."""
    filtered = path == "/sources/snapshot"
    more = ", filter: 'a = 1'" if filtered else ""
    specs = connections() + snapshots("crm", completed("crm.?", more=more))
    specs += snapshots("stock", completed("stock.?", more=more))
    sources = (source("crm", topic("crm.x")), source("stock", topic("stock.l")))
    stage = Stage(world(*sources), specs)
    halts = []

    def on_event(_event, halt) -> None:
        halts.append(halt)

    async def after(_method: str, asked: str) -> None:
        if asked == path:
            halts[-1].asked.set()
            halts[-1].scope.cancel()
            await stage.clock.sleep(30)

    stage.after = after
    applied = stage.apply(on_event=on_event)
    report: ApplyReport = applied.report

    assert Result.UNKNOWN in applied.results.values()
    assert words(applied)[0] is Outcome.UNKNOWN
    assert report.interrupted
