from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest
import stamina

from reconciler.cli import main
from reconciler.cli.clock import SystemClock
from tests.e2e.person import STRANGERS, Person, Ran, settle_down

Command = Callable[..., Ran]
MIRRORS = ("--select", "ClusterLink/east-to-west")
CUSTOMERS = ("--select", "Source/customers-mysql")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for name in STRANGERS - {"COLUMNS"}:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Looks and attempts of commands follow each other; there are as many as ever."""

    async def sleep(_clock: SystemClock, seconds: float) -> None:
        await anyio.sleep(seconds / 20)

    monkeypatch.setattr(SystemClock, "sleep", sleep)
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    """The folder we are in: sample specs, a world in which time stands still, a short `lag`."""
    person = settle_down(tmp_path / "home")
    person.change("specs/connections.yaml", "endpoint: sandbox", "endpoint: sandbox\n  lag: 100ms")
    monkeypatch.chdir(person.folder)
    return person


@pytest.fixture
def command(home: Person, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command line in this process, at home."""
    assert home.folder == Path.cwd()

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = main.run(words)
        told = capsys.readouterr()
        return Ran(code, told.out, told.err)

    return run
