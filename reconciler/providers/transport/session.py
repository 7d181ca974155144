"""One request with httpx, and its answer read to the end. No retry, no signature, no pace."""

import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from io import BytesIO

import anyio

from reconciler.errors import AuthFailed, UsageError
from reconciler.model.desired import Connection
from reconciler.providers.exchange import Answer, AsgiApp, Ask
from reconciler.providers.protocol import Clock
from reconciler.providers.transport.failures import mapped
from reconciler.providers.transport.lean import httpx

SANDBOX = "http://sandbox"
_CONNECT = 10.0
_KEPT = 20
_HEADERS = {"Accept": "application/json", "User-Agent": "streaming-reconciler"}


class Session:
    """The HTTP side of one connection.

    Attributes:
        base: Base URL that paths are appended to.
        host: Host that answers, or `sandbox`.
    """

    def __init__(self, connection: Connection, app: AsgiApp | None, clock: Clock) -> None:
        """Prepare, without connecting.

        Args:
            connection: Endpoint, timeouts and certificate authorities.
            app: An ASGI application that answers in process instead of the endpoint, or None.
            clock: For a `Retry-After` that is a date.

        Raises:
            UsageError: `tls.caFile` cannot be read, or the environment names an impossible proxy.
        """
        self._name = connection.name
        self._clock = clock
        self.base = connection.endpoint if app is None else SANDBOX
        self._opened = _opener(connection) if app is None else _opener_inside(app)
        self._is_closed = False
        try:
            self._idle = [self._opened()]
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"{connection.address}: the proxy that the environment names cannot be used: {error}"
            ) from error
        self.host = "sandbox" if app is not None else httpx.URL(self.base).host

    async def send(self, ask: Ask, authorization: str, patience: timedelta) -> Answer:
        """Send one request.

        Args:
            ask: What to ask.
            authorization: The `Authorization` header, or empty.
            patience: Longest time for the whole exchange, beside connecting; 0 is without limit.

        Returns:
            The answer, whatever its status; redirects are not followed.

        Raises:
            ProviderError: `Unreachable`, `AnswerLost`, or `AuthFailed` for a credential that no
                header can carry.
        """
        if not (authorization.isascii() and authorization.isprintable()):
            # httpx would refuse it as well, and quote it.
            text = "the credential holds characters that no header can carry"
            raise AuthFailed(self._name, str(ask), text, "look for a line break in the secret")
        seconds = patience.total_seconds() or None
        connect = min(seconds or _CONNECT, _CONNECT)
        timeout = httpx.Timeout(seconds, connect=connect)
        try:
            with anyio.fail_after(None if seconds is None else seconds + connect):
                async with (
                    self._client() as client,
                    client.stream(
                        ask.method,
                        self.base + ask.path,
                        params=ask.query or None,
                        content=_content(ask),
                        headers=_signed(authorization, has_body=ask.body is not None),
                        timeout=timeout,
                    ) as response,
                ):
                    # Piece by piece: a list of all pieces and their sum would both be held at once.
                    body = BytesIO()
                    async for piece in response.aiter_bytes():
                        body.write(piece)
        # An application in process breaks a connection by raising whatever it likes.
        except Exception as error:
            raise mapped(self._name, ask, error, self.base) from error
        return self._answer(response, body.getvalue())

    def same_host(self, ask: Ask, location: str) -> Ask | None:
        """The read that a redirect or a link to a next page points to.

        Args:
            ask: What was asked.
            location: A URL, absolute or relative.

        Returns:
            A `GET` of it; None where it leads to another host, port or protocol.
        """
        here = httpx.URL(self.base + ask.path)
        try:
            there = here.join(location)
        except httpx.InvalidURL:
            return None
        if (there.scheme, there.host, there.port) != (here.scheme, here.host, here.port):
            return None
        prefix = httpx.URL(self.base).raw_path.decode("ascii").rstrip("/")
        path = there.raw_path.split(b"?", 1)[0].decode("ascii")
        if not path.startswith(f"{prefix}/"):
            return None
        return Ask("GET", path.removeprefix(prefix), tuple(there.params.multi_items()))

    async def aclose(self) -> None:
        """Close every connection."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().aclose()

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client that sends nothing else meanwhile.

        The pool of a client asks each of its idle connections, at each request, whether it was closed;
        at sixteen requests at once that is a fifth of what a request costs. One that has a single
        connection asks once.
        """
        client = self._idle.pop() if self._idle else self._opened()
        try:
            yield client
        finally:
            if len(self._idle) < _KEPT and not self._is_closed:
                self._idle.append(client)
            else:
                # An answer is here already, or an error that says more.
                with anyio.CancelScope(shield=True), suppress(Exception):
                    await client.aclose()

    def _answer(self, response: httpx.Response, body: bytes) -> Answer:
        headers = response.headers
        date = _date(headers.get("date", ""))
        return Answer(
            status=response.status_code,
            body=body,
            content_type=headers.get("content-type", "").split(";")[0].strip(),
            request_id=headers.get("x-request-id"),
            date=date,
            retry_after=_seconds(headers.get("retry-after", ""), date or self._clock.now()),
            location=headers.get("location", ""),
        )


def _opener(connection: Connection) -> Callable[[], httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=1)
    return partial(
        httpx.AsyncClient,
        verify=_context(connection),
        headers=_HEADERS,
        limits=limits,
        trust_env=True,
    )


def _opener_inside(app: AsgiApp) -> Callable[[], httpx.AsyncClient]:
    return partial(httpx.AsyncClient, transport=httpx.ASGITransport(app=app), headers=_HEADERS)


def _context(connection: Connection) -> ssl.SSLContext:
    """Whom to trust; shared by all clients, since certificates take long to load."""
    if not connection.endpoint.startswith("https:") and not connection.ca_file:
        # `http` is for loopback only, and nothing is followed from it to another protocol.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx.create_ssl_context(trust_env=True)
    if connection.ca_file:
        try:
            context.load_verify_locations(connection.ca_file)
        except OSError as error:
            raise UsageError(
                f"{connection.address}: spec.tls.caFile: {connection.ca_file} cannot be read as"
                f" PEM certificates: {error}"
            ) from error
    return context


def _content(ask: Ask) -> bytes | None:
    """Keys sorted: the same request has the same bytes."""
    if ask.body is None:
        return None
    return json.dumps(ask.body, separators=(",", ":"), sort_keys=True).encode()


def _signed(authorization: str, *, has_body: bool) -> dict[str, str]:
    headers = {"Authorization": authorization} if authorization else {}
    return headers | ({"Content-Type": "application/json"} if has_body else {})


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _seconds(text: str, now: datetime) -> float | None:
    """`Retry-After` is seconds or a date (RFC 9110); anything else counts as absent."""
    if text.isascii() and text.isdigit():
        return float(text)
    moment = _date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())
