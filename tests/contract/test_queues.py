"""What waits for its turn at the pace of a credential is no call yet: it can still be kept back."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from reconciler.engine.halting import Halt
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Lease, WordKind
from reconciler.model.outcome import Result
from tests.contract.test_windows import CLOSING, GLASS
from tests.support.mortal import Life
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
from tests.support.stage import Applied, Stage

NAMES = ("east", "north", "south", "west")
WORLD = world(*(link(name, mirror(name)) for name in NAMES), timing={"mirror": "0s"})
SLOW = "endpoint: sandbox, limits: {requestsPerSecond: 0.1, burst: 3}, lag: 5s}"
SPECS = connections().replace("endpoint: sandbox, lag: 5s}", SLOW) + "".join(
    mirrors(name, paused(name)) for name in NAMES
)
"""Both reads and the first pause leave at once; each pause then waits ten seconds for its turn."""


def intended(ledger: Ledger) -> list[str]:
    """The links whose pause is in the ledger."""
    return [item.address.name for r in ledger.intents() for item in r.intent.items]


def signalled(stage: Stage, signal: Callable[[Halt], None]) -> Applied:
    """An apply that gets a signal while the first pause is answered."""
    halts: list[Halt] = []

    async def keep(halt: Halt) -> None:
        halts.append(halt)

    async def give(_method: str, path: str) -> None:
        if path.endswith(":pause"):
            signal(halts[0])
            await stage.clock.sleep(1)

    stage.after = give
    return stage.apply(between=keep)


def test_after_a_signal_nothing_leaves_that_waited_for_its_turn(ledger: Ledger):
    stage = Stage(WORLD, SPECS, ledger=ledger)
    applied = signalled(stage, lambda halt: halt.asked.set())
    kept = [item for item in applied.report.items if item.result is Result.NOT_RUN]

    assert len(stage.writes()) == len(intended(ledger)) == len(applied.report.calls) == 1
    assert [item.message for item in kept] == ["interrupted"] * 3
    assert stage.clock.monotonic() < 20


def test_when_the_time_is_up_nothing_leaves_that_waited_for_its_turn(ledger: Ledger):
    applied = Stage(WORLD, SPECS, ledger=ledger).apply(timeout=15)
    left = [item for item in applied.report.items if item.result is Result.NOT_RUN]

    assert {item.message for item in left} == {"the time given with --timeout is up"}
    assert len(left) == len(NAMES) - len(intended(ledger)) == 2


def test_a_second_signal_calls_nothing_sent_that_waited_for_its_turn(ledger: Ledger):
    stage = Stage(WORLD, SPECS, ledger=ledger)
    applied = signalled(stage, lambda halt: halt.scope.cancel())

    assert sorted(applied.results.values()) == [Result.NOT_RUN] * 3 + [Result.UNKNOWN]
    assert len(intended(ledger)) == len(stage.writes()) == 1


def test_what_closes_while_a_call_waits_for_its_turn_is_not_sent(ledger: Ledger):
    """The window closes after a minute; before, six pauses could leave."""
    slow = SPECS.replace("requestsPerSecond: 0.1", "requestsPerSecond: 0.02")
    stage = Stage(WORLD, slow + CLOSING, ledger=ledger)
    applied = stage.apply()
    stale = [item for item in applied.report.items if item.result is Result.STALE]

    assert len(stage.writes()) == len(intended(ledger)) == 2
    assert [item.message.startswith("its window has closed: ") for item in stale] == [True] * 2


def test_a_glass_that_is_broken_while_a_call_waits_is_written_down_for_what_closed(ledger: Ledger):
    slow = SPECS.replace("requestsPerSecond: 0.1", "requestsPerSecond: 0.02")
    Stage(WORLD, slow + CLOSING, ledger=ledger).apply(policy=GLASS)
    words = [word for word in ledger.words() if word.kind is WordKind.BREAK_GLASS]

    assert len(intended(ledger)) == len(NAMES)
    assert len(words) == 2


def test_what_waits_for_its_turn_longer_than_a_lease_lasts_is_not_taken_over(ledger: Ledger):
    """The pauses leave every 100 seconds; a lease is for 120."""
    slow = SPECS.replace("requestsPerSecond: 0.1", "requestsPerSecond: 0.01, writeTimeout: 10s")
    stage = Stage(WORLD, slow, ledger=ledger)
    granted: list[Lease] = []

    async def take(_method: str, path: str) -> None:
        if path.endswith(":pause"):
            now = stage.clock.now() + timedelta(seconds=99)
            scopes = [lease.scope for lease in ledger.leases()]
            granted.extend(ledger.take(scopes, "bert", now, now + timedelta(hours=1)).granted)

    stage.after = take
    applied = stage.apply()

    assert len(stage.writes()) == 4
    assert granted == []
    assert set(applied.results.values()) == {Result.SETTLED}


def test_a_canary_that_is_watched_longer_than_a_lease_lasts_keeps_the_others_leased(ledger: Ledger):
    specs = connections(lag="10m", writeTimeout="10s") + "".join(
        snapshots(name, completed(f"{name}.p", more=more))
        for name, more in (("a", ""), ("b", ", filter: x>1"))
    )
    sources = (source(name, topic(f"{name}.p")) for name in "ab")
    stage = Stage(world(*sources, quirks={"publish_lag": "5m"}), specs, ledger=ledger)
    granted: list[Lease] = []

    async def take(_method: str, _path: str) -> None:
        if stage.our_starts():
            now = stage.clock.now() + timedelta(seconds=40)
            scopes = [lease.scope for lease in ledger.leases()]
            granted.extend(ledger.take(scopes, "bert", now, now + timedelta(hours=1)).granted)

    stage.after = take
    applied = stage.apply(timeout=3000)

    assert granted == []
    assert applied.results == {"a/a.p": Result.STARTED, "b/b.p": Result.STARTED}


def test_a_crash_leaves_no_doubt_about_what_waited_for_its_turn(ledger: Ledger):
    stage = Stage(WORLD, SPECS, ledger=ledger)
    life = Life()

    async def crash(_method: str, path: str) -> None:
        if path.endswith(":pause"):
            life.is_over = True
            life.go_on()

    stage.before = crash
    with pytest.raises(BaseExceptionGroup):
        stage.clock.run(lambda: stage.applying(life=life))

    assert len(intended(ledger)) == 1
