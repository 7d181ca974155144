"""What an account has, whether specs speak of it or not."""

from reconciler.model.observed import LinkTarget
from reconciler.records import Struct


class ListedSource(Struct, frozen=True, order=True):
    """One source of an account.

    Attributes:
        id: The vendor's id.
        name: The vendor's name, or empty.
        project: Service id of its project, or empty where the vendor does not say.
    """

    id: str
    name: str
    project: str = ""


class Inventory(Struct, frozen=True):
    """Everything that one connection leads to.

    Attributes:
        sources: Sorted.
        links: Sorted.
        problems: What could not be listed, one sentence each.
        notes: What was left out, one sentence each.
    """

    sources: tuple[ListedSource, ...] = ()
    links: tuple[LinkTarget, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
