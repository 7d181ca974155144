"""Every ledger: a file, and a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.ledger.opening import open_ledger
from reconciler.ledger.protocol import Ledger
from tests.contract.ledgers.others import Opener


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no ledger yet."""
    if request.param == "sqlite":
        return str(tmp_path / "state" / "ledger.db")
    return request.getfixturevalue("server").new_schema()


@pytest.fixture
def opened(place: str) -> Iterator[Opener]:
    """Opens ledgers at that place; all are closed in the end."""
    ledgers: list[Ledger] = []

    def once(*, read_only: bool = False, **options: object) -> Ledger:
        ledgers.append(open_ledger(place, read_only=read_only, **options))
        return ledgers[-1]

    yield once
    for one in ledgers:
        one.close()


@pytest.fixture
def ledger(opened: Opener) -> Ledger:
    """A new ledger."""
    return opened()
