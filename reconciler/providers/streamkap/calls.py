"""Changes to requests, and answers to receipts. Pure (`docs/apis/streamkap.md#snapshots`, `#stop`).

| change | request |
| --- | --- |
| start, single | `POST /sources/snapshot`: one source; filters and a surrogate key are possible |
| start, bulk | `POST /topics/bulk/snapshot`: database ids of topics of several sources |
| stop, single, incremental | `POST /sources/stop_incremental_snapshot` |
| stop, single, blocking | `POST /sources/stop_blocking_snapshot` |
| stop, single, unknown type | `POST /sources/cancel_snapshot` |
| stop, bulk | `POST /topics/bulk/stop-snapshot`: one topic of each source stops all of it |

A typed stop refuses a run of the other type: the type in the path is a guard.
"""

from collections.abc import Iterator, Mapping

from reconciler.errors import ProviderError
from reconciler.model.call import Call, Json
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
    action_of,
)
from reconciler.model.desired import SnapshotType
from reconciler.model.outcome import Receipt
from reconciler.providers.exchange import Sent
from reconciler.providers.receipts import receipt, without_answer
from reconciler.providers.streamkap.receipts import Expected, bulk_replies, single_replies


def render(connection: str, change: Change) -> Call:
    """The one request that carries a change.

    Args:
        connection: Name of the Connection.
        change: A start or a stop.

    Returns:
        The same call for the same change.

    Raises:
        TypeError: Streamkap has no such change.
    """
    match change:
        case Start(form=Form.SINGLE):
            return Call(connection, "POST", "/sources/snapshot", _single_start(change))
        case Start():
            return Call(connection, "POST", "/topics/bulk/snapshot", _bulk_start(change))
        case Stop(form=Form.SINGLE):
            source = change.sources[0]
            return Call(connection, "POST", _stop_path(source), {"source_id": source.source_id})
        case Stop():
            ids: list[Json] = [source.db_id for source in change.sources]
            return Call(connection, "POST", "/topics/bulk/stop-snapshot", {"topic_ids": ids})
        case Pause() | Resume():
            raise _no_such(change)


def read_receipt(change: Change, sent: Sent, names: Mapping[str, str]) -> Receipt:
    """What became of a call, source by source.

    Args:
        change: What the call carried.
        sent: Its answer, or why there is none.
        names: Source ids and the vendor's names of those sources, where they are known: some
            answers may name a source instead of giving its id.

    Returns:
        One item per source.

    Raises:
        TypeError: Streamkap has no such change.
    """
    if isinstance(change, Pause | Resume):
        raise _no_such(change)
    expected = [_expected(source, names) for source in change.sources]
    if isinstance(sent.outcome, ProviderError):
        ids = [item.source_id for item in expected]
        return without_answer(ids, sent.outcome, sent.attempts)
    is_start = isinstance(change, Start)
    if change.form is Form.SINGLE:
        replies = single_replies(expected[0].source_id, sent.outcome, is_start=is_start)
    else:
        replies = bulk_replies(expected, sent.outcome, is_start=is_start)
    return receipt(replies.items, sent.outcome, sent.attempts, replies.message)


def _single_start(change: Start) -> dict[str, Json]:
    source = change.sources[0]
    names: list[Json] = [topic.name for topic in source.topics]
    body: dict[str, Json] = {
        "snapshot_type": change.type.value,
        "source_id": source.source_id,
        "topic_names": names,
    }
    conditions: list[Json] = [_condition(topic) for topic in source.topics if topic.filter]
    if conditions:
        body["additional_conditions"] = conditions
    if change.surrogate_key:
        body["surrogate_key"] = change.surrogate_key
    return dict(sorted(body.items()))


def _condition(topic: StartTopic) -> dict[str, Json]:
    return {"data_collection": topic.name, "filter": topic.filter}


def _bulk_start(change: Start) -> dict[str, Json]:
    ids: list[Json] = [topic.db_id for source in change.sources for topic in source.topics]
    return {"snapshot_type": change.type.value, "topic_ids": ids}


def _stop_path(source: StopSource) -> str:
    match source.type:
        case SnapshotType.INCREMENTAL:
            return "/sources/stop_incremental_snapshot"
        case SnapshotType.BLOCKING:
            return "/sources/stop_blocking_snapshot"
        case None:
            return "/sources/cancel_snapshot"


def _expected(source: StartSource | StopSource, names: Mapping[str, str]) -> Expected:
    return Expected(source.source_id, frozenset(_aliases(source, names)))


def _aliases(source: StartSource | StopSource, names: Mapping[str, str]) -> Iterator[str]:
    """Everything an answer may call a source by; which of it is not documented."""
    yield source.source_id
    if source.source_id in names:
        yield names[source.source_id]
    for topic, db_id in _topics(source):
        yield from (topic, f"source_{source.source_id}.{topic}")
        if db_id:
            yield db_id


def _topics(source: StartSource | StopSource) -> list[tuple[str, str]]:
    match source:
        case StartSource():
            return [(topic.name, topic.db_id) for topic in source.topics]
        case StopSource():
            return [(topic, source.db_id) for topic in source.topics] or [("", source.db_id)]


def _no_such(change: Pause | Resume) -> TypeError:
    return TypeError(f"Streamkap has no mirror topics to {action_of(change)}")
