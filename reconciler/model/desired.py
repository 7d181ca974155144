"""What people asked for: validated specs as values (`docs/spec-reference.md`)."""

from datetime import datetime, timedelta
from enum import StrEnum

from reconciler.model.address import Address, Origin
from reconciler.model.environment import Environment
from reconciler.model.policy import AT_ANY_TIME, Acknowledgement, Windows
from reconciler.records import Struct


class ProviderName(StrEnum):
    """The vendors."""

    STREAMKAP = "streamkap"
    CONFLUENT = "confluent"


class Observer(StrEnum):
    """Which endpoint answers for the state of snapshots."""

    AUTO = "auto"
    LINEAGE = "lineage"
    METRICS = "metrics"


class SnapshotState(StrEnum):
    """Level a topic's snapshot shall have."""

    COMPLETED = "completed"
    IDLE = "idle"
    UNMANAGED = "unmanaged"


class SnapshotType(StrEnum):
    """How the vendor reads the tables again."""

    INCREMENTAL = "incremental"
    BLOCKING = "blocking"


class MirrorState(StrEnum):
    """Level a mirror topic shall have."""

    ACTIVE = "active"
    PAUSED = "paused"
    UNMANAGED = "unmanaged"


class OnCancel(StrEnum):
    """What a cancelled snapshot means."""

    HOLD = "hold"
    RESTART = "restart"


class SecretRef(Struct, frozen=True):
    """Where a secret is found; never the secret.

    Attributes:
        env: Name of an environment variable, or empty.
        file: Path of a file, or empty. Exactly one of the two is set.
    """

    env: str = ""
    file: str = ""

    def __str__(self) -> str:
        return f"environment variable {self.env}" if self.env else f"file {self.file}"


class Auth(Struct, frozen=True):
    """References to the parts of a credential; unused parts are None.

    Attributes:
        client_id: Streamkap client id.
        client_secret: Streamkap secret.
        api_key: Confluent cluster API key.
        api_secret: Confluent API secret.
        token: Confluent OAuth bearer token.
    """

    client_id: SecretRef | None = None
    client_secret: SecretRef | None = None
    api_key: SecretRef | None = None
    api_secret: SecretRef | None = None
    token: SecretRef | None = None


class Limits(Struct, frozen=True):
    """Bounds on what one connection is asked; 0 lifts a bound.

    Attributes:
        requests_per_second: Sustained rate.
        burst: Requests that may go at once before the rate holds.
        concurrency: Requests under way at once.
        timeout: Patience for the answer to a read.
        write_timeout: Patience for the answer to a write.
        snapshots: Sources that may have a run at once.
        sources_per_call: Sources in one bulk call.
        names_per_call: Mirror topics in one call.
    """

    requests_per_second: float = 5.0
    burst: int = 10
    concurrency: int = 8
    timeout: timedelta = timedelta(seconds=30)
    write_timeout: timedelta = timedelta(minutes=3)
    snapshots: int = 5
    sources_per_call: int = 50
    names_per_call: int = 1000


class Suspend(Struct, frozen=True):
    """A declared halt: judged and shown, never acted on.

    Attributes:
        until: When it ends by itself.
        reason: Why, for the reader of the plan; may be empty.
    """

    until: datetime
    reason: str = ""


class Connection(Struct, frozen=True):
    """One account at one vendor.

    Attributes:
        address: `Connection/<name>`.
        origin: Where it is declared.
        provider: The vendor.
        endpoint: Base URL without a slash at the end, or `sandbox`.
        base_path: Confluent's path before `/clusters`, such as `/kafka/v3`; empty for Streamkap.
        auth: References to the credential.
        lag: How long a started run may stay invisible.
        project: Streamkap service id that every source must have, or empty.
        observe: Which endpoint answers for the state of snapshots.
        limits: Bounds on requests and runs.
        ca_file: PEM file of extra certificate authorities, or empty.
        suspend: A declared halt of everything behind this connection.
        digest: Digest of the canonical document.
    """

    address: Address
    origin: Origin
    provider: ProviderName
    endpoint: str
    auth: Auth
    base_path: str = ""
    lag: timedelta = timedelta(seconds=60)
    project: str = ""
    observe: Observer = Observer.AUTO
    limits: Limits = Limits()
    ca_file: str = ""
    suspend: Suspend | None = None
    digest: str = ""

    @property
    def name(self) -> str:
        """Its `metadata.name`."""
        return self.address.name

    @property
    def is_sandbox(self) -> bool:
        """Whether the embedded sandbox answers."""
        return self.endpoint == "sandbox"


def is_literal(text: str) -> bool:
    """Whether an entry of a rule's `topics` names exactly one topic."""
    return not any(sign in text for sign in "*?[")


class Pattern(Struct, frozen=True):
    """One entry of a rule's `topics`.

    Attributes:
        text: A literal name, or a shell glob over the whole name (`*` crosses dots).
        origin: Where it is written.
    """

    text: str
    origin: Origin

    @property
    def is_literal(self) -> bool:
        """Whether it names exactly one topic."""
        return is_literal(self.text)


