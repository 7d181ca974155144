"""What the contracts run against."""

from collections.abc import Iterator
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
