"""Intents, answers, sightings, words, levels and names: from rows to values of the model."""

import json
from collections.abc import Iterable, Sequence

from reconciler.ledger.database import Row, Transaction, Value
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.journal import (
    Actor,
    Answer,
    Applied,
    Binding,
    Intent,
    IntentItem,
    IntentRecord,
    RunKey,
    Said,
    Sighting,
    Word,
    WordKind,
)
from reconciler.model.outcome import Reply

_OF_SCOPES = " WHERE intent IN (SELECT intent FROM reconciler_items WHERE scope IN $LIST)"
_INTENTS = "SELECT * FROM reconciler_intents"
_ITEMS = "SELECT * FROM reconciler_items"
_ANSWERS = "SELECT * FROM reconciler_answers"
_SIGHTINGS = "SELECT * FROM reconciler_sightings"
_APPLIED = "SELECT * FROM reconciler_applied"


def read_intents(
    transaction: Transaction, scopes: Sequence[str] | None
) -> tuple[IntentRecord, ...]:
    """Intents with all that is known of them, oldest first.

    Args:
        transaction: On the ledger.
        scopes: Only those with an item in one of these; None is all.
    """
    of, values = _narrowed(scopes)
    intents = _INTENTS + of.replace(" WHERE intent ", " WHERE id ")
    items = _grouped(transaction.execute(f"{_ITEMS}{of} ORDER BY scope, topic", values))
    answers = _grouped(transaction.execute(f"{_ANSWERS}{of} ORDER BY number", values))
    sightings = _grouped(transaction.execute(f"{_SIGHTINGS}{of} ORDER BY number", values))
    return tuple(
        IntentRecord(
            _intent(row, items.get(row.text("id"), [])),
            tuple(_answer(r) for r in answers.get(row.text("id"), [])),
            tuple(_sighting(r) for r in sightings.get(row.text("id"), [])),
        )
        for row in transaction.execute(f"{intents} ORDER BY at, id", values)
    )


def read_words(transaction: Transaction) -> tuple[Word, ...]:
    """What people said, in the order in which it was written.

    Args:
        transaction: On the ledger.
    """
    rows = transaction.execute("SELECT * FROM reconciler_words ORDER BY number")
    return tuple(_word(row) for row in rows)


def read_applied(transaction: Transaction, scopes: Sequence[str] | None) -> tuple[Applied, ...]:
    """Levels, sorted by scope and topic.

    Args:
        transaction: On the ledger.
        scopes: Only of these; None is all.
    """
    of = "" if scopes is None else " WHERE scope IN $LIST"
    rows = transaction.execute(f"{_APPLIED}{of} ORDER BY scope, topic", _narrowed(scopes)[1])
    return tuple(
        Applied(
            address_of(row.text("address")),
            row.text("scope"),
            row.text("topic"),
            row.text("desired"),
            row.text("level"),
            row.time("at"),
        )
        for row in rows
    )


def read_bindings(transaction: Transaction) -> tuple[Binding, ...]:
    """Names and their sources, sorted by endpoint and name.

    Args:
        transaction: On the ledger.
    """
    rows = transaction.execute("SELECT * FROM reconciler_bindings ORDER BY endpoint, name")
    return tuple(
        Binding(row.text("endpoint"), row.text("name"), row.text("source_id"), row.time("at"))
        for row in rows
    )


def actor_of(row: Row) -> Actor:
    """Who did or said what a row is about.

    Args:
        row: With `actor`, `run` and `commit_id`.
    """
    return Actor(row.text("actor"), row.text("run"), row.text("commit_id"))


def address_of(text: str) -> Address:
    """An address as it was written: the name of a document has no slash, a topic may have one.

    Args:
        text: `Kind/name` or `Kind/name/topic`.
    """
    kind, name, *topic = text.split("/", 2)
    return Address(Kind(kind), name, "".join(topic))


def _narrowed(scopes: Sequence[str] | None) -> tuple[str, tuple[Value, ...]]:
    if scopes is None:
        return "", ()
    return _OF_SCOPES, (json.dumps(sorted(scopes)),)


def _grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.text("intent"), []).append(row)
    return groups


def _intent(row: Row, items: Iterable[Row]) -> Intent:
    return Intent(
        row.text("id"),
        row.time("at"),
        actor_of(row),
        row.text("connection"),
        Action(row.text("action")),
        row.text("request"),
        row.text("body"),
        tuple(_item(item) for item in items),
    )


def _item(row: Row) -> IntentItem:
    return IntentItem(
        address_of(row.text("address")),
        row.text("scope"),
        row.text("topic"),
        row.maybe_time("since"),
        row.text("parameters"),
        tuple(_run_key(*values) for values in json.loads(row.text("before"))),
    )


def _run_key(time: str | None, status: str, *is_submission: bool) -> RunKey:
    return RunKey(Row({"time": time}).maybe_time("time"), status, any(is_submission))


def _answer(row: Row) -> Answer:
    return Answer(
        row.text("intent"),
        row.text("scope"),
        row.text("topic"),
        row.time("at"),
        Reply(row.text("reply")),
        row.maybe_number("status"),
        row.maybe_text("request_id"),
        row.text("message"),
    )


def _sighting(row: Row) -> Sighting:
    return Sighting(
        row.text("intent"),
        row.text("scope"),
        row.text("topic"),
        row.time("at"),
        row.maybe_time("run_time"),
        row.text("status"),
        bool(row.number("ended")),
    )


def _word(row: Row) -> Word:
    address = row.maybe_text("address")
    return Word(
        WordKind(row.text("kind")),
        Said(row.time("at"), actor_of(row), row.text("reason")),
        row.text("scope"),
        row.text("topic"),
        None if address is None else address_of(address),
        row.maybe_time("time"),
    )
