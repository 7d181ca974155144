"""A judgement to ordered steps."""

from datetime import timedelta

import pytest

from reconciler.core.steps import build_steps
from reconciler.model.change import Pause, Resume, Stop
from reconciler.model.desired import Desired, Limits
from reconciler.model.plan import Step, StepItem
from reconciler.model.verdict import Risk
from tests.support.specs import (
    BLOCKING,
    CLUSTER,
    INCREMENTAL,
    LINK,
    NOW,
    OLD,
    by_id,
    by_name,
    completed,
    confirmed,
    confluent,
    desired,
    idle,
    judged,
    know,
    link,
    link_document,
    mirror,
    mirroring,
    observed,
    paused,
    render,
    run,
    since,
    source,
    source_document,
    streamkap,
    topic,
)

RUNNING = run("running", since(2), type=INCREMENTAL)
DONE = run("completed", OLD)
SOON, LATER = NOW + timedelta(days=1), NOW + timedelta(days=2)


def _steps(specs: Desired, knowledge: object, ids: object = None) -> tuple[Step, ...]:
    return build_steps(specs, judged(specs, knowledge), knowledge, ids or {}, render)


def _brief(steps: tuple[Step, ...]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(s.id, s.call.connection, s.call.path, s.needs) for s in steps]


def _fleet(sizes: dict[str, int]) -> tuple[list, object]:
    """Sources with so many topics, each snapshotted long ago."""
    documents = [source_document(n, completed("*")) for n in sizes]
    views = [
        by_name(source(n, *(topic(f"t{i:03}", DONE) for i in range(size))))
        for n, size in sizes.items()
    ]
    return documents, observed(*views)


def _db_ids(sizes: dict[str, int]) -> dict[str, dict[str, str]]:
    return {f"id-{n}": {f"t{i:03}": f"{n}{i}" for i in range(size)} for n, size in sizes.items()}


def test_nothing_to_do_is_no_step():
    specs = desired(source_document("a", idle("x")), link_document("l", mirroring("m")))
    knowledge = know(
        observed(by_name(source("a", topic("x")))), observed(link(mirror("m", "ACTIVE")))
    )

    assert _steps(specs, knowledge) == ()


def test_stops_come_before_starts_and_starts_before_mirrors():
    specs = desired(
        confluent("a"),
        streamkap("b"),
        streamkap("c"),
        source_document("p", completed("x"), connection="b"),
        source_document("q", idle("x"), connection="c"),
        link_document("l", paused("m"), mirroring("n"), connection="a"),
    )
    knowledge = know(
        observed(by_name(source("p", topic("x", DONE))), name="b"),
        observed(by_name(source("q", topic("x", RUNNING))), name="c"),
        observed(link(mirror("m", "ACTIVE"), mirror("n", "PAUSED")), name="a"),
    )

    assert _brief(_steps(specs, knowledge)) == [
        ("s1", "c", "/stop", ()),
        ("s2", "b", "/start", ()),
        ("s3", "a", "/pause", ()),
        ("s4", "a", "/resume", ()),
    ]


def test_a_start_carries_what_it_rests_on():
    specs = desired(source_document("a", completed("x"), completed("y", filter="n > 1")))
    seen = source("a", topic("x", DONE), topic("y"), topic("z", run("failed", since(1))))
    knowledge = know(observed(by_name(seen)), witnesses=confirmed("id-a"))

    step = _steps(specs, knowledge)[0]

    address = specs.sources[0].address
    assert step.items == (
        StepItem(
            address.of("x"),
            "id-a",
            "x",
            "completed@2026-01-10T08:00:00Z source=Active active=-",
            Risk.SAFE,
        ),
        StepItem(address.of("y"), "id-a", "y", "never source=Active active=-", Risk.SAFE),
    )
    assert [t.name for t in step.change.sources[0].topics] == ["x", "y"]
    assert (step.call, step.risk) == (render("sk", step.change), Risk.SAFE)


def test_a_stop_covers_the_topics_that_rules_want_idle_and_lists_all_it_hits():
    specs = desired(
        source_document("a", idle("x", allow_source_wide=True), source="orders"),
        source_document("b", idle("y"), source="", source_id="id-orders"),
    )
    seen = source("orders", *(topic(n, RUNNING) for n in "xyz"))
    knowledge = know(observed(by_name(seen), by_id(seen)))

    step = _steps(specs, knowledge)[0]

    assert [(str(i.address), i.target, i.topic, i.risk) for i in step.items] == [
        ("Source/a/x", "id-orders", "x", Risk.DISRUPTIVE),
        ("Source/b/y", "id-orders", "y", Risk.DISRUPTIVE),
    ]
    assert isinstance(step.change, Stop)
    assert step.change.sources[0].topics == ("x", "y", "z")
    assert step.items[0].before == "active source=Active active=x,y,z"


def test_stops_of_namesakes_in_two_accounts_hit_their_own_source():
    specs = desired(
        streamkap("one"),
        streamkap("two"),
        source_document("a", idle("x"), source="orders", connection="one"),
        source_document("b", idle("y"), source="orders", connection="two"),
    )
    knowledge = know(
        observed(by_name(source("orders", topic("x", RUNNING), id="id-1")), name="one"),
        observed(by_name(source("orders", topic("y", RUNNING), id="id-2")), name="two"),
    )

    steps = _steps(specs, knowledge)

    assert [(s.call.connection, [(i.target, i.topic) for i in s.items]) for s in steps] == [
        ("one", [("id-1", "x")]),
        ("two", [("id-2", "y")]),
    ]


