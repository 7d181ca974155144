from datetime import timedelta

import pytest

from reconciler.core.adopting import ALIKE, FoundRule, link_rules, source_rules
from reconciler.model.desired import MirrorRule, MirrorState, SnapshotRule, SnapshotState
from reconciler.model.observed import ObservedLink, Problem, ProblemKind
from reconciler.records import replace
from tests.support.specs import (
    CLUSTER,
    LINK,
    NOW,
    UNREADABLE,
    ago,
    mirror,
    run,
    source,
    topic,
    unread,
)

ACTIVE, PAUSED, UNMANAGED = MirrorState.ACTIVE, MirrorState.PAUSED, MirrorState.UNMANAGED
GONE = "STOPPED: it was promoted or failed over, and is no longer a mirror"


def told(rules: tuple[FoundRule, ...]) -> list[tuple[list[str], str, int]]:
    """Patterns, state and count of each rule."""
    return [([p.text for p in r.rule.topics], str(r.rule.state), r.count) for r in rules]


def of_link(*words: tuple[str, str | None], state: str | None = "ACTIVE") -> tuple[FoundRule, ...]:
    mirrors = tuple(mirror(name, word) for name, word in words)
    return link_rules(ObservedLink(CLUSTER, LINK, state, mirrors=mirrors), NOW)


def of_source(*topics, completed: bool = True) -> tuple[FoundRule, ...]:
    return source_rules(source("orders", *topics), NOW, completed=completed)


def test_what_mirrors_is_everything_that_no_rule_before_takes() -> None:
    rules = of_link(("o.a", "PAUSED"), ("o.b", "PAUSED"), ("p.a", "ACTIVE"), ("q", "STOPPED"))

    assert told(rules) == [
        (["o.*"], "paused", 2),
        (["q"], "unmanaged", 1),
        (["*"], "active", 1),
    ]
    assert rules[1].remark == GONE


def test_a_pause_is_for_ever_and_says_that_it_was_found() -> None:
    (rule,) = of_link(("a", "PAUSED"))

    assert isinstance(rule.rule, MirrorRule)
    assert (rule.rule.until, rule.rule.reason) == (None, "found paused")


def test_what_appears_later_is_not_paused_where_all_are() -> None:
    assert told(of_link(("o.a", "PAUSED"), ("o.b", "PAUSED"))) == [(["o.*"], "paused", 2)]


def test_where_none_mirrors_the_rest_is_left_alone() -> None:
    rules = of_link(("a", "PAUSED"), ("b", "STOPPED"), ("c", "STOPPED"), ("d", "FAILED"))

    assert told(rules) == [(["a"], "paused", 1), (["*"], "unmanaged", 3)]
    assert rules[1].remark == (
        f"2 topics: {GONE}; 1 topic: mirroring has failed: the vendor gives no reason"
    )


@pytest.mark.parametrize(
    "word",
    ["FAILED", "STOPPED", "SOURCE_UNAVAILABLE", "PENDING_MIRROR", "LINK_PAUSED", "WHAT", None],
)
def test_a_word_that_is_no_level_leaves_its_topic_alone(word: str | None) -> None:
    rules = of_link(("a", word), ("b", "ACTIVE"))

    assert told(rules) == [(["a"], "unmanaged", 1), (["*"], "active", 1)]


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        pytest.param(
            ObservedLink(CLUSTER, LINK, "PAUSED"),
            "the link is paused",
            id="paused",
        ),
        pytest.param(
            ObservedLink(CLUSTER, LINK, "FAILED", "TIMEOUT"),
            "the link has failed: TIMEOUT",
            id="failed",
        ),
        pytest.param(
            ObservedLink(CLUSTER, LINK, "ACTIVE", problem=UNREADABLE),
            "GET /sources: HTTP 503",
            id="unreadable",
        ),
        pytest.param(
            ObservedLink(CLUSTER, LINK, "ACTIVE", mirrors=()),
            "no mirror topics were found",
            id="empty",
        ),
        pytest.param(ObservedLink(CLUSTER, LINK, "ACTIVE"), "they were not listed", id="unlisted"),
    ],
)
def test_a_link_without_visible_topics_is_left_alone(link: ObservedLink, reason: str) -> None:
    (rule,) = link_rules(link, NOW)

    assert told((rule,)) == [(["*"], "unmanaged", 0)]
    assert rule.remark == reason


