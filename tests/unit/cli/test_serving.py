"""`sandbox serve`, up to where the server takes over: that it answers is shown in `tests/e2e`."""

import socket
import sys
from pathlib import Path

import pytest
import uvicorn

from reconciler.cli.sandbox import _bound
from reconciler.sandbox.lock import DirectoryLock
from reconciler.sandbox.problems import SandboxBusy
from tests.e2e.person import Ran
from tests.unit.cli.conftest import Command


def test_ctrl_c_is_how_it_ends(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bool] = []

    def run(self: uvicorn.Server, sockets: list[socket.socket]) -> None:
        heard.append(self.config.server_header)
        with socket.create_connection(sockets[0].getsockname()[:2], timeout=5):
            heard.append(True)
        sockets[0].close()
        raise KeyboardInterrupt

    monkeypatch.setattr(uvicorn.Server, "run", run)
    ran = command("sandbox", "serve", "--port", "0")

    assert (ran.code, ran.out, heard) == (0, "", [False, True])
    assert ran.err.startswith("Sandbox at http://127.0.0.1:")
    assert ran.err.endswith(" (Ctrl-C ends it)\n")


def test_the_server_is_an_extra(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    ran = command("sandbox", "serve")

    told = "Error: serving needs the extra `serve`, in a checkout pip install '.[serve]'\n"
    assert ran == Ran(2, "", told)


def test_a_port_that_is_taken_is_told(command: Command) -> None:
    with _bound("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        ran = command("sandbox", "serve", "--port", port)

    told = f"Error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert ran == Ran(2, "", told)


def test_the_url_of_an_ipv6_address_can_be_opened(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: sockets[0].close())
    ran = command("sandbox", "serve", "--host", "::1", "--port", "0")

    assert ran.err.startswith("Sandbox at http://[::1]:")


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("", "--host is empty; write 127.0.0.1, or 0.0.0.0 for every address"),
        ("é" * 70, f"cannot listen on {'é' * 70}:8080: that is no host"),
    ],
)
def test_a_host_that_is_none_is_told(host: str, told: str, command: Command) -> None:
    assert command("sandbox", "serve", "--host", host) == Ran(2, "", f"Error: {told}\n")


def test_who_waits_for_a_server_is_told_where_it_is(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def run(_: uvicorn.Server, sockets: list[socket.socket]) -> None:
        sockets[0].close()
        place = Path.cwd() / ".reconciler/sandbox"
        with pytest.raises(SandboxBusy) as busy:
            DirectoryLock(place, 0)
        told.append(str(busy.value))

    monkeypatch.setattr(uvicorn.Server, "run", run)
    ran = command("sandbox", "serve", "--port", "0")
    url = ran.err.split()[2]

    (sentence,) = told
    assert sentence == (
        f"`reconciler sandbox serve` at {url} uses the sandbox in {Path.cwd()}/.reconciler/sandbox; "
        f"ask it (GET {url}/_sandbox/requests, runs or world), point the endpoint of your "
        f"connections at {url}, or end it"
    )
