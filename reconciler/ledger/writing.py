"""Intents, answers, sightings, words, levels and names: from values of the model to rows."""

import json
from collections.abc import Iterable, Sequence

from reconciler.ledger.database import Transaction, Value, maybe_written, written
from reconciler.model.journal import (
    Actor,
    Answer,
    Applied,
    Binding,
    Intent,
    IntentItem,
    RunKey,
    Sighting,
    Word,
)


def add_intents(transaction: Transaction, intents: Sequence[Intent]) -> None:
    """Write intents with their items.

    Args:
        transaction: On the ledger.
        intents: New.
    """
    transaction.many(
        "INSERT INTO reconciler_intents"
        " (id, at, actor, run, commit_id, connection, action, request, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                intent.id,
                written(intent.at),
                *_actor_values(intent.actor),
                intent.connection,
                intent.action,
                intent.request,
                intent.body,
            )
            for intent in intents
        ],
    )
    transaction.many(
        "INSERT INTO reconciler_items (intent, scope, topic, address, since, parameters, before)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [_item_values(intent.id, item) for intent in intents for item in intent.items],
    )


def add_answers(transaction: Transaction, answers: Iterable[Answer]) -> None:
    """Write answers behind those that are there.

    Args:
        transaction: On the ledger.
        answers: To write.
    """
    transaction.many(
        "INSERT INTO reconciler_answers"
        " (intent, scope, topic, at, reply, status, request_id, message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (a.intent, a.scope, a.topic, written(a.at), a.reply, a.status, a.request_id, a.message)
            for a in answers
        ],
    )


def add_sightings(transaction: Transaction, sightings: Iterable[Sighting]) -> None:
    """Write sightings behind those that are there.

    Args:
        transaction: On the ledger.
        sightings: To write.
    """
    transaction.many(
        "INSERT INTO reconciler_sightings (intent, scope, topic, at, run_time, status, ended)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                s.intent,
                s.scope,
                s.topic,
                written(s.at),
                maybe_written(s.run_time),
                s.status,
                int(s.ended),
            )
            for s in sightings
        ],
    )


def add_words(transaction: Transaction, words: Iterable[Word]) -> None:
    """Write words behind those that are there.

    Args:
        transaction: On the ledger.
        words: To write.
    """
    transaction.many(
        "INSERT INTO reconciler_words"
        " (kind, at, actor, run, commit_id, reason, scope, topic, address, time)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                word.kind,
                written(word.said.at),
                *_actor_values(word.said.actor),
                word.said.reason,
                word.scope,
                word.topic,
                None if word.address is None else str(word.address),
                maybe_written(word.time),
            )
            for word in words
        ],
    )


def put_applied(transaction: Transaction, applied: Iterable[Applied]) -> None:
    """Write levels in place of what was known of their topics.

    Args:
        transaction: On the ledger.
        applied: To write.
    """
    # Sorted: two commands that write the same rows in another order would wait for each other.
    transaction.many(
        "INSERT INTO reconciler_applied (scope, topic, address, desired, level, at)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (scope, topic) DO UPDATE SET address = excluded.address,"
        " desired = excluded.desired, level = excluded.level, at = excluded.at",
        sorted(
            (a.scope, a.topic, str(a.address), a.desired, a.level, written(a.at)) for a in applied
        ),
    )


def put_bindings(transaction: Transaction, bindings: Iterable[Binding]) -> None:
    """Write which source stands behind which name.

    Args:
        transaction: On the ledger.
        bindings: To write.
    """
    transaction.many(
        "INSERT INTO reconciler_bindings (endpoint, name, source_id, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (endpoint, name) DO UPDATE SET"
        " source_id = excluded.source_id, at = excluded.at",
        sorted((b.endpoint, b.name, b.source_id, written(b.at)) for b in bindings),
    )


def _actor_values(actor: Actor) -> tuple[Value, ...]:
    return (actor.name, actor.run, actor.commit)


def _item_values(intent: str, item: IntentItem) -> tuple[Value, ...]:
    before = json.dumps([_run_values(run) for run in item.before])
    return (
        intent,
        item.scope,
        item.topic,
        str(item.address),
        maybe_written(item.since),
        item.parameters,
        before,
    )


def _run_values(run: RunKey) -> list[str | bool | None]:
    """What a visible run is remembered by; the last is only there where it says something."""
    values: list[str | bool | None] = [maybe_written(run.time), run.status]
    return [*values, True] if run.is_submission else values
