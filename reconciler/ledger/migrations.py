"""The tables, version by version. A version that was released is never changed again.

A ledger that is older than the program is brought forward when it is opened to be written; one that
is newer is refused, because an older program would overlook what the newer one wrote. So a new kind of
word or reply is a new version as well, also where no table changes.
"""

from collections.abc import Sequence
from typing import TypeAlias

from reconciler.errors import LedgerRefused
from reconciler.ledger.database import Transaction

Migrations: TypeAlias = Sequence[Sequence[str]]

TABLES = (
    "intents",
    "items",
    "answers",
    "sightings",
    "words",
    "applied",
    "bindings",
    "leases",
    "drift",
)

_FIRST = (
    """CREATE TABLE reconciler_schema (version INTEGER NOT NULL PRIMARY KEY)""",
    """CREATE TABLE reconciler_intents (
        id $TEXT NOT NULL PRIMARY KEY,
        at $TEXT NOT NULL,
        actor $TEXT NOT NULL,
        run $TEXT NOT NULL,
        commit_id $TEXT NOT NULL,
        connection $TEXT NOT NULL,
        action $TEXT NOT NULL,
        request $TEXT NOT NULL,
        body $TEXT NOT NULL
    )""",
    """CREATE TABLE reconciler_items (
        intent $TEXT NOT NULL,
        scope $TEXT NOT NULL,
        topic $TEXT NOT NULL,
        address $TEXT NOT NULL,
        since $TEXT,
        parameters $TEXT NOT NULL,
        before $TEXT NOT NULL,
        PRIMARY KEY (intent, scope, topic)
    )""",
    """CREATE INDEX reconciler_items_scope ON reconciler_items (scope)""",
    """CREATE TABLE reconciler_answers (
        number $NUMBER,
        intent $TEXT NOT NULL,
        scope $TEXT NOT NULL,
        topic $TEXT NOT NULL,
        at $TEXT NOT NULL,
        reply $TEXT NOT NULL,
        status INTEGER,
        request_id $TEXT,
        message $TEXT NOT NULL
    )""",
    """CREATE INDEX reconciler_answers_intent ON reconciler_answers (intent)""",
    """CREATE TABLE reconciler_sightings (
        number $NUMBER,
        intent $TEXT NOT NULL,
        scope $TEXT NOT NULL,
        topic $TEXT NOT NULL,
        at $TEXT NOT NULL,
        run_time $TEXT,
        status $TEXT NOT NULL,
        ended INTEGER NOT NULL
    )""",
    """CREATE INDEX reconciler_sightings_intent ON reconciler_sightings (intent)""",
    """CREATE TABLE reconciler_words (
        number $NUMBER,
        kind $TEXT NOT NULL,
        at $TEXT NOT NULL,
        actor $TEXT NOT NULL,
        run $TEXT NOT NULL,
        commit_id $TEXT NOT NULL,
        reason $TEXT NOT NULL,
        scope $TEXT NOT NULL,
        topic $TEXT NOT NULL,
        address $TEXT,
        time $TEXT
    )""",
    """CREATE TABLE reconciler_applied (
        scope $TEXT NOT NULL,
        topic $TEXT NOT NULL,
        address $TEXT NOT NULL,
        desired $TEXT NOT NULL,
        level $TEXT NOT NULL,
        at $TEXT NOT NULL,
        PRIMARY KEY (scope, topic)
    )""",
    """CREATE TABLE reconciler_bindings (
        endpoint $TEXT NOT NULL,
        name $TEXT NOT NULL,
        source_id $TEXT NOT NULL,
        at $TEXT NOT NULL,
        PRIMARY KEY (endpoint, name)
    )""",
    """CREATE TABLE reconciler_leases (
        scope $TEXT NOT NULL PRIMARY KEY,
        owner $TEXT NOT NULL,
        token BIGINT NOT NULL,
        taken $TEXT NOT NULL,
        expires $TEXT NOT NULL,
        former $TEXT NOT NULL
    )""",
)

# Since this version words may be `break_glass`, which a program before it cannot read.
_SECOND = (
    """CREATE TABLE reconciler_drift (
        number $NUMBER,
        at $TEXT NOT NULL,
        address $TEXT NOT NULL,
        topic $TEXT NOT NULL,
        word $TEXT NOT NULL,
        mark $TEXT NOT NULL,
        message $TEXT NOT NULL
    )""",
    """CREATE INDEX reconciler_drift_address ON reconciler_drift (address)""",
)

MIGRATIONS: Migrations = (_FIRST, _SECOND)


def version_of(transaction: Transaction) -> int:
    """The version of the tables; 0 where there are none.

    Args:
        transaction: On the ledger.
    """
    if not transaction.execute("$FIND_SCHEMA"):
        return 0
    rows = transaction.execute("SELECT max(version) AS version FROM reconciler_schema")
    return rows[0].maybe_number("version") or 0


def check_version(place: str, version: int, migrations: Migrations) -> None:
    """Refuse a ledger from the future.

    Args:
        place: Where it is.
        version: Of its tables.
        migrations: What this program knows.

    Raises:
        LedgerRefused: It is newer than this program.
    """
    if version > len(migrations):
        raise LedgerRefused(
            place,
            f"a newer reconciler wrote it (version {version}; this one knows {len(migrations)})",
            "upgrade this reconciler, or give it a ledger of its own",
        )


def check_current(place: str, version: int, migrations: Migrations) -> None:
    """Refuse to read a ledger whose tables are not those that this program reads.

    Args:
        place: Where it is.
        version: Of its tables.
        migrations: What this program knows.

    Raises:
        LedgerRefused: It is newer or older than this program.
    """
    check_version(place, version, migrations)
    if version < len(migrations):
        raise LedgerRefused(
            place,
            f"an older reconciler wrote it (version {version}), and reading must not change it",
            "an apply with this reconciler brings it forward",
        )


def migrate(transaction: Transaction, place: str, migrations: Migrations) -> None:
    """Bring the tables forward to the newest version.

    Args:
        transaction: On the ledger; held by nobody else.
        place: Where it is.
        migrations: What this program knows.

    Raises:
        LedgerRefused: The ledger is newer than this program.
    """
    version = version_of(transaction)
    check_version(place, version, migrations)
    for number, statements in enumerate(migrations[version:], version + 1):
        for statement in statements:
            transaction.execute(statement)
        transaction.execute("INSERT INTO reconciler_schema (version) VALUES (?)", (number,))
