"""Letting go of topics that need no judging, batch by batch, before runs are made of their details."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from reconciler.model.observed import AT_REST, ObservedTopic, TopicSieve
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.state import State, from_lineage, last_completed
from reconciler.providers.transport import Transport
from reconciler.records import Struct, replace


class Sifting(Struct, frozen=True):
    """What decides which topics of a batch are kept.

    Attributes:
        sieve: Made of the documents.
        names: By source id, its own name, and those of its topics that are known from elsewhere; a
            source that is absent is kept whole.
        transport: Whose newest answer tells the time.
    """

    sieve: TopicSieve
    names: Mapping[str, tuple[str, AbstractSet[str]]]
    transport: Transport

    def state(self, source_id: str, topics: Sequence[wire.LineageTopic] | None) -> State:
        """What is kept of the snapshots of one source.

        Args:
            source_id: The vendor's id.
            topics: As the dashboard shows them; None where it does not mention the source.
        """
        shown = _by_name(source_id, topics)
        if topics is None or shown is None or source_id not in self.names:
            return from_lineage(source_id, topics)
        name, known = self.names[source_id]
        silent = sorted(known - shown.keys())
        rests = [*map(last_completed, topics), *([AT_REST] * len(silent))]
        seen = self.transport.seen
        now = seen.vendor if seen else self.transport.clock.now()
        kept, sifted = self.sieve((source_id, name), [*shown, *silent], rests, now)
        count = len(topics)
        state = from_lineage(source_id, [topics[index] for index in kept if index < count])
        never = [silent[index - count] for index in kept if index >= count]
        return replace(
            state,
            topics={**state.topics, **{item: ObservedTopic(item, ()) for item in never}},
            sifted=sifted,
        )


def _by_name(
    source_id: str, topics: Sequence[wire.LineageTopic] | None
) -> dict[str, wire.LineageTopic] | None:
    """Topics by the name people see; None where one is another's, or two have the same."""
    prefix = f"source_{source_id}."
    start = len(prefix)
    shown = {
        item.id[start:]: item
        for item in topics or ()
        if item.id is not None and item.id.startswith(prefix)
    }
    return shown if topics is not None and len(shown) == len(topics) and "" not in shown else None
