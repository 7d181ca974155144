"""The sandbox in a process of its own, behind a port on loopback."""

import http.client
import json
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.person import STILL, Person

KEYS = {"VENDOR_NAME": "demo", "VENDOR_SECRET": "demo"}
_ENDPOINT = "endpoint: sandbox"


@dataclass(frozen=True, slots=True)
class Served:
    """A sandbox that answers at a URL."""

    url: str

    def control(self, method: str, name: str, document: object = None) -> dict[str, object]:
        """Call a control endpoint."""
        body = document if isinstance(document, str) else json.dumps(document)
        host, _, port = self.url.removeprefix("http://").partition(":")
        line = http.client.HTTPConnection(host, int(port), timeout=10)
        line.request(method, f"/_sandbox/{name}", None if document is None else body)
        answer = line.getresponse()
        told = json.loads(answer.read())
        line.close()
        assert (answer.status, type(told)) == (200, dict), told
        return dict(told)

    def reset(self, world: str | None = None) -> None:
        """Begin anew; without a world, with the one that stands still."""
        text = STILL.read_text(encoding="utf-8") if world is None else world
        self.control("POST", "reset", text)

    def by_hand(self, path: str, document: object) -> None:
        """Send Confluent's half what a colleague in a hurry would send it."""
        host, _, port = self.url.removeprefix("http://").partition(":")
        line = http.client.HTTPConnection(host, int(port), timeout=10)
        key = b64encode(b"demo:demo").decode()
        headers = {"Authorization": f"Basic {key}", "Content-Type": "application/json"}
        line.request("POST", path, json.dumps(document), headers)
        status = line.getresponse().status
        line.close()
        assert status == 200, status

    def faults(self, *rules: Mapping[str, object]) -> None:
        """Let some requests fare badly from now on."""
        self.control("PUT", "faults", {"rules": list(rules)})

    def requests(self) -> list[Mapping[str, object]]:
        """What came in since the world began."""
        entries = self.control("GET", "requests")["requests"]
        assert isinstance(entries, list)
        return entries


@contextmanager
def serving(state: Path) -> Iterator[Served]:
    """Serve a sandbox on any free port for as long as a block runs."""
    words = ["sandbox", "serve", "--port", "0", "--state-dir", str(state)]
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", *words],
        env=Person(state).env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline().decode()
        found = re.match(r"Sandbox at (http://127\.0\.0\.1:\d+) \(Ctrl-C ends it\)$", line)
        assert found, line
        yield Served(found[1])
    finally:
        process.kill()
        process.communicate()


def point_at(person: Person, served: Served) -> None:
    """Let both connections of a person's specs lead to a served sandbox, with credentials."""
    streamkap = "{clientId: {env: VENDOR_NAME}, clientSecret: {env: VENDOR_SECRET}}"
    confluent = "{apiKey: {env: VENDOR_NAME}, apiSecret: {env: VENDOR_SECRET}}"
    before, first, second = (
        (person.folder / "specs/connections.yaml").read_text(encoding="utf-8").split(_ENDPOINT)
    )
    parts = [before]
    for auth, rest in ((streamkap, first), (confluent, second)):
        parts.append(f"endpoint: {served.url}\n  lag: 1s\n  auth: {auth}{rest}")
    person.write("specs/connections.yaml", "".join(parts))
    person.environment.update(KEYS)
