"""Which of the starts that are wanted may go now."""

from datetime import timedelta

import pytest

from reconciler.core.gates import Caps, Gated, gate_starts, sources_starting
from reconciler.core.sources import JudgedSource, SourceAsk, judge_source
from reconciler.model.desired import SnapshotRule
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.support.plans import bulk_step, plan_of, start_step, stop_step
from tests.support.specs import (
    BLOCKING,
    NOW,
    SINCE,
    by_name,
    completed,
    halt,
    ledger,
    run,
    since,
    source,
    source_document,
    streamkap,
    topic,
    young,
)

FREE = Caps(0)


def _source(name: str, *rules: SnapshotRule, topics: str = "x", **changes: object) -> JudgedSource:
    """A source whose topics, one letter each, never ran; a capital letter runs."""
    parts = [topic(t.lower(), *([run("running", SINCE)] if t.isupper() else [])) for t in topics]
    document = source_document(name, *rules, suspend=changes.pop("suspend", None))
    view = by_name(source(name, *parts, **changes))
    return judge_source(SourceAsk((document,), view, streamkap(), NOW, ledger()))


def _told(gated: Gated) -> dict[str, str]:
    return {f"{f.address.name}/{f.address.topic}": str(f.verdict) for f in gated.findings}


def _going(gated: Gated) -> list[tuple[str, str]]:
    return [(r.source.name, "".join(c.topic for c in r.candidates)) for r in gated.runs]


def test_nothing_wanted_is_nothing_gated():
    assert gate_starts([], Caps(5)) == Gated((), ())


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        ("Active", Verdict.CHANGE, "first run: it was never snapshotted"),
        ("Starting", Verdict.DEFERRED, "waits until the source is Active; it is Starting"),
        ("Pending", Verdict.DEFERRED, "waits until the source is Active; it is Pending"),
        (
            "Pending Update",
            Verdict.DEFERRED,
            "waits until the source is Active; it is Pending Update",
        ),
        ("Paused", Verdict.BLOCKED, "the source is Paused"),
        ("Stopped", Verdict.BLOCKED, "the source is Stopped"),
        ("Broken", Verdict.BLOCKED, "the source is Broken"),
        ("Unassigned", Verdict.BLOCKED, "the source is Unassigned"),
        ("Unknown", Verdict.BLOCKED, "the source is Unknown"),
        ("active", Verdict.BLOCKED, "the source is active"),
        (None, Verdict.BLOCKED, "the source is without a status"),
        ("", Verdict.BLOCKED, "the source is without a status"),
    ],
)
def test_the_status_of_the_source(status, verdict, reason):
    gated = gate_starts([_source("a", completed("x"), status=status)], FREE)

    assert [(f.verdict, f.reason) for f in gated.findings] == [(verdict, reason)]
    assert len(gated.runs) == (verdict is Verdict.CHANGE)


def test_a_run_under_way_on_the_source_makes_every_start_wait():
    gated = gate_starts([_source("a", completed("[xy]"), topics="xyZ")], FREE)

    assert _told(gated) == {"a/x": "deferred", "a/y": "deferred"}
    assert gated.findings[0].reason == "waits for the run under way on this source (z)"
    assert gated.runs == ()


def test_the_status_of_the_source_is_told_before_the_run_under_way():
    gated = gate_starts([_source("a", completed("x"), topics="xZ", status="Broken")], FREE)

    assert _told(gated) == {"a/x": "blocked"}


def test_a_start_held_back_keeps_what_would_be_done():
    judged = _source("a", completed("x"), status="Starting")

    finding = gate_starts([judged], FREE).findings[0]

    assert finding == replace(
        judged.starts[0].finding, verdict=Verdict.DEFERRED, reason=finding.reason
    )


def test_a_suspended_start_goes_nowhere_and_takes_no_place():
    sources = [
        _source("a", completed("x"), suspend=halt(days=1)),
        _source("b", completed("x")),
    ]

    gated = gate_starts(sources, Caps(1))

    assert (_told(gated), _going(gated)) == ({"a/x": "deferred", "b/x": "change"}, [("b", "x")])


def test_a_source_that_could_not_be_judged_is_passed_over():
    assert gate_starts([JudgedSource("sk", None, ())], FREE) == Gated((), ())


