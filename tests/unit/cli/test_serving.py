"""`sandbox serve`, up to where the server takes over: that it answers is shown in `tests/e2e`."""

import socket
import sys

import pytest
import uvicorn

from reconciler.cli.sandbox import _bound
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

    told = "Error: serving needs uvicorn: pip install 'streaming-reconciler[serve]'\n"
    assert ran == Ran(2, "", told)


def test_a_port_that_is_taken_is_told(command: Command) -> None:
    with _bound("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        ran = command("sandbox", "serve", "--port", port)

    told = f"Error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    assert ran == Ran(2, "", told)
