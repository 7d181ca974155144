"""The way to the vendor: a request can be held up until its sender has given up, an answer be swapped."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass

from reconciler.sandbox.problems import ConnectionDropped

Scope = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Scope]]
App = Callable[[Scope, Receive, Callable[[Scope], Awaitable[None]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class HeldUp:
    """A request that is under way; times are seconds since 1970."""

    sent: float
    arrives: float
    scope: Scope
    messages: list[Scope]


class Road:
    """Requests that are under way.

    Attributes:
        delays: When each that was held up was sent, and when it arrived.
    """

    def __init__(self) -> None:
        self._wanted: list[float] = []
        self._under_way: list[HeldUp] = []
        self._answers: list[int] = []
        self.delays: list[tuple[float, float]] = []

    @property
    def arrivals(self) -> list[float]:
        """When something arrives, soonest first."""
        return sorted(item.arrives for item in self._under_way)

    @property
    def is_jammed(self) -> bool:
        """Whether the next request that may change something will be held up."""
        return bool(self._wanted)

    def jam(self, seconds: float) -> None:
        """Hold the next request that may change something up for so long."""
        self._wanted.append(seconds)

    def swap(self, status: int) -> None:
        """Let a gateway answer the next request that may change something, although it arrives."""
        self._answers.append(status)

    def clear(self) -> None:
        """Do nothing to requests that are not under way yet."""
        self._wanted.clear()
        self._answers.clear()

    def swapped(self, messages: list[Scope]) -> list[Scope]:
        """What reaches the sender of an answer."""
        if not self._answers:
            return messages
        start = {"type": "http.response.start", "status": self._answers.pop(0)}
        header = [(b"content-type", b"text/html")]
        return [start | {"headers": header}, {"type": "http.response.body", "body": b"<html>"}]

    async def hold_up(self, scope: Scope, receive: Receive, now: float) -> None:
        """Keep a request, and let its sender know nothing of what becomes of it."""
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        self._under_way.append(HeldUp(now, now + self._wanted.pop(0), dict(scope), messages))
        raise ConnectionDropped("it is held up on the way")

    async def arrive(self, app: App, now: float) -> None:
        """What was held up long enough reaches the vendor; nobody waits for the answer."""
        due = [item for item in self._under_way if item.arrives <= now]
        self._under_way = [item for item in self._under_way if item.arrives > now]
        for item in due:
            self.delays.append((item.sent, now))
            await app(item.scope, _reader(item.messages), _nobody)


def _reader(messages: list[Scope]) -> Receive:
    waiting = list(messages)

    async def receive() -> Scope:
        return waiting.pop(0)

    return receive


async def _nobody(_message: Scope) -> None:
    return
