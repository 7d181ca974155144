"""What the contracts run against."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL for all tests; each takes a schema of its own."""
    with PostgresServer() as running:
        yield running
