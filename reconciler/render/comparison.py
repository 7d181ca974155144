"""What a plan says that a plan before it did not: calls, verdicts, and whether an approval holds.

deepdiff takes a third of a second to import, so this module is imported where plans are compared.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from deepdiff import DeepDiff
from deepdiff.helper import notpresent

from reconciler.core.digest import plain
from reconciler.model.call import Json
from reconciler.model.change import Change, Pause, Resume, Start, Stop, action_of
from reconciler.model.plan import Plan, Step
from reconciler.model.verdict import Finding
from reconciler.records import Struct
from reconciler.render.words import stopped_topics

_NOTHING: dict[str, Json] = dict.fromkeys(("verdict", "action", "before", "after", "risk"))


class Difference(StrEnum):
    """What became of one thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class FieldChange(Struct, frozen=True, order=True):
    """One field that differs.

    Attributes:
        path: Names from the outside in.
        before: What it was; empty where there was nothing.
        after: What it is; empty where there is nothing.
    """

    path: tuple[str, ...]
    before: str
    after: str


class StepDifference(Struct, frozen=True):
    """A call that the two plans do not have in common.

    Attributes:
        difference: What became of it.
        step: The step of now; one that was removed as it was.
        was: The step as it was, only where it changed.
        fields: What differs, sorted by path; only where it changed.
    """

    difference: Difference
    step: Step
    was: Step | None = None
    fields: tuple[FieldChange, ...] = ()


class VerdictDifference(Struct, frozen=True):
    """A resource of which the two plans do not say the same.

    Attributes:
        difference: What became of it.
        address: `Kind/name`, or `Kind/name/topic`.
        fields: What differs, sorted by path.
    """

    difference: Difference
    address: str
    fields: tuple[FieldChange, ...]


class Comparison(Struct, frozen=True):
    """A plan held against one that was made before it.

    Attributes:
        made: When each was made, the older first.
        approvals: Of each.
        steps: Calls that differ: removed ones in the old order, then the others in the new one.
        same: How many calls are the same.
        verdicts: Resources that differ, sorted by address.
    """

    made: tuple[datetime, datetime]
    approvals: tuple[str, str]
    steps: tuple[StepDifference, ...]
    same: int
    verdicts: tuple[VerdictDifference, ...]

    @property
    def is_approved(self) -> bool:
        """Whether what was approved then is what would be done now."""
        return self.approvals[0] == self.approvals[1]


def compare(old: Plan, new: Plan) -> Comparison:
    """Hold a plan against one that was made before it.

    Args:
        old: The reviewed one.
        new: The one of now.
    """
    steps, same = _compare_steps(old.steps, new.steps)
    return Comparison(
        (old.created_at, new.created_at),
        (old.approval, new.approval),
        steps,
        same,
        _compare_findings(_keyed(old.findings), _keyed(new.findings)),
    )


def _compare_steps(
    old: Iterable[Step], new: Iterable[Step]
) -> tuple[tuple[StepDifference, ...], int]:
    """Steps that carry the same are the same, whatever their number; else a common topic pairs them."""
    gone = list(old)
    fresh: list[Step] = []
    same = 0
    for step in new:
        twin = next((other for other in gone if _content(other) == _content(step)), None)
        if twin is None:
            fresh.append(step)
        else:
            gone.remove(twin)
            same += 1
    pairs: list[StepDifference] = []
    for step in fresh:
        match = next((other for other in gone if _are_kin(other, step)), None)
        if match is None:
            pairs.append(StepDifference(Difference.ADDED, step))
        else:
            gone.remove(match)
            fields = _fields_of(match, step)
            pairs.append(StepDifference(Difference.CHANGED, step, match, fields))
    removed = [StepDifference(Difference.REMOVED, step) for step in gone]
    return (*removed, *pairs), same


def _content(step: Step) -> tuple[object, ...]:
    return (step.change, step.items, step.call, step.not_before, step.not_after)


def _are_kin(old: Step, new: Step) -> bool:
    """Whether two steps do the same to a topic in common."""
    return (
        action_of(old.change) is action_of(new.change)
        and old.call.connection == new.call.connection
        and not {i.address for i in old.items}.isdisjoint(i.address for i in new.items)
    )


def _fields_of(old: Step, new: Step) -> tuple[FieldChange, ...]:
    found = _fields(_described(old), _described(new))
    if found:
        return found
    # What a person reads is the same, so it is what the vendor gets: ids, or names in another order.
    return _fields({"body": old.call.body}, {"body": new.call.body})


def _described(step: Step) -> dict[str, Json]:
    """A step by what a reviewer cares for, its topics by name, so that their order is no difference."""
    return {
        "request": f"{step.call.method} {step.call.path}",
        "topics": {
            str(item.address): f"{item.risk}, rests on {item.before}" for item in step.items
        },
        "ends": dict.fromkeys(stopped_topics(step.change), "yes"),
        "not_before": plain(step.not_before),
        "not_after": plain(step.not_after),
        **_parameters(step.change),
    }


def _parameters(change: Change) -> dict[str, Json]:
    match change:
        case Pause() | Resume() | Stop():
            return {}
        case Start():
            filters = {t.name: t.filter for source in change.sources for t in source.topics}
            return {
                "type": str(change.type),
                "surrogate_key": change.surrogate_key,
                "filters": {name: text for name, text in filters.items() if text},
            }


def _keyed(findings: Iterable[Finding]) -> dict[str, dict[str, Json]]:
    """Findings by address; reasons are left out, since times and figures in them always move."""
    keyed: dict[str, dict[str, Json]] = {}
    for finding in findings:
        address = key = str(finding.address)
        number = 1
        while key in keyed:
            number += 1
            key = f"{address} ({number})"
        keyed[key] = {
            "verdict": str(finding.verdict),
            "action": plain(finding.action),
            "before": finding.before,
            "after": finding.after,
            "risk": plain(finding.risk),
        }
    return keyed


def _compare_findings(
    old: Mapping[str, dict[str, Json]], new: Mapping[str, dict[str, Json]]
) -> tuple[VerdictDifference, ...]:
    moved = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
    found = []
    for key in moved:
        fields = _fields(old.get(key, _NOTHING), new.get(key, _NOTHING))
        difference = Difference.CHANGED
        if key not in old or key not in new:
            difference = Difference.ADDED if key in new else Difference.REMOVED
        found.append(VerdictDifference(difference, key, fields))
    return tuple(found)


def _fields(old: dict[str, Json], new: dict[str, Json]) -> tuple[FieldChange, ...]:
    def text(value: object) -> str:
        if value is notpresent or value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value, sort_keys=True)

    # Otherwise what has little in common is told as one large change, field names and all.
    tree = DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0)
    found = (
        FieldChange(tuple(map(str, item.path(output_format="list"))), text(item.t1), text(item.t2))
        for category in tree.values()
        for item in category
    )
    return tuple(sorted(change for change in found if change.before != change.after))
