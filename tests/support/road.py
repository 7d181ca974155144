"""The way to the vendor: a request can be held up until its sender has given up, an answer be swapped."""

from collections import Counter
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
        hits: How many were held up, and how many answers were swapped.
    """

    def __init__(self) -> None:
        self._wanted: list[list[float]] = []
        self._under_way: list[HeldUp] = []
        self._answers: list[list[float]] = []
        self.delays: list[tuple[float, float]] = []
        self.hits: Counter[str] = Counter()

    @property
    def arrivals(self) -> list[float]:
        """When something arrives, soonest first."""
        return sorted(item.arrives for item in self._under_way)

    def jam(self, seconds: float, after: int = 0) -> None:
        """Hold a request that may change something up for so long, once some others have passed."""
        self._wanted.append([after, seconds])

    def swap(self, status: int, after: int = 0) -> None:
        """Let a gateway answer such a request, although it arrives, once some others have passed."""
        self._answers.append([after, status])

    def clear(self) -> None:
        """Do nothing to requests that are not under way yet."""
        self._wanted.clear()
        self._answers.clear()

    def swapped(self, messages: list[Scope]) -> list[Scope]:
        """What reaches the sender of an answer."""
        status = _due(self._answers)
        if status is None:
            return messages
        self.hits["swapped"] += 1
        start = {"type": "http.response.start", "status": int(status)}
        header = [(b"content-type", b"text/html")]
        return [start | {"headers": header}, {"type": "http.response.body", "body": b"<html>"}]

    async def pass_by(self, scope: Scope, receive: Receive, now: float) -> None:
        """A request that may change something goes on, or is kept until its sender has given up."""
        seconds = _due(self._wanted)
        if seconds is None:
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        self.hits["late"] += 1
        self._under_way.append(HeldUp(now, now + seconds, dict(scope), messages))
        raise ConnectionDropped("it is held up on the way")

    async def arrive(self, app: App, now: float) -> None:
        """What was held up long enough reaches the vendor; nobody waits for the answer."""
        due = [item for item in self._under_way if item.arrives <= now]
        self._under_way = [item for item in self._under_way if item.arrives > now]
        for item in due:
            self.delays.append((item.sent, now))
            await app(item.scope, _reader(item.messages), _nobody)


def _due(queue: list[list[float]]) -> float | None:
    """What is to be done to this one; the first of a queue lets some pass before."""
    if not queue:
        return None
    if queue[0][0] > 0:
        queue[0][0] -= 1
        return None
    return queue.pop(0)[1]


def _reader(messages: list[Scope]) -> Receive:
    waiting = list(messages)

    async def receive() -> Scope:
        return waiting.pop(0)

    return receive


async def _nobody(_message: Scope) -> None:
    return
