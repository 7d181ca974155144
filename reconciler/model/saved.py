"""A plan on its way through a file: the plan, and what has to be unchanged when it comes back."""

from datetime import datetime

from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.records import Struct


class SpecPin(Struct, frozen=True, order=True):
    """One document as the plan knew it.

    Attributes:
        address: `Kind/name`.
        file: Where it was written, for the reader.
        digest: Digest of the canonical document.
        target: The vendor's key of what it speaks of: a source id, or `cluster/link`; empty for a
            Connection, and where no step rests on what it speaks of.
    """

    address: Address
    file: str
    digest: str
    target: str = ""


class SavedPlan(Struct, frozen=True):
    """What a plan file holds.

    Attributes:
        plan: The plan; the identity of each connection is pinned.
        specs: Every document that was read, sorted by address.
        version: The reconciler that wrote it.
        not_after: From then on apply takes it only where it is told another age.
    """

    plan: Plan
    specs: tuple[SpecPin, ...]
    version: str
    not_after: datetime
