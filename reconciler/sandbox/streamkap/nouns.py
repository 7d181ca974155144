"""Facts of the Streamkap half of a world. Nothing here changes with time; `timeline` adds that."""

import hashlib

from reconciler.records import Struct, field

STATUSES = (
    "Active",
    "Paused",
    "Stopped",
    "Broken",
    "Starting",
    "Unassigned",
    "Unknown",
    "Pending",
    "Pending Update",
)
"""Words of `connector_status`; `docs/apis/streamkap.md#sources`."""

SNAPSHOT_STATUSES = ("pending", "running", "completed", "failed", "cancelled")
"""Words of a snapshot's status; `docs/apis/streamkap.md#state`."""

TYPES = ("incremental", "blocking")
"""Types of a snapshot; the first is what a request without a type means."""


class Credential(Struct, frozen=True):
    """An API token of the project: what a client exchanges for an access token."""

    client_id: str
    secret: str


class Destination(Struct, frozen=True):
    """A destination connector; it owns one dead-letter topic."""

    id: str
    name: str
    connector: str
    status: str = "Active"


class Project(Struct, frozen=True):
    """What all sources share."""

    tenant_id: str
    service_id: str
    credentials: tuple[Credential, ...]
    destinations: tuple[Destination, ...] = ()


class Topic(Struct, frozen=True):
    """One table or collection of a source, and the Kafka topic it is written to.

    Attributes:
        name: Name as people see it, such as `public.orders`.
        id: Kafka topic id, by default `source_<source id>.<name>`.
        db_id: Id of the topic's record, which bulk calls take.
        rows: Rows that a snapshot reads.
        keyed: Whether the table has a primary key.
        partitions: Partitions of the Kafka topic.
        tags: Tag ids.
    """

    name: str
    id: str
    db_id: str
    rows: int = 100_000
    keyed: bool = True
    partitions: int = 1
    tags: tuple[str, ...] = ()


class Transient(Struct, frozen=True):
    """A status word that passes by itself, such as `Starting` after a restart."""

    word: str
    until: float


class Source(Struct, frozen=True):
    """One CDC source connector.

    Attributes:
        id: 24-hex id.
        name: Name; several sources may share it.
        connector: Connector code such as `postgresql`.
        status: Word of `connector_status` once a transient one has passed.
        created: When it was made, in seconds since 1970.
        topics: Its topics by name, in the order they were given.
        config: Connector settings.
        tags: Tag ids.
        service_id: Project it belongs to where that is not the world's.
        kc_cluster_id: Kafka Connect cluster; None is the default one.
        transient: A status that hides `status` for a while.
    """

    id: str
    name: str
    connector: str
    status: str
    created: float
    topics: dict[str, Topic] = field(default_factory=dict)
    config: dict[str, object] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    service_id: str | None = None
    kc_cluster_id: str | None = None
    transient: Transient | None = None

    def shown_status(self, now: float) -> str:
        """Word of `connector_status` at a time."""
        if self.transient is not None and now < self.transient.until:
            return self.transient.word
        return self.status


class Ended(Struct, frozen=True):
    """How a part of a run ended, where the world document says so instead of time telling it."""

    status: str
    started: float | None
    ended: float
    rows: int


class Part(Struct, frozen=True):
    """One topic within a run.

    Attributes:
        topic: Name of the topic.
        rows: Rows to read.
        from_rows: Rows that an earlier, cancelled run had read already.
        shown_start: Start that reads show in place of the real one.
        shown_submit: Submit time that reads show in place of the run's.
        cancelled: When a stop reached this part; without effect where it had ended.
        begun: Whether it was under way when the world began.
        trace: Why it fails as soon as its turn comes.
        outcome: Its end, where that is given.
    """

    topic: str
    rows: int
    from_rows: int = 0
    shown_start: float | None = None
    shown_submit: float | None = None
    cancelled: float | None = None
    begun: bool = False
    trace: str | None = None
    outcome: Ended | None = None


class Run(Struct, frozen=True):
    """One snapshot of one source, from the call that asked for it.

    Attributes:
        number: Counts all runs of the world from 1.
        source_id: Id of the source.
        source_name: Its name when the run was asked for.
        type: `incremental` or `blocking`.
        submitted: When it was asked for, in seconds since 1970.
        starts: When its first topic is read.
        rate: Rows per second.
        parts: Its topics, in the order they are read.
        conditions: Collection and filter, as they were sent.
        surrogate_key: Column that takes the place of a primary key.
        request: Number of the request that asked for it; None where the world began with it.
    """

    number: int
    source_id: str
    source_name: str
    type: str
    submitted: float
    starts: float
    rate: float
    parts: tuple[Part, ...]
    conditions: tuple[tuple[str, str], ...] = ()
    surrogate_key: str | None = None
    request: int | None = None


def object_id(*words: str) -> str:
    """A 24-hex id that is the same for the same words."""
    return hashlib.sha256("/".join(words).encode(errors="backslashreplace")).hexdigest()[:24]
