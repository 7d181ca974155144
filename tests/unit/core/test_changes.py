"""Which calls carry what the verdicts ask for."""

import pytest

from reconciler.core.changes import (
    StopRun,
    ids_wanted,
    mirror_changes,
    start_changes,
    stop_changes,
)
from reconciler.core.gates import StartRun
from reconciler.core.judge import Policy
from reconciler.model.change import (
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.desired import Limits, SnapshotRule
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.specs import (
    BLOCKING,
    INCREMENTAL,
    OLD,
    by_name,
    completed,
    desired,
    judged,
    know,
    observed,
    run,
    source,
    source_document,
    streamkap,
    topic,
)

LIMITS = Limits()


def _runs(*rules: SnapshotRule, topics: str = "x") -> list[StartRun]:
    """One run per rule, on sources `a`, `b` …"""
    names = "abcdefgh"[: len(rules)]
    documents = [source_document(n, rule) for n, rule in zip(names, rules, strict=True)]
    views = [by_name(source(n, *(topic(t, run("completed", OLD)) for t in topics))) for n in names]
    specs = desired(streamkap(limits=Limits(snapshots=0)), *documents)
    return list(judged(specs, know(observed(*views)), Policy()).runs)


def _ids(*names: str, topics: str = "x") -> dict[str, dict[str, str]]:
    return {f"id-{n}": {t: f"db-{n}{t}" for t in topics} for n in names}


def _single(name: str, *topics: StartTopic, key: str = "", type_: object = INCREMENTAL) -> Start:
    return Start(Form.SINGLE, type_, (StartSource(f"id-{name}", topics),), key)


X = StartTopic("x")


@pytest.mark.parametrize("ids", [{}, _ids("a"), {"id-a": {"x": "db"}, "id-b": {"y": "db"}}])
def test_sources_without_ids_start_alone(ids):
    runs = _runs(completed("x"), completed("x"))

    assert start_changes(runs, ids, LIMITS) == [_single("a", X), _single("b", X)]


def test_sources_with_ids_start_together():
    runs = _runs(completed("*"), completed("x"), topics="xy")

    assert start_changes(runs, _ids("a", "b", topics="xy"), LIMITS) == [
        Start(
            Form.BULK,
            INCREMENTAL,
            (
                StartSource("id-a", (StartTopic("x", "db-ax"), StartTopic("y", "db-ay"))),
                StartSource("id-b", (StartTopic("x", "db-bx"),)),
            ),
        )
    ]


def test_a_source_with_half_its_ids_starts_alone_and_whole():
    runs = _runs(completed("*"), completed("*"), completed("*"), topics="xy")
    ids = _ids("a", "b", "c", topics="xy")
    del ids["id-b"]["y"]

    changes = start_changes(runs, ids, LIMITS)

    assert [(c.form, [s.source_id for s in c.sources]) for c in changes] == [
        (Form.BULK, ["id-a", "id-c"]),
        (Form.SINGLE, ["id-b"]),
    ]


def test_types_do_not_mix_in_a_call():
    runs = _runs(*(completed("x", type=t) for t in (INCREMENTAL, BLOCKING) * 2))

    changes = start_changes(runs, _ids("a", "b", "c", "d"), LIMITS)

    assert [(c.type, [s.source_id for s in c.sources]) for c in changes] == [
        (INCREMENTAL, ["id-a", "id-c"]),
        (BLOCKING, ["id-b", "id-d"]),
    ]


def test_filters_and_surrogate_keys_make_a_start_of_its_own():
    runs = _runs(completed("x", filter="n > 1"), completed("x", surrogate_key="id"), completed("x"))

    assert start_changes(runs, _ids("a", "b", "c"), LIMITS) == [
        _single("a", StartTopic("x", filter="n > 1")),
        _single("b", X, key="id"),
        _single("c", X),
    ]


def test_a_blocking_start_alone_keeps_its_type():
    assert start_changes(_runs(completed("x", type=BLOCKING)), {}, LIMITS) == [
        _single("a", X, type_=BLOCKING)
    ]


def test_a_source_of_too_many_topics_starts_alone():
    large = _runs(completed("*"))[0]
    large = replace(large, candidates=large.candidates * 501)

    changes = start_changes([large], _ids("a"), LIMITS)

    assert [c.form for c in changes] == [Form.SINGLE]
    assert len(changes[0].sources[0].topics) == 501


def _stop(name: str, risk: Risk, *topics: str, type_: object = INCREMENTAL) -> StopRun:
    return StopRun("sk", f"id-{name}", type_, topics or ("x",), 3, risk)


SAFE, HARD = Risk.SAFE, Risk.DISRUPTIVE


def test_safe_stops_are_made_one_by_one_by_type():
    stops = [_stop("b", SAFE), _stop("a", SAFE)]

    assert stop_changes(stops, _ids("a", "b"), LIMITS) == [
        Stop(Form.SINGLE, (StopSource("id-a", INCREMENTAL, ("x",)),)),
        Stop(Form.SINGLE, (StopSource("id-b", INCREMENTAL, ("x",)),)),
    ]


def test_disruptive_stops_go_together_with_one_topic_of_each_source():
    stops = [_stop("b", HARD, "x", "y", type_=None), _stop("a", HARD, "w", "x")]

    assert stop_changes(stops, _ids("a", "b", topics="xy"), LIMITS) == [
        Stop(
            Form.BULK,
            (
                StopSource("id-a", INCREMENTAL, ("w", "x"), "db-ax"),
                StopSource("id-b", None, ("x", "y"), "db-bx"),
            ),
        )
    ]


def test_a_disruptive_stop_without_ids_or_alone_is_single():
    stops = [_stop("c", HARD), _stop("b", SAFE), _stop("a", HARD)]

    changes = stop_changes(stops, _ids("a"), LIMITS)

    assert [(c.form, c.sources[0].source_id, c.sources[0].db_id) for c in changes] == [
        (Form.SINGLE, "id-a", ""),
        (Form.SINGLE, "id-b", ""),
        (Form.SINGLE, "id-c", ""),
    ]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (2, [Pause("c", "l", ("a", "b")), Pause("c", "l", ("d",)), Resume("c", "l", ("x", "y"))]),
        (0, [Pause("c", "l", ("a", "b", "d")), Resume("c", "l", ("x", "y"))]),
    ],
)
def test_mirrors_are_paused_and_resumed_in_chunks_of_sorted_names(most, expected):
    limits = Limits(names_per_call=most)

    assert mirror_changes(("c", "l"), ["d", "b", "a"], ["y", "x"], limits) == expected


def test_nothing_to_pause_or_resume_is_no_call():
    assert mirror_changes(("c", "l"), [], [], LIMITS) == []


def test_ids_are_wanted_for_starts_of_each_type_and_for_disruptive_stops():
    runs = _runs(*(completed("x", type=t) for t in (INCREMENTAL, INCREMENTAL, BLOCKING)))
    stops = [_stop("s", HARD), _stop("t", HARD), _stop("u", SAFE)]

    assert ids_wanted(runs, stops, {}, LIMITS) == ("id-a", "id-b", "id-s", "id-t")
    assert ids_wanted(runs, stops, _ids("a", "b", "s", "t"), LIMITS) == ()


def test_ids_are_not_wanted_where_bulk_cannot_carry_it():
    runs = _runs(completed("x", filter="n > 1"), completed("x", surrogate_key="id"))

    assert ids_wanted(runs, [], {}, LIMITS) == ()
