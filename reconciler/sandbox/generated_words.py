"""The size of a generated world, and the world document's words as types."""

from typing import NotRequired, TypedDict

from reconciler.records import Struct

MOST = 500_000
"""Topics and mirrors of a generated world; so many take half a minute and a gigabyte."""


class Size(Struct, frozen=True):
    """How large a world is.

    Attributes:
        sources: Streamkap sources.
        topics: Topics of each source, at least 1.
        links: Confluent cluster links, ten to a cluster.
        mirrors: Mirror topics of each link, at least 1.
        seed: Another seed, another world of the same size.
    """

    sources: int = 10
    topics: int = 20
    links: int = 2
    mirrors: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no world can be.

        Raises:
            ValueError: A count below its least, or more in all than a world can hold.
        """
        for name, least in (("sources", 0), ("topics", 1), ("links", 0), ("mirrors", 1)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be at least {least}, got {getattr(self, name)}")
        total = self.sources * self.topics + self.links * self.mirrors
        if total > MOST:
            raise ValueError(
                f"a generated world has at most {MOST:,} topics and mirrors, and this one would "
                f"have {total:,}; ask for fewer"
            )


class RunWords(TypedDict):
    """A past snapshot run in a world document."""

    status: str
    type: str
    submitted: str
    started: str
    ended: str


class TopicWords(TypedDict):
    """A topic in a world document."""

    name: str
    rows: int
    keyed: bool
    snapshots: NotRequired[list[RunWords]]


class SourceWords(TypedDict):
    """A source in a world document."""

    id: str
    name: str
    connector: str
    status: str
    topics: list[TopicWords]


class MirrorWords(TypedDict):
    """A mirror topic in a world document."""

    topic: str
    status: str
    partitions: int
    since: str


class LinkWords(TypedDict):
    """A cluster link in a world document."""

    name: str
    state: str
    mirrors: list[MirrorWords]


class ClusterWords(TypedDict):
    """A destination cluster in a world document."""

    id: str
    links: list[LinkWords]


class StreamkapWords(TypedDict):
    """The Streamkap part of a world document."""

    credentials: list[dict[str, str]]
    sources: list[SourceWords]


class ConfluentWords(TypedDict):
    """The Confluent part of a world document."""

    credentials: list[dict[str, str]]
    clusters: list[ClusterWords]


class World(TypedDict):
    """A world document: plain values, ready for JSON or YAML."""

    seed: int
    streamkap: StreamkapWords
    confluent: ConfluentWords
