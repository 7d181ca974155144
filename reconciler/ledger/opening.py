"""A path or an URL to a ledger."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Protocol

from reconciler.errors import UsageError
from reconciler.ledger.migrations import MIGRATIONS, Migrations
from reconciler.ledger.protocol import Ledger
from reconciler.ledger.sqlite import open_sqlite

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
        return _postgres()(text, read_only=read_only, wait=wait, migrations=migrations)
    if isinstance(place, str) and "://" in text:
        scheme = text.partition("://")[0]
        raise UsageError(f"there is no ledger {scheme}://…; give a path, or postgresql://…")
    return open_sqlite(Path(text), read_only=read_only, wait=wait, migrations=migrations)


class _Opens(Protocol):
    """The signature of `postgres.open_postgres`."""

    def __call__(
        self, url: str, *, read_only: bool, wait: timedelta, migrations: Migrations
    ) -> Ledger: ...


def _postgres() -> _Opens:
    """Import what needs psycopg, which is optional, when it is wanted."""
    try:
        found: _Opens = import_module("reconciler.ledger.postgres").open_postgres
    except ImportError as error:
        raise UsageError(
            "a ledger in PostgreSQL needs psycopg, which is not installed; "
            "install the extra `postgres`, in a checkout with pip install '.[postgres]'"
        ) from error
    return found
