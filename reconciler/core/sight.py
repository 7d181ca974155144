"""Observed values by their keys."""

from collections.abc import Iterable

from reconciler.model.observed import Mirror, ObservedConnection, ObservedSource, ObservedTopic
from reconciler.records import Struct


class Sight(Struct, frozen=True):
    """What one look showed.

    Attributes:
        sources: By source id.
        mirrors: By `cluster/link`, then by name; a link that could not be listed is absent.
    """

    sources: dict[str, ObservedSource]
    mirrors: dict[str, dict[str, Mirror]]

    @classmethod
    def of(cls, observed: Iterable[ObservedConnection]) -> "Sight":
        """Index what connections answered."""
        sight = cls({}, {})
        for connection in observed:
            for source_view in connection.sources:
                if source_view.source is not None:
                    sight.sources[source_view.source.id] = source_view.source
            for view in connection.links:
                if view.link is not None and view.link.mirrors is not None:
                    key = f"{view.target.cluster_id}/{view.target.link}"
                    sight.mirrors[key] = {m.name: m for m in view.link.mirrors}
        return sight

    def shows(self, target: str) -> bool:
        """Whether a source, or a link's mirrors, given as `cluster/link`, could be read."""
        return target in self.sources or target in self.mirrors

    def topic(self, source_id: str, name: str) -> ObservedTopic | None:
        """One topic of a source, or None where it was not seen."""
        source = self.sources.get(source_id)
        return next((t for t in source.topics if t.name == name), None) if source else None

    def mirror(self, target: str, name: str) -> Mirror | None:
        """One mirror topic of `cluster/link`, or None where it was not seen."""
        return self.mirrors.get(target, {}).get(name)
