"""The state on disk: one row per source, per run and per link, so that a write touches little.

    meta       name, JSON          clock, world, counters, faults
    sources    id, place, JSON     one row per source, in their order
    runs       number, JSON        one row per snapshot run
    links      cluster/link, JSON  one row per cluster link
    requests   number, JSON        the log

Everything a request changed is committed before its answer leaves, so a killed process loses
nothing that anybody was told.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from reconciler.sandbox import json_text
from reconciler.sandbox.problems import SandboxError, StateUnreadable

APPLICATION_ID = 0x53424F58
"""Marks the file as ours; the letters are SBOX."""

FORMAT = 1
RESET = "`reconciler sandbox reset` moves it aside and begins a new world"
TABLES = ("meta", "sources", "runs", "links", "requests")
"""Tables, each with a key and a JSON document."""

_CREATE = """CREATE TABLE IF NOT EXISTS {table}
    (at INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, document TEXT)"""
_SELECT = "SELECT key, document FROM {table} ORDER BY at"
_EMPTY = "DELETE FROM {table}"
_DELETE = "DELETE FROM {table} WHERE key = ?"
_UPSERT = """INSERT INTO {table} (key, document) VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET document = excluded.document"""

Changes = Mapping[str, Mapping[str, object | None]]
"""By table and key the new document, or None where the row goes away."""


class Store:
    """One SQLite database.

    Args:
        place: File, which is made if there is none; None keeps everything in memory.

    Raises:
        StateUnreadable: The file is not a state of the sandbox; it is left as it is.
    """

    def __init__(self, place: Path | None) -> None:
        self._place = place
        with self._readable():
            # The application may be served from another thread than the one that opened it, but
            # never from two at a time.
            self._database = sqlite3.connect(
                ":memory:" if place is None else place, check_same_thread=False
            )
            self.is_new = self._prepare()

    def rows(self, table: str) -> Iterator[tuple[str, object]]:
        """Keys and documents of a table, in the order they were first written.

        Raises:
            StateUnreadable: A row is no JSON.
        """
        with self._readable():
            for key, text in self._database.execute(_sql(_SELECT, table)):
                yield str(key), json_text.decode(str(text).encode())

    def save(self, changes: Changes) -> None:
        """Write and remove rows, all or none."""
        with self._readable(), self._written():
            for table, rows in changes.items():
                self._write(table, rows)

    def replace(self, tables: Iterable[str], changes: Changes) -> None:
        """Empty some tables, then write rows, all or none."""
        with self._readable(), self._written():
            for table in tables:
                self._database.execute(_sql(_EMPTY, table))
            for table, rows in changes.items():
                self._write(table, rows)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _write(self, table: str, rows: Mapping[str, object | None]) -> None:
        gone = [(key,) for key, document in rows.items() if document is None]
        kept = [
            (key, json_text.encode(document))
            for key, document in rows.items()
            if document is not None
        ]
        self._database.executemany(_sql(_DELETE, table), gone)
        self._database.executemany(_sql(_UPSERT, table), kept)

    def _prepare(self) -> bool:
        """Make the tables of a new file, or see that an old one is ours; whether it is new."""
        (pages,) = self._database.execute("PRAGMA page_count").fetchone()
        if pages:
            (mark,) = self._database.execute("PRAGMA application_id").fetchone()
            (version,) = self._database.execute("PRAGMA user_version").fetchone()
            if mark != APPLICATION_ID:
                raise StateUnreadable(
                    f"{self._place} is a database, but not the sandbox's; {RESET}"
                )
            if version != FORMAT:
                raise StateUnreadable(
                    f"{self._place} has format {version} and this version reads {FORMAT}; {RESET}"
                )
        else:
            self._make_tables()
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        return next(self.rows("meta"), None) is None

    def _make_tables(self) -> None:
        """Make a file ours in one step, so that a kill leaves either nothing or all of it."""
        self._database.execute("BEGIN")
        with self._database:
            for table in TABLES:
                self._database.execute(_sql(_CREATE, table))
            self._database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._database.execute(f"PRAGMA user_version = {FORMAT}")

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, ValueError) as error:
            raise StateUnreadable(
                f"{self._place} cannot be read as a state of the sandbox ({error}); {RESET}"
            ) from error

    @contextlib.contextmanager
    def _written(self) -> Iterator[None]:
        """A failed write says nothing against what was read: a disk may be full."""
        try:
            with self._database:
                yield
        except sqlite3.OperationalError as error:
            raise SandboxError(f"{self._place} cannot be written: {error}") from error


def _sql(template: str, table: str) -> str:
    """A statement for one of `TABLES`; SQLite takes no table name as a parameter."""
    return template.replace("{table}", table)
