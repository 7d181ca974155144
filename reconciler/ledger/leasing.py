"""Who may write to a scope just now.

A row per scope that was ever taken stays for ever, because its token must never shrink; an empty
owner means that nobody holds it. Rows are locked in the order of their names, so that two commands
that want the same ones cannot wait for each other.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from reconciler.ledger.database import Row, Transaction, written
from reconciler.model.journal import Lease, Taken
from reconciler.records import Struct, replace

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_EXPIRES = "SELECT expires FROM reconciler_leases WHERE scope = ? AND owner = ? AND token = ?"
_RELEASE = (
    "UPDATE reconciler_leases SET owner = '', former = ''"
    " WHERE scope = ? AND owner = ? AND token = ?"
)


class Wish(Struct, frozen=True):
    """Who wants leases, and how long.

    Attributes:
        owner: The command's own name.
        now: Our clock.
        until: When they shall expire.
    """

    owner: str
    now: datetime
    until: datetime


def take(transaction: Transaction, scopes: Sequence[str], wish: Wish) -> Taken:
    """Take what can be taken.

    Args:
        transaction: On the ledger, for writing.
        scopes: What to take.
        wish: For whom, and how long.
    """
    names = sorted(set(scopes))
    _prepare(transaction, names)
    granted, held = [], []
    for lease in _locked(transaction, names):
        if lease.owner in ("", wish.owner) or lease.expires <= wish.now:
            granted.append(_granted(lease, wish))
        else:
            held.append(lease)
    transaction.many(
        "UPDATE reconciler_leases SET owner = ?, token = ?, taken = ?, expires = ?, former = ?"
        " WHERE scope = ?",
        [
            (x.owner, x.token, written(x.taken), written(x.expires), x.former, x.scope)
            for x in granted
        ],
    )
    return Taken(tuple(granted), tuple(held))


def is_mine(transaction: Transaction, lease: Lease, now: datetime) -> bool:
    """Whether a lease still holds.

    Args:
        transaction: On the ledger.
        lease: As it was granted, or as it was made to last on.
        now: Our clock.
    """
    rows = transaction.execute(_EXPIRES, (lease.scope, lease.owner, lease.token))
    return any(now < row.time("expires") for row in rows)


def renew(
    transaction: Transaction, wanted: Sequence[tuple[Lease, ...]]
) -> tuple[tuple[Lease, ...], ...]:
    """Make leases last longer.

    Args:
        transaction: On the ledger, for writing.
        wanted: As they were granted, with the time they shall last to.

    Returns:
        Those of each that are still their owner's.
    """
    asked = {lease.scope: lease for leases in wanted for lease in leases}
    held = {_key(lease) for lease in _locked(transaction, sorted(asked))} if asked else set()
    kept = tuple(tuple(lease for lease in leases if _key(lease) in held) for leases in wanted)
    last: dict[str, datetime] = {}
    for lease in (lease for leases in kept for lease in leases):
        last[lease.scope] = max(lease.expires, last.get(lease.scope, lease.expires))
    transaction.many(
        "UPDATE reconciler_leases SET expires = ? WHERE scope = ?",
        [(written(until), scope) for scope, until in sorted(last.items())],
    )
    return kept


def release(transaction: Transaction, leases: Sequence[Lease]) -> None:
    """Let go of leases that are still held.

    Args:
        transaction: On the ledger, for writing.
        leases: As they were granted.
    """
    transaction.many(
        _RELEASE,
        sorted((lease.scope, lease.owner, lease.token) for lease in leases),
    )


def held(transaction: Transaction) -> tuple[Lease, ...]:
    """Leases with an owner, sorted by scope.

    Args:
        transaction: On the ledger.
    """
    rows = transaction.execute("SELECT * FROM reconciler_leases WHERE owner <> '' ORDER BY scope")
    return tuple(_lease(row) for row in rows)


def break_(transaction: Transaction, scope: str) -> Lease | None:
    """Take a lease away from whoever holds it.

    Args:
        transaction: On the ledger, for writing.
        scope: What to free.

    Returns:
        The lease that was broken, or None where nobody held it.
    """
    broken = next((lease for lease in _locked(transaction, [scope]) if lease.owner), None)
    # The token grows as well: its owner must not find it to be its own again.
    transaction.execute(
        "UPDATE reconciler_leases SET owner = '', former = '', token = token + 1 WHERE scope = ?",
        (scope,),
    )
    return broken


def _key(lease: Lease) -> tuple[str, str, int]:
    """What stays the same as long as nobody else takes it."""
    return (lease.scope, lease.owner, lease.token)


def _prepare(transaction: Transaction, names: Sequence[str]) -> None:
    never = written(_NEVER)
    transaction.many(
        "INSERT INTO reconciler_leases (scope, owner, token, taken, expires, former)"
        " VALUES (?, '', 0, ?, ?, '') ON CONFLICT (scope) DO NOTHING",
        [(name, never, never) for name in names],
    )


def _locked(transaction: Transaction, names: Sequence[str]) -> list[Lease]:
    rows = transaction.execute(
        "SELECT * FROM reconciler_leases WHERE scope IN $LIST ORDER BY scope $LOCK",
        (json.dumps(names),),
    )
    return [_lease(row) for row in rows]


def _granted(lease: Lease, wish: Wish) -> Lease:
    """A lease for its new owner; one that it has already only lasts longer."""
    if lease.owner == wish.owner:
        return replace(lease, expires=wish.until)
    return Lease(lease.scope, wish.owner, lease.token + 1, wish.now, wish.until, lease.owner)


def _lease(row: Row) -> Lease:
    return Lease(
        row.text("scope"),
        row.text("owner"),
        row.number("token"),
        row.time("taken"),
        row.time("expires"),
        row.text("former"),
    )
