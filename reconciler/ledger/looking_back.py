"""What happened, newest first; and everything there is, for a backup."""

from reconciler.ledger.database import Row, Transaction
from reconciler.ledger.migrations import TABLES
from reconciler.ledger.reading import actor_of
from reconciler.model.call import Json
from reconciler.model.history import Entry, EntryKind

# What one moment wrote stays in the order in which it happens: intent, answer, sighting, word, drift.
_HISTORY = """
SELECT * FROM (
    SELECT i.at AS at, 1 AS place, 0 AS number, 'intent' AS kind, t.address AS address,
        t.scope AS scope, t.topic AS topic, i.action AS word, i.request AS message,
        i.id AS intent, i.actor AS actor, i.run AS run, i.commit_id AS commit_id, NULL AS time,
        NULL AS request_id
    FROM reconciler_intents i JOIN reconciler_items t ON t.intent = i.id
    UNION ALL
    SELECT a.at, 2, a.number, 'answer', t.address, a.scope, a.topic, a.reply, a.message,
        a.intent, NULL, NULL, NULL, NULL, a.request_id
    FROM reconciler_answers a JOIN reconciler_items t
        ON t.intent = a.intent AND t.scope = a.scope AND t.topic = a.topic
    UNION ALL
    SELECT s.at, 3, s.number, 'sighting', t.address, s.scope, s.topic, s.status, '',
        s.intent, NULL, NULL, NULL, s.run_time, NULL
    FROM reconciler_sightings s JOIN reconciler_items t
        ON t.intent = s.intent AND t.scope = s.scope AND t.topic = s.topic
    UNION ALL
    SELECT w.at, 4, w.number, 'word', COALESCE(w.address, ''), w.scope, w.topic, w.kind, w.reason,
        '', w.actor, w.run, w.commit_id, w.time, NULL
    FROM reconciler_words w
    UNION ALL
    SELECT d.at, 5, d.number, 'drift', d.address, '', d.topic, d.word, d.message, '', NULL, NULL, NULL,
        NULL, NULL
    FROM reconciler_drift d
) AS entries
WHERE ? = '' OR address = ? OR substr(address, 1, ?) = ?
ORDER BY at DESC, place DESC, number DESC, scope, topic
LIMIT ?
"""

# Written out: a name of a table cannot be a parameter.
_EVERYTHING = {
    "intents": "SELECT * FROM reconciler_intents ORDER BY at, id",
    "items": "SELECT * FROM reconciler_items ORDER BY intent, scope, topic",
    "answers": "SELECT * FROM reconciler_answers ORDER BY number",
    "sightings": "SELECT * FROM reconciler_sightings ORDER BY number",
    "words": "SELECT * FROM reconciler_words ORDER BY number",
    "applied": "SELECT * FROM reconciler_applied ORDER BY scope, topic",
    "bindings": "SELECT * FROM reconciler_bindings ORDER BY endpoint, name",
    "drift": "SELECT * FROM reconciler_drift ORDER BY number",
    "leases": "SELECT * FROM reconciler_leases ORDER BY scope",
}


def history(transaction: Transaction, prefix: str, limit: int) -> tuple[Entry, ...]:
    """What happened, newest first.

    Args:
        transaction: On the ledger.
        prefix: `Kind`, `Kind/name` or `Kind/name/topic`; empty is everything.
        limit: At most so many lines.
    """
    below = f"{prefix}/"
    rows = transaction.execute(_HISTORY, (prefix, prefix, len(below), below, limit))
    return tuple(_entry(row) for row in rows)


def export(transaction: Transaction) -> dict[str, list[Json]]:
    """Every row of every table, by table, in a fixed order.

    Args:
        transaction: On the ledger.
    """
    return {
        table: [{**row.values} for row in transaction.execute(_EVERYTHING[table])]
        for table in TABLES
    }


def _entry(row: Row) -> Entry:
    return Entry(
        row.time("at"),
        EntryKind(row.text("kind")),
        row.text("address"),
        row.text("scope"),
        row.text("topic"),
        row.text("word"),
        row.text("message"),
        row.text("intent"),
        None if row.maybe_text("actor") is None else actor_of(row),
        row.maybe_time("time"),
        row.maybe_text("request_id"),
    )
