"""Leaving at once, on a second signal: what surely did not leave is called so, and the rest unknown."""

from collections.abc import Callable

import pytest

from reconciler.core import outcomes
from reconciler.engine.halting import Halt
from reconciler.ledger.protocol import Ledger
from reconciler.model.change import Action
from reconciler.model.journal import WordKind
from reconciler.model.outcome import Outcome, Reply, Result
from reconciler.model.verdict import Verdict
from tests.contract.test_windows import CLOSING, GLASS
from tests.support.rich import (
    completed,
    connections,
    link,
    mirror,
    mirrors,
    paused,
    snapshots,
    source,
    topic,
    world,
)
from tests.support.stage import Applied, Stage, left

ONE = connections(lag="5s") + snapshots("a", completed("a.p"))
FOUR = connections(lag="5s") + "".join(
    snapshots(name, completed(f"{name}.p", more=f", filter: x>{number}"))
    for number, name in enumerate("abcd")
)


class Signals:
    """Whoever presses Ctrl-C."""

    def __init__(self) -> None:
        self._halts: list[Halt] = []

    async def here(self, halt: Halt) -> None:
        """An apply begins."""
        self._halts.append(halt)

    @property
    def is_given(self) -> bool:
        """Whether it was pressed."""
        return self._halts[0].asked.is_set()

    def first(self) -> None:
        """Press it."""
        self._halts[0].asked.set()

    def second(self) -> None:
        """Press it twice."""
        self.first()
        self._halts[0].scope.cancel()


class Threads(Stage):
    """A stage whose ledger needs a second for each transaction, and tells what it holds by then."""

    written: Callable[[], None]

    def memory(self, **how: object):
        """What one command remembers."""
        memory = super().memory(**how)
        if memory._scribe is not None:
            memory._scribe._in_thread = self._slowly
        return memory

    async def _slowly(self, work: Callable[[], object]) -> object:
        done = work()
        await self.clock.sleep(0.5)
        self.written()
        await self.clock.sleep(0.5)
        return done


def sources(*names: str) -> list[dict[str, object]]:
    return [source(name, topic(f"{name}.p")) for name in names]


def test_what_another_call_wrote_down_for_it_has_surely_not_left(ledger: Ledger):
    """The canary is through; two starts are being written down together, and a fourth waits."""
    stage = Threads(world(*sources(*"abcd")), FOUR, ledger=ledger)
    signals = Signals()

    def written() -> None:
        if len(ledger.intents()) == 3:
            signals.second()

    stage.written = written
    applied = stage.apply(between=signals.here)
    intents = ledger.intents()
    stage.pass_time(120)
    replies = sorted(a.reply for r in intents for a in r.answers)
    kept = [name for name, result in applied.results.items() if result is Result.NOT_RUN]

    assert replies == [Reply.ACCEPTED] + [Reply.NOT_SENT] * 2
    assert len(kept) == 3
    assert len(stage.our_starts()) == len(stage.writes()) == 1
    assert left(stage.plan()) == dict.fromkeys(kept, Verdict.CHANGE)


def waiting_after(status: int, ledger: Ledger, signals: Signals) -> tuple[Stage, Applied]:
    """An apply that is left while a start, which was refused, waits for its next attempt."""
    stage = Stage(world(*sources("a")), ONE, ledger=ledger)
    stage.fail(
        {
            "path": "/sources/snapshot$",
            "method": "POST",
            "effect": "status",
            "status": status,
            "headers": {"Retry-After": "100"},
            "times": 1,
        }
    )
    sleep = stage.clock.sleep

    async def impatient(seconds: float) -> None:
        if seconds > 50:
            await sleep(3)
            signals.second()
        await sleep(seconds)

    stage.clock.sleep = impatient
    return stage, stage.apply(between=signals.here)


def test_what_was_refused_and_waits_for_its_next_attempt_has_surely_not_happened(ledger: Ledger):
    stage, applied = waiting_after(429, ledger, Signals())

    assert applied.results == {"a/a.p": Result.NOT_RUN}
    assert outcomes.of_apply(applied.planned.plan, applied.report) == (Outcome.NOT_REACHED,)
    assert [a.reply for a in ledger.intents()[0].answers] == [Reply.NOT_SENT]
    assert left(stage.plan()) == {"a/a.p": Verdict.CHANGE}


@pytest.mark.parametrize("effect", ["drop_before", "drop_after"])
def test_a_start_whose_answer_was_lost_stays_unknown_when_its_followers_leave(
    ledger: Ledger, effect: str
):
    specs = connections(lag="60s") + snapshots("a", completed("a.p"))
    quirks = {"publish_lag": "30s"}
    stage = Stage(world(*sources("a"), quirks=quirks), specs, ledger=ledger)
    stage.fail({"path": "/sources/snapshot$", "method": "POST", "effect": effect, "times": 1})
    signals = Signals()
    looks: list[str] = []

    async def leave(_method: str, path: str) -> None:
        looks.extend([path] * bool(stage.writes()))
        if len(looks) == 3:
            signals.second()
            await stage.clock.sleep(1)

    stage.before = leave
    applied = stage.apply(between=signals.here)

    assert applied.results == {"a/a.p": Result.UNKNOWN}
    assert outcomes.of_apply(applied.planned.plan, applied.report)[0] is Outcome.UNKNOWN


def test_a_glass_that_is_broken_at_the_second_attempt_is_written_down_too(ledger: Ledger):
    """The first attempt leaves while the window is open."""
    specs = connections() + mirrors("west", paused("a")) + CLOSING
    stage = Stage(world(link("west", mirror("a")), timing={"mirror": "0s"}), specs, ledger=ledger)
    slowed = {"status": 429, "headers": {"Retry-After": "110"}, "times": 1}
    stage.fail({"path": ":pause$", "effect": "status"} | slowed)
    applied = stage.apply(policy=GLASS)
    words = [(word.kind, str(word.address)) for word in ledger.words()]

    assert applied.results == {"west/a": Result.SETTLED}
    assert [record.intent.action for record in ledger.intents()] == [Action.PAUSE]
    assert words == [(WordKind.BREAK_GLASS, "ClusterLink/west/a")]
    assert [text for text in applied.report.warnings if "--break-glass (INC-1)" in text] != []
