"""Specs and ledger side by side."""

import pytest

from reconciler.model.address import Address
from tests.support.hindsights import applied, hindsight, specs
from tests.support.ledgers import EAST, LINK_SCOPE, ORDERS, SCOPE, intent, known, sighting
from tests.support.specs import completed, left_alone, mirroring, paused, unmanaged

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
