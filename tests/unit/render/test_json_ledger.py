"""History, ledger and leases for a program, and what their schemas say of them."""

import json
from importlib import resources

import pytest
from jsonschema import Draft202012Validator

from reconciler import __version__
from reconciler.core.recall import Standing, recall
from reconciler.model.call import Json
from reconciler.model.change import Action
from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import Binding, Journal, WordKind
from reconciler.model.outcome import Reply
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


def schema_of(name: str) -> Draft202012Validator:
    file = resources.files("reconciler.render") / "schemas" / f"{name}.schema.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)


FULL = Journal(
    (known(intent("i1"), answer(status=200, request_id="r-7"), sighting()), known(intent("i2", 9))),
    (MARK, word(WordKind.BREAK, 4, "")),
    (level("a"),),
    (Binding("https://sk.test", "orders", "id-orders", NOW),),
)
ENTRY = Entry(NOW, EntryKind.WORD, "", SCOPE, "", "break", "", "", ANNA)
HELD = (lease("a", "apply 1", 1, 5),)
PRINTED: dict[str, tuple[str, dict[str, Json]]] = {
    "history": ("history", json_ledger.history([ENTRY], "ledger.db", is_all=True)),
    "show": ("ledger", json_ledger.show(recall(FULL), "ledger.db", has_history=True)),
    "empty": ("ledger", json_ledger.show(recall(Journal()), "ledger.db", has_history=False)),
    "leases": ("ledger", json_ledger.leases(HELD, NOW, "ledger.db")),
    "recorded": ("ledger", json_ledger.recorded([MARK], "ledger.db")),
    "broken": ("ledger", json_ledger.broken("a", HELD[0], "ledger.db", NOW)),
    "free": ("ledger", json_ledger.broken("a", None, "ledger.db", NOW)),
    "export": ("ledger", json_ledger.export({"words": [{"a": 1}]}, "ledger.db")),
}


@pytest.mark.parametrize("printed", PRINTED)
def test_a_schema_describes_what_is_printed_and_nothing_else(printed: str) -> None:
    schema, document = PRINTED[printed]

    assert [error.message for error in schema_of(schema).iter_errors(document)] == []
    assert not schema_of(schema).is_valid({**document, "password": "x"})


def test_the_schemas_know_every_word_of_the_model() -> None:
    parts = schema_of("ledger").schema["$defs"]
    entry = schema_of("history").schema["$defs"]["entry"]

    assert parts["word"]["properties"]["kind"]["enum"] == [str(kind) for kind in WordKind]
    assert parts["asked"]["properties"]["standing"]["enum"] == [str(word) for word in Standing]
    assert parts["answer"]["properties"]["reply"]["enum"] == [str(word) for word in Reply]
    assert set(parts["asked"]["properties"]["action"]["enum"]) == {str(verb) for verb in Action}
    assert entry["properties"]["kind"]["enum"] == [str(kind) for kind in EntryKind]
