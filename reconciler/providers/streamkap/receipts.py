"""Reading Streamkap's answers to calls. Pure (`docs/apis/streamkap.md#snapshots`, `#errors`).

| answer | a start | a stop |
| --- | --- | --- |
| 2xx that can be read | accepted | accepted |
| 2xx that cannot, or that holds an error, 3xx, 408, 5xx, none | unknown | unknown |
| 429 | not sent | not sent |
| 409 | busy | busy |
| a 4xx of Kafka Connect handed through | unknown | failed |
| 404 | failed | accepted: nothing ran |
| any other 4xx | failed | failed |

A bulk answer is 200 even where nothing succeeded; it is read result by result:

| result | a start | a stop |
| --- | --- | --- |
| success | accepted | accepted |
| no success, because a run is in the way | busy | busy |
| no success, because nothing ran | failed | accepted |
| no success | failed | failed |
| none for a source | unknown | failed |
"""

import re
from collections.abc import Sequence
from http import HTTPStatus

from reconciler.model.outcome import ItemReply, Reply
from reconciler.providers.exchange import Answer, UnreadableAnswer, cannot_be_read, short
from reconciler.providers.receipts import same_for_all, told, worst
from reconciler.providers.streamkap import wire
from reconciler.records import Struct

REBALANCE = "Kafka Connect API call failed"
_IN_THE_WAY = re.compile(
    r"\balready\b.*\b(running|in progress|pending|started)\b|\b409\b", re.IGNORECASE
)
_NOTHING_RAN = re.compile(r"\b(no|nothing)\b.*\brunning\b|\bnot running\b|\b404\b", re.IGNORECASE)
_MISSING = "not in the answer"
_NO_JSON = UnreadableAnswer("it is no JSON")


class Expected(Struct, frozen=True):
    """One source of a call.

    Attributes:
        source_id: The vendor's id.
        aliases: Everything an answer may call it by, its id included.
    """

    source_id: str
    aliases: frozenset[str]


class Replies(Struct, frozen=True):
    """What an answer says.

    Attributes:
        items: One per source.
        message: One sentence about the call as a whole, or empty.
    """

    items: tuple[ItemReply, ...]
    message: str = ""


def single_replies(source_id: str, answer: Answer, *, is_start: bool) -> Replies:
    """What an answer to a call for one source says.

    Args:
        source_id: The source.
        answer: The answer.
        is_start: Whether it was a start; else a stop.
    """
    if not answer.is_success:
        return _whole([source_id], answer, is_start=is_start)
    if wire.is_json(answer.body) and not wire.explain(answer.body):
        return Replies(same_for_all([source_id], Reply.ACCEPTED, ""))
    message = cannot_be_read(answer, _NO_JSON, wire.explain)
    return Replies(same_for_all([source_id], Reply.UNKNOWN, message), message)


def bulk_replies(expected: Sequence[Expected], answer: Answer, *, is_start: bool) -> Replies:
    """What an answer to a call for several sources says.

    Args:
        expected: The sources of the call.
        answer: The answer.
        is_start: Whether it was a start; else a stop.
    """
    ids = [item.source_id for item in expected]
    if not answer.is_success:
        return _whole(ids, answer, is_start=is_start)
    try:
        results = wire.bulk(answer.body)
    except UnreadableAnswer as error:
        message = cannot_be_read(answer, error, wire.explain)
        return Replies(same_for_all(ids, Reply.UNKNOWN, message), message)
    owners = _owners(expected)
    found: dict[str, list[wire.BulkResult]] = {}
    for result in results:
        found.setdefault(owners.get(result.id, ""), []).append(result)
    items = tuple(_item(item, found.get(item, []), is_start=is_start) for item in ids)
    strangers = ", ".join(sorted(short(result.id) for result in found.get("", [])))
    return Replies(items, f"results that match no source: {strangers}" if strangers else "")


def _whole(ids: Sequence[str], answer: Answer, *, is_start: bool) -> Replies:
    """An answer that speaks of the call as a whole."""
    reply = _refusal(answer, is_start=is_start)
    message = told(answer, wire.explain, reply)
    if reply is Reply.ACCEPTED:
        message = f"nothing ran ({message})"
    return Replies(same_for_all(ids, reply, message), message)


def _owners(expected: Sequence[Expected]) -> dict[str, str]:
    """Alias to source id; a name that two sources share says nothing."""
    owners: dict[str, str] = {}
    for item in expected:
        for alias in item.aliases:
            owners[alias] = "" if alias in owners else item.source_id
    return owners | {item.source_id: item.source_id for item in expected}


def _item(source_id: str, results: Sequence[wire.BulkResult], *, is_start: bool) -> ItemReply:
    if not results:
        return ItemReply(source_id, Reply.UNKNOWN if is_start else Reply.FAILED, _MISSING)
    replies = {_result(result, is_start=is_start) for result in results}
    messages = sorted({result.message for result in results if result.message})
    if is_start and Reply.ACCEPTED in replies and len(replies) > 1:
        # One run per source: a part that was accepted may have started it all.
        return ItemReply(source_id, Reply.UNKNOWN, short("; ".join(messages)))
    return ItemReply(source_id, worst(replies), short("; ".join(messages)))


def _result(result: wire.BulkResult, *, is_start: bool) -> Reply:
    message = result.message or ""
    if result.success:
        return Reply.ACCEPTED
    if message.startswith(REBALANCE):
        return Reply.UNKNOWN if is_start else Reply.FAILED
    if _IN_THE_WAY.search(message):
        return Reply.BUSY
    if not is_start and _NOTHING_RAN.search(message):
        return Reply.ACCEPTED
    return Reply.FAILED


def _refusal(answer: Answer, *, is_start: bool) -> Reply:
    """The word of a whole answer that is not 2xx."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Reply.NOT_SENT
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Reply.UNKNOWN
    if wire.explain(answer.body).startswith(REBALANCE):
        return Reply.UNKNOWN if is_start else Reply.FAILED
    if answer.status == HTTPStatus.CONFLICT:
        return Reply.BUSY
    if answer.status == HTTPStatus.NOT_FOUND and not is_start:
        return Reply.ACCEPTED
    is_unclear = answer.is_inconclusive or answer.status == HTTPStatus.REQUEST_TIMEOUT
    return Reply.UNKNOWN if is_unclear else Reply.FAILED
