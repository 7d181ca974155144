"""Which source stood behind which name: a name that means another one later is told."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from reconciler.model.desired import Desired
from reconciler.model.journal import Binding
from reconciler.model.observed import ObservedConnection


def bindings_of(
    desired: Desired,
    observed: Iterable[ObservedConnection],
    known: Mapping[tuple[str, str], str],
    now: datetime,
) -> tuple[Binding, ...]:
    """The names that are seen for the first time, or again after a person let them go.

    Args:
        desired: All documents.
        observed: What connections answered.
        known: (endpoint, source name) and the id it had last time.
        now: Our clock.
    """
    endpoints = {connection.name: connection.endpoint for connection in desired.connections}
    found = {
        (endpoints[connection.connection], view.target.name): view.source.id
        for connection in observed
        for view in connection.sources
        if view.source is not None and view.target.name and view.problem is None
    }
    return tuple(
        Binding(*key, source_id, now)
        for key, source_id in sorted(found.items())
        if key not in known
    )
