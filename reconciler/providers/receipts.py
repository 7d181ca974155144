"""What both vendors' receipts have in common."""

from collections.abc import Callable, Iterable

from reconciler.errors import AnswerLost, AuthFailed, ProviderError
from reconciler.model.outcome import ItemReply, Receipt, Reply
from reconciler.providers.advice import advice_for, with_advice
from reconciler.providers.exchange import Answer, describe, short

# From the worst to the best: the word of a call is the worst of its items.
SEVERITY = (Reply.UNKNOWN, Reply.FAILED, Reply.BUSY, Reply.NOT_SENT, Reply.ACCEPTED)


def worst(replies: Iterable[Reply]) -> Reply:
    """The worst of some words; at least one is given."""
    return min(replies, key=SEVERITY.index)


def same_for_all(keys: Iterable[str], reply: Reply, message: str) -> tuple[ItemReply, ...]:
    """One word for every item of a call, with a short sentence."""
    return tuple(ItemReply(key, reply, message) for key in keys)


def receipt(
    items: Iterable[ItemReply], answer: Answer, attempts: int, message: str = ""
) -> Receipt:
    """A receipt of an answer, with its items in order.

    Args:
        items: One per item asked; at least one.
        answer: The answer.
        attempts: Requests that left.
        message: One sentence about the call as a whole, or empty.
    """
    ordered = tuple(sorted(items, key=lambda item: item.key))
    return Receipt(
        reply=worst(item.reply for item in ordered),
        items=ordered,
        status=answer.status,
        request_id=answer.request_id,
        message=message,
        attempts=attempts,
    )


def told(answer: Answer, explain: Callable[[bytes], str], reply: Reply) -> str:
    """What an answer says that is not 2xx, and what to do where nothing is looked for afterwards.

    Args:
        answer: The answer.
        explain: The vendor's reading of its own error shape.
        reply: The word for it.
    """
    is_final = reply in (Reply.FAILED, Reply.NOT_SENT)
    return with_advice(describe(answer, explain), advice_for(answer.status) if is_final else "")


def without_answer(keys: Iterable[str], error: ProviderError, attempts: int) -> Receipt:
    """A receipt for a request that got no answer of its own.

    | failure | word |
    | --- | --- |
    | no readable answer after it left | unknown |
    | refused with 401 before and after a new token | failed |
    | no name, connection, TLS or token | not sent: nothing can have happened |

    Args:
        keys: The items asked.
        error: Why there is no answer.
        attempts: Requests that left.
    """
    if isinstance(error, AnswerLost):
        reply = Reply.UNKNOWN
    elif isinstance(error, AuthFailed) and attempts:
        reply = Reply.FAILED
    else:
        reply = Reply.NOT_SENT
    message = with_advice(short(error.message), error.advice)
    return Receipt(
        reply=reply,
        items=same_for_all(sorted(keys), reply, message),
        status=error.status,
        request_id=error.request_id,
        message=message,
        attempts=attempts,
    )
