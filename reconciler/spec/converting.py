"""Validated documents to the frozen values of the model; defaults are filled here."""

from datetime import timedelta
from typing import TypeVar

from reconciler.core.spread import early_by
from reconciler.model import desired
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import (
    Auth,
    Connection,
    DesiredLink,
    DesiredSource,
    Limits,
    MirrorRule,
    MirrorState,
    Observer,
    OnCancel,
    ProviderName,
    SecretRef,
    SnapshotRule,
    SnapshotState,
    SnapshotType,
)
from reconciler.records import Struct
from reconciler.spec import accounts
from reconciler.spec.accounts import (
    ConfluentAuth,
    ConfluentSpec,
    SecretFrom,
    StreamkapAuth,
    StreamkapSpec,
)
from reconciler.spec.documents import (
    ActiveRule,
    ClusterLinkDocument,
    CompletedRule,
    ConnectionDocument,
    IdleRule,
    PausedRule,
    Retry,
    SourceDocument,
    SourceSpec,
    UnmanagedMirrorRule,
    UnmanagedSnapshotRule,
)
from reconciler.spec.endpoints import SANDBOX
from reconciler.spec.parts import Metadata, Suspend
from reconciler.spec.rules import WrittenRule

_T = TypeVar("_T")

_LAG = timedelta(seconds=60)
_SANDBOX_LAG = timedelta(seconds=1)
_BASE_PATH = "/kafka/v3"
_DEFAULT = Limits()


class Provenance(Struct, frozen=True):
    """What a document is besides its fields.

    Attributes:
        origin: Where it begins.
        digest: Digest of the canonical document.
        rules: Its rules with their places, as many as it has.
    """

    origin: Origin
    digest: str
    rules: tuple[WrittenRule, ...] = ()


def connection_of(document: ConnectionDocument, provenance: Provenance) -> Connection:
    """A Connection as a value.

    Args:
        document: Validated, its endpoint too.
        provenance: Its place and digest.
    """
    spec = document.spec
    endpoint = spec.endpoint.rstrip("/")
    return Connection(
        address=Address(Kind.CONNECTION, document.metadata.name),
        origin=provenance.origin,
        provider=ProviderName(spec.provider),
        endpoint=endpoint,
        auth=_auth(spec.auth),
        base_path="" if isinstance(spec, StreamkapSpec) else spec.base_path or _BASE_PATH,
        lag=_or(spec.lag, _SANDBOX_LAG if endpoint == SANDBOX else _LAG),
        project=(spec.project or "") if isinstance(spec, StreamkapSpec) else "",
        observe=_observer(spec),
        limits=_limits(spec.limits),
        ca_file=spec.tls.ca_file if spec.tls else "",
        suspend=_suspend(spec.suspend),
        digest=provenance.digest,
    )


def source_of(document: SourceDocument, provenance: Provenance) -> DesiredSource:
    """A Source as a value.

    Args:
        document: Validated.
        provenance: Its place, digest and rules.
    """
    spec = document.spec
    rules = zip(spec.snapshots, provenance.rules, strict=True)
    return DesiredSource(
        address=Address(Kind.SOURCE, document.metadata.name),
        origin=provenance.origin,
        connection=spec.connection,
        source=spec.source or "",
        source_id=spec.source_id or "",
        rules=tuple(_snapshot_rule(rule, written, spec) for rule, written in rules),
        labels=_labels(document.metadata),
        suspend=_suspend(spec.suspend),
        digest=provenance.digest,
    )


def link_of(document: ClusterLinkDocument, provenance: Provenance) -> DesiredLink:
    """A ClusterLink as a value.

    Args:
        document: Validated.
        provenance: Its place, digest and rules.
    """
    spec = document.spec
    rules = zip(spec.mirrors, provenance.rules, strict=True)
    return DesiredLink(
        address=Address(Kind.CLUSTER_LINK, document.metadata.name),
        origin=provenance.origin,
        connection=spec.connection,
        cluster_id=spec.cluster_id,
        link=spec.link,
        rules=tuple(_mirror_rule(rule, written) for rule, written in rules),
        labels=_labels(document.metadata),
        suspend=_suspend(spec.suspend),
        digest=provenance.digest,
    )


