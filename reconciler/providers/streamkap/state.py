"""The state of snapshots: from what Streamkap shows to runs. Pure (`docs/apis/streamkap.md#state`).

The dashboard shows a topic's runs twice, as details and as one status word. Neither is dropped:

| details | word | runs |
| --- | --- | --- |
| null or absent | none | unreadable: neither runs nor an empty list is shown |
| null, absent or empty | a word | one undated run with that word |
| empty | none | none: it never ran |
| some | none, or the newest one's | the details |
| some | another | the details, and one undated run with that word |

So a run that only the word tells of keeps a start from being planned, and an ended one that the
details do not show is for a person to look at. Where no detail has a time, any may be the newest.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from reconciler.model.desired import SnapshotType
from reconciler.model.observed import (
    ACTIVE_WORDS,
    AT_REST,
    ENDED_WORDS,
    ObservedTopic,
    Problem,
    ProblemKind,
    Run,
    Sifted,
)
from reconciler.providers.advice import SILENT, UNREADABLE
from reconciler.providers.exchange import UnreadableAnswer, short
from reconciler.providers.streamkap import wire
from reconciler.records import Struct, replace

_SHOWS_NOTHING = "Streamkap shows neither runs nor an empty list"
_TYPES = {str(kind): kind for kind in SnapshotType}


class State(Struct, frozen=True):
    """The snapshots of one source.

    Attributes:
        topics: What was shown, by name as people see it.
        problem: Why nothing could be read; then `topics` is empty.
        warnings: Sentences.
        sifted: What a sieve let go of; then `topics` has every other topic of the source.
    """

    topics: Mapping[str, ObservedTopic]
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()
    sifted: Sifted | None = None

    def of(self, topic: str) -> ObservedTopic:
        """One topic; where the state was read and does not mention it, it never ran."""
        if topic in self.topics:
            return self.topics[topic]
        return ObservedTopic(topic, None if self.problem else (), self.problem)


def unread(message: str, advice: str = "", *, silent: bool = False) -> State:
    """A state that could not be read.

    Args:
        message: A sentence without a full stop.
        advice: What to do, or empty.
        silent: Whether there was an answer, which says nothing of the source.
    """
    kind = ProblemKind.SILENT if silent else ProblemKind.UNREADABLE
    return State({}, Problem(kind, message, advice))


def told_by(state: State, place: str) -> State:
    """The same state, with who was asked and what to do in whatever could not be read.

    Args:
        state: As an answer told it.
        place: Connection, method and path.
    """

    def told(problem: Problem) -> Problem:
        usual = SILENT if problem.kind is ProblemKind.SILENT else UNREADABLE
        return replace(
            problem, message=f"{place}: {problem.message}", advice=problem.advice or usual
        )

    topics = {
        name: replace(topic, problem=told(topic.problem)) if topic.problem else topic
        for name, topic in state.topics.items()
    }
    return replace(state, topics=topics, problem=told(state.problem) if state.problem else None)


def stripped(source_id: str, *names: str | None) -> str | None:
    """The name as people see it, of the first of some names that is a topic id of the source.

    Args:
        source_id: The vendor's id.
        names: What an answer calls the topic.

    Returns:
        The name without exactly `source_<id>.`, or None where none begins with it.
    """
    prefix = f"source_{source_id}."
    for name in names:
        if name is not None and name.startswith(prefix) and name != prefix:
            return name.removeprefix(prefix)
    return None


def ignored(source_id: str, strangers: Sequence[str]) -> tuple[str, ...]:
    """A warning about topics that are not a source's by their name; none for none."""
    if not strangers:
        return ()
    more = f" and {len(strangers) - 1} more" if len(strangers) > 1 else ""
    first = short(min(strangers))
    return (
        f"source {source_id}: ignored topic {first!r}{more}: not named source_{source_id}.<topic>",
    )


def from_lineage(source_id: str, topics: Sequence[wire.LineageTopic] | None) -> State:
    """The state of a source as the dashboard shows it.

    Args:
        source_id: The vendor's id.
        topics: Its topics; None where the answer does not mention the source.
    """
    if topics is None:
        return unread(f"{_SHOWS_NOTHING} for source {source_id}", silent=True)
    shown = [
        _shown(
            item.id or item.name or "",
            stripped(source_id, item.id, item.name),
            partial(_lineage_runs, item),
        )
        for item in topics
    ]
    return _state(source_id, shown)


def from_metrics(source_id: str, statuses: Sequence[wire.TopicStatus] | None) -> State:
    """The state of a source as its metrics show it: the last run of each topic.

    Args:
        source_id: The vendor's id.
        statuses: One per topic that ran; None where the answer has no list.
    """
    if statuses is None:
        return unread(f"{_SHOWS_NOTHING} for source {source_id}", silent=True)
    shown = [
        _shown(item.topic_id, stripped(source_id, item.topic_id), partial(_metrics_runs, item))
        for item in statuses
    ]
    return _state(source_id, shown)


