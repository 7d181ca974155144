"""Names of declared things: what a person selects, and the key of every finding."""

from enum import StrEnum

from reconciler.records import Struct


class Kind(StrEnum):
    """The kinds of documents."""

    CONNECTION = "Connection"
    SOURCE = "Source"
    CLUSTER_LINK = "ClusterLink"
    POLICY = "Policy"


class Address(Struct, frozen=True, order=True):
    """`Kind/name`, or `Kind/name/topic` for one topic of it.

    Attributes:
        kind: Kind of the document.
        name: `metadata.name` of the document; ours, not the server's.
        topic: Topic as people see it (no `source_<id>.` in front), or empty for the whole document.
    """

    kind: Kind
    name: str
    topic: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (str(self.kind), self.name, self.topic) if part)

    @property
    def document(self) -> "Address":
        """The address of the whole document."""
        return Address(self.kind, self.name)

    def of(self, topic: str) -> "Address":
        """The address of one topic of this document."""
        return Address(self.kind, self.name, topic)


class Origin(Struct, frozen=True, order=True):
    """Where in the specs something was written.

    Attributes:
        file: Path as the user gave it, with forward slashes.
        line: Line from 1.
        column: Column from 1.
    """

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"
