"""What an answer means to a read: a value, or one of our errors; and what may be quoted of it."""

import json
from typing import Final
from urllib.parse import quote

from reconciler.errors import AuthFailed, ReadFailed
from reconciler.providers.advice import REFUSED, UNREADABLE, advice_for
from reconciler.providers.exchange import (
    Answer,
    Ask,
    Dialect,
    GarbledAnswer,
    describe,
)
from reconciler.providers.pace import LONGEST_PAUSE
from reconciler.providers.transport.failures import PassingFailure
from reconciler.records import replace

PASSING: Final = frozenset({429, 500, 502, 503, 504})
_SHORTEST_SECRET = 6  # what is shorter would be found in every other word


def asks_too_much(answer: Answer) -> bool:
    """Whether `Retry-After` asks for more patience than a command has."""
    return answer.retry_after is not None and answer.retry_after > LONGEST_PAUSE


def failure(connection: str, ask: Ask, answer: Answer, dialect: Dialect) -> ReadFailed:
    """The error that a read ends with when its answer is not 2xx.

    Args:
        connection: Name of the Connection.
        ask: What was asked.
        answer: The answer.
        dialect: How the vendor's errors read.

    Returns:
        `PassingFailure` where asking again may help.
    """
    passes = answer.status in PASSING or dialect.is_passing(dialect.explain(answer.body))
    kind = PassingFailure if passes and not asks_too_much(answer) else ReadFailed
    text = describe(answer, dialect.explain)
    return kind(connection, str(ask), text, _advice(answer), answer.status, answer.request_id)


def _advice(answer: Answer) -> str:
    if asks_too_much(answer):
        return f"it asks to wait {answer.retry_after:.0f} s"
    return advice_for(answer.status)


def refused_token(connection: str, ask: Ask, answer: Answer) -> ReadFailed | AuthFailed:
    """The error for a token that was not given; its body is not quoted, it may echo the secret."""
    is_passing = answer.status in PASSING
    kind = PassingFailure if is_passing else AuthFailed
    advice = advice_for(answer.status) if is_passing else "check spec.auth"
    text = f"no token was given: {answer.status}"
    return kind(connection, str(ask), text, advice, answer.status, answer.request_id)


def not_accepted(connection: str, ask: Ask, answer: Answer, dialect: Dialect) -> AuthFailed:
    """The error for a 401 that a new token did not mend."""
    text = f"the credential is not accepted: {describe(answer, dialect.explain)}"
    return AuthFailed(connection, str(ask), text, REFUSED, answer.status, answer.request_id)


def unreadable(
    connection: str, ask: Ask, answer: Answer, text: str, error: Exception
) -> ReadFailed:
    """The error for a 2xx answer that holds something else than expected.

    Args:
        connection: Name of the Connection.
        ask: What was asked.
        answer: The answer.
        text: What is known of it.
        error: Why it could not be read.
    """
    kind = PassingFailure if isinstance(error, GarbledAnswer) else ReadFailed
    return kind(connection, str(ask), text, UNREADABLE, answer.status, answer.request_id)


def scrubbed(answer: Answer, secrets: tuple[str, ...]) -> Answer:
    """An error's body without any secret that the vendor may have echoed.

    Args:
        answer: The answer.
        secrets: What may not be quoted.
    """
    body = answer.body
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            for form in _spelt(secret):
                body = body.replace(form.encode(), b"**redacted**")
    return replace(answer, body=body)


def _spelt(secret: str) -> tuple[str, ...]:
    """A secret as it is, and as it may stand in JSON, in a form, or in a URL."""
    in_json = json.dumps(secret)[1:-1]
    return (secret, in_json, in_json.replace("/", r"\/"), quote(secret), quote(secret, safe=""))
