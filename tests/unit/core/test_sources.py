"""All documents of one source, judged together."""

import pytest

from reconciler.core.sources import JudgedSource, SourceAsk, judge_source
from reconciler.model.change import Action
from reconciler.model.desired import DesiredSource
from reconciler.model.ledger import AttemptState
from reconciler.model.observed import (
    ObservedTopic,
    Problem,
    ProblemKind,
    SourceTarget,
    SourceView,
)
from reconciler.model.verdict import Cause, Risk, Verdict
from reconciler.records import replace
from tests.support.specs import (
    BLOCKING,
    DOCUMENT,
    INCREMENTAL,
    MISSING,
    NOW,
    OLD,
    UNREADABLE,
    ago,
    attempt,
    by_id,
    by_name,
    completed,
    halt,
    idle,
    ledger,
    not_seen,
    run,
    since,
    source,
    source_document,
    streamkap,
    topic,
    unmanaged,
    unread,
    young,
)

DONE = run("completed", since(1))
RUNNING = run("running", since(2), type=INCREMENTAL)


def _ask(documents: list[DesiredSource], *topics: ObservedTopic, **changes: object) -> SourceAsk:
    view = by_name(source("orders", *topics))
    return replace(SourceAsk(tuple(documents), view, streamkap(), NOW, ledger()), **changes)


def _judge(rules: list, *topics: ObservedTopic, **changes: object) -> JudgedSource:
    return judge_source(_ask([source_document("orders", *rules)], *topics, **changes))


def _told(judged: JudgedSource) -> dict[str, str]:
    findings = [*judged.findings, *(c.finding for c in judged.starts)]
    return {str(f.address): str(f.verdict) for f in findings}


@pytest.mark.parametrize(
    ("problem", "verdict"),
    [
        (MISSING, Verdict.BLOCKED),
        (Problem(ProblemKind.AMBIGUOUS, "two have that name"), Verdict.BLOCKED),
        (Problem(ProblemKind.OTHER_PROJECT, "it is of another project"), Verdict.BLOCKED),
        (UNREADABLE, Verdict.UNOBSERVED),
    ],
)
def test_a_source_that_cannot_be_judged_has_one_finding_per_document(problem, verdict):
    documents = [source_document("a", idle("x")), source_document("b", completed("y"))]

    judged = judge_source(_ask(documents, view=not_seen("orders", problem)))

    assert [(str(f.address), f.verdict, f.reason, f.advice) for f in judged.findings] == [
        ("Source/a", verdict, problem.message, problem.advice),
        ("Source/b", verdict, problem.message, problem.advice),
    ]
    assert {f.origin for f in judged.findings} == {DOCUMENT}
    assert (judged.source, judged.starts) == (None, ())


def test_a_view_of_nothing_is_unobserved():
    judged = _judge([idle("x")], view=SourceView(SourceTarget(name="orders"), None))

    assert _told(judged) == {"Source/orders": "unobserved"}


@pytest.mark.parametrize(
    ("bindings", "by", "verdict"),
    [
        ({("https://sk.test", "orders"): "id-other"}, by_name, "blocked"),
        ({("https://sk.test", "orders"): "id-orders"}, by_name, "in_sync"),
        ({("https://else.test", "orders"): "id-other"}, by_name, "in_sync"),
        ({}, by_name, "in_sync"),
        ({("https://sk.test", "orders"): "id-other"}, by_id, "in_sync"),
    ],
)
def test_a_name_that_means_another_source_than_last_time_is_blocked(bindings, by, verdict):
    """A source that is named by its id is told by nothing else."""
    view = by(source("orders", topic("x", DONE)))

    judged = _judge([completed("x")], view=view, ledger=ledger(bindings=bindings))

    assert set(_told(judged).values()) == {verdict}


def test_who_finds_another_source_behind_a_name_is_told_both_ways_out():
    judged = _judge(
        [completed("x")],
        view=by_name(source("orders", topic("x", DONE))),
        ledger=ledger(bindings={("https://sk.test", "orders"): "id-other"}),
    )

    reason = "orders is now source id-orders; it was id-other last time"
    advice = "name the right one with sourceId, or let the name mean the new one with "
    advice += "`reconciler ledger forget Source/orders`"
    assert [(f.reason, f.advice) for f in judged.findings] == [(reason, advice)]


