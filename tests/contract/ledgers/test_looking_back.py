"""The history of a ledger, and its export."""

import json

import pytest

from reconciler.ledger.protocol import Ledger
from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import Binding, DriftNote, DriftWord, Said, WordKind
from tests.support.ledgers import (
    ANNA,
    CI,
    EAST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intend,
    intent,
    item,
    level,
    sighting,
    word,
)
from tests.support.specs import NOW, SINCE


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """A ledger with a start of two topics, a sighting, and a person's word."""
    intend(ledger, intent("i1", 0, item("t"), item("tt")))
    ledger.answer([answer("i1", 0, message="ok", request_id="r-7")])
    ledger.see([sighting("i1", 2)])
    ledger.say([word(WordKind.MARK, 3, address=ORDERS.of("t"), time=SINCE)])
    ledger.break_(LINK_SCOPE, Said(after(4), ANNA, "it hangs"))
    return ledger


MARK = Entry(
    after(3), EntryKind.WORD, "Source/orders/t", SCOPE, "t", "mark", "I looked", "", ANNA, SINCE
)
SEEN = Entry(
    after(2), EntryKind.SIGHTING, "Source/orders/t", SCOPE, "t", "running", "", "i1", None, after(1)
)
SAID = Entry(
    NOW,
    EntryKind.ANSWER,
    "Source/orders/t",
    SCOPE,
    "t",
    "accepted",
    "ok",
    "i1",
    request_id="r-7",
)
BROKE = Entry(after(4), EntryKind.WORD, "", LINK_SCOPE, "", "break", "it hangs", "", ANNA)


def started(topic: str) -> Entry:
    request = "POST /sources/snapshot"
    address = f"Source/orders/{topic}"
    return Entry(NOW, EntryKind.INTENT, address, SCOPE, topic, "start", request, "i1", CI)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", [BROKE, MARK, SEEN, SAID, started("t"), started("tt")]),
        ("Source", [MARK, SEEN, SAID, started("t"), started("tt")]),
        ("Source/orders", [MARK, SEEN, SAID, started("t"), started("tt")]),
        ("Source/orders/t", [MARK, SEEN, SAID, started("t")]),
        ("Source/order", []),
    ],
)
def test_history_is_told_newest_first(told, prefix, expected):
    assert list(told.history(prefix)) == expected


def test_history_is_told_as_far_as_asked(told):
    assert told.history("", 2) == (BROKE, MARK)


def test_an_export_holds_every_row_and_is_json(told):
    told.note([level("a")])
    told.bind([Binding("e", "n", "i", NOW)])
    told.take([SCOPE], "a", NOW, after(5))
    told.note_drift([DriftNote(NOW, EAST, DriftWord.FOUND, "m")])

    exported = told.export()

    assert json.loads(json.dumps(exported)) == exported
    assert {table: len(rows) for table, rows in exported.items()} == {
        "intents": 1,
        "items": 2,
        "answers": 1,
        "sightings": 1,
        "words": 2,
        "applied": 1,
        "bindings": 1,
        "leases": 1,
        "drift": 1,
    }
    assert exported["leases"] == [
        {
            "scope": SCOPE,
            "owner": "a",
            "token": 1,
            "taken": "2026-11-22T12:00:00.000000+00:00",
            "expires": "2026-11-22T12:05:00.000000+00:00",
            "former": "",
        }
    ]
