"""Looking at all connections at once, and adding up what it cost."""

from datetime import timedelta

import anyio
import pytest

from reconciler.engine.events import Event, Stage, silence
from reconciler.engine.observing import Looked, look, traffic_of
from reconciler.errors import AuthFailed, ReadFailed, Unreachable
from reconciler.model.observed import ObservedConnection, ObserveRequest
from reconciler.model.outcome import Traffic
from reconciler.providers.protocol import Purpose
from tests.support.loop import START, LoopClock


class OneAnswer:
    """As much of a provider as looking needs: it answers after a while, or fails."""

    def __init__(self, clock: LoopClock, seconds: float, answer: ObservedConnection | Exception):
        self._clock = clock
        self._seconds = seconds
        self._answer = answer
        self.asked: list[tuple[ObserveRequest, Purpose]] = []

    async def observe(self, request: ObserveRequest, purpose: Purpose) -> ObservedConnection:
        self.asked.append((request, purpose))
        await self._clock.sleep(self._seconds)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def traffic(self) -> Traffic:
        return Traffic(1, 2, 3, 4, 5, 6, 7)


def observed(name: str) -> ObservedConnection:
    return ObservedConnection(name, START)


def looked(clock: LoopClock, **providers: OneAnswer) -> tuple[Looked, list[Event]]:
    events: list[Event] = []
    requests = dict.fromkeys(providers, ObserveRequest())

    async def main() -> Looked:
        return await look(providers, requests, Purpose.READS, events.append, clock)

    return clock.run(main), events


def test_all_connections_are_asked_at_once():
    clock = LoopClock()
    names = ("a", "b", "c")
    found, events = looked(clock, **{n: OneAnswer(clock, 5, observed(n)) for n in names})

    assert found.observed == {name: observed(name) for name in names}
    assert clock.monotonic() == 5
    assert [(e.stage, e.done, e.total) for e in events] == [
        (Stage.OBSERVE, n, 3) for n in (1, 2, 3)
    ]


@pytest.mark.parametrize("kind", [AuthFailed, ReadFailed, Unreachable])
def test_one_that_fails_never_stops_the_others(kind: type[Exception]):
    clock = LoopClock()
    error = kind("bad", "GET /links", "no connection")
    found, events = looked(
        clock, bad=OneAnswer(clock, 1, error), good=OneAnswer(clock, 2, observed("good"))
    )

    refused = {"bad"} if kind is AuthFailed else set[str]()
    reasons = {"bad": "bad: GET /links: no connection"}

    behind = {"good": timedelta(seconds=-2)}
    assert found == Looked({"good": observed("good")}, reasons, refused, behind)
    assert [event.text for event in events] == ["bad", "good"]


def test_only_what_was_asked_for_is_looked_at():
    clock = LoopClock()
    idle = OneAnswer(clock, 0, observed("idle"))

    async def main() -> Looked:
        return await look({"idle": idle}, {}, Purpose.READS, silence, clock)

    assert clock.run(main) == Looked()
    assert idle.asked == []


def test_a_mistake_of_ours_is_not_taken_for_a_failure_of_the_vendor():
    clock = LoopClock()

    with pytest.raises(BaseExceptionGroup) as raised:
        looked(clock, a=OneAnswer(clock, 0, KeyError("a")))

    assert isinstance(raised.value.exceptions[0], KeyError)


def test_traffic_adds_up_column_by_column():
    clock = LoopClock()
    both = {name: OneAnswer(clock, 0, observed(name)) for name in "ab"}

    assert traffic_of(both) == Traffic(2, 4, 6, 8, 10, 12, 14)
    assert traffic_of({}) == Traffic()


def test_silence_shows_nothing():
    assert silence(Event(Stage.LOOK, "a")) is None


def test_the_loop_of_these_tests_lets_sleepers_wake_in_their_own_time():
    clock = LoopClock()
    woke: list[tuple[float, float]] = []

    async def nap(seconds: float) -> None:
        await clock.sleep(seconds)
        woke.append((seconds, clock.monotonic()))

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for seconds in (3.0, 1.0, 2.0):
                group.start_soon(nap, seconds)

    clock.run(main)

    assert woke == [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]
