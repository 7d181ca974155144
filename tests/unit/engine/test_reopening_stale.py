"""Parts of a saved plan whose ground has gone are left out, and the others go."""

import pytest

from reconciler.core.pins import Moved
from reconciler.engine.reopening import Reopening, reopen
from reconciler.model.change import Form, Start
from reconciler.model.outcome import Result
from reconciler.model.plan import Step
from reconciler.records import replace
from tests.support.rich import (
    RUNNING,
    connections,
    idle,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.saved import apply_saved, saved_of, with_step
from tests.support.stage import Stage, desired_of, source_id
from tests.unit.engine.reopened import crm, messages_of, results_of, rich


def test_a_document_that_changed_leaves_its_part_out():
    stage = crm()
    saved = saved_of(stage.plan())
    stage.desired = desired_of(
        stage.specs.replace("completed, since", "completed , type: blocking, since")
    )
    report = apply_saved(stage, saved)

    assert results_of(report) == {
        "a": Result.SETTLED,
        "b": Result.SETTLED,
        "crm.x": Result.STALE,
        "crm.y": Result.STALE,
    }
    assert messages_of(report)["crm.x"] == "Source/crm has changed since the plan"
    assert stage.our_starts() == []


def test_a_source_that_was_renamed_is_another():
    stage = crm()
    saved = saved_of(stage.plan())
    sources, key = stage.sandbox._state.world.streamkap.sources, source_id(stage, "crm")
    sources[key] = replace(sources[key], name="other")
    report = apply_saved(stage, saved)

    assert messages_of(report)["crm.x"] == "its source is called other now"


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
    stage = crm()
    saved = saved_of(stage.plan())
    stage.fail(fault | {"times": None})
    report = apply_saved(stage, saved)

    results = results_of(report)
    assert (results["crm.x"], results["a"]) == (Result.STALE, Result.SETTLED)
    assert messages_of(report)["crm.x"].startswith(told)


def test_a_connection_that_does_not_answer_makes_the_apply_incomplete():
    stage = crm()
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
    stage, saved = rich()
    _renewed(stage, "ads", "ads.a")
    report = apply_saved(stage, saved)

    results = results_of(report)
    assert (results["ads.a"], results["log.n"]) == (Result.STALE, Result.STARTED)
    assert messages_of(report)["ads.a"] == "its database id is another one now"


def test_an_id_that_belongs_to_another_topic_starts_nothing():
    """A forged file, with digests and an approval that fit."""
    stage, saved = rich()
    number = next(n for n, s in enumerate(saved.plan.steps, 1) if _is_bulk_start(s))
    step = saved.plan.steps[number - 1]
    first, *others = step.change.sources
    stolen = others[0].topics[0].db_id
    forged = replace(first, topics=(replace(first.topics[0], db_id=stolen), *first.topics[1:]))
    change = replace(step.change, sources=(forged, *others))
    body = {"snapshot_type": "incremental", "topic_ids": [*_db_ids(change)]}
    call = replace(step.call, body=body)
    report = apply_saved(stage, with_step(saved, number, replace(step, change=change, call=call)))

    assert results_of(report)[forged.topics[0].name] is Result.STALE


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
    assert results_of(report) == {"one.x": result, "two.x": Result.SETTLED}