def test_rules_that_read_alike_share_one_run_with_their_own_filters():
    rules = (completed("x", filter="a > 1"), completed("y", filter="b > 1"), completed("z"))

    gated = gate_starts([_source("a", *rules, topics="xyz")], FREE)

    assert _going(gated) == [("a", "xyz")]
    assert [c.rule.filter for c in gated.runs[0].candidates] == ["a > 1", "b > 1", ""]


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        ((completed("x"), completed("y", surrogate_key="id")), "x"),
        ((completed("x", surrogate_key="id"), completed("y")), "x"),
        ((completed("x", surrogate_key="id"), completed("y", surrogate_key="id")), "xy"),
        ((completed("x", type=BLOCKING), completed("y")), "y"),
        ((completed("x", type=BLOCKING), completed("y", type=BLOCKING)), "xy"),
        ((completed("x", surrogate_key="b"), completed("y", surrogate_key="a")), "x"),
        (
            (completed("x", type=BLOCKING), completed("y", surrogate_key="b"), completed("z")),
            "y",
        ),
    ],
)
def test_topics_that_read_differently_become_successive_runs(rules, first):
    """In the order of the rules, blocking ones last; a plan holds the first only."""
    topics = "xyz"[: len(rules)]

    gated = gate_starts([_source("a", *rules, topics=topics)], FREE)

    assert _going(gated) == [("a", first)]
    assert _told(gated) == {f"a/{t}": "change" if t in first else "deferred" for t in topics}


def test_a_later_run_says_what_it_waits_for():
    rules = (completed("x"), completed("y", type=BLOCKING))

    gated = gate_starts([_source("a", *rules, topics="xy")], FREE)

    later = next(f for f in gated.findings if f.address.topic == "y")
    assert later.reason == "waits for the run of x: one run at a time per source"


def test_the_rules_of_the_first_document_come_first():
    documents = (
        source_document("b", completed("x")),
        source_document("a", completed("y", surrogate_key="id")),
    )
    view = by_name(source("orders", topic("x"), topic("y")))
    judged = judge_source(SourceAsk(documents, view, streamkap(), NOW, ledger()))

    assert _going(gate_starts([judged], FREE)) == [("orders", "y")]


@pytest.mark.parametrize(
    ("snapshots", "running", "going"),
    [
        (5, 0, "abc"),
        (3, 0, "abc"),
        (2, 0, "ab"),
        (2, 1, "a"),
        (2, 2, ""),
        (1, 3, ""),
        (0, 3, "abc"),
    ],
)
def test_sources_that_run_and_sources_that_start_share_the_places(snapshots, running, going):
    sources = [_source(name, completed("x")) for name in "cab"]
    sources += [_source(f"r{n}", completed("*"), topics="X") for n in range(running)]

    gated = gate_starts(sources, Caps(snapshots))

    assert _going(gated) == [(name, "x") for name in going]
    assert _told(gated) == {f"{n}/x": "change" if n in going else "deferred" for n in "abc"}


def test_the_oldest_need_goes_first():
    sources = [
        _source("a", completed("x", since=since(2))),
        _source("b", completed("x", since=since(9)), completed("y", since=since(1)), topics="xy"),
        _source("c", young("x", max_age=timedelta(days=30))),
    ]

    gated = gate_starts(sources, Caps(2))

    assert _going(gated) == [("c", "x"), ("b", "xy")]


def test_namesakes_are_told_apart_by_their_ids():
    sources = [replace(_source("a", completed("x"), id=i)) for i in ("id-2", "id-1")]

    gated = gate_starts(sources, Caps(1))

    assert [r.source.id for r in gated.runs] == ["id-1"]


def test_a_place_is_taken_by_a_source_not_by_its_topics():
    gated = gate_starts([_source("a", completed("*"), topics="vwxyz")], Caps(1))

    assert _going(gated) == [("a", "vwxyz")]


def test_starts_beyond_the_brake_are_blocked():
    sources = [_source(name, completed("x")) for name in "abc"]

    gated = gate_starts(sources, Caps(0, 2))

    assert _told(gated) == {"a/x": "change", "b/x": "change", "c/x": "blocked"}
    held = next(f for f in gated.findings if f.verdict is Verdict.BLOCKED)
    assert (held.reason, held.advice) == (
        "held back: no more than 2 sources may start in this apply",
        "allow more with --max-starts 3",
    )


def test_a_start_without_a_place_is_deferred_rather_than_blocked_by_the_brake():
    sources = [_source(name, completed("x")) for name in "abc"]

    gated = gate_starts(sources, Caps(1, 1))

    assert _told(gated) == {"a/x": "change", "b/x": "deferred", "c/x": "deferred"}
    held = next(f for f in gated.findings if f.verdict is Verdict.DEFERRED)
    assert held.reason == "waits for a free place: 1 source may run at once"


def test_a_run_rests_on_absence_where_any_topic_never_ran():
    old = topic("y", run("completed", since(-1)))
    document = source_document("a", completed("*"))
    views = [by_name(source("a", *topics)) for topics in ([topic("x"), old], [old])]
    judged = [judge_source(SourceAsk((document,), v, streamkap(), NOW, ledger())) for v in views]

    runs = [gate_starts([one], FREE).runs[0] for one in judged]

    assert [r.rests_on_absence for r in runs] == [True, False]


def test_sources_are_counted_over_all_starts_of_a_plan():
    plan = plan_of(steps=(stop_step("s1"), start_step("s2", "a", "b"), bulk_step("s3")))

    assert sources_starting(plan) == 3
