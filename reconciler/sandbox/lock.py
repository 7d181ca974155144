"""One process at a time on a sandbox directory; whoever waits is told for whom.

The file that is locked also says who holds it: a process number, and a URL where a server does. It
is only read while the lock is held by somebody, so that what a killed process left there misleads
nobody.
"""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from reconciler.records import Struct
from reconciler.sandbox.problems import SandboxBusy, SandboxError

_PAUSE = 0.05
_SILENCE = 1.0
"""Seconds of waiting before a person is told."""
_LONGEST = 4096

Tell = Callable[[str], None]


class Holder(Struct, frozen=True):
    """Who holds a lock, as far as it says.

    Attributes:
        process: Its number, or empty.
        url: Where it serves the sandbox, or empty.
    """

    process: str = ""
    url: str = ""

    def __str__(self) -> str:
        if self.url:
            return f"`reconciler sandbox serve` at {self.url}"
        return f"another command (process {self.process})" if self.process else "another command"

    @property
    def advice(self) -> str:
        """What a person can do who does not want to wait for it."""
        if self.url:
            return (
                f"ask it (GET {self.url}/_sandbox/requests, runs or world), point the endpoint of "
                f"your connections at {self.url}, or end it"
            )
        return "wait for it, or run `reconciler sandbox serve` and point several commands at it"


class DirectoryLock:
    """An advisory lock that the system releases when the process ends, however it ends.

    Args:
        directory: Made if there is none.
        wait: Seconds to wait for another process.
        tell: Given one sentence if that takes longer than a moment, or None.

    Raises:
        SandboxBusy: The other process did not end in time.
        SandboxError: The directory cannot be made or written to.
    """

    def __init__(self, directory: Path, wait: float, tell: Tell | None = None) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SandboxError(f"the sandbox cannot use {directory}: {error.strerror}") from error
        try:
            self._take(directory, wait, tell)
            self.name(Holder(str(os.getpid())))
        except BaseException:
            os.close(self._file)
            raise

    def name(self, holder: Holder) -> None:
        """Say who holds it, for those who wait."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{holder.process}\n{holder.url}\n".encode(), 0)

    def release(self) -> None:
        """Let others in."""
        os.close(self._file)

    def _take(self, directory: Path, wait: float, tell: Tell | None) -> None:
        began = time.monotonic()
        while not self._taken():
            passed = time.monotonic() - began
            if passed >= wait:
                holder = self._holder()
                raise SandboxBusy(f"{holder} uses the sandbox in {directory}; {holder.advice}")
            if tell is not None and passed >= _SILENCE:
                tell(
                    f"Waiting for {self._holder()}, which uses the sandbox in {directory}; "
                    f"at most {wait:g} s."
                )
                tell = None
            time.sleep(_PAUSE)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _holder(self) -> Holder:
        text = os.pread(self._file, _LONGEST, 0).decode("utf-8", "replace")
        process, _, rest = text.partition("\n")
        url = rest.partition("\n")[0]
        return Holder(
            process if process.isdecimal() else "", url if url.startswith("http://") else ""
        )
