"""What of an account is still to be written down, and what has to be looked at for it."""

import re
from collections import Counter
from collections.abc import Sequence

from reconciler.model.desired import Connection, Desired
from reconciler.model.inventory import Inventory, ListedSource
from reconciler.model.observed import ObserveRequest, SourceTarget

_SOURCE_ID = re.compile(r"[0-9a-f]{24}")


def undeclared(inventory: Inventory, desired: Desired, connection: Connection) -> Inventory:
    """What no document speaks of yet, and what a spec can speak of.

    Args:
        inventory: Everything that the connection leads to.
        desired: Documents that stay.
        connection: The connection.
    """
    same = {c.name for c in desired.connections if c.endpoint == connection.endpoint}
    links = {(d.cluster_id, d.link) for d in desired.links if d.connection in same}
    mine = [d for d in desired.sources if d.connection in same]
    ids, names = {d.source_id for d in mine}, {d.source for d in mine} - {""}
    sources = [s for s in inventory.sources if s.id not in ids and s.name not in names]
    free = [link for link in inventory.links if (link.cluster_id, link.link) not in links]
    count = len(inventory.sources) + len(inventory.links) - len(sources) - len(free)
    own = own_names(inventory.sources)
    kept = [s for s in sources if s.name in own or _SOURCE_ID.fullmatch(s.id)]
    nameable = [link for link in free if is_field(link.link)]
    notes = [
        *inventory.notes,
        *([f"left out: {count} that documents speak of already"] if count else []),
        *_unsayable("source", len(sources) - len(kept)),
        *_unsayable("cluster link", len(free) - len(nameable)),
    ]
    return Inventory(tuple(kept), tuple(nameable), inventory.problems, tuple(notes))


def own_names(sources: Sequence[ListedSource]) -> frozenset[str]:
    """Names that mean one source, and that a spec can hold.

    Args:
        sources: Every source of an account.
    """
    counts = Counter(source.name for source in sources)
    return frozenset(name for name, count in counts.items() if count == 1 and is_field(name))


def request_for(inventory: Inventory, *, completed: bool) -> ObserveRequest:
    """What has to be looked at to write documents for an inventory.

    Args:
        inventory: What to write documents for.
        completed: Whether snapshots matter; without them the names of topics suffice.
    """
    return ObserveRequest(
        tuple(
            SourceTarget(s.id, wants_all_topics=completed, wants_runs=completed)
            for s in inventory.sources
        ),
        inventory.links,
    )


def is_field(text: str) -> bool:
    """Whether a text can stand in a spec as it is.

    Args:
        text: The vendor's name of something.
    """
    return bool(text) and text.isprintable() and text == text.strip()


def _unsayable(what: str, count: int) -> list[str]:
    return [f"left out: {count} {what}(s) whose name no spec can hold"] if count else []
