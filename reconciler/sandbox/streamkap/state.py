"""The Streamkap half of a world: sources, their runs, and which of them changed."""

from collections.abc import Iterable

from reconciler.records import Struct, field
from reconciler.sandbox.streamkap.nouns import Project, Run, Source, Topic
from reconciler.sandbox.streamkap.timeline import Progress, progress


class StreamkapState(Struct):
    """Everything that requests read and change; values inside are replaced, never edited.

    Attributes:
        project: What all sources share.
        sources: Sources by id, in the order they were made.
        runs: Every run that was ever asked for, by number.
    """

    project: Project
    sources: dict[str, Source] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    _last_run: int = 0
    _by_source: dict[str, list[int]] = field(default_factory=dict)
    _by_db_id: dict[str, tuple[str, str]] = field(default_factory=dict)
    _by_topic_id: dict[str, tuple[str, str]] = field(default_factory=dict)
    _dirty_sources: set[str] = field(default_factory=set)
    _dirty_runs: set[int] = field(default_factory=set)

    def put(self, source: Source) -> None:
        """Add a source, or replace it by its new self."""
        self._forget_topics(source.id)
        self.sources[source.id] = source
        for topic in source.topics.values():
            self._by_db_id[topic.db_id] = (source.id, topic.name)
            self._by_topic_id[topic.id] = (source.id, topic.name)
        self._dirty_sources.add(source.id)

    def delete(self, source: Source) -> None:
        """Remove a source; its runs stay on record."""
        self._forget_topics(source.id)
        del self.sources[source.id]
        self._by_source.pop(source.id, None)
        self._dirty_sources.add(source.id)

    def put_run(self, run: Run) -> None:
        """Add a run, or replace it by its new self."""
        if run.number not in self.runs and run.source_id in self.sources:
            self._by_source.setdefault(run.source_id, []).append(run.number)
        self.runs[run.number] = run
        self._last_run = max(self._last_run, run.number)
        self._dirty_runs.add(run.number)

    def next_run(self) -> int:
        """Number of the next run."""
        return self._last_run + 1

    def runs_of(self, source_id: str) -> list[Run]:
        """Runs of a source, oldest first."""
        return [self.runs[number] for number in self._by_source.get(source_id, ())]

    def active(self, source_id: str, now: float) -> list[tuple[Run, tuple[Progress, ...]]]:
        """Runs of a source that have not ended, with how their topics stand."""
        standing = ((run, progress(run, now)) for run in self.runs_of(source_id))
        return [(run, parts) for run, parts in standing if any(part.is_active for part in parts)]

    def topic_by_db_id(self, db_id: str) -> tuple[Source, Topic] | None:
        """The topic with a database id, and its source."""
        return self._found(self._by_db_id.get(db_id))

    def topic_by_id(self, topic_id: str) -> tuple[Source, Topic] | None:
        """The topic with a Kafka topic id, and its source."""
        return self._found(self._by_topic_id.get(topic_id))

    def take_dirty(self) -> tuple[set[str], set[int]]:
        """Ids of sources and numbers of runs that changed since this was last asked."""
        taken = (self._dirty_sources, self._dirty_runs)
        self._dirty_sources, self._dirty_runs = set(), set()
        return taken

    def _found(self, place: tuple[str, str] | None) -> tuple[Source, Topic] | None:
        if place is None:
            return None
        source = self.sources[place[0]]
        return source, source.topics[place[1]]

    def _forget_topics(self, source_id: str) -> None:
        known = self.sources.get(source_id)
        for topic in known.topics.values() if known is not None else ():
            self._by_db_id.pop(topic.db_id, None)
            self._by_topic_id.pop(topic.id, None)


def assemble(project: Project, sources: Iterable[Source], runs: Iterable[Run]) -> StreamkapState:
    """A state of these parts, with nothing marked as changed."""
    state = StreamkapState(project)
    for source in sources:
        state.put(source)
    for run in runs:
        state.put_run(run)
    state.take_dirty()
    return state
