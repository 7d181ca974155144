"""Every ledger: a file, and a real PostgreSQL."""

from collections.abc import Callable

import pytest

from reconciler.ledger.protocol import Ledger


@pytest.fixture
def ledger(opened: Callable[..., Ledger]) -> Ledger:
    """A new ledger."""
    return opened()
