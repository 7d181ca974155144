"""History, ledger and leases for a program."""

from reconciler import __version__
from reconciler.core.recall import recall
from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import Binding, Journal, WordKind
from reconciler.render import json_ledger
from tests.support.ledgers import (
    ANNA,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intent,
    known,
    lease,
    level,
    sighting,
    word,
)
from tests.support.specs import NOW, SINCE

HEAD = {"format_version": 1, "reconciler_version": __version__, "ledger": "ledger.db"}
CI_JSON = {"name": "ci", "run": "https://ci.test/runs/7", "commit": "c0ffee"}
ANNA_JSON = {"name": "anna", "run": None, "commit": None}
MARK_JSON = {
    "kind": "mark",
    "at": "2026-11-22T12:03:00Z",
    "actor": ANNA_JSON,
    "reason": "I looked",
    "scope": SCOPE,
    "topic": "t",
    "address": "Source/orders/t",
    "time": "2026-11-20T00:00:00Z",
}
MARK = word(WordKind.MARK, address=ORDERS.of("t"), time=SINCE)
LEASE_JSON = {
    "scope": "a",
    "owner": "apply 1",
    "taken": "2026-11-22T12:00:00Z",
    "expires": "2026-11-22T12:05:00Z",
    "is_over": False,
}


def test_history_is_a_list_of_entries():
    entries = [
        Entry(NOW, EntryKind.WORD, "", SCOPE, "", "break", "", "", ANNA),
        Entry(
            NOW, EntryKind.ANSWER, "Source/orders/t", SCOPE, "t", "accepted", "ok", "i1",
            request_id="r-7",
        ),
    ]  # fmt: skip

    empty = dict.fromkeys(["address", "topic", "message", "intent", "actor", "time", "request_id"])
    assert json_ledger.history(entries, "ledger.db", is_all=False) == {
        **HEAD,
        "is_all": False,
        "entries": [
            {
                **empty,
                "at": "2026-11-22T12:00:00Z",
                "kind": "word",
                "scope": SCOPE,
                "word": "break",
                "actor": ANNA_JSON,
            },
            {
                **empty,
                "at": "2026-11-22T12:00:00Z",
                "kind": "answer",
                "address": "Source/orders/t",
                "scope": SCOPE,
                "topic": "t",
                "word": "accepted",
                "message": "ok",
                "intent": "i1",
                "request_id": "r-7",
            },
        ],
    }


def test_a_ledger_is_topics_words_and_names():
    held = Journal(
        (
            known(intent("i1"), answer(status=200, request_id="r-7"), sighting()),
            known(intent("i2", 9)),
        ),
        (MARK, word(WordKind.BREAK, 4, "")),
        (level("a"),),
        (Binding("https://sk.test", "orders", "id-orders", NOW),),
    )

    call = {
        "actor": CI_JSON,
        "address": "Source/orders/t",
        "action": "start",
        "connection": "sk",
        "request": "POST /sources/snapshot",
        "since": "2026-11-20T00:00:00Z",
    }
    assert json_ledger.show(recall(held), "ledger.db", has_history=True) == {
        **HEAD,
        "has_history": True,
        "topics": [
            {
                "address": "ClusterLink/east/a",
                "scope": LINK_SCOPE,
                "topic": "a",
                "waits": False,
                "asked": [],
                "words": [],
                "applied": {
                    "desired": "paused until 2026-12-01",
                    "level": "PAUSED",
                    "at": "2026-11-22T12:00:00Z",
                },
            },
            {
                "address": "Source/orders/t",
                "scope": SCOPE,
                "topic": "t",
                "waits": True,
                "asked": [
                    {
                        **call,
                        "intent": "i2",
                        "at": "2026-11-22T12:09:00Z",
                        "standing": "open",
                        "waits": True,
                        "answer": None,
                        "sighting": None,
                    },
                    {
                        **call,
                        "intent": "i1",
                        "at": "2026-11-22T12:00:00Z",
                        "standing": "seen",
                        "waits": False,
                        "answer": {
                            "at": "2026-11-22T12:01:00Z",
                            "reply": "accepted",
                            "status": 200,
                            "request_id": "r-7",
                            "message": None,
                        },
                        "sighting": {
                            "at": "2026-11-22T12:02:00Z",
                            "run_time": "2026-11-22T12:01:00Z",
                            "status": "running",
                            "ended": False,
                        },
                    },
                ],
                "words": [MARK_JSON],
                "applied": None,
            },
        ],
        "words": [
            {
                "kind": "break",
                "at": "2026-11-22T12:04:00Z",
                "actor": ANNA_JSON,
                "reason": "I looked",
                "scope": SCOPE,
                "topic": None,
                "address": None,
                "time": None,
            }
        ],
        "bindings": [
            {
                "endpoint": "https://sk.test",
                "name": "orders",
                "source_id": "id-orders",
                "at": "2026-11-22T12:00:00Z",
            }
        ],
    }


def test_a_topic_that_only_a_word_names_has_no_address():
    held = Journal((), (word(WordKind.MARK, time=SINCE),))
    document = json_ledger.show(recall(held), "ledger.db", has_history=True)

    (topic,) = document["topics"]
    assert (topic["address"], topic["words"][0]["address"]) == (None, None)


def test_leases_say_whether_they_are_over():
    held = (lease("a", "apply 1", 1, 5), lease("b", "apply 2", 1, 0))

    document = json_ledger.leases(held, NOW, "ledger.db")
    assert document["leases"][0] == LEASE_JSON
    assert document["leases"][1]["is_over"] is True


def test_what_was_written_down_is_told():
    assert json_ledger.recorded([MARK], "ledger.db") == {**HEAD, "recorded": [MARK_JSON]}
    assert json_ledger.broken("a", lease("a", "apply 1", 1, 5), "ledger.db", NOW) == {
        **HEAD,
        "scope": "a",
        "broken": LEASE_JSON,
    }
    assert json_ledger.broken("a", None, "ledger.db", after(0)) == {
        **HEAD,
        "scope": "a",
        "broken": None,
    }


def test_an_export_is_every_row_by_table():
    assert json_ledger.export({"words": [{"a": 1}], "leases": []}, "ledger.db") == {
        **HEAD,
        "tables": {"words": [{"a": 1}], "leases": []},
    }
