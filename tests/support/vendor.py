"""A vendor that answers what a test tells it to, as an ASGI application."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from reconciler.model.address import Address, Kind, Origin
from reconciler.model.desired import Auth, Connection, Limits, ProviderName
from reconciler.providers.pace import Limiter
from tests.support.clock import FakeClock

UNLIMITED = Limits(requests_per_second=0, burst=0, concurrency=0)


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: object
    headers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Reply:
    """An answer: JSON unless the body is bytes."""

    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Request], Reply | Exception]


class Vendor:
    """Answers with a function, and remembers what was asked; an exception breaks the connection."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer
        self.requests: list[Request] = []

    @property
    def log(self) -> list[str]:
        """Method and path of every request."""
        return [str(request) for request in self.requests]

    async def __call__(self, scope, receive, send) -> None:
        message = await receive()
        raw = message["body"]
        request = Request(
            scope["method"],
            scope["raw_path"].decode(),
            dict(parse_qsl(scope["query_string"].decode())),
            json.loads(raw) if raw else None,
            {key.decode(): value.decode() for key, value in scope["headers"]},
        )
        self.requests.append(request)
        reply = self._answer(request)
        if isinstance(reply, Exception):
            raise reply
        is_raw = isinstance(reply.body, bytes)
        headers = {"content-type": "text/html" if is_raw else "application/json"} | reply.headers
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [(key.encode(), value.encode()) for key, value in headers.items()],
            }
        )
        body = reply.body if is_raw else json.dumps(reply.body).encode()
        await send({"type": "http.response.body", "body": body})


def in_turn(*replies: Reply | Exception) -> Answering:
    """Answers one after the other; the last for ever."""
    left = list(replies)

    def answer(_request: Request) -> Reply | Exception:
        return left.pop(0) if len(left) > 1 else left[0]

    return answer


def connection(provider: ProviderName = ProviderName.STREAMKAP, **changes: object) -> Connection:
    """A connection to the sandbox, without limits."""
    values: dict[str, object] = {
        "address": Address(Kind.CONNECTION, "here"),
        "origin": Origin("specs/here.yaml", 1),
        "provider": provider,
        "endpoint": "sandbox",
        "auth": Auth(),
        "limits": UNLIMITED,
    }
    return Connection(**(values | changes))


def limiter(clock: FakeClock, limits: Limits = UNLIMITED) -> Limiter:
    """A limiter on a fake clock."""
    return Limiter(limits, clock)
