"""Commands in processes forked from this one: as real as any, without importing everything anew."""

import importlib
import os
import pkgutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import reconciler
from reconciler.cli.main import run
from tests.e2e.person import Ran

BLINK = 0.005
CRASHED = 70


def warm_up() -> None:
    """Import whatever a command may import, once."""
    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


@dataclass(slots=True)
class Forked:
    """A command under way; its streams go to files.

    Attributes:
        pid: Its process.
        folder: Where its streams are kept.
        status: How it ended, once it was awaited.
    """

    pid: int
    folder: Path
    status: int | None = None

    @property
    def told(self) -> str:
        """What it wrote to stderr so far."""
        return (self.folder / "err").read_text(encoding="utf-8")

    def has_ended(self) -> bool:
        """Whether it ended by now."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = os.waitstatus_to_exitcode(status) if pid else None
        return self.status is not None

    def until(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Let it go on until something is so, it has ended, or some time has passed."""
        end = time.monotonic() + seconds
        while not (is_so() or self.has_ended() or time.monotonic() > end):
            time.sleep(BLINK)

    def kill(self) -> bool:
        """Kill it; whether it was still alive."""
        if self.has_ended():
            return False
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self.status = os.waitstatus_to_exitcode(status)
        return self.status == -signal.SIGKILL

    def end(self, seconds: float = 60.0) -> Ran:
        """Wait until it has ended."""
        self.until(lambda: False, seconds)
        if self.status is None:
            self.kill()
            raise TimeoutError(f"it never ended: {self.told}")
        return Ran(self.status, (self.folder / "out").read_text(encoding="utf-8"), self.told)


def fork(words: Sequence[str], home: Path, streams: Path, env: Mapping[str, str]) -> Forked:
    """Begin a command.

    Args:
        words: Its words, without the program's name.
        home: Where it runs.
        streams: A folder for its streams.
        env: Its whole environment.
    """
    streams.mkdir(parents=True)
    for name in ("out", "err"):
        (streams / name).touch()
    pid = os.fork()
    if pid == 0:
        _become(words, home, streams, env)
    return Forked(pid, streams)


def _become(words: Sequence[str], home: Path, streams: Path, env: Mapping[str, str]) -> NoReturn:
    """In the child: nothing of what the parent would do afterwards may happen here."""
    code = CRASHED
    try:
        for number, path in ((0, "/dev/null"), (1, streams / "out"), (2, streams / "err")):
            os.dup2(os.open(path, os.O_RDWR), number)
        os.chdir(home)
        os.environ.clear()
        os.environ.update(env)
        code = run(words)
    finally:
        os._exit(code)
