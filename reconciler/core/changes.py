"""Findings to changes: which calls carry what the verdicts ask for.

Mirrors: one pause and one resume per link, by name, in chunks. Snapshots: bulk where it pays, single
where a filter or a surrogate key needs it. Stops: typed where they are safe, so that the type in the
path is a guard; bulk with one topic of each source where they are disruptive and several.
"""

from collections.abc import Mapping, Sequence

from reconciler.core.gates import StartRun
from reconciler.core.ids import IdsAsk, Unread, ids_worth_reading
from reconciler.core.pack import Parcel, chunks, fits_bulk, split
from reconciler.model.change import (
    Change,
    Form,
    Pause,
    Resume,
    Start,
    StartSource,
    StartTopic,
    Stop,
    StopSource,
)
from reconciler.model.desired import Limits, SnapshotType
from reconciler.model.verdict import Risk
from reconciler.records import Struct

DbIds = Mapping[str, Mapping[str, str]]


class StopRun(Struct, frozen=True):
    """Everything a stop ends on one source.

    Attributes:
        connection: Name of the Connection.
        source_id: The vendor's id.
        type: Type of what runs, where every run says the same.
        topics: Every topic with a run under way, sorted.
        listing: Topics the source has.
        risk: What the stop may break.
    """

    connection: str
    source_id: str
    type: SnapshotType | None
    topics: tuple[str, ...]
    listing: int
    risk: Risk


def start_parcels(runs: Sequence[StartRun], type_: SnapshotType) -> list[Parcel[StartRun]]:
    """The runs of one type that a bulk start could carry.

    Args:
        runs: Starts of one connection.
        type_: How they read.
    """
    return [
        Parcel(run.source.id, len(run.candidates), run.source.listed, run)
        for run in runs
        if run.type is type_
        and not run.surrogate_key
        and not any(c.rule.filter for c in run.candidates)
        and fits_bulk(len(run.candidates))
    ]


def stop_parcels(stops: Sequence[StopRun]) -> list[Parcel[StopRun]]:
    """The stops that a bulk stop could carry: the disruptive ones.

    Args:
        stops: Stops of one connection.
    """
    return [
        Parcel(stop.source_id, 1, stop.listing, stop)
        for stop in stops
        if stop.risk is Risk.DISRUPTIVE
    ]


class Bulk(Struct, frozen=True):
    """A source that bulk could carry.

    Attributes:
        source_id: The vendor's id.
        size: Ids it puts into a call.
        listing: Topics the vendor would list to give its ids.
        has_ids: Whether every id that it needs is known.
    """

    source_id: str
    size: int
    listing: int
    has_ids: bool


def bulk_groups(
    runs: Sequence[StartRun], stops: Sequence[StopRun], ids: DbIds
) -> tuple[tuple[Bulk, ...], ...]:
    """What bulk could carry, apart by what may share a call: stops, and starts of each type.

    Args:
        runs: Starts of one connection.
        stops: Stops of the same connection.
        ids: Database ids by source id and topic name.
    """
    return (
        tuple(_bulk(p, has_ids=bool(one_id(p.payload, ids))) for p in stop_parcels(stops)),
        *(
            tuple(_bulk(p, has_ids=has_all(p.payload, ids)) for p in start_parcels(runs, type_))
            for type_ in SnapshotType
        ),
    )


def _bulk(parcel: Parcel[StartRun] | Parcel[StopRun], *, has_ids: bool) -> Bulk:
    return Bulk(parcel.source_id, parcel.size, parcel.listing, has_ids)


def ids_ask(
    runs: Sequence[StartRun], stops: Sequence[StopRun], ids: DbIds, limits: Limits
) -> IdsAsk:
    """What the choice of database ids to read rests on.

    Args:
        runs: Starts of one connection.
        stops: Stops of the same connection.
        ids: Database ids by source id and topic name, of sources where they were read already.
        limits: Of the connection.
    """
    groups = bulk_groups(runs, stops, ids)
    return IdsAsk(
        tuple(tuple(bulk.size for bulk in group if bulk.has_ids) for group in groups),
        tuple(
            Unread(bulk.source_id, bulk.size, bulk.listing, number)
            for number, group in enumerate(groups)
            for bulk in group
            if bulk.source_id not in ids
        ),
        limits,
    )


