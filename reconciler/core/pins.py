"""What a saved plan pins: the documents it rests on, and who answers at each connection.

A document that is missing or has changed makes stale what rests on it:

what changed                                          stale
----------------------------------------------------  ----------------------------------
a Connection                                          all its steps
a Source or ClusterLink                               all steps on its source or link
a document that is new on a source or link            all steps on that source or link
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from reconciler.core.identity import identity_of
from reconciler.core.words import listed
from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Connection, Desired, DesiredLink, DesiredSource
from reconciler.model.plan import Plan, Step, StepItem
from reconciler.model.saved import SavedPlan, SpecPin
from reconciler.records import Struct

_Document: TypeAlias = DesiredSource | DesiredLink


def pins_of(desired: Desired, steps: Iterable[Step]) -> tuple[SpecPin, ...]:
    """Every document, with what it speaks of where a step rests on that.

    Args:
        desired: All documents.
        steps: Of the plan that was made from them.
    """
    origins = {d.address: d.origin.file for d in _all(desired)}
    targets = _targets(desired, steps)
    return tuple(
        SpecPin(d.address, origins[d.address], d.digest, targets.get(d.address, ""))
        for d in sorted(_all(desired), key=lambda d: d.address)
    )


def _all(desired: Desired) -> tuple[Connection | _Document, ...]:
    return (*desired.connections, *desired.sources, *desired.links)


def _targets(desired: Desired, steps: Iterable[Step]) -> dict[Address, str]:
    """What each document speaks of; of a name only where another document's item tells the id."""
    known = {item.address.document: item.target for step in steps for item in step.items}
    documents = {d.address: d for d in desired.sources}
    names = {
        (documents[address].connection, documents[address].source): target
        for address, target in known.items()
        if address in documents and documents[address].source
    }
    touched = set(known.values())
    found: dict[Address, str] = {}
    for source in desired.sources:
        named = names.get((source.connection, source.source), "")
        target = source.source_id or known.get(source.address) or named
        found[source.address] = target if target in touched else ""
    for link in desired.links:
        target = f"{link.cluster_id}/{link.link}"
        found[link.address] = target if target in touched else ""
    return found


class Moved(Struct, frozen=True):
    """Why parts of a saved plan no longer rest on the specs they were made from.

    Attributes:
        connections: A sentence by name of a Connection.
        targets: A sentence by source id or `cluster/link`.
    """

    connections: Mapping[str, str]
    targets: Mapping[str, str]

    def why(self, step: Step, item: StepItem) -> str:
        """Why an item is stale, or empty.

        Args:
            step: A step of the plan.
            item: One of its items.
        """
        return self.connections.get(step.call.connection) or self.targets.get(item.target, "")

    def is_whole(self, step: Step) -> bool:
        """Whether a step rests on the specs in every part."""
        return not any(self.why(step, item) for item in step.items)


def moved(saved: SavedPlan, desired: Desired) -> Moved:
    """Compare the documents of a saved plan with those of now.

    Args:
        saved: What the file holds.
        desired: All documents.
    """
    now = {d.address: d.digest for d in _all(desired)}
    then = {pin.address: pin for pin in saved.specs}
    connections: dict[str, str] = {}
    targets: dict[str, str] = {}
    for step in saved.plan.steps:
        name = step.call.connection
        address = Address(Kind.CONNECTION, name)
        word = _word(address, then, now)
        if word:
            connections[name] = word
    for address, target in [*_pinned(saved.specs), *_spoken_of(saved.specs, desired)]:
        word = _word(address, then, now)
        if target and word:
            targets.setdefault(target, word)
    return Moved(connections, targets)


def _word(address: Address, then: Mapping[Address, SpecPin], now: Mapping[Address, str]) -> str:
    """What became of a document, as a sentence; empty where it is the same."""
    if address not in now:
        return f"{address} is not in the specs"
    if address not in then:
        return f"{address} is not in the plan"
    if now[address] != then[address].digest:
        return f"{address} has changed since the plan"
    return ""


def _pinned(pins: Iterable[SpecPin]) -> Iterator[tuple[Address, str]]:
    return ((pin.address, pin.target) for pin in pins)


def _spoken_of(pins: Iterable[SpecPin], desired: Desired) -> Iterator[tuple[Address, str]]:
    """Documents of now with the pinned targets that they speak of."""
    targets = {pin.address: pin.target for pin in pins if pin.target}
    names = {
        (d.connection, d.source): targets[d.address]
        for d in desired.sources
        if d.address in targets and d.source
    }
    for source in desired.sources:
        yield source.address, source.source_id or names.get((source.connection, source.source), "")
    for link in desired.links:
        yield link.address, f"{link.cluster_id}/{link.link}"


def check_pins(saved: SavedPlan, desired: Desired) -> Moved:
    """What of a saved plan still rests on the specs.

    Args:
        saved: What the file holds.
        desired: All documents.

    Raises:
        UsageError: It is of another environment, somebody else answers at a connection, or nothing
            of the plan is left.
    """
    _check_environment(saved.plan, desired)
    found = moved(saved, desired)
    _check_identities(saved.plan, desired)
    whys = [found.why(step, item) for step in saved.plan.steps for item in step.items]
    if whys and all(whys):
        reasons = listed(tuple(sorted(set(whys))))
        raise UsageError(f"nothing of it rests on these specs any more: {reasons}; plan again")
    return found


def _check_environment(plan: Plan, desired: Desired) -> None:
    then, now = plan.environment, desired.environment_name
    if then == now:
        return
    made = f"it was made for the environment {then}" if then else "it was made without --env"
    here = f"these specs are read for {now}" if now else "these specs are read without --env"
    way = f"give --env {then}" if then else "leave --env out"
    raise UsageError(f"{made}, and {here}; {way}, or plan again")


def _check_identities(plan: Plan, desired: Desired) -> None:
    used = {step.call.connection for step in plan.steps}
    now = {connection.name: connection for connection in desired.connections}
    for then in plan.connections:
        if then.name not in used or then.name not in now:
            continue
        actual = now[then.name]
        identity = identity_of(actual)
        if (then.provider, then.identity) != (actual.provider, identity):
            raise UsageError(
                f"it was made for {then.provider} at {then.identity}, and Connection/{then.name} "
                f"is {actual.provider} at {identity} now; plan again"
            )
