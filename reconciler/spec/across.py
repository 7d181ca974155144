"""What only all documents together can say: names twice, connections unknown, connections unused."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from reconciler.errors import Diagnostic
from reconciler.model.address import Address, Kind, Origin
from reconciler.records import Struct
from reconciler.spec.naming import nearest
from reconciler.spec.rules import WrittenRule
from reconciler.spec.scalars import shown

_PROVIDER_OF = {Kind.SOURCE: "streamkap", Kind.CLUSTER_LINK: "confluent"}


_NOWHERE = Origin("", 0)


class Outline(Struct, frozen=True):
    """What other documents need to know of a document, even of one that has errors.

    Attributes:
        address: What it is called.
        origin: Where its name stands.
        connection: Name of its Connection, or empty.
        connection_origin: Where that name stands.
        provider: Provider of a Connection, or empty.
        endpoint: Endpoint of a Connection, or empty.
        project: Pinned project of a Connection, or empty.
        target: What it speaks of on the server, or empty where that cannot be read.
        rules: Its rules.
    """

    address: Address
    origin: Origin
    connection: str = ""
    connection_origin: Origin = _NOWHERE
    provider: str = ""
    endpoint: str = ""
    project: str = ""
    target: tuple[str, ...] = ()
    rules: tuple[WrittenRule, ...] = ()


def connections_of(outlines: Iterable[Outline]) -> dict[str, Outline]:
    """Every Connection by its name; of two with one name the first.

    Args:
        outlines: In the order of their places.
    """
    found: dict[str, Outline] = {}
    for outline in outlines:
        if outline.address.kind is Kind.CONNECTION:
            found.setdefault(outline.address.name, outline)
    return found


def check_names(outlines: Iterable[Outline]) -> Iterator[Diagnostic]:
    """Documents of one kind that share a name.

    Args:
        outlines: In the order of their places; the first of a name is the rightful one.
    """
    first: dict[Address, Outline] = {}
    for outline in outlines:
        other = first.setdefault(outline.address, outline)
        if other is not outline:
            yield _diagnostic(
                outline,
                "metadata.name",
                outline.origin,
                (
                    f"{outline.address} is declared twice, first at {other.origin}",
                    "rename or remove one of the two",
                ),
            )


def check_connections(outlines: Sequence[Outline], *, is_complete: bool) -> Iterator[Diagnostic]:
    """Documents whose Connection does not exist or leads to the wrong vendor.

    Args:
        outlines: In the order of their places.
        is_complete: Whether every document has an outline. Where one could not be read, it may be
            the Connection that seems to be missing, so that none is called missing.
    """
    known = connections_of(outlines)
    names = sorted(known)

    @cache  # a mistake in one Connection's name is the mistake of every document that uses it
    def advice_for(name: str) -> str:
        near = nearest(name, names)
        return f"did you mean `{near}`?" if near else "declare it, or name one that is declared"

    for outline in outlines:
        provider = _PROVIDER_OF.get(outline.address.kind, "")
        if not provider or not outline.connection:
            continue
        connection = known.get(outline.connection)
        if connection is not None:
            problem = _wrong_provider(outline, connection, provider)
        elif is_complete:
            message = f"there is no Connection {shown(outline.connection)}"
            problem = message, advice_for(outline.connection)
        else:
            problem = None
        if problem:
            yield _diagnostic(outline, "spec.connection", outline.connection_origin, problem)


def _wrong_provider(outline: Outline, connection: Outline, provider: str) -> tuple[str, str] | None:
    """What is wrong with a Connection that exists; one whose provider is unknown has its own error."""
    if connection.provider == provider or connection.provider not in _PROVIDER_OF.values():
        return None
    message = (
        f"{connection.address} at {connection.origin} leads to {connection.provider}, "
        f"but a {outline.address.kind} needs {provider}"
    )
    return message, f"name a Connection with `provider: {provider}`"


def unused_connections(outlines: Iterable[Outline]) -> Iterator[Diagnostic]:
    """Connections that no document names; odd, but not wrong.

    Args:
        outlines: Of documents without errors.
    """
    listed = list(outlines)
    used = {outline.connection for outline in listed}
    for name, connection in connections_of(listed).items():
        if name not in used:
            words = ("no document uses this connection", "remove it, or name it in a document")
            yield _diagnostic(connection, "metadata.name", connection.origin, words)


def same_targets(outlines: Iterable[Outline]) -> list[list[Outline]]:
    """Groups of documents that may speak of one thing on one server.

    Two Connections that pin different projects lead to different accounts, so that one name means
    two things there; a Connection that pins none may lead to either.

    Args:
        outlines: In the order of their places.

    Returns:
        Groups of two and more; a document may be in several.
    """
    listed = list(outlines)
    known = connections_of(listed)
    groups: dict[tuple[str, ...], list[Outline]] = defaultdict(list)
    for outline in listed:
        connection = known.get(outline.connection)
        if outline.target and connection and connection.endpoint:
            groups[(connection.endpoint, *outline.target)].append(outline)
    return [
        [outline for outline in group if known[outline.connection].project in {"", pin}]
        for group in groups.values()
        if len(group) > 1
        for pin in sorted({known[outline.connection].project for outline in group} - {""}) or [""]
    ]


def _diagnostic(outline: Outline, field: str, origin: Origin, words: tuple[str, str]) -> Diagnostic:
    """A diagnostic about a field of a document: message and advice are `words`."""
    message, advice = words
    return Diagnostic(
        origin.file,
        origin.line,
        origin.column,
        address=str(outline.address),
        field=field,
        message=message,
        advice=advice,
    )