class SnapshotRule(Struct, frozen=True):
    """Level for the topics it names; the first rule of a document that matches wins.

    Attributes:
        topics: At least one pattern.
        state: The level.
        origin: Where the rule is written.
        since: A completed run must have started at or after it; None with `max_age`.
        max_age: A completed run must be younger; None with `since`.
        early: How much sooner than `max_age` a topic falls due, so that not all do at once.
        type: How a run of ours reads.
        filter: Condition on rows, or empty; incremental only.
        surrogate_key: Column for keyless tables, or empty; incremental only.
        retries: Starts allowed after a failed run (`onFailure: {retry: n}`); 0 is `hold`.
        on_cancel: What a cancelled run means.
        deadline: Longest time in progress or waiting; None is no limit.
        allow_source_wide: Whether a stop for this rule may hit topics of other owners.
    """

    topics: tuple[Pattern, ...]
    state: SnapshotState
    origin: Origin
    since: datetime | None = None
    max_age: timedelta | None = None
    early: timedelta = timedelta(0)
    type: SnapshotType = SnapshotType.INCREMENTAL
    filter: str = ""
    surrogate_key: str = ""
    retries: int = 0
    on_cancel: OnCancel = OnCancel.HOLD
    deadline: timedelta | None = None
    allow_source_wide: bool = False


class DesiredSource(Struct, frozen=True):
    """A `Source` document.

    Attributes:
        address: `Source/<name>`.
        origin: Where the document begins.
        connection: Name of its Connection.
        source: Exact name at the vendor, or empty with `source_id`.
        source_id: The vendor's id, or empty with `source`.
        rules: In written order.
        labels: For selection, sorted by key.
        suspend: A declared halt.
        digest: Digest of the canonical document.
    """

    address: Address
    origin: Origin
    connection: str
    source: str
    source_id: str
    rules: tuple[SnapshotRule, ...]
    labels: tuple[tuple[str, str], ...] = ()
    suspend: Suspend | None = None
    digest: str = ""


class MirrorRule(Struct, frozen=True):
    """Level for the mirror topics it names; the first rule of a document that matches wins.

    Attributes:
        topics: At least one pattern.
        state: The level.
        origin: Where the rule is written.
        until: When a pause ends by itself; None with `paused` is `until: never`.
        reason: Why, for the reader of the plan; may be empty.
        deadline: Longest time unavailable or unsettled; None is no limit.
    """

    topics: tuple[Pattern, ...]
    state: MirrorState
    origin: Origin
    until: datetime | None = None
    reason: str = ""
    deadline: timedelta | None = None


class DesiredLink(Struct, frozen=True):
    """A `ClusterLink` document.

    Attributes:
        address: `ClusterLink/<name>`.
        origin: Where the document begins.
        connection: Name of its Connection.
        cluster_id: The destination cluster.
        link: Name of the link on that cluster.
        rules: In written order.
        labels: For selection, sorted by key.
        suspend: A declared halt.
        digest: Digest of the canonical document.
    """

    address: Address
    origin: Origin
    connection: str
    cluster_id: str
    link: str
    rules: tuple[MirrorRule, ...]
    labels: tuple[tuple[str, str], ...] = ()
    suspend: Suspend | None = None
    digest: str = ""


class DesiredPolicy(Struct, frozen=True):
    """A `Policy` document: how much of what it selects may change at once, when, and what is known.

    Attributes:
        address: `Policy/<name>`.
        origin: Where the document begins.
        labels: Labels that a document must have to be selected, sorted; none selects everything.
        max_changes: Changes of one kind that may go at once, or None; 0 lets none through.
        max_percent: The same as a share of what is managed, or None.
        reason: Why, for the reader of the plan; may be empty.
        digest: Digest of the canonical document.
        windows: When changes may be made.
        max_pause: Longest time a mirror topic may stay paused before people are told, or None.
        acknowledged: Drift that somebody knows of, in written order.
    """

    address: Address
    origin: Origin
    labels: tuple[tuple[str, str], ...] = ()
    max_changes: int | None = None
    max_percent: int | None = None
    reason: str = ""
    digest: str = ""
    windows: Windows = AT_ANY_TIME
    max_pause: timedelta | None = None
    acknowledged: tuple[Acknowledgement, ...] = ()

    def selects(self, document: DesiredSource | DesiredLink) -> bool:
        """Whether it speaks of a document."""
        return set(self.labels) <= set(document.labels)


class Desired(Struct, frozen=True):
    """All specs of one command, sorted by address, and what was odd without being wrong.

    Attributes:
        connections: Every Connection.
        sources: Every Source.
        links: Every ClusterLink.
        policies: Every Policy.
        warnings: Sentences with their place, such as a `since` far ahead.
        files: How many files were read.
        environment: What else made the documents what they are, or None.
    """

    connections: tuple[Connection, ...] = ()
    sources: tuple[DesiredSource, ...] = ()
    links: tuple[DesiredLink, ...] = ()
    policies: tuple[DesiredPolicy, ...] = ()
    warnings: tuple[str, ...] = ()
    files: int = 0
    environment: Environment | None = None

    @property
    def environment_name(self) -> str:
        """What the environment is called; empty without one."""
        return self.environment.name if self.environment else ""

    def connection(self, name: str) -> Connection:
        """The connection of that name.

        Args:
            name: A name that validation has seen to exist.

        Raises:
            KeyError: There is none; validation would have refused it.
        """
        for item in self.connections:
            if item.name == name:
                return item
        raise KeyError(name)
