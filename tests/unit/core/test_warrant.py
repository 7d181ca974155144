"""A forged plan is refused: one that contradicts itself, and one that does what no rule asks for."""

from collections.abc import Callable

import pytest

from reconciler.core.digest import approval
from reconciler.core.pins import Moved, check_pins
from reconciler.core.warrant import check_shape, check_warrant
from reconciler.errors import UsageError
from reconciler.model.change import Form, Resume
from reconciler.model.desired import (
    Desired,
    MirrorState,
    SnapshotState,
    SnapshotType,
)
from reconciler.model.plan import Step
from reconciler.model.saved import SavedPlan
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.saved import rich_saved, with_step
from tests.support.specs import patterns

SAVED, DESIRED = rich_saved()
STILL = Moved({}, {})
STEPS = {step.id: step for step in SAVED.plan.steps}
STOP, SINGLE, KEYED, FILTERED, BULK, ENDLESS, PAUSE, RESUME = (
    STEPS[name] for name in ("s1", "s2", "s3", "s4", "s5", "s7", "s8", "s9")
)


def _number(step: Step) -> int:
    return int(step.id[1:])


def _items(step: Step, **changes: object) -> Step:
    return replace(step, items=tuple(replace(item, **changes) for item in step.items))


def _change(step: Step, **changes: object) -> Step:
    return replace(step, change=replace(step.change, **changes))


def test_a_plan_that_was_made_is_consistent_and_asked_for():
    check_shape(SAVED)
    check_warrant(SAVED, DESIRED, check_pins(SAVED, DESIRED))


@pytest.mark.parametrize(
    ("forged", "told"),
    [
        pytest.param(replace(PAUSE, id="s80"), "s80 is out of order", id="number"),
        pytest.param(replace(PAUSE, needs=("s9",)), "s8 is out of order", id="needs-a-later-one"),
        pytest.param(replace(PAUSE, needs=("s8",)), "s8 is out of order", id="needs-itself"),
        pytest.param(
            replace(PAUSE, call=replace(PAUSE.call, connection="east")),
            "s8 is sent by east, which is not among its connections",
            id="connection",
        ),
        pytest.param(
            _change(PAUSE, topics=(*PAUSE.change.topics, "other")),
            "the items of s8 are not what it changes",
            id="a-topic-more",
        ),
        pytest.param(
            _change(PAUSE, topics=(*PAUSE.change.topics, PAUSE.change.topics[0])),
            "the items of s8 are not what it changes",
            id="a-topic-twice",
        ),
        pytest.param(
            _change(PAUSE, link="lab"),
            "the items of s8 are not what it changes",
            id="another-link",
        ),
        pytest.param(
            _change(SINGLE, sources=(replace(SINGLE.change.sources[0], source_id="x"),)),
            "the items of s2 are not what it changes",
            id="another-source",
        ),
        pytest.param(
            _change(BULK, form=Form.SINGLE),
            "the items of s5 are not what it changes",
            id="two-sources-in-a-single-call",
        ),
        pytest.param(
            _change(STOP, sources=(replace(STOP.change.sources[0], source_id="x"),)),
            "the items of s1 are not what it changes",
            id="a-stop-elsewhere",
        ),
        pytest.param(
            replace(ENDLESS, risk=Risk.SAFE), "the risk of s7 is not that of its items", id="risk"
        ),
        pytest.param(
            _change(_items(PAUSE, target="lkc-1/lab"), link="lab"),
            "s8 rests on a document that is not among its specs",
            id="document",
        ),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(forged: Step, told: str):
    number = 8 if forged.id == "s80" else _number(forged)

    with pytest.raises(UsageError) as refused:
        check_shape(with_step(SAVED, number, forged))

    assert str(refused.value) == f"it contradicts itself: {told}; plan again"


def test_an_approval_of_other_steps_is_refused():
    forged = replace(SAVED, plan=replace(SAVED.plan, approval=approval(())))

    with pytest.raises(UsageError) as refused:
        check_shape(forged)

    assert str(refused.value) == (
        "it contradicts itself: its approval is not that of its steps; plan again"
    )


def _refusal(saved: SavedPlan, specs: Desired = DESIRED, found: Moved = STILL) -> str:
    try:
        check_warrant(saved, specs, found)
    except UsageError as error:
        return str(error)
    return ""


def _start_topic(step: Step, **changes: object) -> Step:
    source = step.change.sources[0]
    topics = tuple(replace(topic, **changes) for topic in source.topics)
    return _change(step, sources=(replace(source, topics=topics), *step.change.sources[1:]))


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(_items(ENDLESS, risk=Risk.SAFE), id="an-endless-pause-said-to-be-safe"),
        pytest.param(_items(PAUSE, risk=Risk.DISRUPTIVE), id="a-pause-said-to-be-disruptive"),
        pytest.param(
            replace(ENDLESS, change=Resume("lkc-1", "lab", ("lab.a",))), id="a-resume-of-a-pause"
        ),
        pytest.param(_items(PAUSE, topic="x"), id="an-item-of-two-topics"),
        pytest.param(_change(SINGLE, type=SnapshotType.BLOCKING), id="a-blocking-run"),
        pytest.param(_change(SINGLE, surrogate_key="id"), id="a-key"),
        pytest.param(_start_topic(SINGLE, filter="1 = 1"), id="a-filter"),
        pytest.param(_start_topic(FILTERED, filter="a>2"), id="another-filter"),
        pytest.param(_start_topic(FILTERED, filter=""), id="no-filter"),
        pytest.param(_change(FILTERED, form=Form.BULK), id="a-filter-that-bulk-loses"),
        pytest.param(_change(KEYED, form=Form.BULK), id="a-key-that-bulk-loses"),
        pytest.param(_items(SINGLE, risk=Risk.DISRUPTIVE), id="a-start-said-to-be-disruptive"),
        pytest.param(
            _change(
                _items(STOP, risk=Risk.SAFE),
                sources=(replace(STOP.change.sources[0], type=SnapshotType.BLOCKING),),
            ),
            id="a-stop-of-a-blocking-run-said-to-be-safe",
        ),
        pytest.param(
            replace(PAUSE, call=replace(PAUSE.call, connection="kap")), id="another-connection"
        ),
    ],
)
def test_what_no_rule_asks_for_is_refused(forged: Step):
    address = forged.items[0].address

    told = _refusal(with_step(SAVED, _number(forged), forged))

    assert told == f"{forged.id} does to {address} what the specs do not ask for; plan again"


