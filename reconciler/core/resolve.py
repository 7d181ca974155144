"""Which documents speak of which source.

Identity is the server's. A name means something only within the connection it was looked up
through: the same name behind another credential, or in another project, is another source.
"""

from collections.abc import Mapping
from typing import TypeAlias

from reconciler.model.desired import Connection, Desired, DesiredSource
from reconciler.model.observed import ObservedConnection, SourceView

SourceKey: TypeAlias = tuple[str, str]


def source_key(connection: Connection, view: SourceView) -> SourceKey:
    """What a view shows: a source by its id, or a place where none was found.

    Args:
        connection: The connection that looked.
        view: What it saw.
    """
    if view.source is not None:
        return (connection.endpoint, view.source.id)
    return (connection.name, f"{view.target.source_id}?{view.target.name}")


def documents_by_source(
    desired: Desired, observed: Mapping[str, ObservedConnection]
) -> dict[SourceKey, tuple[DesiredSource, ...]]:
    """The documents of each source, also those that a selection left unobserved.

    Args:
        desired: All documents.
        observed: What each connection answered, by name.

    Returns:
        Documents in order of address; one that leads nowhere is left out.
    """
    targets: dict[tuple[str, str, str], SourceKey] = {}
    names: dict[tuple[str, str], SourceKey] = {}
    for name, answer in sorted(observed.items()):
        for view in answer.sources:
            key = source_key(desired.connection(name), view)
            targets[(name, view.target.source_id, view.target.name)] = key
            if view.source is not None:
                names[(name, view.source.name)] = key
    documents: dict[SourceKey, tuple[DesiredSource, ...]] = {}
    for d in sorted(desired.sources, key=lambda d: d.address):
        found = targets.get((d.connection, d.source_id, d.source))
        if found is None and d.source_id:
            found = (desired.connection(d.connection).endpoint, d.source_id)
        found = found or names.get((d.connection, d.source))
        if found is not None:
            documents[found] = (*documents.get(found, ()), d)
    return documents
