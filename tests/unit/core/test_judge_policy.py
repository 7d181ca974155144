"""What a person asks for: brakes and selections; and the stops that come of it."""

import pytest

from reconciler.core.changes import StopRun
from reconciler.core.judge import Policy
from reconciler.core.select import Selection, parse_selector
from reconciler.model.desired import Limits
from reconciler.model.verdict import Risk
from reconciler.records import replace
from tests.support.specs import (
    BLOCKING,
    INCREMENTAL,
    MISSING,
    OLD,
    UNREADABLE,
    by_name,
    completed,
    desired,
    idle,
    judged,
    know,
    link,
    link_document,
    mirror,
    mirroring,
    not_seen,
    observed,
    paused,
    run,
    since,
    source,
    source_document,
    streamkap,
    told,
    topic,
    unmanaged,
)

ORDERS = source("orders", topic("x"), topic("y"))
RUNNING = run("running", since(2), type=INCREMENTAL)


def _select(*texts: str, **labels: str) -> Policy:
    return Policy(Selection(tuple(map(parse_selector, texts)), tuple(sorted(labels.items()))))


# --- brakes


def _fleet(*names: str, connection: str = "sk") -> tuple[list, object]:
    documents = [source_document(n, completed("x"), connection=connection) for n in names]
    views = [by_name(source(n, topic("x", run("completed", OLD)))) for n in names]
    return documents, observed(*views, name=connection)


@pytest.mark.parametrize(
    ("most", "changes"),
    [(None, 4), (9, 4), (4, 4), (3, 3), (1, 1), (0, 0)],
)
def test_the_brake_counts_over_all_connections(most, changes):
    one, seen = _fleet("a", "b", connection="one")
    two, seen_too = _fleet("c", "d", connection="two")
    specs = desired(streamkap("one"), streamkap("two"), *one, *two)

    judgement = judged(specs, know(seen_too, seen), Policy(max_starts=most))

    words = ["change"] * changes + ["blocked"] * (4 - changes)
    assert list(told(judgement).values()) == words
    assert len(judgement.runs) == changes


def test_the_places_of_one_connection_are_its_own():
    one, seen = _fleet("a", "b", connection="one")
    two, seen_too = _fleet("c", "d", connection="two")
    narrow = Limits(snapshots=1)
    specs = desired(streamkap("one", limits=narrow), streamkap("two"), *one, *two)

    judgement = judged(specs, know(seen, seen_too))

    assert list(told(judgement).values()) == ["change", "deferred", "change", "change"]


# --- selections


def test_a_selection_chooses_what_is_shown_and_done():
    specs = desired(
        source_document("orders", completed("*")),
        link_document("a", paused("m")),
    )
    knowledge = know(observed(by_name(ORDERS)), observed(link(mirror("m", "ACTIVE"))))

    judgement = judged(specs, knowledge, _select("Source/orders/x"))

    assert told(judgement) == {"Source/orders/x": "change"}
    assert [c.topic for r in judgement.runs for c in r.candidates] == ["x"]


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        (_select("source/a"), {"a"}),
        (_select("Source/*"), {"a", "b"}),
        (_select("ClusterLink/*"), set()),
        (_select("Source/a", "Source/b"), {"a", "b"}),
        (_select(team="red"), {"a"}),
        (_select(team="red", tier="2"), set()),
        (_select("Source/b", team="red"), set()),
        (_select("Source/?", team="blue"), {"b"}),
    ],
)
def test_selectors_and_labels(policy, shown):
    documents, seen = _fleet("a", "b")
    labelled = [
        replace(d, labels=(("team", team),))
        for d, team in zip(documents, ("red", "blue"), strict=True)
    ]

    judgement = judged(desired(*labelled), know(seen), policy)

    assert {f.address.name for f in judgement.findings} == shown
    assert {r.source.name for r in judgement.runs} == shown


def test_starts_left_out_by_a_selection_take_no_place():
    documents, seen = _fleet("a", "b")
    specs = desired(streamkap(limits=Limits(snapshots=1)), *documents)

    judgement = judged(specs, know(seen), _select("Source/b"))

    assert told(judgement) == {"Source/b/x": "change"}


def test_a_first_run_of_another_kind_left_out_by_a_selection_is_not_waited_for():
    specs = desired(source_document("orders", completed("x"), completed("y", type=BLOCKING)))

    judgement = judged(specs, know(observed(by_name(ORDERS))), _select("Source/orders/y"))

    assert told(judgement) == {"Source/orders/y": "change"}


@pytest.mark.parametrize(
    ("knowledge", "verdict"),
    [
        (know(observed(not_seen("orders", MISSING))), "blocked"),
        (know(observed(not_seen("orders", UNREADABLE))), "unobserved"),
        (know(unreachable={"sk": "sk: no such name"}), "unobserved"),
    ],
)
def test_a_finding_of_the_whole_document_speaks_for_a_selected_topic(knowledge, verdict):
    """A topic whose source was not read is not as wanted; saying nothing would look like it."""
    specs = desired(source_document("orders", completed("x")), source_document("b", idle("y")))

    assert told(judged(specs, knowledge, _select("Source/orders/x"))) == {"Source/orders": verdict}


def test_a_paused_link_speaks_for_a_selected_topic():
    specs = desired(link_document("a", mirroring("*")))
    knowledge = know(observed(link(mirror("m", "LINK_PAUSED"), state="PAUSED")))

    assert told(judged(specs, knowledge, _select("ClusterLink/a/m"))) == {
        "ClusterLink/a": "blocked"
    }


# --- stops


def test_a_stop_holds_everything_that_runs_on_its_source():
    seen = source("orders", topic("x", RUNNING), topic("y", RUNNING), topic("z"))
    specs = desired(source_document("orders", idle("x", allow_source_wide=True)))

    judgement = judged(specs, know(observed(by_name(seen))))

    assert judgement.stops == (
        StopRun("sk", "id-orders", INCREMENTAL, ("x", "y"), 3, Risk.DISRUPTIVE),
    )


@pytest.mark.parametrize(
    ("types", "type_"),
    [
        ([INCREMENTAL, INCREMENTAL], INCREMENTAL),
        ([INCREMENTAL, None], None),
        ([INCREMENTAL, BLOCKING], None),
    ],
)
def test_the_type_of_a_stop_is_known_where_every_run_says_the_same(types, type_):
    topics = [topic(n, replace(RUNNING, type=t)) for n, t in zip("xy", types, strict=True)]
    specs = desired(source_document("orders", idle("*")))

    judgement = judged(specs, know(observed(by_name(source("orders", *topics)))))

    assert [stop.type for stop in judgement.stops] == [type_]


@pytest.mark.parametrize(
    ("rule", "policy"),
    [
        (idle("x"), Policy()),
        (completed("x"), Policy()),
        (idle("x", allow_source_wide=True), _select("Source/orders/z")),
    ],
)
def test_a_stop_that_is_blocked_or_not_selected_is_not_made(rule, policy):
    seen = source("orders", topic("x", RUNNING), topic("y", RUNNING))
    specs = desired(source_document("orders", rule, unmanaged("y")))

    assert judged(specs, know(observed(by_name(seen))), policy).stops == ()


def test_starts_wait_for_the_stop_on_their_own_source():
    seen = source("orders", topic("x", RUNNING), topic("y"))
    specs = desired(source_document("orders", idle("x"), completed("y")))

    judgement = judged(specs, know(observed(by_name(seen))))

    assert told(judgement) == {"Source/orders/x": "change", "Source/orders/y": "deferred"}
