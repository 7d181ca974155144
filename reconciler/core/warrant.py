"""Whether a saved plan says only what a plan can say. A file is data, and anybody may have edited it.

The digest in the file tells an accident, not a forger. So apply asks two things more, both without
looking at the world. Neither judges: a plan that was made from these specs always passes.

`check_shape`   the file alone: steps in order, each with the items that its change names
`check_warrant` the file and the specs: a rule asks for each item, in that direction, with that
                filter, type and key, on that source or link, and with that risk at least
"""

from collections.abc import Iterator

from reconciler.core.asked import Asked
from reconciler.core.digest import approval
from reconciler.core.pins import Moved
from reconciler.core.steps import worst
from reconciler.errors import UsageError
from reconciler.model.address import Address
from reconciler.model.change import Change, Form, Pause, Resume, Start, Stop
from reconciler.model.desired import (
    Desired,
    MirrorRule,
    MirrorState,
    SnapshotRule,
    SnapshotState,
    SnapshotType,
)
from reconciler.model.plan import Step, StepItem
from reconciler.model.saved import SavedPlan
from reconciler.model.verdict import Risk


def check_shape(saved: SavedPlan) -> None:
    """Refuse a plan whose parts contradict each other.

    Args:
        saved: What the file holds.

    Raises:
        UsageError: The first contradiction.
    """
    for fault in _faults(saved):
        raise UsageError(f"it contradicts itself: {fault}; plan again")


def _faults(saved: SavedPlan) -> Iterator[str]:
    plan = saved.plan
    pinned = {(pin.address, pin.target) for pin in saved.specs}
    known = {connection.name for connection in plan.connections}
    ids: list[str] = []
    for number, step in enumerate(plan.steps, 1):
        if step.id != f"s{number}" or not set(step.needs) <= set(ids):
            yield f"{step.id} is out of order"
        ids.append(step.id)
        if step.call.connection not in known:
            yield f"{step.id} is sent by {step.call.connection}, which is not among its connections"
        if _named(step.change) != _itemised(step):
            yield f"the items of {step.id} are not what it changes"
        if step.risk is not worst(step.items):
            yield f"the risk of {step.id} is not that of its items"
        if not {(item.address.document, item.target) for item in step.items} <= pinned:
            yield f"{step.id} rests on a document that is not among its specs"
    if approval(plan.steps) != plan.approval:
        yield "its approval is not that of its steps"


def _named(change: Change) -> list[tuple[str, str]]:
    """What a change names: its topics; of a stop its sources. A single one has one source."""
    if isinstance(change, Start | Stop) and change.form is Form.SINGLE and len(change.sources) > 1:
        return []
    match change:
        case Pause() | Resume():
            link = f"{change.cluster_id}/{change.link}"
            return sorted((link, topic) for topic in change.topics)
        case Start():
            return sorted((s.source_id, t.name) for s in change.sources for t in s.topics)
        case Stop():
            return sorted((source.source_id, "") for source in change.sources)


def _itemised(step: Step) -> list[tuple[str, str]]:
    if isinstance(step.change, Stop):
        return sorted({(item.target, "") for item in step.items})
    return sorted((item.target, item.topic) for item in step.items)


def check_warrant(saved: SavedPlan, desired: Desired, found: Moved) -> None:
    """Refuse a plan that does what no rule asks for. What is stale anyway is not looked at.

    Args:
        saved: What the file holds.
        desired: All documents.
        found: What of the plan is stale.

    Raises:
        UsageError: The first item without a rule.
    """
    asked = Asked.of(desired)
    places = _places(desired)
    for step in saved.plan.steps:
        for item in step.items:
            if found.why(step, item):
                continue
            if not _is_asked(step, item, asked) or not _is_there(item, step, places):
                raise UsageError(
                    f"{step.id} does to {item.address} what the specs do not ask for; plan again"
                )


def _places(desired: Desired) -> dict[Address, tuple[str, str]]:
    """Connection and target of each document; of a source that is named, the target is empty."""
    links = {d.address: (d.connection, f"{d.cluster_id}/{d.link}") for d in desired.links}
    return links | {d.address: (d.connection, d.source_id) for d in desired.sources}


def _is_there(item: StepItem, step: Step, places: dict[Address, tuple[str, str]]) -> bool:
    """Whether an item is on its document's source or link; a name is looked up later."""
    connection, target = places[item.address.document]
    return connection == step.call.connection and target in {"", item.target}


def _is_asked(step: Step, item: StepItem, asked: Asked) -> bool:
    if item.address.topic != item.topic:
        return False
    match step.change:
        case Pause():
            return _is_pause_asked(item, asked.mirror_rule(item.address))
        case Resume():
            return _is_resume_asked(asked.mirror_rule(item.address))
        case Start():
            return _is_start_asked(step.change, item, asked.snapshot_rule(item.address))
        case Stop():
            return _is_stop_asked(step.change, item, asked.snapshot_rule(item.address))


def _is_pause_asked(item: StepItem, rule: MirrorRule | None) -> bool:
    if rule is None or rule.state is not MirrorState.PAUSED:
        return False
    return item.risk is (Risk.SAFE if rule.until else Risk.DISRUPTIVE)


def _is_resume_asked(rule: MirrorRule | None) -> bool:
    """A rule that asks for a pause asks for its end as well, where it names one."""
    if rule is None or rule.state is MirrorState.UNMANAGED:
        return False
    return rule.state is MirrorState.ACTIVE or rule.until is not None


def _is_start_asked(change: Start, item: StepItem, rule: SnapshotRule | None) -> bool:
    if rule is None or rule.state is not SnapshotState.COMPLETED:
        return False
    filters = [
        topic.filter
        for source in change.sources
        for topic in source.topics
        if (source.source_id, topic.name) == (item.target, item.topic)
    ]
    is_plain = not rule.filter and not rule.surrogate_key
    return (
        (change.type, change.surrogate_key, filters)
        == (rule.type, rule.surrogate_key, [rule.filter])
        and (change.form is Form.SINGLE or is_plain)
        and item.risk is (Risk.DISRUPTIVE if rule.type is SnapshotType.BLOCKING else Risk.SAFE)
    )


def _is_stop_asked(change: Stop, item: StepItem, rule: SnapshotRule | None) -> bool:
    """Only a stop of what is known to be incremental may be safe."""
    if rule is None or rule.state is not SnapshotState.IDLE:
        return False
    types = {source.type for source in change.sources if source.source_id == item.target}
    return item.risk is Risk.DISRUPTIVE or types == {SnapshotType.INCREMENTAL}
