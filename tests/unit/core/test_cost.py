"""What a plan costs, how few calls there could be, and why there are more."""

from datetime import timedelta

import pytest

from reconciler.core.changes import StopRun
from reconciler.core.cost import Proof, Spent, cost_of, prove
from reconciler.core.gates import StartRun
from reconciler.core.judge import Policy
from reconciler.core.steps import build_steps
from reconciler.model.desired import Auth, Connection, Limits, SecretRef, SnapshotRule
from reconciler.model.plan import Cost
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.specs import (
    BLOCKING,
    INCREMENTAL,
    OLD,
    by_name,
    completed,
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
    render,
    run,
    source,
    source_document,
    streamkap,
    topic,
)

DONE, RUNNING = run("completed", OLD), run("running", OLD)
SAFE, HARD = Risk.SAFE, Risk.DISRUPTIVE
UNREAD = "reading the database ids of 2 sources for bulk would save no request"
LOST = "the database ids of 2 sources could not be read"


def _fleet(names: str, rate: float = 5.0, **limits: object):
    """Sources with one topic that was snapshotted long ago, and what a plan makes of them."""
    documents = [source_document(name, completed("x")) for name in names]
    views = [by_name(source(name, topic("x", DONE))) for name in names]
    given = Limits(snapshots=0, requests_per_second=rate, **limits)  # type: ignore[arg-type]
    return desired(streamkap(limits=given), *documents), know(observed(*views))


def _cost(specs, knowledge, spent: Spent) -> Cost:
    judgement = judged(specs, knowledge)
    steps = build_steps(specs, judgement, knowledge, spent.ids, render)
    return cost_of(specs, judgement, steps, spent)


def _ids(*names: str) -> dict[str, dict[str, str]]:
    return {f"id-{name}": {"x": f"db-{name}"} for name in names}


@pytest.mark.parametrize(
    ("names", "rate", "spent", "expected"),
    [
        ("", 5.0, Spent({"sk": 7}), Cost(7, 0, 0, 0, timedelta(seconds=1.4), "", 5.0)),
        ("ab", 5.0, Spent({"sk": 7}), Cost(7, 2, 1, 2, timedelta(seconds=1.8), UNREAD, 5.0)),
        ("ab", 0.0, Spent({"sk": 7}), Cost(7, 2, 1, 2, timedelta(0), UNREAD, 0.0)),
        (
            "ab",
            5.0,
            Spent({"sk": 2}, _ids("a", "b")),
            Cost(2, 1, 1, 2, timedelta(seconds=0.6), "", 5),
        ),
    ],
)
def test_what_a_plan_costs(names, rate, spent, expected):
    assert _cost(*_fleet(names, rate), spent) == expected


def test_the_time_is_that_of_the_slowest_credential_and_everything_is_counted():
    specs = desired(
        confluent(limits=Limits(requests_per_second=1, names_per_call=1)),
        streamkap(limits=Limits(requests_per_second=10)),
        source_document("a", idle("x")),
        link_document("l", mirroring("*")),
    )
    knowledge = know(
        observed(by_name(source("a", topic("x", RUNNING)))),
        observed(link(*(mirror(n, "PAUSED") for n in "mno"))),
    )

    cost = _cost(specs, knowledge, Spent({"sk": 3, specs.connections[0].name: 2}))

    assert cost == Cost(5, 4, 4, 4, timedelta(seconds=5), "", 1.0)


@pytest.mark.parametrize(
    ("second", "seconds", "rate"),
    [
        pytest.param({}, 6.0, 2.0, id="one credential: its slowest rate holds for both"),
        pytest.param({"endpoint": "https://other"}, 4.0, 2.0, id="another host"),
        pytest.param({"auth": Auth(SecretRef("OTHER"))}, 4.0, 2.0, id="another credential"),
        pytest.param({"limits": Limits(requests_per_second=0)}, 2.4, 5.0, id="no rate of its own"),
    ],
)
def test_connections_with_one_credential_share_its_time(second, seconds, rate):
    one = streamkap(limits=Limits(requests_per_second=5))
    other: Connection = replace(streamkap("k2", limits=Limits(requests_per_second=2)), **second)

    cost = _cost(desired(one, other), know(), Spent({"sk": 4, "k2": 8}))

    assert (cost.at_limit.total_seconds(), cost.rate) == (seconds, rate)


