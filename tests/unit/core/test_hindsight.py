"""Specs and ledger side by side."""

import pytest

from reconciler.core.hindsight import scopes_of
from reconciler.model.address import Address
from tests.support.hindsights import applied, hindsight, specs
from tests.support.ledgers import EAST, LINK_SCOPE, ORDERS, SCOPE, intent, known, sighting
from tests.support.specs import (
    MISSING,
    by_name,
    completed,
    confluent,
    desired,
    know,
    left_alone,
    link,
    link_document,
    mirroring,
    not_seen,
    observed,
    paused,
    source,
    source_document,
    streamkap,
    unmanaged,
)

RULE, PAUSED = completed("t"), paused("t")
BOTH = specs(unmanaged("u"), RULE, left_alone("u"), PAUSED)


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        pytest.param(ORDERS.of("t"), RULE, id="snapshot"),
        pytest.param(EAST.of("t"), PAUSED, id="mirror"),
        pytest.param(ORDERS.of("u"), None, id="unmanaged-snapshot"),
        pytest.param(EAST.of("u"), None, id="unmanaged-mirror"),
        pytest.param(ORDERS.of("x"), None, id="no-rule"),
        pytest.param(Address(ORDERS.kind, "gone", "t"), None, id="no-document"),
    ],
)
def test_the_rule_that_wants_something_of_a_topic(address, rule):
    assert hindsight(BOTH).rule_of(address) == rule


@pytest.mark.parametrize(
    ("address", "place"),
    [
        pytest.param(ORDERS.of("t"), (SCOPE, "t"), id="source"),
        pytest.param(EAST.of("a/b"), (LINK_SCOPE, "a/b"), id="link"),
        pytest.param(ORDERS, None, id="whole-document"),
        pytest.param(Address(ORDERS.kind, "gone", "t"), None, id="scope-not-known"),
    ],
)
def test_where_the_ledger_keeps_an_address(address, place):
    assert hindsight(BOTH).place_of(address) == place


def test_levels_are_found_by_scope_and_topic():
    level = applied(mirroring("t"), "ACTIVE")

    assert hindsight(BOTH, level).levels == {(LINK_SCOPE, "t"): level}


def test_what_a_look_shows_is_put_behind_what_was_seen_before():
    first, second = sighting(at=2), sighting(at=3)
    other = known(intent("i2"))

    told = hindsight(BOTH, known(intent(), first), other, news=(second,))

    assert told.journal.intents == (known(intent(), first, second), other)


def _scope(connection: str, target: str) -> str:
    return f"{connection}:{target}"


def test_scopes_are_those_of_what_was_found_and_of_every_link_behind_what_answered():
    """By name, by id, and two documents of one source; what a selection left out as well."""
    specs = desired(
        source_document("by-name", source="orders"),
        source_document("by-id", source="", source_id="id-orders"),
        source_document("not-looked-at", source="", source_id="id-else"),
        link_document("east"),
        link_document("not-looked-at", link="other"),
    )
    seen = know(observed(by_name(source("orders"))), observed(link())).observed

    assert {str(a): scope for a, scope in scopes_of(specs, seen, _scope).items()} == {
        "ClusterLink/east": "cc:lkc-1/east-to-west",
        "ClusterLink/not-looked-at": "cc:lkc-1/other",
        "Source/by-name": "sk:id-orders",
        "Source/by-id": "sk:id-orders",
        "Source/not-looked-at": "sk:id-else",
    }


def test_what_was_not_found_or_did_not_answer_has_no_scope():
    specs = desired(
        source_document("lost", source="lost"),
        source_document("unknown", source="unknown"),
        link_document("east"),
        source_document("behind", source="", source_id="id", connection="other"),
        streamkap(),
        streamkap("other"),
        confluent(),
    )
    seen = know(observed(not_seen("lost", MISSING))).observed

    assert scopes_of(specs, seen, _scope) == {}
