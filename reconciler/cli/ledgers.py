"""Which ledger a command uses, and opening it."""

# ruff: noqa: PLC0415 - databases are imported when a ledger is opened

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from reconciler.cli.options import LEDGER, Common
from reconciler.cli.wiring import state_dir
from reconciler.errors import LedgerUnreachable, UsageError

if TYPE_CHECKING:
    from reconciler.ledger.protocol import Ledger

NONE = "none"
FILE_NAME = "ledger.db"

_URLS = ("postgresql://", "postgres://")
# What libpq would read as a connection, and we would take for the name of a file.
_NEARLY_URL = re.compile(
    r"postgres(?:ql)?:(?!//)|.*\b(?:host|user|dbname|password)\s*=", re.IGNORECASE
)
_HOSTS = re.compile(r"(?:(?:\[[0-9a-fA-F:.]*\]|[^:\[\]]*)(?::\d*)?(?:,|$))*")
_FORM = "write a path, postgresql://USER@HOST:PORT/NAME, or none"
_HARMLESS = frozenset(
    {"host", "hostaddr", "port", "user", "dbname", "options", "sslmode", "service"}
)


def place_of(common: Common) -> str:
    """Where the ledger is: a path, a URL, or `none`.

    A URL may hold a password. So this is for opening; what may be shown is `Ledger.place` of an open
    ledger, or `shown`.

    Args:
        common: Options of every command.

    Raises:
        UsageError: It is neither.
    """
    given = common.ledger
    if given is None:
        return str(state_dir(common.state_dir) / FILE_NAME)
    if not given.strip():
        raise UsageError(f"--ledger is empty; {_FORM}")
    if "://" not in given and _NEARLY_URL.match(given):
        # Never quoted: it may hold a password.
        raise UsageError(f"--ledger ({LEDGER}) is no ledger's URL; {_FORM}")
    return given


def shown(place: str) -> str:
    """A place as it may be shown and copied: a URL without its password.

    Args:
        place: As `place_of` gave it.
    """
    if "://" not in place:
        return place
    if not place.startswith(_URLS):
        return f"{place.partition('://')[0]}://…"
    try:
        parts = urlsplit(place)
        account, at, host = parts.netloc.rpartition("@")
        user = account.partition(":")[0]
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name in _HARMLESS]
    except ValueError:
        return "postgresql://…"
    # A sign of a password that was not written as %XX would end user, host or port too early.
    if place.count("@") != len(at) or not _HOSTS.fullmatch(host):
        return "postgresql://…"
    query = f"?{urlencode(kept)}" if kept else ""
    return f"postgresql://{user}{at if user else ''}{host}{parts.path}{query}"


@contextmanager
def opened(common: Common, *, writing: bool) -> Iterator["Ledger | None"]:
    """Open the ledger of a command while a block runs.

    Args:
        common: Options of every command.
        writing: Whether the block writes. Then a ledger that is not there is made, unless there
            shall be none; for reading it is an empty one, and nothing is made.

    Yields:
        The ledger, or None with `--ledger none`, and for reading where the usual file is not there: a
        plan without a ledger need not load what reads one.

    Raises:
        LedgerError: It cannot be used.
        UsageError: It is no ledger's place, or the driver of its database is not installed.
    """
    place = place_of(common)
    is_usual = common.ledger is None
    if place == NONE or (is_usual and not writing and not os.path.lexists(place)):
        yield None
        return
    with _open(place, writing=writing) as ledger:
        yield ledger


@contextmanager
def _open(place: str, *, writing: bool) -> Iterator["Ledger"]:
    from reconciler.ledger.opening import open_ledger

    try:
        ledger = open_ledger(place, read_only=not writing)
    except OSError as error:
        told = f"it cannot be opened: {error.strerror}"
        raise LedgerUnreachable(shown(place), told, "give another place with --ledger") from error
    with closing(ledger):
        yield ledger


@contextmanager
def required(common: Common, *, writing: bool = False) -> Iterator["Ledger"]:
    """Open the ledger of a command that is about nothing else.

    Args:
        common: Options of every command.
        writing: Whether the block writes.

    Yields:
        The ledger; where there is none an empty one, or for writing a new one.

    Raises:
        LedgerError: It cannot be used.
        UsageError: The command was given none.
    """
    place = place_of(common)
    if place == NONE:
        raise UsageError("--ledger none means that there is no ledger; name one")
    with _open(place, writing=writing) as ledger:
        yield ledger


def check_exists(ledger: "Ledger") -> None:
    """Refuse a ledger that is not there, where only one that knows something can be meant.

    Args:
        ledger: Opened to be read.

    Raises:
        UsageError: It is not there.
    """
    if not ledger.has_history:
        raise UsageError(
            f"there is no ledger at {ledger.place} yet; the first `reconciler apply` makes it, "
            "--ledger or --state-dir name another"
        )
