"""Small builders of specs, observations and ledgers, for tests of what is pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from reconciler.core.judge import Judgement, Knowledge, Policy, judge
from reconciler.core.judge_runs import RunAsk, judge_runs
from reconciler.core.ruling import Ruling
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.call import Call
from reconciler.model.change import Change, action_of
from reconciler.model.desired import (
    Auth,
    Connection,
    Desired,
    DesiredLink,
    DesiredPolicy,
    DesiredSource,
    MirrorRule,
    MirrorState,
    Pattern,
    ProviderName,
    SnapshotRule,
    SnapshotState,
    SnapshotType,
    Suspend,
)
from reconciler.model.ledger import Attempt, AttemptState, LedgerView
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    Mirror,
    ObservedConnection,
    ObservedLink,
    ObservedSource,
    ObservedTopic,
    Problem,
    ProblemKind,
    Run,
    SourceTarget,
    SourceTopics,
    SourceView,
)
from reconciler.records import replace

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
OLD = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)
CLUSTER, LINK = "lkc-1", "east-to-west"
RULE, DOCUMENT = Origin("specs/a.yaml", 20), Origin("specs/a.yaml", 1)
UNREADABLE = Problem(ProblemKind.UNREADABLE, "GET /sources: HTTP 503", "try again")
MISSING = Problem(ProblemKind.NOT_FOUND, "there is no such source", "create it")
INCREMENTAL, BLOCKING = SnapshotType.INCREMENTAL, SnapshotType.BLOCKING


def since(hours: float) -> datetime:
    """So many hours after `SINCE`; negative is before it."""
    return SINCE + timedelta(hours=hours)


def ago(**parts: float) -> datetime:
    """So long before `NOW`."""
    return NOW - timedelta(**parts)


def patterns(texts: Iterable[str]) -> tuple[Pattern, ...]:
    """Patterns, each on a line of its own from 21 on."""
    return tuple(Pattern(text, Origin("specs/a.yaml", n)) for n, text in enumerate(texts, 21))


def completed(*topics: str, **changes: object) -> SnapshotRule:
    """A rule that wants a completed snapshot since `SINCE`."""
    rule = SnapshotRule(patterns(topics), SnapshotState.COMPLETED, RULE, since=SINCE)
    return replace(rule, **changes)


def young(*topics: str, **changes: object) -> SnapshotRule:
    """A rule that wants a completed snapshot not older than seven days."""
    return completed(*topics, **({"since": None, "max_age": timedelta(days=7)} | changes))


def idle(*topics: str, **changes: object) -> SnapshotRule:
    """A rule that wants no snapshot to run."""
    return replace(SnapshotRule(patterns(topics), SnapshotState.IDLE, RULE), **changes)


def unmanaged(*topics: str) -> SnapshotRule:
    """A rule that claims nothing."""
    return SnapshotRule(patterns(topics), SnapshotState.UNMANAGED, RULE)


def mirroring(*topics: str, **changes: object) -> MirrorRule:
    """A rule that wants topics to mirror."""
    return replace(MirrorRule(patterns(topics), MirrorState.ACTIVE, RULE), **changes)


def paused(*topics: str, **changes: object) -> MirrorRule:
    """A rule that wants topics paused, for ever unless `until` is given."""
    return replace(MirrorRule(patterns(topics), MirrorState.PAUSED, RULE), **changes)


def left_alone(*topics: str) -> MirrorRule:
    """A rule that claims no mirror topic."""
    return MirrorRule(patterns(topics), MirrorState.UNMANAGED, RULE)


def halt(reason: str = "", **parts: float) -> Suspend:
    """A halt that ends so long after `NOW`."""
    return Suspend(NOW + timedelta(**parts), reason)


def streamkap(name: str = "sk", **changes: object) -> Connection:
    """A connection to Streamkap."""
    address = Address(Kind.CONNECTION, name)
    base = Connection(address, DOCUMENT, ProviderName.STREAMKAP, "https://sk.test", Auth())
    return replace(base, **changes)


def confluent(name: str = "cc", **changes: object) -> Connection:
    """A connection to Confluent."""
    address = Address(Kind.CONNECTION, name)
    base = Connection(address, DOCUMENT, ProviderName.CONFLUENT, "https://cc.test", Auth())
    return replace(base, **changes)


def source_document(name: str, *rules: SnapshotRule, **changes: object) -> DesiredSource:
    """A document of the source that has the document's own name."""
    address = Address(Kind.SOURCE, name)
    return replace(DesiredSource(address, DOCUMENT, "sk", name, "", rules), **changes)


def link_document(name: str, *rules: MirrorRule, **changes: object) -> DesiredLink:
    """A document of the one link there is."""
    address = Address(Kind.CLUSTER_LINK, name)
    return replace(DesiredLink(address, DOCUMENT, "cc", CLUSTER, LINK, rules), **changes)


