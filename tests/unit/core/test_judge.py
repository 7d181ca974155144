"""Everything judged at once: several connections, selections, witnesses, brakes."""

from datetime import timedelta

import pytest

from reconciler.core.judge import Policy
from reconciler.core.select import Selection, parse_selector
from reconciler.model.observed import SourceTopics
from reconciler.records import replace
from tests.support.specs import (
    INCREMENTAL,
    MISSING,
    NOW,
    OLD,
    UNREADABLE,
    by_id,
    by_name,
    completed,
    confirmed,
    confluent,
    desired,
    halt,
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
)

ORDERS = source("orders", topic("x"), topic("y"))
RUNNING = run("running", since(2), type=INCREMENTAL)


def _select(*texts: str, **labels: str) -> Policy:
    return Policy(Selection(tuple(map(parse_selector, texts)), tuple(sorted(labels.items()))))


def test_nothing_declared_is_nothing_judged():
    judgement = judged(desired(), know())

    assert (judgement.findings, judgement.runs, judgement.stops) == ((), (), ())


def test_findings_come_in_order_of_address_whatever_they_say():
    specs = desired(
        source_document("orders", completed("y"), idle("x")), link_document("a", mirroring("m"))
    )
    knowledge = know(observed(by_name(ORDERS)), observed(link(mirror("m", "ACTIVE"))))

    assert list(told(judged(specs, knowledge)).items()) == [
        ("ClusterLink/a/m", "in_sync"),
        ("Source/orders/x", "in_sync"),
        ("Source/orders/y", "change"),
    ]


def test_topics_that_no_rule_names_are_counted_over_everything():
    specs = desired(source_document("orders", idle("x")), link_document("a", mirroring("m")))
    knowledge = know(
        observed(by_name(ORDERS)), observed(link(mirror("m", "ACTIVE"), mirror("n", "PAUSED")))
    )

    assert judged(specs, knowledge).unmanaged == 2


def test_warnings_of_specs_providers_and_globs_are_told_together_and_once():
    specs = replace(desired(source_document("orders", idle("z*"))), warnings=("far ahead",))
    answer = replace(observed(by_name(ORDERS)), warnings=("a clock is off", "far ahead"))

    assert judged(specs, know(answer)).warnings == (
        "a clock is off",
        "far ahead",
        "specs/a.yaml:21: Source/orders: z* matches no topic",
    )


def test_documents_behind_a_connection_that_answered_nothing_are_unobserved():
    specs = desired(source_document("orders", idle("x")), link_document("a", mirroring("m")))
    knowledge = know(observed(by_name(ORDERS)), unreachable={"cc": "cc: name not known"})

    judgement = judged(specs, knowledge)

    assert told(judgement) == {"ClusterLink/a": "unobserved", "Source/orders/x": "in_sync"}
    assert judgement.findings[0].reason == "cc: name not known"


def test_a_document_that_was_not_looked_at_is_not_judged():
    specs = desired(source_document("orders", idle("x")), link_document("a", mirroring("m")))

    assert told(judged(specs, know(observed(by_name(ORDERS))))) == {"Source/orders/x": "in_sync"}


def test_a_view_that_no_document_speaks_of_is_passed_over():
    assert told(judged(desired(), know(observed(by_name(ORDERS)), observed(link())))) == {}


@pytest.mark.parametrize(("now", "verdict"), [(None, "scheduled"), (NOW + timedelta(9), "change")])
def test_a_given_time_beats_the_vendors(now, verdict):
    specs = desired(source_document("orders", completed("x", since=NOW)))
    knowledge = know(observed(by_name(ORDERS)), now=now)

    assert told(judged(specs, knowledge)) == {"Source/orders/x": verdict}


# --- several documents of one source


def test_documents_by_name_and_by_id_speak_of_one_source():
    specs = desired(
        source_document("a", completed("x"), source="orders"),
        source_document("b", completed("*"), source="", source_id="id-orders"),
    )
    knowledge = know(observed(by_name(ORDERS), by_id(ORDERS)))

    judgement = judged(specs, knowledge)

    assert told(judgement) == {
        "Source/a/x": "blocked",
        "Source/b/x": "blocked",
        "Source/b/y": "change",
    }
    assert [c.topic for r in judgement.runs for c in r.candidates] == ["y"]


def test_a_document_that_a_selection_left_unobserved_still_holds_its_claim():
    specs = desired(
        source_document("a", completed("x"), source="orders"),
        source_document("b", idle("x"), source="", source_id="id-orders"),
    )

    judgement = judged(specs, know(observed(by_name(ORDERS))), _select("Source/a"))

    assert told(judgement) == {"Source/a/x": "blocked"}


def test_a_document_by_name_holds_its_claim_on_a_source_that_was_looked_up_by_id():
    specs = desired(
        source_document("a", completed("x"), source="orders"),
        source_document("b", idle("x"), source="", source_id="id-orders"),
    )

    judgement = judged(specs, know(observed(by_id(ORDERS))), _select("Source/b"))

    assert told(judgement) == {"Source/b/x": "blocked"}


TWO = (streamkap("prod", project="p1"), streamkap("test", project="p2"))


