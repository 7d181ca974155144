"""One process at a time on a sandbox directory."""

import fcntl
import os
import time
from pathlib import Path

from reconciler.sandbox.problems import SandboxBusy, SandboxError

_PAUSE = 0.05


class DirectoryLock:
    """An advisory lock that the system releases when the process ends, however it ends.

    Args:
        directory: Made if there is none.
        wait: Seconds to wait for another process.

    Raises:
        SandboxBusy: The other process did not end in time.
        SandboxError: The directory cannot be made or written to.
    """

    def __init__(self, directory: Path, wait: float) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise SandboxError(f"the sandbox cannot use {directory}: {error.strerror}") from error
        until = time.monotonic() + wait
        while not self._taken():
            if time.monotonic() >= until:
                os.close(self._file)
                raise SandboxBusy(
                    f"another command is using the sandbox in {directory}; wait for it, or run "
                    "`reconciler sandbox serve` and point several commands at it"
                )
            time.sleep(_PAUSE)

    def release(self) -> None:
        """Let others in."""
        os.close(self._file)

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
