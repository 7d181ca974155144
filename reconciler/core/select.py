"""A selection chooses what is acted on and shown; judging always uses every document."""

from fnmatch import fnmatchcase

from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired, DesiredLink, DesiredSource
from reconciler.model.verdict import Finding
from reconciler.records import Struct, replace


class Selector(Struct, frozen=True):
    """One `KIND/NAME[/TOPIC]`; name and topic may be globs.

    Attributes:
        kind: Kind of the document.
        name: Its name, or a glob.
        topic: A topic, a glob, or empty for all.
    """

    kind: Kind
    name: str
    topic: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (str(self.kind), self.name, self.topic) if part)

    def takes(self, document: Address) -> bool:
        """Whether it speaks of a document."""
        return self.kind is document.kind and fnmatchcase(document.name, self.name)

    def takes_topic(self, address: Address) -> bool:
        """Whether it speaks of a topic."""
        named = not self.topic or fnmatchcase(address.topic, self.topic)
        return named and self.takes(address.document)


class Selection(Struct, frozen=True):
    """What was asked for; an empty one takes everything.

    Attributes:
        selectors: Any of them must take it.
        labels: All of them must be on the document.
        documents: It must be one of these; None for any.
    """

    selectors: tuple[Selector, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    documents: frozenset[Address] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.selectors and not self.labels and self.documents is None

    def takes(self, document: DesiredSource | DesiredLink) -> bool:
        """Whether a document is among what was asked for, wholly or in part."""
        named = not self.selectors or any(s.takes(document.address) for s in self.selectors)
        listed = self.documents is None or document.address in self.documents
        return named and listed and set(self.labels) <= set(document.labels)

    def takes_topic(self, address: Address) -> bool:
        """Whether a finding of a taken document is among what was asked for.

        A finding of the whole document speaks for each of its topics.
        """
        if self.documents is not None and address.document not in self.documents:
            return False
        whole = not self.selectors or not address.topic
        return whole or any(s.takes_topic(address) for s in self.selectors)


EVERYTHING = Selection()


def parse_selector(text: str) -> Selector:
    """Read `KIND/NAME[/TOPIC]`.

    Args:
        text: As the user gave it.

    Raises:
        ValueError: It is none; the message says what is wrong.
    """
    kind, _, rest = text.partition("/")
    name, _, topic = rest.partition("/")
    kinds = {k.value.lower(): k for k in (Kind.SOURCE, Kind.CLUSTER_LINK)}
    if kind.lower() not in kinds or not name:
        raise ValueError(
            f"{text!r} is no KIND/NAME or KIND/NAME/TOPIC; kinds are Source and ClusterLink"
        )
    return Selector(kinds[kind.lower()], name, topic)


def narrow(desired: Desired, selection: Selection) -> Desired:
    """The documents a selection takes; connections stay.

    Args:
        desired: All documents.
        selection: What was asked for.
    """
    return replace(
        desired,
        sources=tuple(d for d in desired.sources if selection.takes(d)),
        links=tuple(d for d in desired.links if selection.takes(d)),
    )


def taken(
    findings: tuple[Finding, ...], documents: Desired, selection: Selection
) -> tuple[Finding, ...]:
    """The findings a selection takes.

    Args:
        findings: All.
        documents: The documents it takes.
        selection: What was asked for.
    """
    if selection.is_everything:
        return findings
    addresses = {d.address for d in documents.sources} | {d.address for d in documents.links}
    return tuple(
        f for f in findings if f.address.document in addresses and selection.takes_topic(f.address)
    )
