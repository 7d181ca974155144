"""Changes to requests, and answers to receipts. Pure (`docs/apis/confluent.md#alter`).

Only names are sent, never a pattern: a pattern would also catch topics that appeared after the plan.

| answer | every topic |
| --- | --- |
| 2xx that can be read | its own word: no error code is accepted, any other failed |
| 2xx that cannot, 3xx, 408, 5xx, none | unknown |
| 429 | not sent |
| any other 4xx | failed |

Accepted means enqueued: the status shows later whether it was done.
"""

from collections.abc import Sequence
from http import HTTPStatus

from reconciler.errors import ProviderError
from reconciler.model.call import Call, Json
from reconciler.model.change import Change, Pause, Resume, Start, Stop, action_of
from reconciler.model.outcome import ItemReply, Receipt, Reply
from reconciler.providers.confluent import wire
from reconciler.providers.exchange import (
    Answer,
    Sent,
    UnreadableAnswer,
    cannot_be_read,
    segment,
    short,
)
from reconciler.providers.receipts import receipt, same_for_all, told, without_answer

_MISSING = "not in the answer"


def render(connection: str, base_path: str, change: Change) -> Call:
    """The one request that carries a change.

    Args:
        connection: Name of the Connection.
        base_path: What stands before `/clusters`, such as `/kafka/v3`.
        change: A pause or a resume.

    Returns:
        The same call for the same change.

    Raises:
        TypeError: Confluent has no such change.
    """
    match change:
        case Pause():
            return _render(connection, base_path, change, "pause")
        case Resume():
            return _render(connection, base_path, change, "resume")
        case Start() | Stop():
            raise _no_such(change)


def _render(connection: str, base_path: str, change: Pause | Resume, verb: str) -> Call:
    link = f"{base_path}/clusters/{segment(change.cluster_id)}/links/{segment(change.link)}"
    names: list[Json] = list(change.topics)
    return Call(connection, "POST", f"{link}/mirrors:{verb}", {"mirror_topic_names": names})


def read_receipt(change: Change, sent: Sent) -> Receipt:
    """What became of a call, topic by topic.

    Args:
        change: What the call carried.
        sent: Its answer, or why there is none.

    Returns:
        One item per topic.

    Raises:
        TypeError: Confluent has no such change.
    """
    if isinstance(change, Start | Stop):
        raise _no_such(change)
    if isinstance(sent.outcome, ProviderError):
        return without_answer(change.topics, sent.outcome, sent.attempts)
    items, message = _replies(change.topics, sent.outcome)
    return receipt(items, sent.outcome, sent.attempts, message)


def _replies(topics: Sequence[str], answer: Answer) -> tuple[tuple[ItemReply, ...], str]:
    """The answer's order is not the request's, and topics may be missing."""
    if not answer.is_success:
        reply = _refusal(answer)
        message = told(answer, wire.explain, reply)
        return same_for_all(topics, reply, message), message
    try:
        found = {item.mirror_topic_name: item for item in wire.altered(answer.body)}
    except UnreadableAnswer as error:
        message = cannot_be_read(answer, error, wire.explain)
        return same_for_all(topics, Reply.UNKNOWN, message), message
    return tuple(_item(topic, found.get(topic)) for topic in topics), ""


def _item(topic: str, altered: wire.Altered | None) -> ItemReply:
    if altered is None:
        return ItemReply(topic, Reply.FAILED, _MISSING)
    if not altered.error_code:
        return ItemReply(topic, Reply.ACCEPTED)
    text = f"{altered.error_code} {altered.error_message or ''}"
    return ItemReply(topic, Reply.FAILED, short(text))


def _refusal(answer: Answer) -> Reply:
    """The word of a whole answer that is not 2xx."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Reply.NOT_SENT
    is_unclear = answer.status == HTTPStatus.REQUEST_TIMEOUT or answer.is_inconclusive
    is_outage = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Reply.UNKNOWN if is_unclear or is_outage else Reply.FAILED


def _no_such(change: Start | Stop) -> TypeError:
    return TypeError(f"Confluent has no snapshots to {action_of(change)}")
