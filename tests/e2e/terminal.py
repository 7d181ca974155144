"""A command at a terminal that a test plays the person at."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import IO, Self

from tests.e2e.person import PATIENCE, Person

SILENCE = 0.3


def _take_terminal() -> None:
    """In the child: make the terminal on stdin the one that Ctrl-C comes from."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """One command with all three streams, or all but stdout, at a terminal."""

    def __init__(self, person: Person, *words: str, out: Path | None = None) -> None:
        self._master, slave = pty.openpty()
        self.seen = ""
        stdout: int | IO[bytes] = out.open("wb") if out else slave
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reconciler", *words],
            cwd=person.folder,
            env=person.env,
            stdin=slave,
            stdout=stdout,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no threads here
        )
        os.close(slave)
        if not isinstance(stdout, int):
            stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window another size, and tell the command as a terminal does."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def expect(self, text: str) -> None:
        """Read until a text has been shown."""
        until = time.monotonic() + PATIENCE
        while text not in self.seen:
            assert time.monotonic() < until, self.seen
            assert self._read(), f"{text!r} was never shown: {self.seen}"

    def expect_silence(self) -> None:
        """Read until nothing more is shown: whoever asks has begun to listen."""
        while select.select([self._master], [], [], SILENCE)[0]:
            assert self._read(), self.seen

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    def end(self) -> int:
        """Read until the command has ended; its exit code."""
        until = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < until, self.seen
        return self._process.wait(timeout=PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], PATIENCE)
        if not ready:
            return False
        try:
            piece = os.read(self._master, 65_536)
        except OSError:  # the last one at the other end has gone
            return False
        self.seen += piece.decode(errors="replace")
        return bool(piece)
