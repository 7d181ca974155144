from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.person import Person, settle_down
from tests.e2e.served import Served, point_at, serving
from tests.support.postgres import PostgresServer


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Somebody with the sample specs and a world of their own in which time stands still."""
    return settle_down(tmp_path / "home")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Person:
    """Somebody whose world and specs a whole module shares: for commands that only read."""
    return settle_down(tmp_path_factory.mktemp("reader") / "home")


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One sandbox behind a port for all tests; take `served`, which begins it anew."""
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture(scope="package")
def postgres() -> Iterator[PostgresServer]:
    """A database server for ledgers."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def served(server: Served) -> Served:
    """A sandbox behind a port, begun anew, in which time stands still."""
    server.reset()
    return server


@pytest.fixture
def customer(served: Served, tmp_path: Path) -> Person:
    """Somebody whose specs lead to the served sandbox."""
    somebody = settle_down(tmp_path / "customer")
    point_at(somebody, served)
    return somebody
