"""What the tests of `history` and `ledger` remember, and how they read what was said."""

import re

from reconciler.ledger.protocol import Ledger
from reconciler.model.address import Address, Kind
from reconciler.model.journal import Binding, link_scope, source_scope
from tests.support.ledgers import item
from tests.support.specs import NOW

SOURCE = Address(Kind.SOURCE, "orders-postgres")
LINK = Address(Kind.CLUSTER_LINK, "east-to-west")
SCOPE = source_scope("sandbox", "67ad6e0af08a2365c729ba79")
EAST = link_scope("sandbox", "lkc-abc123", "east-to-west")
BOUND = Binding("sandbox", "orders-postgres", "67ad6e0af08a2365c729ba79", NOW)
BECAUSE = ("--reason", "I looked")
NAMED = f"{SOURCE}/"
PAST = -10_000_000  # minutes: long before any clock that runs these tests


def topic(name: str):
    """One topic of the sample source."""
    return item(name, SCOPE, address=SOURCE.of(name))


def said(ledger: Ledger) -> list[tuple[str, str, str, str]]:
    """What people said, by whom, of what; all of it for the one reason."""
    words = ledger.words()
    assert {w.said.reason for w in words} <= {"I looked"}
    return [(w.kind.value, w.said.actor.name, w.scope, str(w.address or "")) for w in words]


def masked(text: str) -> str:
    """A text without times."""
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
