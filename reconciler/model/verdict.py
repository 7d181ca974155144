"""What a plan says of one declared resource."""

from enum import StrEnum

from reconciler.model.address import Address, Origin
from reconciler.model.change import Action
from reconciler.model.impact import Impact
from reconciler.records import Struct


class Verdict(StrEnum):
    """The nine words of a plan."""

    IN_SYNC = "in_sync"
    CHANGE = "change"
    IN_PROGRESS = "in_progress"
    DEFERRED = "deferred"
    SCHEDULED = "scheduled"
    BLOCKED = "blocked"
    UNOBSERVED = "unobserved"
    UNKNOWN = "unknown"
    UNMANAGED = "unmanaged"


class Cause(StrEnum):
    """Why there is a change."""

    DRIFT = "drift"
    PENDING = "pending"
    DUE = "due"
    DIFFERS = "differs"


class Risk(StrEnum):
    """What a change may break."""

    SAFE = "safe"
    DISRUPTIVE = "disruptive"


class Finding(Struct, frozen=True):
    """The verdict for one topic, or for a whole document.

    Attributes:
        address: `Kind/name/topic`, or `Kind/name` where the verdict is of the whole document.
        verdict: The word.
        reason: One sentence without a full stop.
        origin: The spec line that asked for it.
        advice: What a person can do; empty where nothing is needed.
        action: What would be done; only with `CHANGE`, and with a verdict that holds a change back.
        before: The observed level in a few words, such as `ACTIVE` or `completed 2026-11-01`.
        after: The wanted level in a few words.
        cause: Why there is a change; only with an action.
        risk: What the change may break; only with an action.
        note: A remark that does not change the verdict, such as a run that was not ours.
        covers: How many topics this one finding speaks for.
        failed: Whether a failed run, an overdue run, a FAILED mirror or one that was paused for too
            long stands behind it, which `drift` counts.
        known: Until when and why somebody lets it be, in words; `drift` then tells it apart and does
            not count it. Empty where nobody does.
        row: Name of the row of a verdict table behind it (`core/rows.py`), or empty; it explains,
            and makes no two findings differ.
        impact: What the start or the stop does at its source; None for any other finding.
    """

    address: Address
    verdict: Verdict
    reason: str
    origin: Origin
    advice: str = ""
    action: Action | None = None
    before: str = ""
    after: str = ""
    cause: Cause | None = None
    risk: Risk | None = None
    note: str = ""
    covers: int = 1
    failed: bool = False
    known: str = ""
    row: str = ""
    impact: Impact | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash(self._told())

    def _told(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name != "row")