class _Shown(Struct, frozen=True):
    """One topic of an answer: its id there, our name for it, and its runs or why there are none."""

    id: str
    name: str | None
    runs: tuple[Run, ...] | None
    reason: str = ""


def _shown(topic_id: str, name: str | None, read: Callable[[], tuple[Run, ...]]) -> _Shown:
    try:
        return _Shown(topic_id, name, read())
    except UnreadableAnswer as error:
        return _Shown(topic_id, name, None, str(error))


def _state(source_id: str, shown: Sequence[_Shown]) -> State:
    strangers = ignored(source_id, [item.id for item in shown if item.name is None])
    topics: dict[str, ObservedTopic] = {}
    for item in shown:
        if item.name is not None:
            topics[item.name] = _merged(topics.get(item.name), _topic(item.name, item))
    if shown and not topics:
        problem = unread(f"no topic in the answer is named source_{source_id}.<topic>").problem
        return State({}, problem, strangers)
    return State(topics, None, strangers)


def _topic(name: str, item: _Shown) -> ObservedTopic:
    if item.runs is not None:
        return ObservedTopic(name, item.runs)
    silent = item.reason.startswith(_SHOWS_NOTHING)
    kind = ProblemKind.SILENT if silent else ProblemKind.UNREADABLE
    return ObservedTopic(name, None, Problem(kind, item.reason))


def _merged(earlier: ObservedTopic | None, topic: ObservedTopic) -> ObservedTopic:
    """A topic that is listed twice has the runs of both, and is as unreadable as either."""
    if earlier is None or earlier.runs is None:
        return earlier or topic
    if topic.runs is None:
        return topic
    return replace(topic, runs=tuple(dict.fromkeys(earlier.runs + topic.runs)))


def _lineage_runs(topic: wire.LineageTopic) -> tuple[Run, ...]:
    if topic.snapshot_details is None and not topic.snapshot_status:
        raise UnreadableAnswer(f"{_SHOWS_NOTHING} for this topic")
    kind = _active_type(topic)
    details = tuple(_run(detail, kind) for detail in topic.snapshot_details or ())
    word = topic.snapshot_status
    if not word or word in {run.status for run in _newest(details)}:
        return details
    return (*details, Run(word, kind if word in ACTIVE_WORDS else None))


def last_completed(topic: wire.LineageTopic) -> datetime | None:
    """When the last run of a topic that completed began, told without making runs of it.

    Args:
        topic: As the dashboard shows it.

    Returns:
        `AT_REST` where none ever completed; None where any run is not over, not dated or not
        understood, or where the status word tells of another than the details.
    """
    details, word = topic.snapshot_details, topic.snapshot_status
    if not details:
        return None if details is None or word else AT_REST
    last, newest, words = AT_REST, AT_REST, set[str]()
    for detail in details:
        began, status = wire.plain_moment(detail.start_timestamp), detail.status
        if began is None or status not in ENDED_WORDS:
            return None
        if status == "completed" and began > last:
            last = began
        if began >= newest:
            words = {status} if began > newest else words | {status}
            newest = began
    return last if not word or word in words else None


def _active_type(topic: wire.LineageTopic) -> SnapshotType | None:
    """The type of what runs now; progress that has ended speaks of an earlier run."""
    progress = topic.source.snapshot_progress if topic.source else None
    if progress is None or (progress.state or "running").casefold() not in ACTIVE_WORDS:
        return None
    return _TYPES.get(progress.snapshot_type or "")


def _newest(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that may be the newest: the last that is dated, and every undated one."""
    dated = [run.time for run in runs if run.time is not None]
    last = max(dated, default=None)
    return tuple(run for run in runs if run.time is None or run.time == last)


def _run(detail: wire.Detail, kind: SnapshotType | None) -> Run:
    if not detail.status:
        raise UnreadableAnswer("a run is shown without a status")
    is_active = detail.status in ACTIVE_WORDS
    return Run(
        status=detail.status,
        type=kind if is_active else None,
        started=wire.moment(detail.start_timestamp),
        ended=wire.moment(detail.end_timestamp),
        rows_scanned=_count(detail.rows_scanned),
        rows_total=_count(detail.rows_total),
        trace=detail.trace or "",
        eta=_left(detail.eta_ms) if is_active else None,
    )


def _count(rows: float | None) -> int | None:
    return None if rows is None else int(rows)


def _left(milliseconds: float | None) -> timedelta | None:
    """Zero is the field's default, so that it says nothing."""
    if not milliseconds or milliseconds < 0:
        return None
    try:
        return timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _metrics_runs(item: wire.TopicStatus) -> tuple[Run, ...]:
    if not item.status:
        raise UnreadableAnswer("a run is shown without a status")
    return (Run(item.status, submitted=wire.moment(item.submit_timestamp)),)
