"""The APIs of GitHub and GitLab, as far as comments and merged requests go, on loopback."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOT = "github-actions[bot]"
PAGE = 100


@dataclass
class Platform:
    """What it holds, and what it was asked.

    Attributes:
        comments: Author and body, by id.
        merged: What a commit's merged requests are answered with.
        artifacts: Body by path behind the job.
        failures: Statuses that the next requests are answered with, with their headers.
        asked: Method and path with query of every request.
        tokens: What every request was signed with.
    """

    comments: dict[int, tuple[str, str]] = field(default_factory=dict)
    merged: list[dict[str, object]] = field(default_factory=list)
    artifacts: dict[str, str] = field(default_factory=dict)
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    refuses_writes: bool = False
    loses_an_answer: bool = False
    url: str = ""

    @property
    def bodies(self) -> list[str]:
        return [body for _, body in self.comments.values()]

    @property
    def writes(self) -> list[str]:
        return [line for line in self.asked if not line.startswith("GET ")]

    def answer(self, method: str, path: str, body: str) -> tuple[int, object, dict[str, str]]:
        """One answer: status, body, headers."""
        if self.failures:
            status, headers = self.failures.pop(0)
            return status, {"message": "not now"}, headers
        if method != "GET":
            if self.refuses_writes:
                return 403, {"message": "Resource not accessible by integration"}, {}
            self._write(method, path, json.loads(body)["body"])
            if self.loses_an_answer:
                self.loses_an_answer = False
                return 502, {}, {"Retry-After": "0"}
            return 200, {}, {}
        return self._read(path)

    def _write(self, method: str, path: str, body: str) -> None:
        if method == "POST":
            self.comments[len(self.comments) + 1] = (BOT, body)
            return
        number = int(path.rsplit("/", 1)[1])
        self.comments[number] = (self.comments[number][0], body)

    def _read(self, path: str) -> tuple[int, object, dict[str, str]]:
        where, _, query = path.partition("?")
        if where.endswith("/user"):
            return 200, {"username": BOT}, {}
        if "/artifacts/" in where:
            return 200, self.artifacts[where], {}
        if where.endswith(("/comments", "/notes")):
            return self._page(where, int(dict(re.findall(r"(\w+)=(\w+)", query))["page"]))
        if where.endswith(("/pulls", "/merge_requests")):
            return 200, self.merged, {}
        return 404, {"message": "Not Found"}, {}

    def _page(self, where: str, number: int) -> tuple[int, object, dict[str, str]]:
        rows = [
            {"id": key, "body": body, "user": {"login": author}, "author": {"username": author}}
            for key, (author, body) in self.comments.items()
        ]
        has_more = len(rows) > number * PAGE
        link = f'<{self.url}{where}?per_page={PAGE}&page={number + 1}>; rel="next"'
        headers = {"X-Next-Page": str(number + 1) if has_more else ""}
        if has_more and "/repos/" in where:
            headers = {"Link": link}
        return 200, rows[(number - 1) * PAGE : number * PAGE], headers


@contextmanager
def serving(platform: Platform) -> Iterator[Platform]:
    """Serve it while the block runs."""

    class Door(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(size).decode()
            platform.asked.append(f"{self.command} {self.path}")
            token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
            platform.tokens.add(token)
            status, value, headers = platform.answer(self.command, self.path, body)
            data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PATCH", "PUT"):
        setattr(Door, f"do_{method}", Door.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    platform.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
