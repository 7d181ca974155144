"""The shape of a plan file, field by field; a field that is missing or unknown is an error.

Null stands for an empty text, as in all JSON that is printed here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, TypeAlias, cast

import msgspec

from reconciler.model.address import Address, Kind, Origin
from reconciler.model.call import Call, Json
from reconciler.model.change import (
    Action,
    Change,
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.desired import ProviderName, SnapshotType
from reconciler.model.journal import Actor
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Cost, Plan, PlanConnection, Step, StepItem
from reconciler.model.saved import SavedPlan, SpecPin
from reconciler.model.verdict import Cause, Finding, Risk, Verdict
from reconciler.render.planfile.wire_parts import Count, Impact, Seconds, Snapshots, Strict

_Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]
_Names: TypeAlias = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
_Address: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^(?:Connection|Source|ClusterLink)/[^/]+(?:/.+)?$")
]


class _Pause(Strict, frozen=True, tag="pause", tag_field="action"):
    cluster_id: str
    link: str
    topics: _Names

    def value(self) -> Change:
        return Pause(self.cluster_id, self.link, self.topics)


class _Resume(Strict, frozen=True, tag="resume", tag_field="action"):
    cluster_id: str
    link: str
    topics: _Names

    def value(self) -> Change:
        return Resume(self.cluster_id, self.link, self.topics)


class _StartTopic(Strict, frozen=True):
    name: str
    db_id: str | None
    filter: str | None


class _StartSource(Strict, frozen=True):
    source_id: str
    topics: Annotated[tuple[_StartTopic, ...], msgspec.Meta(min_length=1)]

    def value(self) -> StartSource:
        topics = (StartTopic(t.name, t.db_id or "", t.filter or "") for t in self.topics)
        return StartSource(self.source_id, tuple(topics))


class _Start(Strict, frozen=True, tag="start", tag_field="action"):
    form: Form
    type: SnapshotType
    surrogate_key: str | None
    sources: Annotated[tuple[_StartSource, ...], msgspec.Meta(min_length=1)]

    def value(self) -> Change:
        sources = tuple(source.value() for source in self.sources)
        return Start(self.form, self.type, sources, self.surrogate_key or "")


class _StopSource(Strict, frozen=True):
    source_id: str
    type: SnapshotType | None
    topics: tuple[str, ...]
    db_id: str | None

    def value(self) -> StopSource:
        return StopSource(self.source_id, self.type, self.topics, self.db_id or "")


class _Stop(Strict, frozen=True, tag="stop", tag_field="action"):
    form: Form
    sources: Annotated[tuple[_StopSource, ...], msgspec.Meta(min_length=1)]

    def value(self) -> Change:
        return Stop(self.form, tuple(source.value() for source in self.sources))


class _Item(Strict, frozen=True):
    address: _Address
    target: str
    topic: str
    before: str
    risk: Risk

    def value(self) -> StepItem:
        address = _address(self.address)
        return StepItem(address, self.target, self.topic, self.before, self.risk)


class _Call(Strict, frozen=True):
    connection: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: dict[str, object]

    def value(self) -> Call:
        # What comes out of plain JSON untouched is plain JSON; the alias is too deep for msgspec.
        body = cast("dict[str, Json]", self.body)
        return Call(self.connection, self.method, self.path, body, self.query)


class _Step(Strict, frozen=True):
    id: str
    change: _Pause | _Resume | _Start | _Stop
    items: Annotated[tuple[_Item, ...], msgspec.Meta(min_length=1)]
    call: _Call
    needs: tuple[str, ...]
    canary: bool
    risk: Risk
    not_before: _Time | None
    not_after: _Time | None

    def value(self) -> Step:
        return Step(
            self.id,
            self.change.value(),
            tuple(item.value() for item in self.items),
            self.call.value(),
            self.risk,
            self.needs,
            self.canary,
            self.not_before,
            self.not_after,
        )


class _Origin(Strict, frozen=True):
    file: str
    line: Count
    column: Count

    def value(self) -> Origin:
        return Origin(self.file, self.line, self.column)


class _Resource(Strict, frozen=True):
    address: _Address
    kind: Kind
    name: str
    topic: str | None
    verdict: Verdict
    reason: str
    origin: _Origin
    advice: str | None
    action: Action | None
    before: str | None
    after: str | None
    cause: Cause | None
    risk: Risk | None
    note: str | None
    covers: Count
    failed: bool
    impact: Impact | None
    known: str | None = None

    def value(self) -> Finding:
        return Finding(
            Address(self.kind, self.name, self.topic or ""),
            self.verdict,
            self.reason,
            self.origin.value(),
            self.advice or "",
            self.action,
            self.before or "",
            self.after or "",
            self.cause,
            self.risk,
            self.note or "",
            self.covers,
            self.failed,
            self.known or "",
            impact=self.impact.value() if self.impact else None,
        )


class _Connection(Strict, frozen=True):
    name: str
    provider: ProviderName
    identity: str
    reads: Count
    tokens: Count
    retries: Count
    now: _Time

    def value(self) -> PlanConnection:
        return PlanConnection(
            self.name,
            self.provider,
            self.identity,
            self.reads,
            self.tokens,
            self.retries,
            self.now,
        )


class _Actor(Strict, frozen=True):
    name: str
    run: str | None
    commit: str | None

    def value(self) -> Actor:
        return Actor(self.name, self.run or "", self.commit or "")


class _LeftBehind(Strict, frozen=True):
    address: _Address
    scope: str
    topic: str
    what: Remains
    since: _Time
    actor: _Actor

    def value(self) -> LeftBehind:
        return LeftBehind(
            _address(self.address),
            self.scope,
            self.topic,
            self.what,
            self.since,
            self.actor.value(),
        )


class _Spec(Strict, frozen=True):
    address: _Address
    file: str
    digest: str
    target: str | None

    def value(self) -> SpecPin:
        return SpecPin(_address(self.address), self.file, self.digest, self.target or "")


class _Summary(Strict, frozen=True):
    in_sync: Count
    change: Count
    in_progress: Count
    deferred: Count
    scheduled: Count
    blocked: Count
    unobserved: Count
    unknown: Count
    unmanaged: Count
    reads: Count
    calls: Count
    calls_bound: Count
    calls_gap: str | None
    calls_naive: Count
    requests_per_second: Annotated[float, msgspec.Meta(gt=0, le=10**9)] | None
    seconds_at_limit: Seconds
    snapshots: Snapshots | None
    outcome: Outcome

    def cost(self) -> Cost:
        return Cost(
            self.reads,
            self.calls,
            self.calls_bound,
            self.calls_naive,
            timedelta(seconds=self.seconds_at_limit),
            self.calls_gap or "",
            self.requests_per_second or 0.0,
        )


class PlanFile(Strict, frozen=True):
    """A whole file, as `reconciler schema planfile` describes it."""

    format_version: str
    reconciler_version: str
    created_at: _Time
    not_after: _Time
    approval: str
    integrity: str
    specs: tuple[_Spec, ...]
    connections: tuple[_Connection, ...]
    summary: _Summary
    resources: tuple[_Resource, ...]
    steps: tuple[_Step, ...]
    warnings: tuple[str, ...]
    incomplete: tuple[str, ...]
    partial: bool
    left_behind: tuple[_LeftBehind, ...]
    has_ledger: bool
    environment: Annotated[str, msgspec.Meta(min_length=1)] | None

    def value(self) -> SavedPlan:
        """The saved plan that a file holds."""
        findings = tuple(resource.value() for resource in self.resources)
        told = sum(f.covers for f in findings if f.verdict is Verdict.UNMANAGED)
        plan = Plan(
            self.created_at,
            findings,
            tuple(step.value() for step in self.steps),
            tuple(connection.value() for connection in self.connections),
            self.summary.cost(),
            self.summary.unmanaged - told,
            self.warnings,
            self.incomplete,
            self.partial,
            self.approval,
            tuple(left.value() for left in self.left_behind),
            self.has_ledger,
            self.environment or "",
        )
        specs = tuple(spec.value() for spec in self.specs)
        return SavedPlan(plan, specs, self.reconciler_version, self.not_after)


def parsed(data: bytes) -> Json:
    """Bytes as plain JSON.

    Args:
        data: What a file holds.

    Raises:
        EOFError: It ends in the middle.
        ValueError: It is none, or one that nobody can have written.
    """
    try:
        document: Json = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        if "truncated" in str(error):
            raise EOFError(str(error)) from error
        raise ValueError(str(error)) from error
    return document


def shaped(document: "Mapping[str, Json]") -> SavedPlan:
    """A JSON document as a saved plan.

    Args:
        document: Plain JSON.

    Raises:
        ValueError: A field is missing, unknown or of another type; the message says which.
    """
    try:
        return msgspec.convert(document, PlanFile).value()
    except (msgspec.ValidationError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _address(text: str) -> Address:
    kind, name, topic = (*text.split("/", 2), "")[:3]
    return Address(Kind(kind), name, topic)