def _runs(*rules: SnapshotRule) -> list[StartRun]:
    names = "abcdefgh"[: len(rules)]
    documents = [source_document(n, rule) for n, rule in zip(names, rules, strict=True)]
    views = [by_name(source(n, topic("x", DONE))) for n in names]
    specs = desired(streamkap(limits=Limits(snapshots=0)), *documents)
    return list(judged(specs, know(observed(*views)), Policy()).runs)


def _stops(risk: Risk, *names: str) -> list[StopRun]:
    return [StopRun("sk", f"id-{name}", INCREMENTAL, ("x",), 3, risk) for name in names]


TWO = _runs(completed("x"), completed("x"))


@pytest.mark.parametrize(
    ("runs", "stops", "spent", "proof"),
    [
        ([], [], Spent(), Proof(0)),
        (TWO, [], Spent(ids=_ids("a", "b")), Proof(1)),
        # not read
        (TWO, [], Spent(), Proof(1, (UNREAD,))),
        # could not be read: the bound holds all the same
        (TWO, [], Spent(failed=frozenset({"id-a", "id-b"})), Proof(1, (LOST,))),
        # read, and no pair is certain: nothing can bring them together
        (TWO, [], Spent(ids={"id-a": {}, "id-b": {}}), Proof(2)),
        (
            _runs(completed("x"), completed("x", type=BLOCKING)),
            [],
            Spent(ids=_ids("a", "b")),
            Proof(2),
        ),
        (
            _runs(completed("x", filter="n"), completed("x", surrogate_key="k")),
            [],
            Spent(),
            Proof(2),
        ),
        ([], _stops(SAFE, "a", "b"), Spent(), Proof(2)),
        ([], _stops(HARD, "a", "b"), Spent(ids=_ids("a", "b")), Proof(1)),
        ([], _stops(HARD, "a", "b"), Spent(), Proof(1, (UNREAD,))),
    ],
)
def test_the_fewest_calls_whatever_is_read(runs, stops, spent, proof):
    assert prove(runs, stops, spent, Limits()) == proof


def test_a_search_that_gave_up_is_a_reason():
    """The sizes of a search that is known to give up, as sources."""
    sizes = (235, 233, 225, 223, 214, 211, 205, 193, 193, 188, 186, 179, 179, 175, 166, 160)
    sizes += (159, 158, 150, 147, 147, 147, 147, 145, 144, 141, 138, 137, 129, 128, 121, 121)
    names = [f"t{n}" for n in range(max(sizes))]
    first = TWO[0]
    candidates = [replace(first.candidates[0], topic=name) for name in names]
    runs = [
        replace(
            first, source=replace(first.source, id=f"s{n}"), candidates=tuple(candidates[:size])
        )
        for n, size in enumerate(sizes)
    ]
    ids = {run.source.id: {name: f"db-{name}" for name in names} for run in runs}

    proof = prove(runs, [], Spent(ids=ids), Limits())

    assert proof == Proof(11, ("the exact search gave up after 20,000 placements",))


@pytest.mark.parametrize(("most", "bound"), [(0, 2), (2, 3), (1, 4), (1000, 2)])
def test_links_need_a_call_for_each_verb_and_for_what_its_names_fill(most, bound):
    specs = desired(
        confluent(limits=Limits(names_per_call=most)),
        link_document("l", mirroring("*")),
        link_document("m", mirroring("*"), link="west"),
    )
    west = link(mirror("z", "PAUSED"), name="west")
    west = replace(west, target=replace(west.target, link="west"))
    knowledge = know(observed(link(*(mirror(n, "PAUSED") for n in "abc")), west))

    cost = _cost(specs, knowledge, Spent())

    assert (cost.calls, cost.bound, cost.gap) == (bound, bound, "")
