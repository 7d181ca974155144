"""Clusters, links and mirror topics as facts; what they show follows from the time.

A verb stores the statuses to come with their times. A read takes the last one whose time has
come, then lays the link's state over it:

| link shows | mirror's own status | mirror shows |
| --- | --- | --- |
| PAUSED | ACTIVE, PAUSED, SOURCE_UNAVAILABLE | LINK_PAUSED, or PAUSED by the quirk |
| FAILED | ACTIVE, PAUSED, SOURCE_UNAVAILABLE | LINK_FAILED |
| anything | anything else | its own status |
"""

from functools import partial
from zlib import crc32

from reconciler.records import Struct, field
from reconciler.sandbox.confluent.transitions import Transition
from reconciler.sandbox.quirks import Quirks

PAUSED_CONFIG = "cluster.link.paused"
"""The link config that pauses a whole link (`docs/apis/confluent.md#links`)."""

UNKNOWN_WORD = "HIBERNATING"
"""A status that no document lists, for the quirk `unknown_status`."""

_FLOWING = frozenset({"ACTIVE", "PAUSED", "SOURCE_UNAVAILABLE"})
_STRANGE_ONE_IN = 3


class Step(Struct, frozen=True):
    """A status to come.

    Attributes:
        status: The word.
        at: When it shows, in seconds since 1970.
    """

    status: str
    at: float


class Mirror(Struct):
    """One mirror topic.

    Attributes:
        topic: Its name on the destination cluster.
        source_topic: Its name on the source cluster.
        partitions: How many.
        status: Status before the first of `steps`.
        since: When that status began, in seconds since 1970.
        error: `mirror_topic_error`.
        lag: Messages behind, of each partition.
        steps: Statuses to come, by time.
    """

    topic: str
    source_topic: str
    partitions: int
    status: str
    since: float
    error: str = "NO_ERROR"
    lag: int = 0
    steps: tuple[Step, ...] = ()

    def shown(self, now: float) -> tuple[str, float]:
        """Its own status at a moment, and since when.

        Args:
            now: Seconds since 1970.
        """
        status, since = self.status, self.since
        for step in self.steps:
            if step.at > now:
                break
            if step.status != status:
                status, since = step.status, step.at
        return status, since

    def aim(self, now: float, delay: float) -> str:
        """Where it is heading, which is what a verb has to turn.

        Args:
            now: Seconds since 1970.
            delay: Seconds after which an accepted verb shows.

        Returns:
            The status shown then; a status that begins with PENDING cannot be turned and is given
            as it is.
        """
        status, _ = self.shown(now)
        return status if status.startswith("PENDING") else self.shown(now + delay)[0]

    def begin(self, steps: tuple[tuple[str, int], ...], now: float, delay: float) -> None:
        """Replace what was to come.

        Args:
            steps: Status and number of delays until it shows.
            now: Seconds since 1970.
            delay: Seconds.
        """
        self.status, self.since = self.shown(now)
        self.steps = tuple(Step(status, now + count * delay) for status, count in steps)


class Link(Struct):
    """One cluster link, on its destination cluster.

    Attributes:
        cluster: Id of the destination cluster.
        name: Its name there.
        state: `link_state` while the link is not paused; None is not told at all.
        error: `link_error`.
        source_cluster: Id of the other cluster, or empty.
        prefix: `cluster.link.prefix`, or empty.
        configs: Configs that were set, by name.
        mirrors: By topic.
    """

    cluster: str
    name: str
    state: str | None = "ACTIVE"
    error: str = "NO_ERROR"
    source_cluster: str = ""
    prefix: str = ""
    configs: dict[str, str] = field(default_factory=dict)
    mirrors: dict[str, Mirror] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """`cluster/link`."""
        return f"{self.cluster}/{self.name}"

    @property
    def is_paused(self) -> bool:
        """Whether its config pauses it."""
        return self.configs.get(PAUSED_CONFIG, "false").lower() == "true"

    @property
    def shown(self) -> str | None:
        """`link_state`: a failed link stays failed, any other reads PAUSED while it is paused."""
        return "PAUSED" if self.is_paused and self.state != "FAILED" else self.state

    def status_of(self, mirror: Mirror, now: float, quirks: Quirks) -> tuple[str, float]:
        """What a mirror topic shows under this link, and since when.

        Args:
            mirror: One of this link's.
            now: Seconds since 1970.
            quirks: `link_pause_shows` and `unknown_status` matter.
        """
        status, since = mirror.shown(now)
        if status in _FLOWING:
            match self.shown:
                case "PAUSED":
                    status = quirks.link_pause_shows
                case "FAILED":
                    status = "LINK_FAILED"
                case _:
                    pass
        if quirks.unknown_status == "yes" and is_strange(self.name, mirror.topic):
            status = UNKNOWN_WORD
        return status, since

    def listed(self, now: float, quirks: Quirks) -> list[tuple[Mirror, str, float]]:
        """Mirrors that a list shows, each with status and since when.

        Args:
            now: Seconds since 1970.
            quirks: With `stopped_listed: no` those that became ordinary topics are left out.
        """
        status_of = partial(self.status_of, now=now, quirks=quirks)
        shown = ((mirror, *status_of(mirror)) for mirror in self.mirrors.values())
        if quirks.stopped_listed == "yes":
            return list(shown)
        return [entry for entry in shown if entry[0].shown(now)[0] != "STOPPED"]

    def carry_out(self, mirror: Mirror, transition: Transition, now: float, delay: float) -> None:
        """Let a verb take effect.

        Args:
            mirror: One of this link's, in a status that the verb leaves.
            transition: The verb.
            now: Seconds since 1970.
            delay: Seconds until a change shows.
        """
        # Whoever is resumed while the source cannot be reached does not flow again.
        cut_off = self.state == "UNAVAILABLE"
        steps = tuple(
            ("SOURCE_UNAVAILABLE" if cut_off and status == "ACTIVE" else status, count)
            for status, count in transition.steps
        )
        mirror.begin(steps, now, delay)


class Cluster(Struct):
    """A destination cluster.

    Attributes:
        id: Such as `lkc-abc123`.
        links: By name.
    """

    id: str
    links: dict[str, Link] = field(default_factory=dict)

    def link_of(self, topic: str) -> Link | None:
        """The link that a mirror topic of that name belongs to, if there is one."""
        return next((link for link in self.links.values() if topic in link.mirrors), None)


def is_strange(link: str, topic: str) -> bool:
    """Whether the quirk `unknown_status` hits a topic: always the same third of them."""
    return crc32(f"{link}/{topic}".encode(errors="replace")) % _STRANGE_ONE_IN == 0
