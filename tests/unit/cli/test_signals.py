"""What apply does with Ctrl-C and SIGTERM."""

import os
import signal
from collections.abc import Iterator
from types import SimpleNamespace

import anyio
import pytest

from reconciler.cli.apply import _heed_signals, _signals
from reconciler.cli.console import Console
from reconciler.engine.halting import Halt
from tests.support.clock import FakeClock


@pytest.fixture(autouse=True)
def _nobody_told_us_to_ignore_the_end_of_the_terminal() -> Iterator[None]:
    """Whoever runs the tests below `nohup` did."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_asks_for_an_end_and_the_second_makes_one(
    number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[bool] = []

    async def main() -> bool:
        halt = Halt(FakeClock())
        session = SimpleNamespace(common=SimpleNamespace(console=Console()))
        async with anyio.create_task_group() as group:
            await group.start(_heed_signals, halt, session)
            with halt.scope:
                os.kill(os.getpid(), number)
                await halt.asked.wait()
                asked.append(halt.reason == "interrupted")
                os.kill(os.getpid(), number)
                await anyio.sleep_forever()
        return halt.scope.cancelled_caught

    left = anyio.run(main)

    assert (asked, left) == ([True], True)
    assert capsys.readouterr().err == (
        "Interrupted: no new calls; calls under way are awaited. Once more leaves at once.\n"
    )


def test_who_was_told_to_ignore_the_end_of_the_terminal_does() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert _signals() == (signal.SIGINT, signal.SIGTERM)
