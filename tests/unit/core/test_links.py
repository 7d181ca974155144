"""All documents of one cluster link, judged together."""

from datetime import timedelta

import pytest

from reconciler.core.links import JudgedLink, judge_link
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.desired import DesiredLink, MirrorRule, Suspend
from reconciler.model.observed import LinkTarget, LinkView, Problem, ProblemKind
from reconciler.model.verdict import Cause, Finding, Risk, Verdict
from reconciler.records import replace
from tests.support.specs import (
    CLUSTER,
    DOCUMENT,
    LINK,
    NOW,
    UNREADABLE,
    halt,
    left_alone,
    link,
    link_document,
    mirror,
    mirroring,
    paused,
)

ALL = Address(Kind.CLUSTER_LINK, "a")


def _judge(
    view: LinkView, *rules: MirrorRule, of_connection: Suspend | None = None, **changes: object
) -> JudgedLink:
    return judge_link([link_document("a", *rules, **changes)], view, NOW, of_connection)


def _told(judged: JudgedLink) -> dict[str, str]:
    return {str(f.address): str(f.verdict) for f in judged.findings}


def test_each_topic_of_a_healthy_link_has_its_own_finding():
    rules = (paused("b.*", until=NOW + timedelta(days=1)), mirroring("*"))
    view = link(mirror("a", "PAUSED"), mirror("b.x", "ACTIVE"), mirror("c", "ACTIVE"))

    judged = _judge(view, *rules)

    assert _told(judged) == {
        "ClusterLink/a/a": "change",
        "ClusterLink/a/b.x": "change",
        "ClusterLink/a/c": "in_sync",
    }
    assert [f.action for f in judged.findings] == [Action.RESUME, Action.PAUSE, None]


def test_a_finding_says_what_is_and_what_shall_be():
    rule = paused("t")

    judged = _judge(link(mirror("t", "ACTIVE")), rule)

    assert judged.findings == (
        Finding(
            ALL.of("t"),
            Verdict.CHANGE,
            "it is mirroring, and should be paused with no end (until: never)",
            rule.topics[0].origin,
            action=Action.PAUSE,
            before="ACTIVE",
            after="PAUSED",
            cause=Cause.DIFFERS,
            risk=Risk.DISRUPTIVE,
        ),
    )


def test_a_topic_named_by_a_glob_has_its_rule_as_origin():
    rule = mirroring("*")

    judged = _judge(link(mirror("t", "ACTIVE")), rule)

    assert judged.findings[0].origin == rule.origin


def test_the_first_rule_that_matches_wins_and_unmatched_topics_are_counted():
    view = link(mirror("a", "ACTIVE"), mirror("b", "ACTIVE"), mirror("c", "ACTIVE"))

    judged = _judge(view, left_alone("a"), mirroring("[ab]"))

    assert (_told(judged), judged.unmanaged) == ({"ClusterLink/a/b": "in_sync"}, 2)


@pytest.mark.parametrize("state", ["PAUSED", "FAILED"])
def test_the_link_is_told_once_for_all_its_topics(state):
    names = ("a", "b", "c")
    view = link(*(mirror(name, f"LINK_{state}") for name in names), state=state)

    judged = _judge(view, mirroring("*"))

    assert [(f.address, f.verdict, f.covers) for f in judged.findings] == [
        (ALL, Verdict.BLOCKED, 3)
    ]
    assert judged.findings[0].origin == DOCUMENT


def test_topics_wanted_paused_on_a_paused_link_are_deferred_apart_from_the_others():
    view = link(*(mirror(name, "PAUSED") for name in "abc"), state="PAUSED")

    judged = _judge(view, paused("a"), mirroring("*"))

    assert [(f.verdict, f.covers) for f in judged.findings] == [
        (Verdict.DEFERRED, 1),
        (Verdict.BLOCKED, 2),
    ]


def test_topics_that_tell_different_things_of_the_link_are_told_apart():
    view = link(mirror("a", "LINK_FAILED"), mirror("b", "LINK_PAUSED"), mirror("c", "ACTIVE"))

    judged = _judge(view, mirroring("*"))

    assert sorted((str(f.address), f.failed) for f in judged.findings) == [
        ("ClusterLink/a", False),
        ("ClusterLink/a", True),
        ("ClusterLink/a/c", False),
    ]


@pytest.mark.parametrize(
    ("state", "rules", "verdict", "failed"),
    [
        ("PAUSED", [mirroring("*")], Verdict.BLOCKED, False),
        ("PAUSED", [paused("*")], Verdict.DEFERRED, False),
        ("PAUSED", [paused("*", until=NOW)], Verdict.BLOCKED, False),
        ("PAUSED", [paused("a"), mirroring("*")], Verdict.BLOCKED, False),
        ("PAUSED", [paused("a"), left_alone("*")], Verdict.DEFERRED, False),
        ("FAILED", [paused("*")], Verdict.BLOCKED, True),
        ("ACTIVE", [mirroring("*")], Verdict.UNOBSERVED, False),
        (None, [mirroring("*")], Verdict.UNOBSERVED, False),
    ],
)
def test_a_link_whose_mirrors_were_not_listed_has_one_finding(state, rules, verdict, failed):
    judged = _judge(link(state=state, mirrors=None), *rules)

    finding = judged.findings[0]

    assert len(judged.findings) == 1
    assert (finding.address, finding.verdict, finding.failed) == (ALL, verdict, failed)
    assert finding.before == f"link {state or '-'}"