def test_topics_that_no_pattern_tells_apart_are_left_alone() -> None:
    rules = of_link(("a b", "PAUSED"), ("axb", "ACTIVE"), ("c", "ACTIVE"))

    assert told(rules) == [(["a?b", "axb"], "unmanaged", 2), (["*"], "active", 1)]
    assert rules[0].remark == ALIKE


def test_ten_thousand_mirrors_are_three_rules() -> None:
    words = ("ACTIVE", "PAUSED", "STOPPED")
    rules = of_link(*((f"{words[n % 3].lower()}.{n}", words[n % 3]) for n in range(10_000)))

    assert told(rules) == [
        (["paused.*"], "paused", 3333),
        (["stopped.*"], "unmanaged", 3333),
        (["*"], "active", 3334),
    ]


def test_snapshots_are_left_alone_by_schema() -> None:
    rules = of_source(topic("p.a"), topic("p.b"), topic("q.a"), completed=False)

    assert told(rules) == [(["p.*", "q.a"], "unmanaged", 3)]


@pytest.mark.parametrize("completed", [True, False])
def test_a_source_without_topics_is_left_alone(completed: bool) -> None:
    assert told(of_source(completed=completed)) == [(["*"], "unmanaged", 0)]


def test_what_completed_is_wanted_since_the_oldest_of_the_last_runs() -> None:
    old = ago(days=9, microseconds=7)
    rules = of_source(
        topic("p.a", run("completed", ago(days=30)), run("completed", old)),
        topic("p.b", run("completed", ago(days=2))),
        topic("q.a"),
    )

    assert told(rules) == [(["p.*"], "completed", 2), (["q.a"], "unmanaged", 1)]
    assert isinstance(rules[0].rule, SnapshotRule)
    assert rules[0].rule.since == old.replace(microsecond=0)


def test_a_level_is_never_asked_for_from_the_future_on() -> None:
    (rule,) = of_source(topic("a", run("completed", ago(seconds=5))))

    assert isinstance(rule.rule, SnapshotRule)
    assert rule.rule.since == ago(minutes=2)


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        pytest.param([], "never snapshotted, as far as the vendor shows", id="never"),
        pytest.param(["failed"], "the status of their last snapshot is failed", id="failed"),
        pytest.param(["running"], "a snapshot is running", id="running"),
        pytest.param(["pending"], "a snapshot is pending", id="pending"),
        pytest.param(["archived"], "the status of their last snapshot is archived", id="strange"),
        pytest.param(
            ["completed", "failed"], "the status of their last snapshot is failed", id="one-time"
        ),
    ],
)
def test_other_runs_are_no_level(runs: list[str], reason: str) -> None:
    (rule,) = of_source(topic("a", *(run(word, ago(days=1)) for word in runs)))

    assert (rule.rule.state, rule.remark) == (SnapshotState.UNMANAGED, reason)


def test_a_run_without_a_time_is_no_level() -> None:
    (rule,) = of_source(topic("a", run("completed"), run("completed", ago(days=1))))

    assert rule.remark == "a snapshot is shown as completed, and the vendor does not say when"


def test_an_older_failure_does_not_matter() -> None:
    found = topic("a", run("failed", ago(days=2)), run("completed", ago(days=1)))

    assert told(of_source(found)) == [(["a"], "completed", 1)]


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (None, "their snapshots could not be read: it was not asked for"),
        (
            Problem(ProblemKind.SILENT, "404 (request id 1-2)"),
            "their snapshots could not be read: 404",
        ),
    ],
)
def test_what_was_not_read_is_no_level(problem: Problem | None, reason: str) -> None:
    (rule,) = of_source(unread("a", problem))

    assert rule.remark == reason


def test_the_order_of_what_was_seen_does_not_matter() -> None:
    found = source("s", topic("a.x"), topic("b.y", run("completed", ago(days=1))), topic("a.z"))
    turned = replace(found, topics=found.topics[::-1])

    assert source_rules(found, NOW, completed=True) == source_rules(turned, NOW, completed=True)


def test_a_clock_that_is_behind_does_not_make_a_level_of_the_future() -> None:
    (rule,) = source_rules(
        source("s", topic("a", run("completed", NOW))), NOW - timedelta(days=1), completed=True
    )

    assert isinstance(rule.rule, SnapshotRule)
    assert rule.rule.since == NOW - timedelta(days=1, minutes=2)
