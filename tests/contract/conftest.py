"""What the contracts run against."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests; each takes a schema of its own."""
    with PostgresServer() as running:
        yield running


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that was there before."""
    open_ledger(tmp_path / "ledger.db", read_only=False).close()
    opened = open_ledger(tmp_path / "ledger.db", read_only=False)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no ledger yet."""
    if request.param == "sqlite":
        return str(tmp_path / "state" / "ledger.db")
    return request.getfixturevalue("server").new_schema()


@pytest.fixture
def opened(place: str) -> Iterator[Callable[..., Ledger]]:
    """Opens ledgers at that place; all are closed in the end."""
    ledgers: list[Ledger] = []

    def once(*, read_only: bool = False, **options: object) -> Ledger:
        ledgers.append(open_ledger(place, read_only=read_only, **options))
        return ledgers[-1]

    yield once
    for one in ledgers:
        one.close()
