"""What is measured: this process, and in it the tests that tell one line from another."""

import os
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

HERE = Path(__file__).parent
UNMEASURED = {HERE / "property", HERE / "machine"}
"""Thousands of examples on lines that other tests hold; measured they take twice as long."""


@pytest.fixture(scope="session", autouse=True)
def _processes_of_tests_are_not_measured() -> None:
    """Measuring costs a command as much time as it takes itself."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS_")]:
        del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no test of the rooms that try the same lines again and again."""
    measuring = coverage.Coverage.current()
    if measuring is None or UNMEASURED.isdisjoint(item.path.parents):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
