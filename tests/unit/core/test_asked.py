"""Which rule asks for a topic."""

from reconciler.core.asked import Asked
from reconciler.model.address import Address, Kind
from tests.support.specs import completed, desired, idle, link_document, paused, source_document

FIRST, SECOND = completed("a.*"), idle("*")
PAUSED = paused("m.*")
ASKED = Asked.of(desired(source_document("s", FIRST, SECOND), link_document("l", PAUSED)))


def test_the_first_rule_that_names_a_topic_asks_for_it():
    source = Address(Kind.SOURCE, "s")

    assert ASKED.snapshot_rule(source.of("a.x")) == FIRST
    assert ASKED.snapshot_rule(source.of("b.x")) == SECOND


def test_a_topic_that_no_rule_names_is_asked_for_by_none():
    link = Address(Kind.CLUSTER_LINK, "l")

    assert (ASKED.mirror_rule(link.of("m.x")), ASKED.mirror_rule(link.of("x"))) == (PAUSED, None)


def test_a_document_that_is_not_there_asks_for_nothing():
    assert ASKED.snapshot_rule(Address(Kind.SOURCE, "x", "a.x")) is None
    assert ASKED.mirror_rule(Address(Kind.CLUSTER_LINK, "x", "m.x")) is None