@pytest.mark.parametrize(
    ("problem", "verdict"),
    [
        (UNREADABLE, Verdict.UNOBSERVED),
        (Problem(ProblemKind.NOT_FOUND, "there is no such link"), Verdict.BLOCKED),
    ],
)
@pytest.mark.parametrize("where", ["view", "link"])
def test_a_link_that_could_not_be_read_or_is_not_listed(problem, verdict, where):
    whole = LinkView(LinkTarget(CLUSTER, LINK), None, problem)
    view = whole if where == "view" else link(mirrors=None, problem=problem)

    judged = _judge(view, paused("a"))

    assert judged.findings == (
        Finding(ALL, verdict, problem.message, DOCUMENT, advice=problem.advice),
    )


def test_a_view_of_nothing_is_unobserved():
    judged = _judge(LinkView(LinkTarget(CLUSTER, LINK), None), mirroring("a"))

    assert _told(judged) == {"ClusterLink/a": "unobserved"}


def test_a_mirror_that_does_not_exist_is_blocked_with_the_nearest_name():
    judged = _judge(link(mirror("orders.created", "ACTIVE")), mirroring("orders.crated", "*"))

    missing = judged.findings[0]

    assert (missing.verdict, missing.reason, missing.advice) == (
        Verdict.BLOCKED,
        "not known to Confluent (yet)",
        "did you mean orders.created?",
    )


@pytest.mark.parametrize(("topic", "verdict"), [("a", Verdict.BLOCKED), ("*", Verdict.UNMANAGED)])
def test_a_promoted_topic_is_blocked_by_name_and_let_go_by_a_glob(topic, verdict):
    judged = _judge(link(mirror("a", "STOPPED")), paused(topic))

    assert [f.verdict for f in judged.findings] == [verdict]


def test_a_topic_that_an_earlier_glob_takes_is_not_spelt_out():
    """The rule that wins is the glob, so what it finds promoted is let go."""
    judged = _judge(link(mirror("a", "STOPPED")), paused("*"), paused("a"))

    assert [f.verdict for f in judged.findings] == [Verdict.UNMANAGED]


def _two(one: MirrorRule, other: MirrorRule) -> list[DesiredLink]:
    return [link_document("b", other), link_document("a", one)]


def test_two_documents_share_a_link():
    view = link(mirror("x", "ACTIVE"), mirror("y", "ACTIVE"), mirror("z", "ACTIVE"))

    judged = judge_link(_two(mirroring("x"), paused("y")), view, NOW)

    assert _told(judged) == {"ClusterLink/a/x": "in_sync", "ClusterLink/b/y": "change"}
    assert judged.unmanaged == 1


def test_a_topic_claimed_twice_is_blocked_for_both():
    judged = judge_link(_two(mirroring("x"), paused("*")), link(mirror("x", "ACTIVE")), NOW)

    assert [(str(f.address), f.verdict, f.reason) for f in judged.findings] == [
        (
            "ClusterLink/a/x",
            Verdict.BLOCKED,
            "it is also claimed by ClusterLink/b at specs/a.yaml:20",
        ),
        (
            "ClusterLink/b/x",
            Verdict.BLOCKED,
            "it is also claimed by ClusterLink/a at specs/a.yaml:21",
        ),
    ]
    assert all(f.action is None for f in judged.findings)


@pytest.mark.parametrize(
    ("own", "of_connection", "verdict"),
    [
        (None, None, Verdict.CHANGE),
        (halt(seconds=1), None, Verdict.DEFERRED),
        (None, halt(seconds=1), Verdict.DEFERRED),
        (halt(seconds=0), None, Verdict.CHANGE),
        (halt(days=-1), halt(days=-2), Verdict.CHANGE),
        (halt(days=-1), halt(days=1), Verdict.DEFERRED),
    ],
)
def test_a_halt_that_holds_now_turns_a_change_into_a_deferred_one(own, of_connection, verdict):
    judged = _judge(
        link(mirror("a", "ACTIVE")), paused("a"), of_connection=of_connection, suspend=own
    )

    finding = judged.findings[0]

    assert (finding.verdict, finding.action) == (verdict, Action.PAUSE)


def test_a_halt_is_told_before_the_reason():
    judged = _judge(
        link(mirror("a", "PAUSED")), mirroring("a"), suspend=replace(halt(days=3), reason="INC-42")
    )

    assert judged.findings[0].reason == (
        "suspended until 2026-11-25T12:00:00Z (INC-42); it is paused, and should be mirroring"
    )


def test_a_halt_changes_nothing_where_nothing_would_be_done():
    judged = _judge(
        link(mirror("a", "ACTIVE"), mirror("b", "FAILED")), mirroring("*"), suspend=halt(days=3)
    )

    assert [f.verdict for f in judged.findings] == [Verdict.IN_SYNC, Verdict.BLOCKED]


def test_a_glob_without_a_match_is_a_warning():
    judged = _judge(link(mirror("a", "ACTIVE")), mirroring("a", "b*"), left_alone("c*"))

    assert judged.warnings == ("specs/a.yaml:22: ClusterLink/a: b* matches no topic",)
