"""Whoever writes while another one's transaction is under way is written with all who wait."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from reconciler.engine.scribe import Scribe
from reconciler.errors import LedgerError
from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Departure
from tests.support.ledgers import answer, intent

pytestmark = pytest.mark.anyio


class Slow:
    """A thread whose work ends when the test says so."""

    def __init__(self) -> None:
        self.begun = 0
        self.go = anyio.Event()

    async def __call__(self, work: Callable[[], object]) -> object:
        """Do the work at once and hold back what comes of it."""
        self.begun += 1
        done = work()
        await self.go.wait()
        return done


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new one."""
    with closing(open_ledger(tmp_path / "ledger.db", read_only=False)) as opened:
        yield opened


def ids(ledger: Ledger) -> Sequence[str]:
    return [record.intent.id for record in ledger.intents()]


async def test_what_waits_is_written_in_one_transaction(ledger: Ledger) -> None:
    thread = Slow()
    scribe = Scribe(ledger, thread)

    async with anyio.create_task_group() as group:
        group.start_soon(scribe.depart, Departure(intent("i0")))
        await anyio.wait_all_tasks_blocked()
        for number in range(1, 9):
            group.start_soon(scribe.depart, Departure(intent(f"i{number}")))
        group.start_soon(scribe.answer, [answer("i0")])
        await anyio.wait_all_tasks_blocked()
        first = thread.begun, ids(ledger)
        thread.go.set()

    assert first == (1, ["i0"])
    assert thread.begun == 2
    assert ids(ledger) == [f"i{number}" for number in range(9)]
    assert len(ledger.intents()[0].answers) == 1


async def test_whoever_is_cancelled_before_its_turn_writes_nothing(ledger: Ledger) -> None:
    thread = Slow()
    scribe = Scribe(ledger, thread)

    async with anyio.create_task_group() as group:
        group.start_soon(scribe.depart, Departure(intent("first")))
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0):
            await scribe.depart(Departure(intent("cancelled")))
        group.start_soon(scribe.depart, Departure(intent("last")))
        await anyio.wait_all_tasks_blocked()
        thread.go.set()

    assert ids(ledger) == ["first", "last"]


async def test_whoever_is_cancelled_while_it_writes_for_others_writes_for_them(
    ledger: Ledger,
) -> None:
    thread = Slow()
    scribe = Scribe(ledger, thread)
    passed: list[str] = []

    async def leave(name: str) -> None:
        await scribe.depart(Departure(intent(name)))
        passed.append(name)

    async with anyio.create_task_group() as group:
        group.start_soon(leave, "holds the turn")
        await anyio.wait_all_tasks_blocked()
        async with anyio.create_task_group() as leaving:
            leaving.start_soon(leave, "writes for both")
            await anyio.wait_all_tasks_blocked()
            group.start_soon(leave, "is written for")
            await anyio.wait_all_tasks_blocked()
            thread.go.set()
            while thread.begun < 2:
                await anyio.lowlevel.checkpoint()
            leaving.cancel_scope.cancel()

    assert "is written for" in passed
    assert ids(ledger) == ["holds the turn", "is written for", "writes for both"]


async def test_what_cannot_be_written_is_told_to_all_who_waited(ledger: Ledger) -> None:
    thread = Slow()
    scribe = Scribe(ledger, thread)
    told: list[str] = []

    async def leave(name: str) -> None:
        try:
            await scribe.depart(Departure(intent(name)))
        except LedgerError:
            told.append(name)

    async with anyio.create_task_group() as group:
        group.start_soon(leave, "once")
        await anyio.wait_all_tasks_blocked()
        for name in ("once", "other"):
            group.start_soon(leave, name)
        await anyio.wait_all_tasks_blocked()
        thread.go.set()
    await scribe.depart(Departure(intent("other")))

    assert sorted(told) == ["once", "other"]
    assert ids(ledger) == ["once", "other"]


async def test_where_the_one_who_writes_breaks_off_nobody_takes_it_for_written(
    ledger: Ledger,
) -> None:
    turn = anyio.Event()
    told: list[str] = []

    async def broken(_work: Callable[[], object]) -> object:
        await turn.wait()
        raise RuntimeError

    scribe = Scribe(ledger, broken)

    async def leave(name: str) -> None:
        try:
            await scribe.depart(Departure(intent(name)))
        except (LedgerError, RuntimeError) as error:
            told.append(f"{name}: {type(error).__name__}")

    async with anyio.create_task_group() as group:
        for name in ("one", "two", "three"):
            group.start_soon(leave, name)
            await anyio.wait_all_tasks_blocked()
        turn.set()

    assert sorted(told) == ["one: RuntimeError", "three: LedgerError", "two: RuntimeError"]
    assert ids(ledger) == []
