"""`GET /topics/details`: which topics sources have, their database ids, and which ever ran.

Source: `docs/apis/streamkap.md#topics`. That the two id lists of an entity pair by index is inferred,
so a pairing counts only where both lists are equally long, free of duplicates, and the same in every
row of the answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from reconciler.core.reads import id_chunks
from reconciler.errors import ProviderError, ReadFailed
from reconciler.providers.advice import UNREADABLE
from reconciler.providers.fanout import at_once
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.client import PAGE, StreamkapClient
from reconciler.providers.streamkap.state import ignored, stripped
from reconciler.records import Struct, field


class Details(Struct, frozen=True):
    """The topics of one source.

    Attributes:
        names: As people see them, sorted.
        db_ids: Name and database id, sorted by name; empty where they cannot be paired for certain.
        warnings: Sentences.
        is_attributed: Whether at least one row, or none at all, could be given to the source.
    """

    names: tuple[str, ...] = ()
    db_ids: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    is_attributed: bool = True


async def read_details(
    client: StreamkapClient, source_ids: Sequence[str], purpose: Purpose, *, with_runs: bool
) -> dict[str, Details | ProviderError]:
    """The topics of sources, in as few requests as fit.

    Args:
        client: Of one connection.
        source_ids: The vendor's ids.
        purpose: What the requests are counted as.
        with_runs: Only topics that have a snapshot under any status.

    Returns:
        For every id its topics, or why they could not be read.
    """
    chunks = list(id_chunks(source_ids))
    jobs = [partial(_piles, client, chunk, purpose, with_runs=with_runs) for chunk in chunks]
    found: dict[str, Details | ProviderError] = {}
    for chunk, piles in zip(chunks, await at_once(jobs), strict=True):
        for source_id in chunk:
            found[source_id] = (
                piles if isinstance(piles, ProviderError) else piles[source_id].details(source_id)
            )
    return found


class _Pile(Struct):
    """What pages told of one source.

    Attributes:
        ids: Its topics, each by the id or name that is shown, with the name as people see it.
        entities: What its rows say they belong to, by identity.
    """

    ids: dict[str, str | None] = field(default_factory=dict)
    entities: dict[int, wire.Entity] = field(default_factory=dict)

    def add(self, source_id: str, row: wire.Topic, entity: wire.Entity) -> None:
        """Take one topic."""
        self.ids[row.id or row.name or ""] = stripped(source_id, row.id, row.name)
        self.entities[id(entity)] = entity

    def details(self, source_id: str) -> Details:
        """Everything that was told."""
        names = tuple(sorted({name for name in self.ids.values() if name is not None}))
        strangers = [topic_id for topic_id, name in self.ids.items() if name is None]
        return Details(
            names=names,
            db_ids=_paired(source_id, self.entities.values()),
            warnings=ignored(source_id, strangers),
            is_attributed=bool(names) or not self.ids,
        )


async def _piles(
    client: StreamkapClient, source_ids: Sequence[str], purpose: Purpose, *, with_runs: bool
) -> dict[str, _Pile]:
    """Pages until a short one: the stated total can lie."""
    piles = {source_id: _Pile() for source_id in source_ids}
    before: frozenset[tuple[str | None, str | None]] = frozenset()
    page = 1
    while True:
        answer = await client.topics(source_ids, page, purpose, with_runs=with_runs)
        shown = [(row.id, row.name) for row in answer.result]
        if shown and shown[-1] in before:
            name = client.transport.connection
            text = f"page {page} repeats the one before"
            raise ReadFailed(name, "GET /topics/details", text, UNREADABLE)
        _sort_out(answer.result, piles)
        if len(answer.result) < min(PAGE, answer.page_size or PAGE):
            return piles
        before = frozenset(shown)
        page += 1


def _sort_out(rows: Sequence[wire.Topic], piles: Mapping[str, _Pile]) -> None:
    """Give each row to its source; those of sources that were not asked about to none."""
    for row in rows:
        entity = row.entity
        source_id = entity.entity_id if entity else None
        if entity is not None and source_id is not None and source_id in piles:
            piles[source_id].add(source_id, row, entity)


def _paired(source_id: str, entities: Iterable[wire.Entity]) -> tuple[tuple[str, str], ...]:
    lists = {(tuple(item.topic_ids or ()), tuple(item.topic_db_ids or ())) for item in entities}
    if len(lists) != 1:
        return ()
    topic_ids, db_ids = lists.pop()
    is_certain = (
        len(topic_ids) == len(db_ids)
        and len(set(topic_ids)) == len(topic_ids)
        and len(set(db_ids)) == len(db_ids)
    )
    if not is_certain:
        return ()
    pairs = zip((stripped(source_id, item) for item in topic_ids), db_ids, strict=True)
    return tuple(sorted((name, db_id) for name, db_id in pairs if name is not None))