def ids_wanted(
    runs: Sequence[StartRun], stops: Sequence[StopRun], ids: DbIds, limits: Limits
) -> tuple[str, ...]:
    """Sources whose database ids are worth a read.

    Args:
        runs: Starts of one connection.
        stops: Stops of the same connection.
        ids: Database ids by source id and topic name, of sources where they were read already.
        limits: Of the connection.
    """
    return ids_worth_reading(ids_ask(runs, stops, ids, limits))


def start_changes(runs: Sequence[StartRun], ids: DbIds, limits: Limits) -> list[Start]:
    """The starts of one connection as calls.

    Args:
        runs: What may start.
        ids: Database ids by source id and topic name.
        limits: Of the connection.
    """
    changes: list[Start] = []
    alone = {run.source.id for run in runs}
    for type_ in SnapshotType:
        bulk, _ = split(start_parcels(runs, type_), limits, lambda run: has_all(run, ids))
        for call in bulk:
            sources = tuple(_bulk_source(p.payload, ids) for p in call)
            alone -= {p.source_id for p in call}
            changes.append(Start(Form.BULK, type_, sources))
    singles = [run for run in runs if run.source.id in alone]
    for run in sorted(singles, key=lambda run: run.source.id):
        topics = tuple(StartTopic(c.topic, filter=c.rule.filter) for c in run.candidates)
        source = StartSource(run.source.id, topics)
        changes.append(Start(Form.SINGLE, run.type, (source,), run.surrogate_key))
    return changes


def has_all(run: StartRun, ids: DbIds) -> bool:
    """Whether every database id that a bulk start of a run needs is known."""
    known = ids.get(run.source.id, {})
    return all(known.get(c.topic) for c in run.candidates)


def _bulk_source(run: StartRun, ids: DbIds) -> StartSource:
    known = ids[run.source.id]
    return StartSource(
        run.source.id, tuple(StartTopic(c.topic, known[c.topic]) for c in run.candidates)
    )


def stop_changes(stops: Sequence[StopRun], ids: DbIds, limits: Limits) -> list[Stop]:
    """The stops of one connection as calls.

    Args:
        stops: What shall end.
        ids: Database ids by source id and topic name.
        limits: Of the connection.
    """
    bulk, alone = split(stop_parcels(stops), limits, lambda stop: bool(one_id(stop, ids)))
    changes = [
        Stop(
            Form.BULK,
            tuple(
                StopSource(p.source_id, p.payload.type, p.payload.topics, one_id(p.payload, ids))
                for p in call
            ),
        )
        for call in bulk
    ]
    singles = [p.payload for p in alone] + [s for s in stops if s.risk is Risk.SAFE]
    for stop in sorted(singles, key=lambda s: s.source_id):
        source = StopSource(stop.source_id, stop.type, stop.topics)
        changes.append(Stop(Form.SINGLE, (source,)))
    return changes


def one_id(stop: StopRun, ids: DbIds) -> str:
    """The database id that a bulk stop would name for a source, or empty where none is known."""
    known = ids.get(stop.source_id, {})
    return next((known[topic] for topic in stop.topics if known.get(topic)), "")


def mirror_changes(
    link: tuple[str, str], pauses: Sequence[str], resumes: Sequence[str], limits: Limits
) -> list[Change]:
    """The pauses and resumes of one link as calls.

    Args:
        link: Cluster id and link name.
        pauses: Mirror topics to pause.
        resumes: Mirror topics to resume.
        limits: Of the connection.
    """
    most = limits.names_per_call
    changes: list[Change] = []
    if pauses:
        changes += [Pause(*link, names) for names in chunks(sorted(pauses), most)]
    if resumes:
        changes += [Resume(*link, names) for names in chunks(sorted(resumes), most)]
    return changes
