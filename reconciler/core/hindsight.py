"""What the specs of now and the ledger say of a topic, side by side.

The ledger knows scopes and topics, which the server gives; specs know addresses, which people give
and change. `scopes` is the bridge. A document without one was not found, or not looked for.
"""

from collections.abc import Callable, Iterable, Mapping

from reconciler.core.asked import Asked
from reconciler.core.resolve import documents_by_source, source_key
from reconciler.model.address import Address
from reconciler.model.desired import (
    Desired,
    MirrorRule,
    MirrorState,
    SnapshotRule,
    SnapshotState,
)
from reconciler.model.journal import Applied, IntentRecord, Journal, Sighting
from reconciler.model.observed import ObservedConnection
from reconciler.records import Struct, replace


class Hindsight(Struct, frozen=True):
    """Specs and ledger, ready to be asked about a topic.

    Attributes:
        desired: All documents, also those that a selection leaves out.
        journal: What the ledger holds, with what a look has added.
        scopes: Scope of each document that is known to be of one, by its address.
        asked: The rules of the documents, compiled.
        levels: Levels that were last seen to hold, by scope and topic.
    """

    desired: Desired
    journal: Journal
    scopes: Mapping[Address, str]
    asked: Asked
    levels: Mapping[tuple[str, str], Applied]

    @classmethod
    def of(
        cls,
        desired: Desired,
        journal: Journal,
        scopes: Mapping[Address, str],
        news: Iterable[Sighting] = (),
    ) -> "Hindsight":
        """Put specs and ledger side by side.

        Args:
            desired: All documents.
            journal: What the ledger holds.
            scopes: Scope of each document, by its address; what is not known is left out.
            news: What the look of now shows of our runs and the ledger does not hold yet.
        """
        told = replace(journal, intents=_with_news(journal.intents, news))
        levels = {(applied.scope, applied.topic): applied for applied in journal.applied}
        return cls(desired, told, scopes, Asked.of(desired), levels)

    def rule_of(self, address: Address) -> SnapshotRule | MirrorRule | None:
        """The rule that names a topic and wants something of it, or None.

        Args:
            address: `Kind/name/topic`.
        """
        rule = self.asked.snapshot_rule(address) or self.asked.mirror_rule(address)
        if rule is None or rule.state in (SnapshotState.UNMANAGED, MirrorState.UNMANAGED):
            return None
        return rule

    def place_of(self, address: Address) -> tuple[str, str] | None:
        """Scope and topic of an address; None for a document, and where its scope is not known.

        Args:
            address: `Kind/name/topic`.
        """
        scope = self.scopes.get(address.document)
        return (scope, address.topic) if scope and address.topic else None


def _with_news(
    records: tuple[IntentRecord, ...], news: Iterable[Sighting]
) -> tuple[IntentRecord, ...]:
    fresh: dict[str, list[Sighting]] = {}
    for sighting in news:
        fresh.setdefault(sighting.intent, []).append(sighting)
    return tuple(
        replace(record, sightings=(*record.sightings, *fresh[record.intent.id]))
        if record.intent.id in fresh
        else record
        for record in records
    )


def scopes_of(
    desired: Desired,
    observed: Mapping[str, ObservedConnection],
    scope: Callable[[str, str], str],
) -> dict[Address, str]:
    """The scope of every document that is known to speak of one.

    A source that was not found, and whatever is behind a connection that answered nothing, is left
    out.

    Args:
        desired: All documents, also those that a selection left unobserved.
        observed: What each connection answered, by name.
        scope: Names the scope of a connection and a target: a source id, or `cluster/link`.
    """
    scopes = {
        d.address: scope(d.connection, f"{d.cluster_id}/{d.link}")
        for d in desired.links
        if d.connection in observed
    }
    lost = {
        source_key(desired.connection(name), view)
        for name, answer in observed.items()
        for view in answer.sources
        if view.source is None
    }
    for key, documents in documents_by_source(desired, observed).items():
        for document in documents:
            if key not in lost and document.connection in observed:
                scopes[document.address] = scope(document.connection, key[1])
    return scopes
