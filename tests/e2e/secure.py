"""The sandbox behind TLS, and a proxy in front of it; `python -m tests.e2e.secure STATE PEM` serves."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import trustme
import uvicorn

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.world import read_text
from tests.e2e.person import STILL, wall

HOST = "127.0.0.1"
ROOT = Path(__file__).parents[2]


def main(state: str, pem: str) -> None:
    """Serve until killed; the port is told on stderr."""
    listener = socket.create_server((HOST, 0))
    with open_sandbox(Path(state), clock=wall) as sandbox:
        config = uvicorn.Config(
            sandbox.app, log_level="error", lifespan="off", ssl_certfile=pem, date_header=False
        )
        sys.stderr.write(f"{listener.getsockname()[1]}\n")
        sys.stderr.flush()
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def serving_securely(folder: Path) -> Iterator[str]:
    """A URL for as long as a block runs; who trusts `ca.pem` in the folder trusts it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
    with open_sandbox(folder / "state", clock=wall, wait=0) as sandbox:
        sandbox.reset(read_text(STILL.read_bytes()))
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.secure", folder / "state", folder / "own.pem"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        yield f"https://{HOST}:{int(process.stderr.readline())}"
    finally:
        process.kill()
        process.communicate()


class Proxy:
    """An HTTP proxy that only connects: it sees where to, and nothing of what passes.

    Attributes:
        heads: The first lines and headers of what it was asked.
    """

    def __init__(self, refusal: bytes = b"") -> None:
        """Begin to listen.

        Args:
            refusal: What to answer instead of connecting.
        """
        self.heads: list[str] = []
        self._refusal = refusal
        self._listener = socket.create_server((HOST, 0))
        self.place = f"{HOST}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    @property
    def targets(self) -> set[str]:
        """Where it was asked to connect to."""
        return {head.split("\r\n")[0] for head in self.heads}

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        head = b""
        with line:
            while b"\r\n\r\n" not in head and (piece := line.recv(65_536)):
                head += piece
            self.heads.append(head.decode("latin-1"))
            if self._refusal or not head.startswith(b"CONNECT "):
                line.sendall(self._refusal or b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            host, _, port = head.split()[1].decode().partition(":")
            with socket.create_connection((host, int(port))) as there:
                line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pass_on, args=(there, line))
                back.start()
                _pass_on(line, there)
                back.join()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while piece := here.recv(65_536):
            there.sendall(piece)
    with suppress(OSError):
        there.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main(*sys.argv[1:])
