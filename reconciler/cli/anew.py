"""What becomes of the ledger where the sandbox begins anew: runs of a world that is gone never were.

| the ledger of the state directory knows | then |
| --- | --- |
| only the embedded sandbox, or nothing | it goes with the world |
| real endpoints as well | it stays, and what it remembers of the sandbox is told |
| what cannot be read | it stays, and that is told |

A ledger at another place (`--ledger`) is never touched.
"""

from collections.abc import Mapping
from pathlib import Path

from reconciler.cli.ledgers import NONE, opened, place_of, shown
from reconciler.cli.options import Common
from reconciler.cli.wiring import opened_sandbox
from reconciler.core.words import listed
from reconciler.errors import LedgerError, ReconcilerError
from reconciler.model.call import Json
from reconciler.records import replace

SANDBOX = "sandbox"
_WAY_OUT = (
    "where a plan misses a run that was in the old world, `reconciler apply --retry ADDRESS` starts "
    "it once more; a --state-dir of its own keeps the sandbox apart"
)


def begin_anew(common: Common, document: Mapping[str, object], told: str) -> None:
    """Put a world in the place of another, and let the ledger of the old one go with it.

    Args:
        common: Options of every command.
        document: The new world.
        told: What to print when it is there.

    Raises:
        ReconcilerError: The sandbox cannot be used, or the ledger not be deleted.
        UsageError: The world cannot be meant.
    """
    with opened_sandbox(common) as sandbox:  # until the ledger is gone, nobody writes to it for it
        sandbox.reset(document)
        common.console.out(told)
        _forget_world(common)


def _forget_world(common: Common) -> None:
    """Delete the ledger of a world that is gone, or say why it stays."""
    own = replace(common, ledger=None)
    place = place_of(own)
    given = place_of(common)
    if given not in {NONE, place}:
        common.console.say(f"Note: the ledger {shown(given)} is left as it is; {_WAY_OUT}.")
    if not Path(place).exists():
        return
    try:
        with opened(own, writing=False) as ledger:
            tables = ledger.export() if ledger is not None else {}
    except LedgerError as error:
        common.console.say(f"Note: it is left as it is: {error}")
        return
    hosts = _hosts(tables)
    if hosts <= {SANDBOX}:
        _delete(Path(place))
        common.console.out(f"Its ledger went with it: {place}\n")
    elif SANDBOX in hosts:
        others = listed(tuple(sorted(hosts - {SANDBOX})))
        common.console.say(
            f"Note: the ledger {place} also knows {others}, so it stays, and still remembers the old "
            f"world; {_WAY_OUT}."
        )


def _hosts(tables: dict[str, list[Json]]) -> set[str]:
    """Who answers for anything that a ledger knows."""
    rows = [row for table in tables.values() for row in table if isinstance(row, dict)]
    scopes = {str(row["scope"]) for row in rows if row.get("scope")}
    return {scope.split("/")[1] for scope in scopes} | {
        str(row["endpoint"]) for row in rows if row.get("endpoint")
    }


def _delete(place: Path) -> None:
    """The file itself last: what is beside it would be read into the next one."""
    for suffix in ("-wal", "-shm", ""):
        path = place.with_name(place.name + suffix)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ReconcilerError(f"cannot delete {path}: {error.strerror}") from error
