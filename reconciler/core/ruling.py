"""What a verdict table says of one topic, before it becomes a finding."""

from reconciler.core.rows import Row
from reconciler.model.change import Action
from reconciler.model.verdict import Risk, Verdict
from reconciler.records import Struct


class Ruling(Struct, frozen=True):
    """One row's answer.

    Attributes:
        verdict: The word.
        reason: One sentence without a full stop.
        advice: What a person can do; may be empty.
        action: What to do; only with a change.
        risk: What the action may break; only with an action.
        note: A remark that does not change the verdict.
        of_link: Whether the row speaks of the whole link rather than of one topic.
        failed: Whether a failure or an overdue run stands behind it.
        first_run: Whether a start rests on "never run", which needs a second witness.
        row: Which row of the table answers; says how, and makes no two rulings differ.
    """

    verdict: Verdict
    reason: str
    advice: str = ""
    action: Action | None = None
    risk: Risk | None = None
    note: str = ""
    of_link: bool = False
    failed: bool = False
    first_run: bool = False
    row: Row | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ruling) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash(self._told())

    def _told(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__struct_fields__ if name != "row")