def _specs(name: str, **changes: object) -> Callable[[], Desired]:
    """The specs with other rules in one document."""

    def changed(documents):
        return tuple(
            replace(d, rules=tuple(replace(r, **changes) for r in d.rules))
            if d.address.name == name
            else d
            for d in documents
        )

    def specs() -> Desired:
        is_link = name in {"west", "lab"}
        if is_link:
            return replace(DESIRED, links=changed(DESIRED.links))
        return replace(DESIRED, sources=changed(DESIRED.sources))

    return specs


@pytest.mark.parametrize(
    ("step", "specs"),
    [
        pytest.param(SINGLE, _specs("geo", state=SnapshotState.IDLE), id="start-of-an-idle-topic"),
        pytest.param(SINGLE, _specs("geo", topics=patterns(["x"])), id="start-of-an-unnamed-topic"),
        pytest.param(STOP, _specs("audit", state=SnapshotState.COMPLETED), id="stop-of-another"),
        pytest.param(STOP, _specs("audit", topics=patterns(["x"])), id="stop-of-an-unnamed-topic"),
        pytest.param(ENDLESS, _specs("lab", state=MirrorState.ACTIVE), id="pause-of-an-active-one"),
        pytest.param(ENDLESS, _specs("lab", topics=patterns(["x"])), id="pause-of-an-unnamed-one"),
        pytest.param(RESUME, _specs("west", state=MirrorState.UNMANAGED), id="resume-of-another"),
        pytest.param(RESUME, _specs("west", topics=patterns(["x"])), id="resume-of-an-unnamed-one"),
        pytest.param(
            RESUME, _specs("west", state=MirrorState.PAUSED, until=None), id="resume-of-a-pause"
        ),
    ],
)
def test_a_topic_that_the_rules_want_otherwise_is_refused(step: Step, specs: Callable[[], Desired]):
    """The digests that would show it are no obstacle to a forger."""
    address = step.items[0].address
    alone = replace(SAVED, plan=replace(SAVED.plan, steps=(step,)))

    assert _refusal(alone, specs()) == (
        f"{step.id} does to {address} what the specs do not ask for; plan again"
    )


def test_a_pause_that_has_ended_may_be_resumed():
    ended = _specs("west", state=MirrorState.PAUSED, until=SAVED.plan.created_at)()

    assert _refusal(SAVED, ended) == ""


def test_a_blocking_start_is_asked_for_as_disruptive():
    blocking = _change(_items(SINGLE, risk=Risk.DISRUPTIVE), type=SnapshotType.BLOCKING)
    alone = replace(SAVED, plan=replace(SAVED.plan, steps=(blocking,)))

    assert _refusal(alone, _specs("geo", type=SnapshotType.BLOCKING)()) == ""


def test_a_stop_of_an_incremental_run_may_be_safe():
    source = replace(STOP.change.sources[0], type=SnapshotType.INCREMENTAL)
    safe = _change(_items(STOP, risk=Risk.SAFE), sources=(source,))

    assert _refusal(with_step(SAVED, 1, safe)) == ""


def test_a_source_that_is_pinned_by_its_id_is_no_other():
    pinned = tuple(
        replace(d, source="", source_id="f" * 24) if d.address.name == "geo" else d
        for d in DESIRED.sources
    )

    told = _refusal(SAVED, replace(DESIRED, sources=pinned))

    assert told == "s2 does to Source/geo/geo.p what the specs do not ask for; plan again"


def test_what_is_stale_anyway_needs_no_rule():
    gone = replace(DESIRED, links=(), sources=())
    stale = Moved({"kap": "gone", "con": "gone"}, {})

    assert _refusal(SAVED, gone, stale) == ""
