"""What specs speak of, as Streamkap shows it: wire to model, in the fewest requests.

Sources first; then, together, the topics of those where they are needed and the state of snapshots.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import anyio

from reconciler.errors import ProviderError
from reconciler.model.observed import (
    ObservedSource,
    ObservedTopic,
    ObserveRequest,
    Problem,
    ProblemKind,
    SourceTarget,
    SourceView,
    TopicSieve,
)
from reconciler.providers.fanout import raise_if_nothing, unreadable
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.client import StreamkapClient
from reconciler.providers.streamkap.lookup import Shown, find_sources
from reconciler.providers.streamkap.sifting import Sifting
from reconciler.providers.streamkap.snapshots import SnapshotReader
from reconciler.providers.streamkap.state import State, ignored, stripped
from reconciler.providers.streamkap.topics import Details, read_details
from reconciler.records import Struct, field


class Sight(Struct, frozen=True):
    """What was seen of sources.

    Attributes:
        views: One per target, in the order of the targets.
        details: Topics of the sources whose topics were listed, by source id.
        names: Source id and name of every source that was found.
        warnings: Sentences.
    """

    views: tuple[SourceView, ...] = ()
    details: Mapping[str, Details] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class _Answers(Struct, frozen=True):
    """What the second round of reads gave, by source id."""

    details: Mapping[str, Details | ProviderError]
    states: Mapping[str, State]


class Looking(Struct, frozen=True):
    """One connection's way of looking.

    Attributes:
        client: Of the connection.
        reader: Reads the state of snapshots.
        project: Service id that every source must have, or empty.
        shown: What the pages of sources showed last.
    """

    client: StreamkapClient
    reader: SnapshotReader
    project: str
    shown: Shown = field(default_factory=Shown)


async def observe_sources(looking: Looking, request: ObserveRequest, purpose: Purpose) -> Sight:
    """Look at sources: themselves, their topics, their snapshots.

    Args:
        looking: Of one connection; learns what the pages of sources show.
        request: What to look at.
        purpose: What the requests are counted as.

    Returns:
        One view per target.

    Raises:
        ProviderError: Nothing at all could be read.
    """
    targets = request.sources
    found = await find_sources(looking.client, looking.shown, targets, purpose)
    raise_if_nothing(found)
    pinned = [_pinned(item, looking.project) for item in found]
    sources = {
        target: item
        for target, item in zip(targets, pinned, strict=True)
        if isinstance(item, wire.Source)
    }
    second = _SecondRound(looking.client, looking.reader, purpose, request.topic_sieve)
    answers = await second.answers(sources)
    views = [_view(target, item, answers) for target, item in zip(targets, pinned, strict=True)]
    details = {
        source_id: item for source_id, item in answers.details.items() if isinstance(item, Details)
    }
    return Sight(
        tuple(views),
        details,
        {source.id: source.name for source in sources.values() if source.name},
        _warnings(sources.values(), details, answers.states),
    )


async def observe_states(
    reader: SnapshotReader, targets: Sequence[SourceTarget], purpose: Purpose
) -> Sight:
    """Look only at the snapshots of sources given by id, while something settles.

    Args:
        reader: Reads the state of snapshots.
        targets: Sources by id.
        purpose: What the requests are counted as.
    """
    states = await reader.read(_oldest((target.source_id, target) for target in targets), purpose)
    views = [_moving(target, states[target.source_id]) for target in targets]
    return Sight(tuple(views), warnings=_state_warnings(states))


def _pinned(found: wire.Source | Problem | ProviderError, project: str) -> wire.Source | Problem:
    """A source of the project that the connection is pinned to, or why there is none."""
    if isinstance(found, ProviderError):
        return unreadable(found)
    if isinstance(found, Problem) or not project or found.service_id == project:
        return found
    if not found.service_id:
        message = f"Streamkap does not say which project source {found.id} belongs to"
        return Problem(ProblemKind.UNREADABLE, message)
    return Problem(
        ProblemKind.OTHER_PROJECT,
        f"source {found.id} belongs to project {found.service_id}, not to {project}",
        "check spec.project of the connection, and the credential",
    )


class _SecondRound(Struct, frozen=True):
    """What is asked about sources that were found."""

    client: StreamkapClient
    reader: SnapshotReader
    purpose: Purpose
    sieve: TopicSieve | None

    async def answers(self, sources: Mapping[SourceTarget, wire.Source]) -> _Answers:
        """Their topics, where they are needed, and their snapshots.

        A sieve has to know every topic before it can tell that one does not exist, so that with one
        the snapshots of those whose topics are listed are asked about behind it.
        """
        details: dict[str, Details | ProviderError] = {}
        states: dict[str, State] = {}
        listed = {
            source.id: None
            for target, source in sources.items()
            if target.wants_all_topics or source.topic_ids is None
        }
        wanted = _oldest(
            (source.id, target) for target, source in sources.items() if target.wants_runs
        )

        async def read_topics() -> None:
            found = await read_details(self.client, [*listed], self.purpose, with_runs=False)
            details.update(found)

        async def read_states() -> None:
            sifting = self._sifting(sources.values(), details)
            states.update(await self.reader.read(wanted, self.purpose, sifting))

        if self.sieve is not None and listed:
            await read_topics()
            listed.clear()
        async with anyio.create_task_group() as group:
            if listed:
                group.start_soon(read_topics)
            group.start_soon(read_states)
        return _Answers(details, states)

    def _sifting(
        self, sources: Iterable[wire.Source], details: Mapping[str, Details | ProviderError]
    ) -> Sifting | None:
        if self.sieve is None:
            return None
        names = {}
        for source in sources:
            known = _names(source, details.get(source.id))
            if not isinstance(known, Problem):
                names[source.id] = (source.name or "", known)
        return Sifting(self.sieve, names, self.client.transport)


def _oldest(targets: Iterable[tuple[str, SourceTarget]]) -> dict[str, datetime | None]:
    """Per source the oldest time that any target asks about; None where none asks."""
    oldest: dict[str, datetime | None] = {}
    for source_id, target in targets:
        times = [time for time in (oldest.get(source_id), target.oldest_since) if time]
        oldest[source_id] = min(times, default=None)
    return oldest


def _view(target: SourceTarget, found: wire.Source | Problem, answers: _Answers) -> SourceView:
    if isinstance(found, Problem):
        return SourceView(target, None, found)
    names = _names(found, answers.details.get(found.id))
    if isinstance(names, Problem):
        return SourceView(target, None, names)
    state = answers.states.get(found.id) if target.wants_runs else None
    sifted = state.sifted if state else None
    if state is not None and sifted is not None:
        topics = [state.topics[name] for name in sorted(state.topics)]
    elif state is None:
        topics = [ObservedTopic(name, None) for name in sorted(names)]
    else:
        topics = [state.of(name) for name in sorted(names | state.topics.keys())]
    return SourceView(
        target,
        ObservedSource(
            id=found.id,
            name=found.name or "",
            status=found.connector_status,
            connector=found.connector or "",
            topics=tuple(topics),
            sifted=sifted,
        ),
    )


def _names(source: wire.Source, details: Details | ProviderError | None) -> set[str] | Problem:
    """Which topics exist: as they were listed, else as the source itself names them."""
    if isinstance(details, ProviderError):
        return unreadable(details)
    if details is None:
        named = (stripped(source.id, topic_id) for topic_id in source.topic_ids or ())
        return {name for name in named if name is not None}
    if not details.is_attributed:
        message = f"no listed topic is named source_{source.id}.<topic>"
        return Problem(ProblemKind.UNREADABLE, message)
    return set(details.names)


def _moving(target: SourceTarget, state: State) -> SourceView:
    if state.problem is not None:
        return SourceView(target, None, state.problem)
    topics = tuple(state.topics[name] for name in sorted(state.topics))
    source = ObservedSource(target.source_id, "", None, "", topics, topics_known=False)
    return SourceView(target, source)


def _warnings(
    sources: Iterable[wire.Source], details: Mapping[str, Details], states: Mapping[str, State]
) -> tuple[str, ...]:
    found = set(_state_warnings(states))
    for source in sources:
        if source.id in details:
            found.update(details[source.id].warnings)
        else:
            strangers = [name for name in source.topic_ids or () if not stripped(source.id, name)]
            found.update(ignored(source.id, strangers))
    return tuple(sorted(found))


def _state_warnings(states: Mapping[str, State]) -> tuple[str, ...]:
    return tuple(sorted({text for state in states.values() for text in state.warnings}))
