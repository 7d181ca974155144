"""Drift as monitors found it: when something began to drift, became another drift, and was over."""

from collections.abc import Iterable

from reconciler.ledger.database import Transaction, written
from reconciler.model.journal import DriftNote

_LATEST = """
SELECT address, mark FROM reconciler_drift
WHERE number IN (SELECT max(number) FROM reconciler_drift GROUP BY address) AND mark <> ''
"""


def read_drift(transaction: Transaction) -> dict[str, str]:
    """What drifts, as far as it was written down.

    Args:
        transaction: On the ledger.

    Returns:
        The mark of the last note by address, of what is not over.
    """
    return {row.text("address"): row.text("mark") for row in transaction.execute(_LATEST)}


def add_drift(transaction: Transaction, notes: Iterable[DriftNote]) -> None:
    """Write notes behind those that are there; what is known already is not written again.

    Args:
        transaction: On the ledger.
        notes: To write.
    """
    known = read_drift(transaction)
    transaction.many(
        "INSERT INTO reconciler_drift (at, address, topic, word, mark, message)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                written(note.at),
                str(note.address),
                note.address.topic,
                note.word,
                note.mark,
                note.message,
            )
            for note in notes
            if known.get(str(note.address), "") != note.mark
        ],
    )
