"""What is measured, this process and in it the tests that tell one line from another; and who litters.

What a test leaves open is an error wherever garbage happens to be collected, so that a neighbour that
imports much would have failed for it. It is collected at the end of every module.
"""

import gc
import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import coverage
import pytest

HERE = Path(__file__).parent
UNMEASURED = {HERE / "property", HERE / "machine", HERE / "contract/test_sandbox_openapi.py"}
"""Thousands of examples on lines that other tests hold; measured they take twice as long."""


@pytest.fixture(scope="session", autouse=True)
def _processes_of_tests_are_not_measured() -> None:
    """Measuring costs a command as much time as it takes itself."""
    for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS_")]:
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> None:
    """A shell that runs us in the background has its children ignore it, and theirs as well."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Keep what was collected, which stays to the end, out of every search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _whoever_litters_is_found() -> Iterator[None]:
    yield
    gc.collect()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Measure no test of those that try the same lines again and again."""
    measuring = coverage.Coverage.current()
    if measuring is None or UNMEASURED.isdisjoint((item.path, *item.path.parents)):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()
