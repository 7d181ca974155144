"""What stands behind one verdict, with everything that is shown beside it."""

from collections.abc import Sequence

from reconciler.core.explain import Explained
from reconciler.model.history import Entry
from reconciler.model.plan import PlanConnection
from reconciler.model.request import Request
from reconciler.records import Struct


class Page(Struct, frozen=True):
    """One address, explained.

    Attributes:
        explained: The verdict and what stands behind it.
        quote: The rule as it is written; empty where its file cannot be read again.
        entries: The newest lines of the ledger about it, newest first.
    """

    explained: Explained
    quote: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


class Book(Struct, frozen=True):
    """Everything that one look and one ledger say of what was asked for.

    Attributes:
        pages: One per address, sorted.
        connection: The connection as the plan used it, or None where it answered nothing.
        requests: What was asked of it, in the order of the answers.
        place: Where the ledger is, or empty where there is none.
        incomplete: What could not be observed.
    """

    pages: Sequence[Page]
    connection: PlanConnection | None
    requests: Sequence[Request]
    place: str
    incomplete: Sequence[str] = ()