def policy(name: str, labels: tuple[tuple[str, str], ...] = (), **limits: object) -> DesiredPolicy:
    """A policy over documents that have these labels."""
    address = Address(Kind.POLICY, name)
    return replace(DesiredPolicy(address, DOCUMENT, tuple(sorted(labels))), **limits)


def desired(*documents: Connection | DesiredSource | DesiredLink | DesiredPolicy) -> Desired:
    """All specs; without a Connection there are `sk` and `cc`."""
    connections = tuple(d for d in documents if isinstance(d, Connection))
    return Desired(
        connections or (confluent(), streamkap()),
        tuple(d for d in documents if isinstance(d, DesiredSource)),
        tuple(d for d in documents if isinstance(d, DesiredLink)),
        tuple(d for d in documents if isinstance(d, DesiredPolicy)),
    )


def run(status: str, started: datetime | None = None, **changes: object) -> Run:
    """A run with a start, or an undated one."""
    return replace(Run(status, started=started), **changes)


def topic(name: str, *runs: Run) -> ObservedTopic:
    """A topic and every run of it."""
    return ObservedTopic(name, runs)


def unread(name: str, problem: Problem | None = None) -> ObservedTopic:
    """A topic whose state could not be read."""
    return ObservedTopic(name, None, problem)


def source(name: str, *topics: ObservedTopic, **changes: object) -> ObservedSource:
    """An active source with the id `id-<name>`."""
    return replace(ObservedSource(f"id-{name}", name, "Active", "postgresql", topics), **changes)


def by_name(found: ObservedSource) -> SourceView:
    """A source that was looked up by its name."""
    return SourceView(SourceTarget(name=found.name), found)


def by_id(found: ObservedSource) -> SourceView:
    """A source that was looked up by its id."""
    return SourceView(SourceTarget(source_id=found.id), found)


def not_seen(name: str, problem: Problem) -> SourceView:
    """A name under which no source was seen."""
    return SourceView(SourceTarget(name=name), None, problem)


def mirror(name: str, status: str | None, **changes: object) -> Mirror:
    """A mirror topic."""
    return replace(Mirror(name, status), **changes)


def link(*mirrors: Mirror, state: str | None = "ACTIVE", **changes: object) -> LinkView:
    """The one link there is."""
    seen = replace(ObservedLink(CLUSTER, LINK, state, mirrors=mirrors), **changes)
    return LinkView(LinkTarget(CLUSTER, LINK), seen)


def observed(*views: SourceView | LinkView, name: str = "") -> ObservedConnection:
    """What a connection answered; by default `cc` for links and `sk` for sources."""
    links = tuple(v for v in views if isinstance(v, LinkView))
    sources = tuple(v for v in views if isinstance(v, SourceView))
    return ObservedConnection(name or ("cc" if links else "sk"), NOW, sources, links)


def know(*answers: ObservedConnection, **changes: object) -> Knowledge:
    """Everything that was read."""
    return replace(Knowledge({a.connection: a for a in answers}), **changes)


def confirmed(*source_ids: str, connection: str = "sk") -> dict[tuple[str, str], SourceTopics]:
    """A second witness that lists no run of these sources."""
    return {(connection, i): SourceTopics(i, seen_runs=frozenset()) for i in source_ids}


def attempt(state: AttemptState, when: datetime, **changes: object) -> Attempt:
    """A start of ours of topic `t` of source `id-orders`, for the level `SINCE`."""
    return replace(Attempt("id-orders", "t", SINCE, state, when), **changes)


def ledger(*attempts: Attempt, **changes: object) -> LedgerView:
    """A ledger with history."""
    return replace(LedgerView(attempts, has_history=True), **changes)


def judged(specs: Desired, knowledge: Knowledge, policy: Policy | None = None) -> Judgement:
    """One pass over everything."""
    return judge(specs, knowledge, policy or Policy())


def told(judgement: Judgement) -> dict[str, str]:
    """The verdict of every address."""
    return {str(f.address): str(f.verdict) for f in judgement.findings}


def render(connection: str, change: Change) -> Call:
    """Stands in for a provider's pure function from a change to its call."""
    return Call(connection, "POST", f"/{action_of(change)}", {})


def ruling(rule: SnapshotRule, *evidence: Run | Attempt, **changes: object) -> Ruling:
    """What the table of snapshots says of a topic with these runs and these starts of ours."""
    runs = tuple(e for e in evidence if isinstance(e, Run))
    attempts = tuple(e for e in evidence if isinstance(e, Attempt))
    ask = RunAsk(rule, runs, NOW, timedelta(seconds=60), attempts=attempts)
    return judge_runs(replace(ask, **changes))
