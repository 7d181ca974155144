"""What the vendors answered, and how complete the answer was.

A value that could not be read is never an empty one: it is None, with a `Problem` beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from reconciler.model.address import Address
from reconciler.model.desired import SnapshotType
from reconciler.model.verdict import Finding
from reconciler.records import Struct, field

ACTIVE_WORDS = frozenset({"pending", "running"})
ENDED_WORDS = frozenset({"completed", "failed", "cancelled"})
AT_REST = datetime.min.replace(tzinfo=UTC)
"""Stands for the time of the last completed run of a topic that is at rest and never completed one."""


class Run(Struct, frozen=True):
    """One snapshot run of one topic, as the vendor shows it (`docs/apis/streamkap.md#state`).

    Attributes:
        status: The vendor's word; five are known.
        type: How it reads, where the vendor says so.
        submitted: When it was asked for, or None.
        started: When it began, or None.
        ended: When it ended, or None.
        rows_scanned: Rows read, or None.
        rows_total: Rows to read, or None.
        trace: The vendor's error text, or empty.
        eta: Time left as the vendor estimates it, or None.
    """

    status: str
    type: SnapshotType | None = None
    submitted: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    rows_scanned: int | None = None
    rows_total: int | None = None
    trace: str = ""
    eta: timedelta | None = None

    @property
    def time(self) -> datetime | None:
        """Its start, else when it was submitted, else None: undated."""
        return self.started or self.submitted

    @property
    def is_active(self) -> bool:
        """Whether it is pending or running."""
        return self.status in ACTIVE_WORDS

    @property
    def is_known(self) -> bool:
        """Whether its status is a word we understand."""
        return self.status in ACTIVE_WORDS or self.status in ENDED_WORDS

    @property
    def percent(self) -> float | None:
        """Rows read in percent, where both figures are known."""
        if not self.rows_total or self.rows_scanned is None:
            return None
        return min(100.0, 100.0 * self.rows_scanned / self.rows_total)


class ProblemKind(StrEnum):
    """Why something has no observed value."""

    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"
    OTHER_PROJECT = "other_project"
    UNREADABLE = "unreadable"
    SILENT = "silent"


class Problem(Struct, frozen=True):
    """Why something has no observed value, and what a person can do.

    Attributes:
        kind: What happened; `UNREADABLE` and `SILENT` become unobserved, the others blocked. `SILENT`
            is an answer that says nothing of a source's state, neither runs nor that there are none.
        message: A sentence without a full stop.
        advice: What to do; may be empty.
    """

    kind: ProblemKind
    message: str
    advice: str = ""


class ObservedTopic(Struct, frozen=True):
    """One topic of a source.

    Attributes:
        name: As people see it: the topic id without `source_<id>.`.
        runs: Every run shown, in any order; None where the state could not be read.
        problem: Why `runs` is None.
    """

    name: str
    runs: tuple[Run, ...] | None
    problem: Problem | None = None


class Sifted(Struct, frozen=True):
    """What a sieve found of a list before it let most of it go.

    Attributes:
        in_sync: Documents and how many topics each names that are as wanted and were let go.
        unmanaged: Topics that no rule names and that were let go.
        findings: What documents name and the list does not hold.
        warnings: Sentences with their place, of patterns that match nothing.
    """

    in_sync: tuple[tuple[Address, int], ...] = ()
    unmanaged: int = 0
    findings: tuple[Finding, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def gone(self) -> int:
        """How many topics were let go."""
        return self.unmanaged + sum(count for _, count in self.in_sync)


MirrorSieve: TypeAlias = Callable[
    [Sequence[str], Sequence[str | None], datetime], tuple[list[int], Sifted]
]
"""Names and state words of a link's mirror topics, and the vendor's clock: which to keep, by index."""

TopicSieve: TypeAlias = Callable[
    [tuple[str, str], Sequence[str], Sequence[datetime | None], datetime], tuple[list[int], Sifted]
]
"""Id and name of a source, names of its topics, when the last run of each that completed began
(`AT_REST` for none ever, None where it is not at rest), and the vendor's clock: which to keep, by
index. A topic is at rest where every run shown is over and dated."""


class ObservedSource(Struct, frozen=True):
    """One source connector.

    Attributes:
        id: The vendor's id.
        name: The vendor's name.
        status: The vendor's word for its connector, or None.
        connector: Connector code such as `postgresql`, or empty.
        topics: Sorted by name; those that exist and may matter to a rule, and every one that has
            an active run.
        topics_known: Whether `topics` holds every topic of the source, so that a missing name does
            not exist.
        sifted: What a sieve let go of; None where none was used.
    """

    id: str
    name: str
    status: str | None
    connector: str
    topics: tuple[ObservedTopic, ...]
    topics_known: bool = True
    sifted: Sifted | None = None

    @property
    def listed(self) -> int:
        """How many topics it has, as far as they were listed."""
        return len(self.topics) + (self.sifted.gone if self.sifted else 0)


class SourceTarget(Struct, frozen=True, order=True):
    """A source that specs speak of, and what they need to know of it.

    Attributes:
        source_id: The vendor's id, or empty.
        name: Its exact name at the vendor, or empty.
        wants_all_topics: Whether a glob needs the names of every topic.
        wants_runs: Whether a rule needs the state of snapshots.
        oldest_since: The oldest time any rule asks about, or None.
    """

    source_id: str = ""
    name: str = ""
    wants_all_topics: bool = False
    wants_runs: bool = True
    oldest_since: datetime | None = None


class SourceView(Struct, frozen=True):
    """What was seen where a target pointed.

    Attributes:
        target: What was asked.
        source: The source, or None.
        problem: Why there is no source.
    """

    target: SourceTarget
    source: ObservedSource | None
    problem: Problem | None = None


class Mirror(Struct, frozen=True):
    """One mirror topic (`docs/apis/confluent.md#statuses`).

    Attributes:
        name: Name on the destination cluster.
        status: The vendor's raw word, or None where it was absent.
        error: `mirror_topic_error`, or empty where there is none.
        state_time: When the status last changed, or None.
        lag: Messages behind, over all partitions, or None.
    """

    name: str
    status: str | None
    error: str = ""
    state_time: datetime | None = None
    lag: int | None = None


class ObservedLink(Struct, frozen=True):
    """One cluster link.

    Attributes:
        cluster_id: The destination cluster.
        name: Name of the link.
        state: The vendor's raw word, or None.
        error: `link_error` with its message, or empty where there is none.
        mirrors: Sorted by name; None where they were not listed (`problem`), or not needed because
            the link is paused or failed.
        problem: Why the mirrors could not be listed.
        sifted: What a sieve let go of; None where none was used.
    """

    cluster_id: str
    name: str
    state: str | None
    error: str = ""
    mirrors: tuple[Mirror, ...] | None = None
    problem: Problem | None = None
    sifted: Sifted | None = None


class LinkTarget(Struct, frozen=True, order=True):
    """A link that specs speak of.

    Attributes:
        cluster_id: The destination cluster.
        link: Name of the link.
    """

    cluster_id: str
    link: str


class LinkView(Struct, frozen=True):
    """What was seen where a target pointed.

    Attributes:
        target: What was asked.
        link: The link, or None.
        problem: Why there is no link.
    """

    target: LinkTarget
    link: ObservedLink | None
    problem: Problem | None = None


class ObserveRequest(Struct, frozen=True):
    """What one connection is asked to look at.

    Attributes:
        sources: Sorted.
        links: Sorted.
        states_only: Whether only what moves is wanted, while something settles: snapshot states
            of sources given by id (their name and status stay empty), mirrors of links (whose own
            state stays None).
        mirror_sieves: What may be let go of the mirrors of a link; everything is kept without one.
        topic_sieve: What may be let go of the topics of a source; everything is kept without one.
    """

    sources: tuple[SourceTarget, ...] = ()
    links: tuple[LinkTarget, ...] = ()
    states_only: bool = False
    mirror_sieves: Mapping[LinkTarget, MirrorSieve] = field(default_factory=dict)
    topic_sieve: TopicSieve | None = None


class ObservedConnection(Struct, frozen=True):
    """Everything one connection answered.

    Attributes:
        connection: Name of the Connection.
        now: The vendor's clock (its `Date`), ours where it sends none.
        sources: One view per target asked, in the order asked.
        links: One view per target asked, in the order asked.
        warnings: Sentences for the reader of the plan, such as a clock that is far off.
    """

    connection: str
    now: datetime
    sources: tuple[SourceView, ...] = ()
    links: tuple[LinkView, ...] = ()
    warnings: tuple[str, ...] = ()


class SourceTopics(Struct, frozen=True):
    """A second read of `GET /topics/details` for one source.

    Attributes:
        source_id: The vendor's id.
        db_ids: Topic name and its database id, sorted by name; empty where ids and names cannot be
            paired for certain.
        seen_runs: Names of topics that the vendor lists under any snapshot status; None where this
            was not asked.
        problem: Why the read failed.
    """

    source_id: str
    db_ids: tuple[tuple[str, str], ...] = ()
    seen_runs: frozenset[str] | None = None
    problem: Problem | None = None