def _snapshot_rule(
    rule: CompletedRule | IdleRule | UnmanagedSnapshotRule, written: WrittenRule, spec: SourceSpec
) -> SnapshotRule:
    state, topics = SnapshotState(rule.state), written.patterns
    match rule:
        case CompletedRule():
            return SnapshotRule(
                topics=topics,
                state=state,
                origin=written.origin,
                since=rule.since,
                max_age=rule.max_age,
                early=_early(rule, spec),
                type=SnapshotType(rule.type or SnapshotType.INCREMENTAL),
                filter=rule.filter or "",
                surrogate_key=rule.surrogate_key or "",
                retries=rule.on_failure.retry if isinstance(rule.on_failure, Retry) else 0,
                on_cancel=OnCancel(rule.on_cancel or OnCancel.HOLD),
                deadline=rule.deadline,
            )
        case IdleRule():
            return SnapshotRule(
                topics=topics,
                state=state,
                origin=written.origin,
                allow_source_wide=bool(rule.allow_source_wide),
            )
        case UnmanagedSnapshotRule():
            return SnapshotRule(topics=topics, state=state, origin=written.origin)


def _early(rule: CompletedRule, spec: SourceSpec) -> timedelta:
    """How much sooner the topics of a source fall due; the same in every document that names it so."""
    if rule.max_age is None:
        return timedelta(0)
    return early_by(spec.source or spec.source_id or "", rule.max_age, rule.spread)


def _mirror_rule(
    rule: PausedRule | ActiveRule | UnmanagedMirrorRule, written: WrittenRule
) -> MirrorRule:
    return MirrorRule(
        topics=written.patterns,
        state=MirrorState(rule.state),
        origin=written.origin,
        until=rule.until if isinstance(rule, PausedRule) else None,
        reason=rule.reason or "",
        deadline=None if isinstance(rule, UnmanagedMirrorRule) else rule.deadline,
    )


def _auth(auth: StreamkapAuth | ConfluentAuth | None) -> Auth:
    match auth:
        case None:
            return Auth()
        case StreamkapAuth():
            return Auth(client_id=_ref(auth.client_id), client_secret=_ref(auth.client_secret))
        case ConfluentAuth():
            return Auth(
                api_key=_ref(auth.api_key),
                api_secret=_ref(auth.api_secret),
                token=_ref(auth.token),
            )


def _ref(secret: SecretFrom | None) -> SecretRef | None:
    return SecretRef(env=secret.env or "", file=secret.file or "") if secret else None


def _observer(spec: StreamkapSpec | ConfluentSpec) -> Observer:
    written = spec.observe if isinstance(spec, StreamkapSpec) else None
    return Observer(written or Observer.AUTO)


def _limits(written: accounts.Limits | None) -> Limits:
    if written is None:
        return _DEFAULT
    return Limits(
        requests_per_second=_or(written.requests_per_second, _DEFAULT.requests_per_second),
        burst=_or(written.burst, _DEFAULT.burst),
        concurrency=_or(written.concurrency, _DEFAULT.concurrency),
        timeout=_or(written.timeout, _DEFAULT.timeout),
        write_timeout=_or(written.write_timeout, _DEFAULT.write_timeout),
        snapshots=_or(written.snapshots, _DEFAULT.snapshots),
        sources_per_call=_or(written.sources_per_call, _DEFAULT.sources_per_call),
        names_per_call=_or(written.names_per_call, _DEFAULT.names_per_call),
    )


def _suspend(written: Suspend | None) -> desired.Suspend | None:
    return desired.Suspend(written.until, written.reason or "") if written else None


def _labels(metadata: Metadata) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((metadata.labels or {}).items()))


def _or(value: _T | None, default: _T) -> _T:
    """A value if it was written; 0 counts as written."""
    return default if value is None else value