def test_the_same_name_in_two_accounts_is_two_sources():
    """One name behind two credentials: each document is judged against what its own one sees."""
    specs = desired(
        *TWO,
        source_document("a", completed("x"), source="orders", connection="prod"),
        source_document("b", completed("y"), source="orders", connection="test"),
    )
    knowledge = know(
        observed(by_name(source("orders", topic("x"), topic("y"), id="id-1")), name="prod"),
        observed(by_name(source("orders", topic("x"), topic("y"), id="id-2")), name="test"),
    )

    judgement = judged(specs, knowledge)

    assert told(judgement) == {"Source/a/x": "change", "Source/b/y": "change"}
    assert [(r.connection, r.source.id, r.candidates[0].topic) for r in judgement.runs] == [
        ("prod", "id-1", "x"),
        ("test", "id-2", "y"),
    ]


def test_a_name_that_only_one_account_has_is_missing_in_the_other():
    specs = desired(
        *TWO,
        source_document("a", idle("x"), source="orders", connection="prod"),
        source_document("b", idle("x"), source="orders", connection="test"),
    )
    knowledge = know(
        observed(by_name(ORDERS), name="prod"), observed(not_seen("orders", MISSING), name="test")
    )

    assert told(judged(specs, knowledge)) == {"Source/a/x": "in_sync", "Source/b": "blocked"}


def test_one_source_behind_two_connections_is_judged_once_with_all_its_documents():
    specs = desired(
        streamkap("one"),
        streamkap("two"),
        source_document("a", completed("x"), source="orders", connection="one"),
        source_document("b", completed("[xy]"), source="orders", connection="two"),
    )
    knowledge = know(*(observed(by_name(ORDERS), name=name) for name in ("two", "one")))

    judgement = judged(specs, knowledge)

    assert told(judgement) == {
        "Source/a/x": "blocked",
        "Source/b/x": "blocked",
        "Source/b/y": "change",
    }
    assert [r.connection for r in judgement.runs] == ["one"]


def test_one_id_at_two_endpoints_is_two_sources():
    specs = desired(
        streamkap("one", endpoint="https://one.test"),
        streamkap("two", endpoint="https://two.test"),
        source_document("a", completed("x"), source="", source_id="id-orders", connection="one"),
        source_document("b", completed("x"), source="", source_id="id-orders", connection="two"),
    )
    knowledge = know(*(observed(by_id(ORDERS), name=name) for name in ("one", "two")))

    assert told(judged(specs, knowledge)) == {"Source/a/x": "change", "Source/b/x": "change"}


# --- several documents of one link


def test_one_link_behind_two_connections_is_judged_once():
    specs = desired(
        confluent("one"),
        confluent("two"),
        link_document("a", mirroring("m"), connection="one"),
        link_document("b", paused("*"), connection="two"),
    )
    knowledge = know(*(observed(link(mirror("m", "ACTIVE")), name=name) for name in ("one", "two")))

    judgement = judged(specs, knowledge)

    assert told(judgement) == {"ClusterLink/a/m": "blocked", "ClusterLink/b/m": "blocked"}
    assert len(judgement.findings) == 2


def test_the_halt_of_a_connection_holds_for_everything_behind_it():
    specs = desired(
        confluent(suspend=halt(days=1)),
        streamkap(suspend=halt(days=1)),
        source_document("orders", completed("x"), idle("y")),
        link_document("a", paused("m")),
    )
    seen = source("orders", topic("x"), topic("y", RUNNING))
    knowledge = know(observed(by_name(seen)), observed(link(mirror("m", "ACTIVE"))))

    judgement = judged(specs, knowledge)

    assert set(told(judgement).values()) == {"deferred"}
    assert (judgement.runs, judgement.stops) == ((), ())


# --- the second witness


def test_a_first_run_asks_for_a_second_witness_and_then_for_no_other():
    specs = desired(source_document("orders", completed("x")))
    before = judged(specs, know(observed(by_name(ORDERS))))

    after = judged(specs, know(observed(by_name(ORDERS)), witnesses=confirmed("id-orders")))

    assert before.needs_witness == (("sk", "id-orders"),)
    assert (after.needs_witness, len(after.runs)) == ((), 1)


@pytest.mark.parametrize(
    ("witness", "verdicts"),
    [
        (SourceTopics("id-orders", seen_runs=frozenset({"x"})), ["unobserved", "change"]),
        (SourceTopics("id-orders", seen_runs=frozenset({"x", "y"})), ["unobserved", "unobserved"]),
        (SourceTopics("id-orders", problem=UNREADABLE), ["unobserved", "unobserved"]),
    ],
)
def test_what_the_second_witness_does_not_confirm_is_not_started(witness, verdicts):
    specs = desired(source_document("orders", completed("*")))
    knowledge = know(observed(by_name(ORDERS)), witnesses={("sk", "id-orders"): witness})

    judgement = judged(specs, knowledge)

    assert list(told(judgement).values()) == verdicts
    assert len(judgement.runs) == verdicts.count("change")


def test_a_start_that_is_held_back_asks_for_no_witness():
    specs = desired(source_document("orders", completed("x")))
    broken = replace(ORDERS, status="Broken")

    assert judged(specs, know(observed(by_name(broken)))).needs_witness == ()


def test_a_start_that_rests_on_an_older_run_asks_for_no_witness():
    specs = desired(source_document("orders", completed("x")))
    seen = source("orders", topic("x", run("completed", OLD)))

    assert judged(specs, know(observed(by_name(seen)))).needs_witness == ()
