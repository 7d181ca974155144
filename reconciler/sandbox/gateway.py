"""What stands around both APIs: numbers, faults, the log, `Date` and `X-Request-Id`.

A request passes in this order: its body is read, it gets number, time and fate (`State.admit`), the
API answers into memory, everything it changed is committed with its line in the log, and only then
the answer leaves, spoilt if a rule says so.
"""

import asyncio
import email.utils
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.records import Struct, replace
from reconciler.sandbox import faults, json_text
from reconciler.sandbox.problems import ConnectionDropped
from reconciler.sandbox.redact import redact
from reconciler.sandbox.state import Exchange, State

CONTROL = "/_sandbox"
KAFKA_PATHS = ("/kafka/v3/", "/v3/")
CONTEXT = "sandbox.context"
"""Name in the ASGI scope under which handlers find their `Context`."""

_SKEW = 300.0


class _Answer(Struct, frozen=True):
    """A whole answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Gateway:
    """The ASGI application of the sandbox.

    Args:
        inner: Both APIs and the control endpoints.
        state: What it numbers, spoils and logs by.
    """

    def __init__(self, inner: ASGIApp, state: State) -> None:
        self._inner = inner
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope.

        Raises:
            ConnectionDropped: A fault broke the connection, and there is no socket to close.
        """
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path == CONTROL or path.startswith(f"{CONTROL}/"):
            await self._inner(scope, receive, send)
            return
        raw = await _read(receive)
        exchange = self._state.admit(str(scope["method"]), path)
        answer = await self._answer(scope, raw, exchange)
        self._state.record(exchange, _entry(scope, raw, exchange, answer))
        effect = None if exchange.rule is None else exchange.rule.effect
        if answer is None or effect == "drop_after":
            await _drop(receive, send)
            return
        if effect == "delay" and exchange.rule is not None and _transport(send) is not None:
            await asyncio.sleep(exchange.rule.seconds)
        await _send(_headed(_spoilt(answer, effect), exchange), send)

    async def _answer(self, scope: Scope, raw: bytes, exchange: Exchange) -> _Answer | None:
        """What the API says; a rule may speak in its place, or keep the request from it (None)."""
        rule = exchange.rule
        if rule is not None and rule.effect == "drop_before":
            return None
        if rule is not None and rule.effect in {"status", "html"}:
            quirk = exchange.context.quirks.too_many_requests
            kafka = str(scope["path"]).startswith(KAFKA_PATHS)
            instead = faults.answer(rule, quirk, kafka=kafka)
            headers = tuple((name.encode(), value.encode()) for name, value in instead.headers)
            length = (b"content-length", str(len(instead.body)).encode())
            return _Answer(instead.status, (*headers, length), instead.body)
        return await _called(self._inner, dict(scope) | {CONTEXT: exchange.context}, raw)


async def _read(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    while True:
        message = await receive()
        pieces.append(bytes(message.get("body", b"")))
        if not message.get("more_body", False):
            return b"".join(pieces)


async def _called(inner: ASGIApp, scope: Scope, raw: bytes) -> _Answer:
    """Call an application with a body that was read already, and collect its answer."""
    answer = _Answer(500, (), b"")

    async def receive() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal answer
        if message["type"] == "http.response.start":
            answer = replace(answer, status=message["status"], headers=tuple(message["headers"]))
        else:
            answer = replace(answer, body=answer.body + bytes(message.get("body", b"")))

    await inner(scope, receive, send)
    return answer


def _spoilt(answer: _Answer, effect: str | None) -> _Answer:
    if effect == "partial":
        body = faults.partial(answer.body)
    elif effect == "truncate":
        body = answer.body[: len(answer.body) // 2]
    else:
        return answer
    kept = tuple(pair for pair in answer.headers if pair[0].lower() != b"content-length")
    return _Answer(answer.status, (*kept, (b"content-length", str(len(body)).encode())), body)


def _headed(answer: _Answer, exchange: Exchange) -> _Answer:
    context = exchange.context
    added = [(b"x-request-id", context.request_id.encode())]
    if context.quirks.date_header != "absent":
        skew = _SKEW if context.quirks.date_header == "skewed" else 0.0
        moment = email.utils.formatdate(context.now + skew, usegmt=True)
        added.append((b"date", moment.encode()))
    return replace(answer, headers=(*answer.headers, *added))


async def _send(answer: _Answer, send: Send) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": list(answer.headers),
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


async def _drop(receive: Receive, send: Send) -> None:
    """Break the connection: close the socket if there is one, else raise."""
    transport = _transport(send)
    if transport is None:
        raise ConnectionDropped("the sandbox was told to drop this connection")
    transport.abort()
    await (
        receive()
    )  # only the end is left to come; to return before it would make the server answer


def _transport(send: Send) -> asyncio.Transport | None:
    """The socket behind an answer.

    ASGI knows no way to close a connection without an answer, so this looks at the server's own
    object: uvicorn gives `send` as a method of its request cycle, which has the transport.
    """
    transport: object = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if isinstance(transport, asyncio.Transport) else None


def _entry(
    scope: Scope, raw: bytes, exchange: Exchange, answer: _Answer | None
) -> dict[str, object]:
    rule = exchange.rule
    return {
        "number": exchange.context.request_number,
        "time": exchange.context.now,
        "method": str(scope["method"]),
        "path": str(scope["path"]),
        "query": _query(bytes(scope.get("query_string", b""))),
        "body": _logged(raw),
        "status": None if answer is None else answer.status,
        "request_id": exchange.context.request_id,
        "fault": None if rule is None else rule.effect,
    }


def _query(text: bytes) -> Mapping[str, object]:
    """Parameters by name; a repeated one is a list."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text.decode("latin-1"), keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _logged(raw: bytes) -> object:
    """The JSON body without secrets; what is no JSON is not kept, since it cannot be judged."""
    try:
        return redact(json_text.decode(raw))
    except ValueError:
        return None
