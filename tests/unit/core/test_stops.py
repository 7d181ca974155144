"""A stop is source-wide: what it hits decides whether it is made, and at what risk."""

import pytest

from reconciler.core.sources import SourceAsk, judge_source
from reconciler.core.stops import judge_stop
from reconciler.model.desired import SnapshotRule
from reconciler.model.ledger import AttemptState
from reconciler.model.observed import Run
from reconciler.model.verdict import Finding
from reconciler.records import replace
from tests.support.specs import (
    BLOCKING,
    INCREMENTAL,
    NOW,
    SINCE,
    attempt,
    by_name,
    completed,
    halt,
    idle,
    ledger,
    run,
    since,
    source,
    source_document,
    streamkap,
    topic,
    unmanaged,
)

RUNNING = run("running", since(2), type=INCREMENTAL)
WIDE = {"allow_source_wide": True}


def _findings(rules: list[SnapshotRule], ours: str = "", **runs: Run) -> dict[str, Finding]:
    """Findings by topic; topics in `ours` are runs that we started."""
    return _of([source_document("a", *rules)], ours, **runs)


def _of(documents: list, ours: str = "", **runs: Run) -> dict[str, Finding]:
    made = [
        replace(attempt(AttemptState.SEEN, SINCE, run_time=since(2)), topic=name) for name in ours
    ]
    view = by_name(source("orders", *(topic(name, one) for name, one in runs.items())))
    judged = judge_source(SourceAsk(tuple(documents), view, streamkap(), NOW, ledger(*made)))
    return {f"{f.address.name}/{f.address.topic}": f for f in judged.findings}


def _told(findings: dict[str, Finding]) -> dict[str, str]:
    return {name: f"{f.verdict} {f.risk}" for name, f in findings.items() if f.action}


def test_no_stop_asks_nothing():
    assert judge_stop([], []) == []


@pytest.mark.parametrize(
    ("rules", "ours", "told"),
    [
        ([idle("[xy]")], "xy", {"a/x": "change safe", "a/y": "change safe"}),
        ([idle("[xy]")], "x", {"a/x": "change disruptive", "a/y": "change disruptive"}),
        ([idle("x"), idle("y")], "xy", {"a/x": "change disruptive", "a/y": "change disruptive"}),
        ([idle("x")], "xy", {"a/x": "blocked disruptive"}),
        ([idle("x"), unmanaged("y")], "xy", {"a/x": "blocked disruptive"}),
        ([idle("x"), completed("y")], "xy", {"a/x": "blocked disruptive"}),
        ([idle("x", **WIDE)], "xy", {"a/x": "change disruptive"}),
        ([idle("x", **WIDE), completed("y")], "xy", {"a/x": "change disruptive"}),
    ],
)
def test_two_topics_under_way_on_one_source(rules, ours, told):
    assert _told(_findings(rules, ours, x=RUNNING, y=RUNNING)) == told


def test_a_topic_that_does_not_run_stands_in_no_way():
    findings = _findings([idle("x"), completed("y")], "x", x=RUNNING, y=run("completed", since(1)))

    assert _told(findings) == {"a/x": "change safe"}


def test_one_rule_that_allows_it_is_enough_since_there_is_one_stop():
    rules = [idle("x"), idle("y", **WIDE)]

    findings = _findings(rules, x=RUNNING, y=RUNNING, z=RUNNING)

    assert _told(findings) == {"a/x": "change disruptive", "a/y": "change disruptive"}


def test_a_topic_that_two_documents_claim_is_foreign():
    documents = [source_document("a", idle("x", "y")), source_document("b", idle("y"))]

    assert _told(_of(documents, x=RUNNING, y=RUNNING)) == {"a/x": "blocked disruptive"}


def test_rules_of_two_documents_are_two_rules():
    documents = [source_document("a", idle("x")), source_document("b", idle("y"))]

    findings = _of(documents, "xy", x=RUNNING, y=RUNNING)

    assert _told(findings) == {"a/x": "change disruptive", "b/y": "change disruptive"}


def test_a_suspended_topic_is_neither_stopped_nor_hit():
    documents = [
        source_document("a", idle("x")),
        source_document("b", idle("y"), suspend=halt(days=1)),
    ]

    findings = _of(documents, "xy", x=RUNNING, y=RUNNING)

    assert _told(findings) == {"a/x": "blocked disruptive", "b/y": "deferred disruptive"}


def test_what_a_suspended_rule_allows_does_not_count():
    documents = [
        source_document("a", idle("x")),
        source_document("b", idle("y", **WIDE), suspend=halt(days=1)),
    ]

    assert _told(_of(documents, x=RUNNING, y=RUNNING))["a/x"] == "blocked disruptive"


def test_a_blocked_stop_names_what_it_would_also_end():
    findings = _findings([idle("x")], x=RUNNING, z=RUNNING, y=RUNNING)

    assert findings["a/x"].reason == (
        "a snapshot is running, and none may run; a stop would also end y, z"
    )
    assert findings["a/x"].advice == (
        "stop it at Streamkap, or set `allowSourceWide: true` on the rule"
    )


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ([INCREMENTAL, INCREMENTAL], ""),
        (
            [INCREMENTAL, BLOCKING],
            "; it is blocking: the connector restarts and its progress is lost",
        ),
        (
            [None, BLOCKING],
            "; it is blocking: the connector restarts and its progress is lost",
        ),
        (
            [None, INCREMENTAL],
            "; its type is not known; a blocking one would restart the connector",
        ),
    ],
)
def test_a_stop_says_what_it_costs(types, words):
    one, two = (replace(RUNNING, type=type_) for type_ in types)

    findings = _findings([idle("x", "y")], x=one, y=two)

    assert findings["a/x"].reason == (
        f"a snapshot is running, and none may run; the stop also ends y{words}"
    )


def test_a_stop_of_one_topic_says_no_more_than_it_must():
    findings = _findings([idle("x")], x=RUNNING)

    assert findings["a/x"].reason == "a snapshot is running, and none may run"
