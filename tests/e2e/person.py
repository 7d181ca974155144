"""A person at a shell: a folder with specs, and commands in processes of their own."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.sandbox import open_sandbox
from reconciler.sandbox.world import read_text
from tests.e2e.warm import Warm

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "specs"
STILL = HERE / "world.yaml"
NOW = ("--now", "2025-06-01T00:00:00Z")
"""A moment that suits the world in which time stands still."""

STRANGERS = {
    "BUILD_URL",
    "CI",
    "CI_COMMIT_SHA",
    "CI_JOB_URL",
    "COLUMNS",
    "FORCE_COLOR",
    "GITHUB_ACTIONS",
    "GITHUB_ACTOR",
    "GITHUB_RUN_ID",
    "GITHUB_SHA",
    "GITLAB_USER_LOGIN",
    "GIT_COMMIT",
    "NO_COLOR",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONIOENCODING",
    "RECONCILER_ACTOR",
    "RECONCILER_ALLOWED_HOSTS",
    "RECONCILER_ENV",
    "RECONCILER_LEDGER",
    "RECONCILER_NOTIFY",
}
COMPILED = tempfile.mkdtemp(prefix="reconciler-compiled-") if sys.dont_write_bytecode else ""
"""Where commands keep compiled modules if nobody else may; else each would compile them all again."""

if COMPILED:
    atexit.register(shutil.rmtree, COMPILED, ignore_errors=True)

PATIENCE = 60.0
WARM = Warm()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, object]:
        """What stdout holds, which must be one document and nothing else."""
        document = json.loads(self.out)
        assert isinstance(document, dict)
        return document


@dataclass(slots=True)
class Person:
    """Somebody in a folder."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        """The environment of this test run, without what would colour, widen or divert."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in STRANGERS and not name.lower().endswith("_proxy")
        }
        ours = {"TERM": "xterm", "PYTHONUTF8": "1"}
        if COMPILED:
            ours["PYTHONPYCACHEPREFIX"] = COMPILED
        return kept | ours | self.environment

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> Ran:
        """Run one command to its end; nobody is at its terminal.

        It need not import everything anew, unless the environment is to speak to Python itself.
        """
        around = self.env | dict(env or {})
        if env and any(name.startswith("PYTHON") for name in env):
            return self._run_from_nothing(words, around)
        return Ran(*WARM.run(("reconciler", *words), self.folder, around, PATIENCE))

    def _run_from_nothing(self, words: Sequence[str], env: Mapping[str, str]) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *words],
            cwd=self.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def shell(self, line: str) -> Ran:
        """Run a line of shell in which `reconciler` is the command."""
        reconciler = f'reconciler() {{ "{sys.executable}" -m reconciler "$@"; }}\n'
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {reconciler}{line}"],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def begin(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command and leave it running."""
        return subprocess.Popen(
            [sys.executable, "-m", "reconciler", *words],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def world(self, text: str | None = None) -> None:
        """Begin the sandbox anew with a world; without one, with the one that stands still."""
        document = read_text(STILL.read_bytes() if text is None else text.encode())
        directory = self.folder / ".reconciler" / "sandbox"
        with open_sandbox(directory, clock=wall) as sandbox:
            sandbox.reset(document)

    def requests(self) -> list[Mapping[str, object]]:
        """What the sandbox was sent since its world began."""
        with open_sandbox(self.folder / ".reconciler" / "sandbox", clock=wall) as sandbox:
            return sandbox.requests()

    def write(self, name: str, text: str) -> None:
        """Write a file of specs."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Edit a file of specs."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))


def settle_down(folder: Path) -> Person:
    """A person with the sample specs and the world that stands still."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(SAMPLES, folder / "specs")
    person = Person(folder)
    person.world()
    return person


def wall() -> float:
    """Real time, in seconds since 1970."""
    return time.time_ns() / 1e9


def text_of(name: str) -> str:
    """A text that a command is expected to print."""
    return (HERE / "texts" / name).read_text(encoding="utf-8")


def signature(requests: Sequence[Mapping[str, object]]) -> list[str]:
    """Method and path of every request, sorted."""
    return sorted(f"{request['method']} {request['path']}" for request in requests)
