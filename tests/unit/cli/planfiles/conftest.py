"""A plan of the sample specs on the disk."""

from pathlib import Path

import pytest

from tests.e2e.person import NOW
from tests.unit.cli.conftest import Command


@pytest.fixture
def saved(command: Command) -> Path:
    """A plan of the sample specs, in `plan.json`."""
    assert command("plan", *NOW, "--out", "plan.json").code == 0
    return Path("plan.json")
