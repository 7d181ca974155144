"""Commands in processes of their own, forked from one that has imported everything already.

A command spends most of its time on importing. What it does after that is the same here as in a
process that began from nothing: its own memory, streams, environment, folder and end. Tests of how a
process begins (its streams, its terminal, its signals) start one from nothing.

    python -m tests.e2e.warm        reads what to run from stdin, and tells on stdout how each ended
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
STREAMS = ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w"))


@dataclass(slots=True)
class Warm:
    """The process to fork from; begun when it is first needed.

    Attributes:
        process: It, once it has begun.
        folder: Where the streams of what runs are kept.
    """

    process: "subprocess.Popen[str] | None" = None
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="reconciler-warm-")))

    def run(
        self, words: Sequence[str], folder: Path, env: Mapping[str, str], patience: float
    ) -> tuple[int, str, str]:
        """Run `python -m` with some words to its end.

        Returns:
            Its exit code, and what it wrote to stdout and stderr.

        Raises:
            TimeoutError: It did not end; it was killed.
        """
        out, err = self.folder / "out", self.folder / "err"
        asked = {"words": words, "folder": str(folder), "env": dict(env)}
        pid = self._ask(asked | {"stdin": os.devnull, "stdout": str(out), "stderr": str(err)})
        assert self.process is not None
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], patience)[0]:
            os.kill(pid, signal.SIGKILL)
            self.process.stdout.readline()
            raise TimeoutError(f"{words}: {err.read_text(encoding='utf-8')}")
        code = int(self.process.stdout.readline())
        return code, out.read_bytes().decode(), err.read_bytes().decode()

    def _ask(self, asked: Mapping[str, object]) -> int:
        self.process = self.process or self._begun()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(asked)}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def _begun(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.warm"],
            cwd=ROOT,
            env=os.environ | {"PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        atexit.register(process.communicate)
        return process


def import_everything() -> None:
    """Import whatever a command may import, once."""
    import reconciler  # noqa: PLC0415 - who only asks for a command needs nothing of it

    for module in pkgutil.walk_packages(reconciler.__path__, "reconciler."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def become(asked: Mapping[str, object]) -> None:
    """In the child: take the place of `python -m` with some words, and end as it would."""
    for number, name, mode in STREAMS:
        flags = os.O_RDONLY if mode == "r" else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        handle = os.open(str(asked[name]), flags, 0o600)
        os.dup2(handle, number)
        os.close(handle)
        stream = open(number, mode, -1 if number < 2 else 1, "utf-8", closefd=False)  # noqa: SIM115 - it is the process's
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(str(asked["folder"]))
    os.environ.clear()
    os.environ.update(asked["env"])
    module, *sys.argv[1:] = asked["words"]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def main() -> None:
    """Fork for each line of stdin, and tell the process and how it ended."""
    import_everything()
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
            return
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
