"""Requests of one connection: signed, paced, counted, retried, and read-only until permitted.

What is sent again:

| outcome | a read | a write |
| --- | --- | --- |
| no connection, name, TLS | again, at most 5 attempts | again, at most 3 attempts |
| 429 | again | again |
| 401 | once, with a new token | once, with a new token |
| 500, 502, 503, 504, a rebalance of Kafka Connect | again | never: it may have taken effect |
| reset, timeout, answer cut short | again | never |
| any other 4xx | never | never |
"""

from collections import deque
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final, TypeVar

import anyio
import stamina

from reconciler.errors import AnswerLost, ProviderError, ReadFailed, Unreachable, WriteRefused
from reconciler.model.desired import Connection
from reconciler.model.outcome import Traffic
from reconciler.model.request import Request
from reconciler.providers.advice import LOST
from reconciler.providers.exchange import (
    Answer,
    AsgiApp,
    Ask,
    Dialect,
    Seen,
    Sent,
    Signer,
    UnreadableAnswer,
    cannot_be_read,
)
from reconciler.providers.pace import TOO_MANY, Limiter
from reconciler.providers.protocol import Clock, Gate, Purpose, always
from reconciler.providers.tally import Column, Tally, Trip
from reconciler.providers.transport.answers import (
    asks_too_much,
    failure,
    not_accepted,
    refused_token,
    scrubbed,
    unreadable,
)
from reconciler.providers.transport.failures import PassingFailure, may_pass
from reconciler.providers.transport.session import Session

T = TypeVar("T")

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_TURNED_AWAY: Final = frozenset({HTTPStatus.UNAUTHORIZED, TOO_MANY})
_MOST_REDIRECTS = 5
_REMEMBERED = 100  # requests; a person is told of no more
_WRITE_PAUSES = (0.5, 1.0)  # seconds before the second and the third attempt

_AGAIN = stamina.AsyncRetryingCaller(
    attempts=5, timeout=None, wait_initial=0.2, wait_max=10.0, wait_jitter=0.2
)


