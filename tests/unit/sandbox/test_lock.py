"""Whoever waits for a sandbox is told for whom, and what to do instead."""

import os
from pathlib import Path

import pytest

from reconciler.sandbox import lock as lock_module
from reconciler.sandbox.lock import DirectoryLock, Holder
from reconciler.sandbox.problems import SandboxBusy

URL = "http://127.0.0.1:8080"


@pytest.fixture
def held(tmp_path):
    """A lock that is held, as by another process."""
    lock = DirectoryLock(tmp_path, 0)
    yield lock
    lock.release()


def busy(directory, wait=0.0, tell=None):
    """What a second lock says when its time is up."""
    with pytest.raises(SandboxBusy) as caught:
        DirectoryLock(directory, wait, tell)
    return str(caught.value)


@pytest.mark.usefixtures("held")
def test_a_short_wait_is_a_silent_one(tmp_path):
    told = []
    busy(tmp_path, 0.01, told.append)

    assert told == []


@pytest.mark.usefixtures("held")
def test_a_longer_wait_is_told_once(tmp_path, monkeypatch):
    monkeypatch.setattr(lock_module, "_SILENCE", 0.0)
    told = []
    busy(tmp_path, 0.2, told.append)

    (sentence,) = told
    assert sentence == (
        f"Waiting for another command (process {os.getpid()}), which uses the sandbox in "
        f"{tmp_path}; at most 0.2 s."
    )


@pytest.mark.parametrize(
    ("named", "told"),
    [
        pytest.param(
            Holder("7"),
            "another command (process 7) uses the sandbox in DIR; wait for it, or run "
            "`reconciler sandbox serve` and point several commands at it",
            id="command",
        ),
        pytest.param(
            Holder("7", URL),
            f"`reconciler sandbox serve` at {URL} uses the sandbox in DIR; ask it (GET "
            f"{URL}/_sandbox/requests, runs or world), point the endpoint of your connections at "
            f"{URL}, or end it",
            id="server",
        ),
        pytest.param(
            Holder("\x1b[31m", "gopher://x"),
            "another command uses the sandbox in DIR; wait for it, or run "
            "`reconciler sandbox serve` and point several commands at it",
            id="nonsense",
        ),
    ],
)
def test_an_error_names_the_holder(held, tmp_path, named, told):
    held.name(Holder("123456789", "http://a.much.longer.name.than.the.next"))
    held.name(named)

    assert busy(tmp_path) == told.replace("DIR", str(tmp_path))


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


@pytest.mark.usefixtures("held")
def test_an_interrupted_wait_leaves_no_file_open(tmp_path, monkeypatch):
    monkeypatch.setattr(lock_module, "_SILENCE", 0.0)
    before = open_files()

    def interrupted(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        DirectoryLock(tmp_path, 1, interrupted)

    assert open_files() == before
