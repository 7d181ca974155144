"""A ledger in one file, for one machine.

Write-ahead logging with `synchronous=FULL`: what was committed is on the disk. Writers take turns,
readers never wait. A new file is made beside its place and linked into it when it is whole, so that
no other command and no crash ever meets half a ledger; a file that is not ours is only looked at.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from reconciler.errors import (
    LedgerBusy,
    LedgerError,
    LedgerRefused,
    LedgerUnreachable,
)
from reconciler.ledger.database import Dialect, Row, Transaction, Value, storable
from reconciler.ledger.migrations import (
    Migrations,
    check_current,
    check_version,
    migrate,
    version_of,
)
from reconciler.ledger.stored import StoredLedger

# Says in the file's header whose file it is; the bytes spell `rcnl`.
APPLICATION_ID = 0x72636E6C

_DIALECT = Dialect(
    {
        "TEXT": "TEXT",
        "NUMBER": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "LIST": "(SELECT value FROM json_each(?))",
        "LOCK": "",
        "FIND_SCHEMA": "SELECT name FROM sqlite_master WHERE name = 'reconciler_schema'",
    },
    "?",
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_SHUT = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
_KEEP = "move it away to begin a new one, which knows nothing of past starts, or restore a backup"


class _Statements:
    """See `database.Transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """See `Transaction.execute`."""
        cursor = self._connection.execute(_DIALECT.spell(sql), storable(values))
        names = [column[0] for column in cursor.description or ()]
        return [Row(dict(zip(names, values, strict=True))) for values in cursor.fetchall()]

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """See `Transaction.many`."""
        self._connection.executemany(_DIALECT.spell(sql), [storable(row) for row in rows])


class SqliteDatabase:
    """See `database.Database`.

    Args:
        place: The path, for messages.
        connection: Without transactions of its own.
        wait: How long another command may hold the file.
    """

    def __init__(self, place: str, connection: sqlite3.Connection, wait: timedelta) -> None:
        self._place = place
        self._connection = connection
        self._wait = wait
        self._turn = Lock()

    @property
    def place(self) -> str:
        """See `Database.place`."""
        return self._place

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """See `Database.reading`."""
        with self._transaction("BEGIN") as statements:
            yield statements

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """See `Database.writing`."""
        with self._transaction("BEGIN IMMEDIATE") as statements:
            yield statements

    def close(self) -> None:
        """See `Database.close`."""
        with self._turn:
            self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        with self._turn, _mapped(self._place, self._wait):
            self._connection.execute(begin)
            try:
                yield _Statements(self._connection)
                self._connection.execute("COMMIT")
            finally:
                # A full disk ends a transaction by itself.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def open_sqlite(
    path: Path, *, read_only: bool, wait: timedelta, migrations: Migrations
) -> StoredLedger:
    """Open the ledger in a file.

    Args:
        path: Of the file. Where there is none it is made, unless only reading is wanted.
        read_only: Whether only reading is wanted.
        wait: How long another command may hold the file.
        migrations: Versions of the tables.

    Raises:
        LedgerError: It cannot be used; the file was left as it is.
    """
    if read_only and not path.exists():
        return nothing(str(path), migrations)
    is_new = False
    if not path.exists():
        is_new = True
        _make(path, wait, migrations)
    version = _inspect(path, wait)
    if read_only:
        check_current(str(path), version, migrations)
    else:
        check_version(str(path), version, migrations)
    with _mapped(str(path), wait):
        connection = _look(path, wait) if read_only else _connect(path, "mode=rw", wait)
    database = SqliteDatabase(str(path), connection, wait)
    if not read_only:
        _ready(database, connection, version, migrations)
    return StoredLedger(database, has_history=not is_new, read_only=read_only)


def _ready(
    database: SqliteDatabase, connection: sqlite3.Connection, version: int, migrations: Migrations
) -> None:
    """Prepare a file for writing."""
    try:
        with _mapped(database.place, timedelta()):
            connection.execute("PRAGMA synchronous = FULL")
        if version < len(migrations):
            with database.writing() as transaction:
                migrate(transaction, database.place, migrations)
    except LedgerError:
        database.close()
        raise


def nothing(place: str, migrations: Migrations) -> StoredLedger:
    """A ledger that holds nothing, cannot be written, and leaves no trace.

    Args:
        place: Where there is no ledger.
        migrations: Versions of the tables.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database = SqliteDatabase(place, connection, timedelta())
    with database.writing() as transaction:
        migrate(transaction, place, migrations)
    return StoredLedger(database, has_history=False, read_only=True)


def _make(path: Path, wait: timedelta, migrations: Migrations) -> None:
    """Make a new file, whole or not at all; one that another command made meanwhile is kept."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(suffix=".new", prefix=f"{path.name}.", dir=path.parent)
        os.close(handle)
        new = Path(name)
        try:
            _fill(new, wait, migrations)
            os.link(new, path)
            _flush(path.parent)
            _flush(path.parent.parent)
        except FileExistsError:
            pass
        finally:
            new.unlink()
    except OSError as error:
        raise LedgerUnreachable(
            str(path),
            f"it cannot be made: {error.strerror}",
            "give a directory that can be written to with --state-dir, or a database with --ledger",
        ) from error


def _fill(path: Path, wait: timedelta, migrations: Migrations) -> None:
    with _mapped(str(path), wait), closing(_connect(path, "mode=rw", wait)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        with SqliteDatabase(str(path), connection, wait).writing() as transaction:
            migrate(transaction, str(path), migrations)


def _flush(directory: Path) -> None:
    """Make the names in a directory durable; the file alone does not."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _inspect(path: Path, wait: timedelta) -> int:
    """Look at a file without changing it.

    Returns:
        The version of its tables.

    Raises:
        LedgerError: It is not a ledger, or it is damaged.
    """
    place = str(path)
    with _mapped(place, wait), closing(_look(path, wait)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise LedgerRefused(place, "it is not a ledger, but another program's file", _KEEP)
        (health,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if health != "ok":
            raise LedgerRefused(place, "it is damaged", _KEEP)
        version = version_of(_Statements(connection))
        if not version:
            raise LedgerRefused(place, "it is damaged: its tables are gone", _KEEP)
        return version


def _look(path: Path, wait: timedelta) -> sqlite3.Connection:
    """Open a file to be read only, also where nothing can be written beside it."""
    connection = _connect(path, "mode=ro", wait)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        connection.close()
        log = Path(f"{path}-wal")
        if error.sqlite_errorcode & 0xFF not in _SHUT or log.exists():
            raise
        # SQLite wants to keep its log beside the file, and cannot. Without one the file is whole.
        return _connect(path, "immutable=1", wait)
    return connection


def _connect(path: Path, mode: str, wait: timedelta) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}",
        uri=True,
        timeout=wait.total_seconds(),
        isolation_level=None,
        check_same_thread=False,
    )


@contextmanager
def _mapped(place: str, wait: timedelta) -> Iterator[None]:
    """Turn the exceptions of sqlite3 into ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE) & 0xFF
        if code in _BUSY:
            seconds = f"{wait.total_seconds():g}"
            raise LedgerBusy(
                place,
                f"another command has been writing to it for {seconds} s",
                "wait for it, or end it",
            ) from error
        if code in _BROKEN:
            raise LedgerRefused(place, f"it is damaged, or no ledger: {error}", _KEEP) from error
        raise LedgerError(
            place, str(error), "see that its disk is writable and not full"
        ) from error
