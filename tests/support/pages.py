"""Pages as somebody follows them: their commands typed one after the other, their files written."""

import argparse
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from reconciler.cli.main import run

ASK_CODE = '; echo "exit $?"'
ANYTHING = "…\n"
SERVED = "http://127.0.0.1:8080"
_BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as a page shows it, and what the page says it prints."""

    line: str
    output: str


def typed(text: str) -> list[Shown]:
    """Every command of the `console` blocks of a text, in order."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    joined = "".join(blocks).replace("\\\n", "")
    parts = re.split(r"^\$ (.*)\n", joined, flags=re.MULTILINE)
    return [Shown(line, said) for line, said in zip(parts[1::2], parts[2::2], strict=True)]


def masked(text: str) -> str:
    """A text without what differs from run to run: times of day, and how long something took."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time>", text)
    return re.sub(r"\((?:\d+[hms])+\)\.$", "(<span>).", text, flags=re.MULTILINE)


def elided(actual: str, shown: str) -> str:
    """What was printed, with a line `…` wherever the page has one and the rest agrees."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == ANYTHING else re.escape(line)
        for line in shown.splitlines(keepends=True)
    )
    return shown if re.fullmatch(pattern, actual) else actual


@dataclass(slots=True)
class Shell:
    """A person who types what a page shows; only what a page needs."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    url: str = ""
    server: subprocess.Popen[str] | None = field(default=None)

    def type(self, line: str) -> str:
        """Carry out one line, and give what it printed on stdout."""
        asks = line.endswith(ASK_CODE)
        words = shlex.split(line.removesuffix(ASK_CODE))
        match words:
            case ["reconciler", "sandbox", "serve", *_, "&"]:
                return self._serve(words[1:-1])
            case ["kill", "%1"]:
                return self.end()
            case ["curl", *rest]:
                return self._curl(rest)
            case ["printf", text, ">", name]:
                return self.write(name, text)
            case ["export", *pairs]:
                os.environ.update(pair.split("=", 1) for pair in pairs)
                return ""
        assert words[0] == "reconciler", line
        self.capture.readouterr()
        code = run([word.replace(SERVED, self.url or SERVED) for word in words[1:]])
        out, err = self.capture.readouterr()
        assert asks or code == 0, (line, code, out, err)
        return f"{out}exit {code}\n" if asks else out

    def write(self, name: str, text: str) -> str:
        """Write a file as the page has it; where it names the server's port, ours."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(SERVED, self.url or SERVED), encoding="utf-8")
        return ""

    def _serve(self, words: list[str]) -> str:
        free = ["0" if word == "8080" else word for word in words]
        self.server = subprocess.Popen(
            [sys.executable, "-m", "reconciler", *free],
            cwd=self.folder,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.server.stderr is not None
        told = self.server.stderr.readline()
        found = re.match(r"Sandbox at (http://\S+) ", told)
        assert found, told
        self.url = found[1]
        return ""

    def _curl(self, words: list[str]) -> str:
        parser = argparse.ArgumentParser(exit_on_error=False)
        for flag in ("-f", "-s", "-S", "--retry-connrefused"):
            parser.add_argument(flag, action="store_true")
        for option in ("-X", "-u", "-H", "-d", "-o", "--retry"):
            parser.add_argument(option)
        parser.add_argument("url")
        given = parser.parse_args(words)
        name, _, value = (given.H or "Accept: */*").partition(": ")
        answer = httpx.request(
            given.X or "POST",
            given.url.replace(SERVED, self.url),
            content=given.d,
            headers={name: value},
            auth=tuple(given.u.split(":")) if given.u else None,
        )
        assert answer.status_code == 200, answer.text
        return ""

    def end(self) -> str:
        """End the server, if there is one."""
        if self.server is not None:
            self.server.terminate()
            self.server.communicate(timeout=30)
        self.server = None
        return ""


def follow(shell: Shell, text: str) -> tuple[list[str], list[str]]:
    """Follow a page: write each `yaml` block that begins with `# path`, type each `console` block.

    Returns:
        What was printed by each command, and what the page shows, both masked.
    """
    printed: list[str] = []
    shown: list[str] = []
    for language, body in _BLOCK.findall(text):
        name = re.match(r"# (\S+)\n", body)
        if language == "yaml" and name:
            shell.write(name[1], body)
        for command in typed(f"```console\n{body}```") if language == "console" else ():
            said = masked(command.output)
            printed.append(elided(masked(shell.type(command.line)), said))
            shown.append(said)
    return printed, shown