def test_mirrors_of_all_documents_of_a_link_share_their_calls():
    specs = desired(
        link_document("a", paused("m", until=NOW + timedelta(days=1))),
        link_document("b", paused("n"), mirroring("o")),
        link_document("c", paused("p"), link="other"),
    )
    other = link(mirror("p", "ACTIVE"), name="other")
    other = type(other)(type(other.target)(CLUSTER, "other"), other.link)
    mirrors = (mirror("m", "ACTIVE"), mirror("n", "SOURCE_UNAVAILABLE"), mirror("o", "PAUSED"))
    knowledge = know(observed(link(*mirrors), other))

    steps = _steps(specs, knowledge)

    assert [(s.change, s.risk) for s in steps] == [
        (Pause(CLUSTER, LINK, ("m", "n")), Risk.DISRUPTIVE),
        (Resume(CLUSTER, LINK, ("o",)), Risk.SAFE),
        (Pause(CLUSTER, "other", ("p",)), Risk.DISRUPTIVE),
    ]
    assert [(str(i.address), i.target, i.before, i.risk) for i in steps[0].items] == [
        ("ClusterLink/a/m", "lkc-1/east-to-west", "ACTIVE", Risk.SAFE),
        ("ClusterLink/b/n", "lkc-1/east-to-west", "SOURCE_UNAVAILABLE", Risk.DISRUPTIVE),
    ]


def test_the_items_of_a_chunk_are_those_it_names():
    specs = desired(confluent(limits=Limits(names_per_call=2)), link_document("a", mirroring("*")))
    knowledge = know(observed(link(*(mirror(n, "PAUSED") for n in "abc"))))

    steps = _steps(specs, knowledge)

    assert [[i.topic for i in s.items] for s in steps] == [["a", "b"], ["c"]]


def test_one_start_of_a_form_is_no_canary():
    documents, seen = _fleet({"a": 2})

    steps = _steps(desired(*documents), know(seen))

    assert [(s.canary, s.needs) for s in steps] == [(False, ())]


def test_the_smallest_single_start_goes_first_and_the_others_need_it():
    documents, seen = _fleet({"a": 3, "b": 1, "c": 2, "d": 1})

    steps = _steps(desired(*documents), know(seen))

    assert [(s.id, s.items[0].target, s.canary, s.needs) for s in steps] == [
        ("s1", "id-b", True, ()),
        ("s2", "id-d", False, ("s1",)),
        ("s3", "id-c", False, ("s1",)),
        ("s4", "id-a", False, ("s1",)),
    ]


def test_the_smallest_bulk_start_goes_first_and_the_others_need_it():
    """Packing fills calls from the largest source on, so the smallest call is made last."""
    sizes = {"a": 300, "b": 200, "c": 3, "d": 2}
    documents, seen = _fleet(sizes)

    steps = _steps(desired(*documents), know(seen), _db_ids(sizes))

    assert [(len(s.items), s.canary, s.needs) for s in steps] == [
        (5, True, ()),
        (500, False, ("s1",)),
    ]


def test_each_form_and_each_connection_has_its_own_canary():
    sizes = {"a": 400, "b": 100, "c": 2, "d": 1}
    documents, seen = _fleet(sizes)
    more = [source_document(n, completed("x", filter="n"), connection="k2") for n in "ef"]
    alone = [source_document(n, completed("x", filter="n")) for n in "gh"]
    views = [by_name(source(n, topic("x", DONE))) for n in "gh"]
    specs = desired(
        streamkap(limits=Limits(snapshots=0)), streamkap("k2"), *documents, *more, *alone
    )
    knowledge = know(
        type(seen)("sk", NOW, (*seen.sources, *views)),
        observed(*(by_name(source(n, topic("x", DONE))) for n in "ef"), name="k2"),
    )

    steps = _steps(specs, knowledge, _db_ids(sizes))

    assert [(s.call.connection, str(s.change.form), s.canary, s.needs) for s in steps] == [
        ("k2", "single", True, ()),
        ("k2", "single", False, ("s1",)),
        ("sk", "single", True, ()),
        ("sk", "single", False, ("s3",)),
        ("sk", "bulk", True, ()),
        ("sk", "bulk", False, ("s5",)),
    ]


def test_a_blocking_start_is_disruptive():
    specs = desired(source_document("a", completed("x", type=BLOCKING)))

    step = _steps(specs, know(observed(by_name(source("a", topic("x", DONE))))))[0]

    assert (step.risk, step.items[0].risk) == (Risk.DISRUPTIVE, Risk.DISRUPTIVE)


@pytest.mark.parametrize(
    ("rules", "ends"),
    [
        pytest.param((paused("*", until=LATER),), [LATER], id="one-end"),
        pytest.param((paused("*"),), [None], id="no-end"),
        pytest.param((paused("m", until=LATER), paused("*", until=SOON)), [SOON], id="earliest"),
        pytest.param((paused("m", until=LATER), paused("*")), [LATER], id="one-without-an-end"),
    ],
)
def test_a_pause_must_not_be_sent_after_the_first_of_its_ends(rules, ends):
    specs = desired(link_document("l", *rules))
    knowledge = know(observed(link(mirror("m", "ACTIVE"), mirror("n", "ACTIVE"))))

    assert [step.not_after for step in _steps(specs, knowledge)] == ends


def test_other_calls_have_no_end():
    specs = desired(source_document("a", completed("x")), link_document("l", mirroring("*")))
    knowledge = know(
        observed(by_name(source("a", topic("x", DONE)))), observed(link(mirror("m", "PAUSED")))
    )

    assert [(s.not_before, s.not_after) for s in _steps(specs, knowledge)] == [(None, None)] * 2
