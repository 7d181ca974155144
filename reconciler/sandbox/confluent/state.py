"""Everything the Confluent side knows, as the rest of the sandbox sees it."""

from collections.abc import Collection, Mapping
from typing import Self

from reconciler.records import Struct, field
from reconciler.sandbox.confluent import document, rows
from reconciler.sandbox.confluent.nouns import Cluster, Link


class ConfluentState(Struct):
    """Everything the Confluent side knows.

    Attributes:
        credentials: Pairs of API key and secret that may come in.
        tokens: Bearer tokens that may come in.
        clusters: By cluster id.
    """

    credentials: tuple[tuple[str, str], ...] = ()
    tokens: tuple[str, ...] = ()
    clusters: dict[str, Cluster] = field(default_factory=dict)
    _dirty: set[str] = field(default_factory=set)

    @classmethod
    def parse(cls, given: Mapping[str, object], start: float) -> Self:
        """State from the `confluent` part of a world document.

        Args:
            given: Keys `credentials` and `clusters`; both may be left out.
            start: The world's start, in seconds since 1970.

        Raises:
            ValueError: Something is unknown, missing, twice or of the wrong type; the message
                names the place.
        """
        found = document.parse(given, start)
        return cls(found.credentials, found.tokens, found.clusters)

    def document(self) -> dict[str, object]:
        """The `confluent` part of a world document that `parse` reads back as this state."""
        return document.render(document.Parts(self.credentials, self.tokens, self.clusters))

    def meta(self) -> dict[str, object]:
        """What is not in `rows`, for a JSON file: credentials and cluster ids. Never changes."""
        return {
            "credentials": [list(pair) for pair in self.credentials],
            "tokens": list(self.tokens),
            "clusters": list(self.clusters),
        }

    def rows(self, only: Collection[str] | None = None) -> dict[str, dict[str, object]]:
        """One JSON-able row per link, by `cluster/link`.

        Args:
            only: Keys to give; None gives all. A key without a link (deleted) is left out.
        """
        return {
            link.key: rows.to_row(link)
            for cluster in self.clusters.values()
            for link in cluster.links.values()
            if only is None or link.key in only
        }

    @classmethod
    def from_rows(cls, meta: Mapping[str, object], saved: Mapping[str, object]) -> Self:
        """State as it was saved.

        Args:
            meta: What `meta` gave.
            saved: What `rows` gave.

        Raises:
            ValueError: These are not rows of ours.
        """
        try:
            credentials, tokens, clusters = rows.read(meta, saved)
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueError(f"the saved Confluent state cannot be read: {error!r}") from error
        return cls(credentials, tokens, clusters)

    def touch(self, link: Link) -> None:
        """Note that a link changed, appeared or went away."""
        self._dirty.add(link.key)

    def take_dirty(self) -> set[str]:
        """Row keys changed since this was last asked; a deleted link has no row any more."""
        taken, self._dirty = self._dirty, set()
        return taken
