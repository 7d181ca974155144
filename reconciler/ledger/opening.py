"""A path or an URL to a ledger."""

# ruff: noqa: PLC0415 - psycopg is optional, and sqlite3 is not imported where a database is used

from datetime import timedelta
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.ledger.migrations import MIGRATIONS, Migrations
from reconciler.ledger.protocol import Ledger

FILE_NAME = "ledger.db"
PATIENCE = timedelta(seconds=10)

_URLS = ("postgresql://", "postgres://")


def open_ledger(
    place: str | Path,
    *,
    read_only: bool,
    wait: timedelta = PATIENCE,
    migrations: Migrations = MIGRATIONS,
) -> Ledger:
    """Open a ledger.

    Args:
        place: Path of a file, by habit `FILE_NAME` in the state directory, or `postgresql://…`.
        read_only: Whether only reading is wanted. Then nothing is made or changed, and where there
            is no ledger the answer is an empty one.
        wait: How long another command, a connection or a lock may keep us waiting.
        migrations: Versions of the tables.

    Raises:
        LedgerError: It cannot be used: unreachable, busy, not a ledger, of another version. Then it
            was left as it is.
        UsageError: The URL means no ledger, or what it needs is not installed.
    """
    text = str(place)
    if isinstance(place, str) and text.startswith(_URLS):
        try:
            from reconciler.ledger.postgres import open_postgres
        except ImportError as error:
            raise UsageError(
                "a ledger in PostgreSQL needs psycopg, which is not installed; "
                "install it with pip install 'streaming-reconciler[postgres]'"
            ) from error
        return open_postgres(text, read_only=read_only, wait=wait, migrations=migrations)
    if isinstance(place, str) and "://" in text:
        scheme = text.partition("://")[0]
        raise UsageError(f"there is no ledger {scheme}://…; give a path, or postgresql://…")
    from reconciler.ledger.sqlite import open_sqlite

    return open_sqlite(Path(text), read_only=read_only, wait=wait, migrations=migrations)