class Transport:
    """Everything between a vendor's client and the network, for one connection.

    Attributes:
        seen: The clock of the newest answer, or None where it tells none.
    """

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        signer: Signer,
        limiter: Limiter,
        app: AsgiApp | None,
    ) -> None:
        """Prepare, without connecting; read-only.

        Args:
            connection: Endpoint, timeouts and certificate authorities.
            dialect: How the vendor speaks.
            signer: What signs.
            limiter: The pace of the credential.
            app: An ASGI application that answers in process instead of the endpoint, or None.

        Raises:
            UsageError: `tls.caFile` cannot be read.
        """
        # stamina would otherwise announce every retry on stdout, which belongs to the report.
        stamina.instrumentation.set_on_retry_hooks(())
        self._name = connection.name
        self._connection = connection
        self._dialect = dialect
        self._signer = signer
        self._limiter = limiter
        self._clock = limiter.clock
        self._session = Session(connection, app, limiter.clock)
        self._tally = Tally()
        self._log: deque[Request] = deque(maxlen=_REMEMBERED)
        self._renewing = anyio.Lock()
        self._may_write = False
        self.seen: Seen | None = None

    @property
    def connection(self) -> str:
        """Name of the Connection."""
        return self._name

    @property
    def clock(self) -> Clock:
        """Our clock."""
        return self._clock

    @property
    def host(self) -> str:
        """Host that answers, or `sandbox`."""
        return self._session.host

    def permit_writes(self) -> None:
        """From now on `write` may send."""
        self._may_write = True

    def traffic(self) -> Traffic:
        """Requests that left so far, by purpose."""
        return self._tally.traffic()

    def requests(self) -> tuple[Request, ...]:
        """The newest requests that left, in the order of their answers."""
        return tuple(self._log)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._session.aclose()

    async def sign_in(self) -> None:
        """Get a token now, so that a refused credential is one error and not one per read.

        Raises:
            ProviderError: The credential is refused, or its endpoint cannot be reached or read.
        """
        await self._authorization("")

    async def read(self, ask: Ask, purpose: Purpose, decode: Callable[[bytes], T]) -> T:
        """Read something, patiently.

        Args:
            ask: A `GET`, or a `POST` that the dialect knows to read.
            purpose: What it is counted as.
            decode: Makes a value of the body; raises `UnreadableAnswer`.

        Returns:
            What `decode` gave.

        Raises:
            ProviderError: `AuthFailed`, `Unreachable`, or `ReadFailed` with the status.
            WriteRefused: It is not a read, and writes were not permitted.
        """
        trip = Trip(self._tally, purpose)

        async def once() -> T:
            answer = await self._followed(ask, trip, purpose)
            if not answer.is_success:
                raise failure(self._name, ask, answer, self._dialect)
            try:
                return decode(answer.body)
            except UnreadableAnswer as error:
                text = cannot_be_read(self._scrubbed(answer), error, self._dialect.explain)
                raise unreadable(self._name, ask, answer, text, error) from error

        return await self._patiently(ask, once)

    async def write(self, ask: Ask, gate: Gate = always) -> Sent:
        """Send a request that changes something; again only where nothing can have happened.

        Args:
            ask: The request.
            gate: Asked right before each attempt leaves.

        Returns:
            Its answer, or why there is none.

        Raises:
            WriteRefused: Writes were not permitted; nothing was sent.
        """
        self._refuse(ask)
        trip = Trip(self._tally, Column.CALLS, gate)
        for pause in _WRITE_PAUSES:
            sent = await self._written(ask, trip)
            if isinstance(sent.outcome, Unreachable) and may_pass(sent.outcome):
                await self._clock.sleep(pause)
            elif not _is_only_slowed(sent.outcome):
                return sent
        return await self._written(ask, trip)

    def next_page(self, ask: Ask, url: str) -> Ask | None:
        """The read that `url` in an answer points to; None where it leaves this host."""
        return self._session.same_host(ask, url)

    async def _written(self, ask: Ask, trip: Trip) -> Sent:
        try:
            answer = await self._signed(ask, trip)
        except ProviderError as error:
            return Sent(error, trip.sent)
        return Sent(self._scrubbed(answer), trip.sent)

    async def _patiently(self, ask: Ask, once: Callable[[], Awaitable[T]]) -> T:
        try:
            return await _AGAIN(_wait_before_again, once)
        except AnswerLost as error:
            raise ReadFailed(self._name, str(ask), error.message, LOST) from error

    async def _followed(self, ask: Ask, trip: Trip, purpose: Purpose) -> Answer:
        """Redirects lead away from nothing but a GET, and never to another host."""
        answer = await self._signed(ask, trip)
        hops = 0
        while answer.status in _REDIRECTS and ask.method == "GET" and hops < _MOST_REDIRECTS:
            target = self._session.same_host(ask, answer.location)
            if target is None or not answer.location:
                break
            hops += 1
            answer = await self._signed(target, Trip(self._tally, purpose))
        return answer

    async def _signed(self, ask: Ask, trip: Trip) -> Answer:
        header = await self._authorization("")
        answer = await self._exchange(ask, header, trip)
        if answer.status != HTTPStatus.UNAUTHORIZED:
            return answer
        renewed = await self._authorization(header)
        if renewed != header:
            answer = await self._exchange(ask, renewed, trip)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            raise not_accepted(self._name, ask, answer, self._dialect)
        return answer

    async def _authorization(self, refused: str) -> str:
        """One renewal serves everybody who waits for it: the flow knows what it gave last."""
        async with self._renewing:
            flow = self._signer.flow(refused, self._clock.monotonic())
            answer: Answer | None = None
            while True:
                try:
                    ask = next(flow) if answer is None else flow.send(answer)
                except StopIteration as done:
                    header: str = done.value
                    return header
                answer = await self._token(ask)

    async def _token(self, ask: Ask) -> Answer:
        trip = Trip(self._tally, Column.TOKENS)

        async def once() -> Answer:
            answer = await self._exchange(ask, "", trip)
            if not answer.is_success:
                raise refused_token(self._name, ask, answer)
            try:
                self._signer.check(answer)
            except UnreadableAnswer as error:
                text = f"the answer cannot be read: {error}"  # its body may hold a token
                raise unreadable(self._name, ask, answer, text, error) from error
            return answer

        return await self._patiently(ask, once)

    async def _exchange(self, ask: Ask, header: str, trip: Trip) -> Answer:
        """The only way out: whatever is sent passes here."""
        self._refuse(ask)
        limits = self._connection.limits
        patience = limits.timeout if self._dialect.is_read(ask) else limits.write_timeout
        async with self._limiter.slot():
            await trip.gate()
            try:
                answer = await self._session.send(ask, header, patience)
            except AnswerLost:
                trip.count()
                self._log.append(Request(self._clock.now(), _told(ask), None))
                raise
            except ProviderError:
                trip.gate.refused()
                raise
            if answer.status in _TURNED_AWAY:
                trip.gate.refused()
        trip.count()
        self._log.append(Request(self._clock.now(), _told(ask), answer.status))
        self._limiter.heed(answer.status, answer.retry_after)
        self.seen = None if answer.date is None else Seen(answer.date, self._clock.now())
        if answer.is_success:
            return answer
        return self._scrubbed(answer, header)

    def _scrubbed(self, answer: Answer, header: str = "") -> Answer:
        """An answer that may be quoted."""
        return scrubbed(answer, (header.rpartition(" ")[2], *self._signer.secrets()))

    def _refuse(self, ask: Ask) -> None:
        if not self._may_write and not self._dialect.is_read(ask):
            raise WriteRefused(
                self._name, str(ask), "refused: this command only reads; nothing was sent"
            )


def _told(ask: Ask) -> str:
    query = "&".join(f"{key}={value}" for key, value in ask.query)
    return f"{ask}?{query}" if query else str(ask)


def _wait_before_again(error: Exception) -> bool | float:
    """Whether to read again, and how long stamina waits: after a 429 the limiter does the waiting."""
    if not may_pass(error):
        return False
    is_slowed = isinstance(error, PassingFailure) and error.status == TOO_MANY
    return 0.0 if is_slowed else True


def _is_only_slowed(outcome: Answer | ProviderError) -> bool:
    if not isinstance(outcome, Answer):
        return False
    return outcome.status == TOO_MANY and not asks_too_much(outcome)