def test_every_topic_of_a_source_is_judged_by_the_first_rule_that_names_it():
    topics = (topic("a", DONE), topic("b"), topic("c", run("failed", since(1))), unread("d"))

    judged = _judge([unmanaged("b"), completed("*")], *topics)

    assert _told(judged) == {
        "Source/orders/a": "in_sync",
        "Source/orders/c": "blocked",
        "Source/orders/d": "unobserved",
    }
    assert judged.unmanaged == 1


def test_the_reason_of_an_unread_topic_is_its_own():
    judged = _judge([completed("d")], unread("d", UNREADABLE))

    assert [f.reason for f in judged.findings] == ["GET /sources: HTTP 503"]


@pytest.mark.parametrize(
    ("rule", "seen", "levels"),
    [
        (completed("x"), topic("x", DONE), ("completed 2026-11-20T01:00:00Z", "since")),
        (completed("x"), topic("x"), ("never", "since")),
        (completed("x"), unread("x"), ("", "since")),
        (completed("x"), topic("x", run("failed")), ("failed, undated", "since")),
        (
            completed("x"),
            topic("x", run("failed", since(4)), run("completed", since(3)), run("cancelled")),
            ("failed 2026-11-20T04:00:00Z", "since"),
        ),
        (
            idle("x"),
            topic("x", run("failed", since(4)), run("running", since(3))),
            ("running 2026-11-20T03:00:00Z", "idle"),
        ),
        (idle("x"), topic("x", DONE, run("pending")), ("pending, undated", "idle")),
    ],
)
def test_the_levels_seen_and_wanted(rule, seen, levels):
    judged = _judge([rule], seen)

    found = [*judged.findings, *(c.finding for c in judged.starts)]

    wanted = levels[1].replace("since", "completed since 2026-11-20T00:00:00Z")
    assert [(f.before, f.after) for f in found] == [(levels[0], wanted)]


def test_a_greatest_age_is_shown_as_such_and_does_not_change_by_the_second():
    judged = _judge([young("x")], topic("x"))

    assert judged.starts[0].finding.after == "completed within 7d"
    assert judged.starts[0].level == ago(days=7)


def test_a_start_is_a_candidate_with_its_rule_and_rank():
    rule = completed("x")

    judged = _judge([idle("y"), rule], topic("x"), topic("y"))

    start = judged.starts[0]
    assert (start.rule, start.topic, start.rank, start.first_run) == (rule, "x", (0, 1), True)
    assert (start.finding.action, start.finding.cause) == (Action.START, Cause.DIFFERS)
    assert _told(judged) == {"Source/orders/x": "change", "Source/orders/y": "in_sync"}


def test_a_suspended_start_is_still_a_candidate_so_that_it_is_shown():
    document = source_document("orders", completed("x"), suspend=halt("INC-1", days=1))

    judged = judge_source(_ask([document], topic("x")))

    assert [c.finding.verdict for c in judged.starts] == [Verdict.DEFERRED]


@pytest.mark.parametrize(
    ("known", "verdicts"), [(True, {"Source/orders/x": "blocked"}), (False, {})]
)
def test_a_name_is_missing_only_where_every_topic_is_known(known, verdicts):
    view = by_name(source("orders", topic("y"), topics_known=known))

    assert _told(_judge([completed("x")], view=view)) == verdicts


def test_a_missing_name_is_told_with_the_nearest():
    judged = _judge([completed("public.order")], topic("public.orders", DONE))

    assert (judged.findings[0].reason, judged.findings[0].advice) == (
        "not known to Streamkap (yet)",
        "did you mean public.orders?",
    )


def test_a_glob_without_a_match_is_a_warning():
    judged = _judge([completed("a*", "b*")], topic("a1", DONE))

    assert judged.warnings == ("specs/a.yaml:22: Source/orders: b* matches no topic",)


def test_a_topic_claimed_twice_is_blocked_and_starts_nothing():
    documents = [source_document("a", completed("x")), source_document("b", completed("*"))]

    judged = judge_source(_ask(documents, topic("x"), topic("y")))

    assert _told(judged) == {
        "Source/a/x": "blocked",
        "Source/b/x": "blocked",
        "Source/b/y": "change",
    }


