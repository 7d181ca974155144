"""A ledger in a PostgreSQL database, for teams and for pipelines that forget their files.

What is committed is durable (`synchronous_commit` is on, whatever the server's habit). Waiting is
bounded: for the connection, for a lock, and for a network that swallows everything. A connection
that was lost between two transactions is opened again; one that is lost within is an error, because
nobody can say whether the transaction counts.

Passwords: `place` and every message are put together here from parts that hold none. Text of libpq
is shown only where it cannot quote the URL, and without the password should it hold it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from reconciler.errors import (
    LedgerBusy,
    LedgerError,
    LedgerRefused,
    LedgerUnreachable,
    UsageError,
)
from reconciler.ledger.database import Dialect, Row, Transaction, Value, storable
from reconciler.ledger.migrations import (
    Migrations,
    check_current,
    check_version,
    migrate,
    version_of,
)
from reconciler.ledger.sqlite import nothing
from reconciler.ledger.stored import StoredLedger

# Names are compared byte by byte, as Python does, so that every command locks in one order.
_DIALECT = Dialect(
    {
        "TEXT": 'TEXT COLLATE "C"',
        "NUMBER": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "LIST": "(SELECT jsonb_array_elements_text(CAST(? AS jsonb)))",
        "LOCK": "FOR UPDATE",
        # Not to_regclass: it may answer from memory what was so before the lock was granted.
        "FIND_SCHEMA": "SELECT tablename FROM pg_catalog.pg_tables WHERE"
        " tablename = 'reconciler_schema' AND schemaname = ANY (current_schemas(false))",
    },
    "%s",
)
# Any number, but always the same: who holds it makes or changes the tables.
_TABLES_LOCK = "SELECT pg_advisory_xact_lock(8243116)"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_IDLE = timedelta(seconds=60)
_FORM = "it reads postgresql://USER:PASSWORD@HOST:PORT/NAME, special characters in it as %XX"


class _Statements:
    """See `database.Transaction`."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """See `Transaction.execute`."""
        cursor = self._connection.execute(_DIALECT.spell(sql).encode(), storable(values))
        if cursor.description is None:
            return []
        names = [column.name for column in cursor.description]
        return [Row(dict(zip(names, values, strict=True))) for values in cursor.fetchall()]

    def many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """See `Transaction.many`."""
        values = [storable(row) for row in rows]
        if len(values) <= 1:  # a pipeline is for many; for one it blurs what went wrong
            for each in values:
                self._connection.execute(_DIALECT.spell(sql).encode(), each)
            return
        with self._connection.cursor() as cursor:
            cursor.executemany(_DIALECT.spell(sql).encode(), values)


class PostgresDatabase:
    """See `database.Database`; connects when it is first used.

    Args:
        url: With its password, if it has one.
        wait: How long to wait for a connection, and for a lock.

    Raises:
        UsageError: The URL cannot be read.
    """

    def __init__(self, url: str, wait: timedelta) -> None:
        parts = _parts(url)
        self._place = _place(parts)
        self._secret = parts.get("password", "")
        self._url = url
        self._wait = wait
        self._turn = Lock()
        self._connection: psycopg.Connection | None = None

    @property
    def place(self) -> str:
        """See `Database.place`."""
        return self._place

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """See `Database.reading`."""
        with self._transaction(_READ) as statements:
            yield statements

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """See `Database.writing`."""
        lock, idle = int(self._wait.total_seconds() * 1000), int(_IDLE.total_seconds() * 1000)
        begin = (
            f"BEGIN; SET LOCAL lock_timeout = {lock}; SET LOCAL synchronous_commit = on;"
            f" SET LOCAL idle_in_transaction_session_timeout = {idle}"
        )
        with self._transaction(begin) as statements:
            yield statements

    def close(self) -> None:
        """See `Database.close`."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        with self._turn, self._mapped():
            connection = self._begun(begin)
            try:
                yield _Statements(connection)
                connection.execute("COMMIT")
            finally:
                if not connection.closed and connection.info.transaction_status:
                    connection.execute("ROLLBACK")

    def _begun(self, begin: str) -> psycopg.Connection:
        """A connection on which a transaction has begun; a lost one is opened again, once."""
        if self._connection is not None:
            try:
                self._connection.execute(begin.encode())
            except psycopg.OperationalError:
                self._connection.close()
            else:
                return self._connection
        self._connection = self._opened()
        self._connection.execute(begin.encode())
        return self._connection

    def _opened(self) -> psycopg.Connection:
        seconds = max(2, round(self._wait.total_seconds()))  # libpq rounds one second up to two
        try:
            return psycopg.connect(
                self._url,
                autocommit=True,
                prepare_threshold=None,  # poolers that share connections know no prepared statements
                connect_timeout=seconds,
                keepalives_idle=30,
                tcp_user_timeout=seconds * 3000,
                client_encoding="utf8",
                application_name="reconciler",
            )
        except psycopg.Error as error:
            raise LedgerUnreachable(
                self._place,
                f"no connection: {self._shown(error)}",
                "see that it is running, that its name and port are right, and the credential too",
            ) from None

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Turn the exceptions of psycopg into ours."""
        try:
            yield
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            seconds = f"{self._wait.total_seconds():g}"
            raise LedgerBusy(
                self._place,
                f"another command has been writing to it for {seconds} s",
                "wait for it, or end it",
            ) from error
        except psycopg.Error as error:
            raise LedgerError(self._place, self._shown(error)) from None

    def _shown(self, error: psycopg.Error) -> str:
        """The first line of a message, without the password."""
        text = (str(error).strip() or type(error).__name__).splitlines()[0]
        for form in filter(None, (self._secret, quote(self._secret, safe=""))):
            text = text.replace(form, "***")
        return text


def open_postgres(
    url: str, *, read_only: bool, wait: timedelta, migrations: Migrations
) -> StoredLedger:
    """Open the ledger in a database.

    Args:
        url: `postgresql://…`; libpq's environment variables and password file count as well.
        read_only: Whether only reading is wanted: makes and changes nothing.
        wait: How long to wait for a connection, and for a lock.
        migrations: Versions of the tables.

    Raises:
        LedgerError: It cannot be used.
        UsageError: The URL cannot be read.
    """
    database = PostgresDatabase(url, wait)
    try:
        with database.reading() as transaction:
            version = _version(transaction, database.place)
        if read_only:
            return _for_reading(database, version, migrations)
        check_version(database.place, version, migrations)
        if version < len(migrations):
            with database.writing() as transaction:
                transaction.execute(_TABLES_LOCK)
                migrate(transaction, database.place, migrations)
    except LedgerError:
        database.close()
        raise
    return StoredLedger(database, has_history=bool(version), read_only=False)


def _for_reading(database: PostgresDatabase, version: int, migrations: Migrations) -> StoredLedger:
    if not version:
        database.close()
        return nothing(database.place, migrations)
    check_current(database.place, version, migrations)
    return StoredLedger(database, has_history=True, read_only=True)


def _version(transaction: Transaction, place: str) -> int:
    try:
        return version_of(transaction)
    except psycopg.errors.UndefinedColumn as error:
        raise LedgerRefused(
            place,
            "its table reconciler_schema is another program's",
            "give the ledger a database or a schema of its own",
        ) from error


def _parts(url: str) -> dict[str, str]:
    """What a URL says, by libpq's names.

    Raises:
        UsageError: It cannot be read, or only in a way that shows part of a password elsewhere.
    """
    try:
        found = conninfo_to_dict(url)
    except psycopg.Error:
        # libpq quotes what it could not read, and that may be the password.
        raise UsageError(f"the ledger's URL cannot be read: {_FORM}") from None
    parts = {name: str(value) for name, value in found.items()}
    if url.count("@") > 1 or not re.fullmatch(r"[\d,]*", parts.get("port", "")):
        raise UsageError(f"the ledger's URL is ambiguous: {_FORM}")
    return parts


def _place(parts: dict[str, str]) -> str:
    user, host, port = (quote(parts.get(name, ""), safe=",:") for name in ("user", "host", "port"))
    account = f"{user}@" if user else ""
    return f"postgresql://{account}{host}{':' if port else ''}{port}/{parts.get('dbname', '')}"
