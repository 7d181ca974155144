"""How fast one credential may ask: a token bucket, a bound on requests under way, and manners.

A 429 is an answer to the credential, not to the request: it pauses and slows everything signed with
it. The pace halves with every 429 and comes back by a twentieth with every answer that is none.
"""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from reconciler.errors import Withheld
from reconciler.model.desired import Limits
from reconciler.providers.credential import Credential
from reconciler.providers.protocol import Clock

LONGEST_PAUSE = 120.0
TOO_MANY = 429
_WAITING = (TOO_MANY, 503)
_SLOWEST = 0.1
_FIRST_PAUSE = 1.0
_NO_LIMIT_ANY_MORE = 100.0
_RECOVERY = 1.05
_ENOUGH = 1e-6  # seconds; less than this is rounding, and waiting for it could take for ever


class Limiter:
    """The pace of one credential, shared by every connection that signs with it.

    Attributes:
        clock: The time it waits on.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        """Start at the configured pace, with a full bucket.

        Args:
            limits: Rate, burst and concurrency; 0 lifts each.
            clock: The time it waits on.
        """
        self.clock = clock
        self._rate = limits.requests_per_second or math.inf
        self._burst = limits.burst or math.inf
        self._current = self._rate
        self._tokens = self._burst
        self._stamp = clock.monotonic()
        self._paused_until = -math.inf
        self._refusals = 0
        self._queue = anyio.Lock()
        self._under_way = anyio.CapacityLimiter(limits.concurrency or math.inf)

    def tighten(self, limits: Limits) -> None:
        """Take the stricter of two configurations, for a credential that two connections share."""
        self._rate = min(self._rate, limits.requests_per_second or math.inf)
        self._current = min(self._current, self._rate)
        self._burst = min(self._burst, limits.burst or math.inf)
        wanted = limits.concurrency or math.inf
        self._under_way.total_tokens = min(self._under_way.total_tokens, wanted)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a turn, and hold it while one request is under way.

        A turn that is not used, because the request is withheld, is the next one's.
        """
        borrower = object()
        await self._under_way.acquire_on_behalf_of(borrower)
        try:
            # The lock keeps the queue fair: whoever came first has the next token.
            async with self._queue:
                while (wait := self._wait()) > _ENOUGH:
                    await self.clock.sleep(wait)
                self._tokens -= 1
            yield
        except Withheld:
            self._tokens = min(self._burst, self._tokens + 1)
            raise
        finally:
            self._under_way.release_on_behalf_of(borrower)

    def heed(self, status: int, retry_after: float | None) -> None:
        """Learn from an answer.

        Args:
            status: Its HTTP status.
            retry_after: Seconds it asks to wait, or None.
        """
        if status == TOO_MANY:
            self._slow_down()
        else:
            self._refusals = 0
            self._recover()
        if retry_after is not None and status in _WAITING:
            self._pause(retry_after)

    @property
    def rate(self) -> float:
        """Requests per second at the moment; infinite where nothing limits them."""
        return self._current

    def _wait(self) -> float:
        now = self.clock.monotonic()
        if now < self._paused_until:
            return self._paused_until - now
        if math.isinf(self._current):
            self._tokens = self._burst
        else:
            gained = (now - self._stamp) * self._current
            self._tokens = min(self._burst, self._tokens + gained)
        self._stamp = now
        return max(0.0, (1 - self._tokens) / self._current)

    def _slow_down(self) -> None:
        known = self._current if math.isfinite(self._current) else _NO_LIMIT_ANY_MORE / 10
        self._current = max(known / 2, _SLOWEST)
        self._tokens = min(self._tokens, 0.0)
        self._pause(_FIRST_PAUSE * 2**self._refusals)
        self._refusals = min(self._refusals + 1, 6)

    def _pause(self, seconds: float) -> None:
        until = self.clock.monotonic() + min(seconds, LONGEST_PAUSE)
        self._paused_until = max(self._paused_until, until)

    def _recover(self) -> None:
        faster = self._current * _RECOVERY
        is_free = math.isinf(self._rate) and faster >= _NO_LIMIT_ANY_MORE
        self._current = self._rate if is_free else min(faster, self._rate)


class Limiters:
    """One limiter per credential and endpoint; made by whoever opens the connections."""

    def __init__(self, clock: Clock) -> None:
        """Begin empty.

        Args:
            clock: The time every limiter waits on.
        """
        self._clock = clock
        self._known: dict[tuple[str, Credential], Limiter] = {}

    def limiter_for(self, endpoint: str, credential: Credential, limits: Limits) -> Limiter:
        """The limiter of a credential; where two connections share one, the stricter limits hold.

        Args:
            endpoint: Base URL, or `sandbox`.
            credential: What signs the requests.
            limits: What the connection declares.
        """
        known = self._known.get((endpoint, credential))
        if known is None:
            known = self._known[endpoint, credential] = Limiter(limits, self._clock)
        else:
            known.tighten(limits)
        return known