def test_an_unmanaged_rule_gives_a_topic_to_another_document():
    documents = [
        source_document("a", unmanaged("x"), completed("*")),
        source_document("b", completed("x")),
    ]

    judged = judge_source(_ask(documents, topic("x"), topic("y")))

    assert _told(judged) == {"Source/a/y": "change", "Source/b/x": "change"}


@pytest.mark.parametrize(
    ("listed", "witness", "verdict", "reason"),
    [
        (None, None, "change", "first run: it was never snapshotted"),
        (frozenset(), None, "change", "first run: it was never snapshotted"),
        (frozenset({"y"}), None, "change", "first run: it was never snapshotted"),
        (
            frozenset({"x"}),
            None,
            "unobserved",
            "two reads disagree: one shows no snapshot, the other lists it under one",
        ),
        (
            None,
            UNREADABLE,
            "unobserved",
            "that it never ran could not be confirmed: GET /sources: HTTP 503",
        ),
    ],
)
def test_a_first_run_needs_a_second_witness(listed, witness, verdict, reason):
    judged = _judge([completed("x")], topic("x"), listed=listed, witness=witness)

    found = [*judged.findings, *(c.finding for c in judged.starts)]

    assert [(f.verdict, f.reason) for f in found] == [(verdict, reason)]


@pytest.mark.parametrize(("listed", "witness"), [(frozenset({"x"}), None), (None, UNREADABLE)])
def test_a_start_that_rests_on_a_run_needs_no_second_witness(listed, witness):
    judged = _judge(
        [completed("x")], topic("x", run("completed", OLD)), listed=listed, witness=witness
    )

    assert _told(judged) == {"Source/orders/x": "change"}


def test_marks_and_attempts_of_the_topic_date_its_run():
    seen = replace(attempt(AttemptState.ENDED, since(1)), topic="x")
    knowledge = ledger(seen, marks={("id-orders", "y"): since(2), ("id-other", "z"): since(2)})
    topics = [topic(name, run("completed")) for name in "xyz"]

    judged = _judge([completed("*")], *topics, ledger=knowledge)

    assert _told(judged) == {
        "Source/orders/x": "in_sync",
        "Source/orders/y": "in_sync",
        "Source/orders/z": "blocked",
    }


def test_every_topic_under_way_is_known_whoever_claims_it():
    topics = [topic("c", RUNNING), topic("b", run("pending")), topic("a", DONE), unread("d")]

    assert _judge([completed("a")], *topics).active == ("b", "c")


def _stop(*runs: object, made: object = None) -> tuple[Verdict, Risk | None]:
    attempts = [replace(made, topic="x")] if made else []
    judged = _judge([idle("x")], topic("x", *runs), ledger=ledger(*attempts))
    return judged.findings[0].verdict, judged.findings[0].risk


SAFE, DISRUPTIVE = (Verdict.CHANGE, Risk.SAFE), (Verdict.CHANGE, Risk.DISRUPTIVE)
OURS = attempt(AttemptState.SEEN, since(2), run_time=since(2))


@pytest.mark.parametrize(
    ("runs", "made", "expected"),
    [
        ([RUNNING], OURS, SAFE),
        ([RUNNING], None, DISRUPTIVE),
        ([RUNNING], replace(OURS, run_time=since(1)), DISRUPTIVE),
        ([replace(RUNNING, submitted=since(1))], replace(OURS, run_time=since(1)), SAFE),
        ([replace(RUNNING, type=BLOCKING)], OURS, DISRUPTIVE),
        ([replace(RUNNING, type=None)], OURS, DISRUPTIVE),
        ([run("running", type=INCREMENTAL)], attempt(AttemptState.SEEN, since(1)), SAFE),
        ([run("running", type=INCREMENTAL)], attempt(AttemptState.ENDED, since(1)), DISRUPTIVE),
        ([run("running", type=INCREMENTAL)], attempt(AttemptState.OPEN, since(1)), DISRUPTIVE),
        ([RUNNING, replace(RUNNING, started=since(3))], OURS, DISRUPTIVE),
        ([RUNNING, replace(RUNNING, type=BLOCKING)], OURS, DISRUPTIVE),
    ],
)
def test_a_stop_is_safe_only_where_the_ledger_shows_that_the_run_is_ours(runs, made, expected):
    """Ours is the run that we saw begin, not whatever runs on a topic that we once started."""
    assert _stop(*runs, made=made) == expected
