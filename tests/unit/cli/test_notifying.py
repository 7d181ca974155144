import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from reconciler.ci.platform import deliver
from reconciler.cli import notifying
from reconciler.cli.notifying import target_of
from reconciler.errors import UsageError
from tests.e2e.person import Person
from tests.unit.cli.conftest import Command

SECRET = "T0pS3cretPath"


class Hook:
    """A webhook on loopback: what it was sent, and what it answers next."""

    def __init__(self) -> None:
        self.events: list[dict[str, object]] = []
        self.types: set[str] = set()
        self.answers: list[int] = []
        self.asked = 0
        self.url = ""

    def told(self, number: int) -> list[list[str]]:
        """Addresses that are new, changed and resolved."""
        data = self.events[number]["data"]
        assert isinstance(data, dict)
        named = [[row["address"] for row in data[word]] for word in ("new", "changed")]
        return [*named, data["resolved"]]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many attempts as ever, without the time between them."""
    monkeypatch.setattr(notifying, "PAUSES", (0.0,) * len(notifying.PAUSES))


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()

    class Door(BaseHTTPRequestHandler):
        def answer(self) -> None:
            hook.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = hook.answers.pop(0) if hook.answers else 202
            if status < 300:
                hook.events.append(json.loads(body))
                hook.types.add(self.headers["Content-Type"])
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.send_header("Retry-After", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    setattr(Door, "do_POST", Door.answer)  # noqa: B010
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    hook.url = f"http://127.0.0.1:{server.server_port}/hooks/{SECRET}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield hook
    server.shutdown()
    server.server_close()
    thread.join()


def drift(command: Command, hook: Hook) -> tuple[int, str]:
    ran = command("drift", "specs", "--notify", hook.url)
    assert SECRET not in ran.out + ran.err
    return ran.code, ran.err


def test_drift_is_told_once_and_again_when_it_is_resolved(
    command: Command, home: Person, hook: Hook
) -> None:
    first = drift(command, hook)
    second = drift(command, hook)
    home.change("specs/mirrors.yaml", 'topics: ["orders.*"]', 'topics: ["nothing.*"]')
    third = drift(command, hook)

    assert (first, second) == ((4, "Notified 127.0.0.1.\n"), (4, ""))
    assert "Notified 127.0.0.1.\n" in third[1]
    new, changed, resolved = hook.told(0)
    assert "ClusterLink/east-to-west/orders.created" in new
    assert (changed, resolved) == ([], [])
    assert "ClusterLink/east-to-west/orders.created" in hook.told(1)[2]
    assert len(hook.events) == 2


def test_an_event_is_a_cloudevent_in_structured_json(command: Command, hook: Hook) -> None:
    drift(command, hook)

    (event,) = hook.events
    assert hook.types == {"application/cloudevents+json"}
    assert {k: event[k] for k in ("specversion", "type", "datacontenttype")} == {
        "specversion": "1.0",
        "type": "dev.reconciler.drift.changed",
        "datacontenttype": "application/json",
    }
    assert str(event["id"]).startswith("1-")
    assert str(event["source"]).startswith("/reconciler/drift/")
    assert str(event["time"]).endswith("Z")
    assert SECRET not in json.dumps(event)


@pytest.mark.parametrize(("status", "asked"), [(503, 3), (404, 1), (302, 1)])
def test_what_did_not_arrive_is_told_and_comes_again(
    command: Command, hook: Hook, status: int, asked: int
) -> None:
    hook.answers = [status] * asked

    first = drift(command, hook)
    attempts = hook.asked
    second = drift(command, hook)

    assert first[0] == 4
    assert f"127.0.0.1 was not notified (HTTP {status}); the next run tries again." in first[1]
    assert (attempts, second[1]) == (asked, "Notified 127.0.0.1.\n")
    assert "ClusterLink/east-to-west/orders.created" in hook.told(0)[0]


def test_a_moment_of_trouble_is_waited_for(command: Command, hook: Hook) -> None:
    hook.answers = [502, 429]

    assert drift(command, hook) == (4, "Notified 127.0.0.1.\n")


def test_who_is_not_there_is_told_without_what_is_secret(
    command: Command, home: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.cli.notifying.PAUSES", (0.0, 0.0, 0.0))
    monkeypatch.setenv("RECONCILER_NOTIFY", f"http://127.0.0.1:9/{SECRET}")

    ran = command("drift", "specs")

    assert (ran.code, "was not notified (no answer (ConnectError))" in ran.err) == (4, True)
    assert SECRET not in ran.out + ran.err
    assert not list((home.folder / ".reconciler").glob("notified-*"))


def test_a_memory_that_cannot_be_read_is_not_guessed(
    command: Command, home: Person, hook: Hook
) -> None:
    drift(command, hook)
    (place,) = (home.folder / ".reconciler").glob("notified-*")
    place.write_text("{")

    ran = command("drift", "specs", "--notify", hook.url)

    assert (ran.code, "all drift is told anew" in ran.err, len(hook.events)) == (2, True, 1)


def test_news_that_could_not_be_remembered_is_not_sent(
    command: Command, home: Person, hook: Hook
) -> None:
    (home.folder / "file").touch()
    ran = command("drift", "specs", "--notify", hook.url, "--state-dir", "file/state")

    assert (ran.code, ran.out, hook.asked) == (2, "", 0)
    assert "file/state cannot be made: Not a directory" in ran.err
    assert home.requests() == []


def test_news_that_is_not_remembered_after_all_changes_no_exit_code(
    command: Command, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _text: str) -> None:
        raise UsageError(f"{path.name[:8]} cannot be written: No space left on device")

    monkeypatch.setattr(notifying, "write_whole", full)
    code, told = drift(command, hook)

    assert code == 4
    assert told == (
        "Notified 127.0.0.1.\nWarning: notified cannot be written: No space left on device, so that "
        "the next run tells the same once more.\n"
    )


def test_an_answer_that_never_ends_is_not_waited_for() -> None:
    """Its status has come; what it goes on about is nobody's concern."""
    asked = []

    class Endless(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(202)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.flush()
            gone.wait(30)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    gone = Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    worker = Thread(
        target=deliver, args=(f"http://127.0.0.1:{server.server_port}/x", "{}", "text/plain")
    )
    worker.start()
    worker.join(10)
    has_ended = not worker.is_alive()
    gone.set()
    server.shutdown()
    server.server_close()
    thread.join()

    assert (asked, has_ended) == (["/x"], True)


def test_a_selection_would_look_like_a_resolution(command: Command, hook: Hook) -> None:
    ran = command("drift", "specs", "--notify", hook.url, "--select", "Source/orders-postgres")

    assert (ran.code, "takes no --select" in ran.err, hook.asked) == (2, True, 0)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://hooks.example.net/x", "hooks.example.net is not allowed"),
        (f"https://api.streamkap.com/{SECRET}", "api.streamkap.com is the vendor's"),
        ("https://pkc-1.eu.confluent.cloud/x", "pkc-1.eu.confluent.cloud is the vendor's"),
        ("http://hooks.allowed.net/x", "plain http to hooks.allowed.net"),
        (f"https://user:{SECRET}@hooks.allowed.net/x", "is no URL"),
        (f"ftp://hooks.allowed.net/{SECRET}", "is no URL"),
        (f"https://hooks.allowed.net\\@evil.net/{SECRET}", "is no URL"),
        (f"https://hooks.allowed.net:99999999/{SECRET}", "is no URL"),
        (f"https://[/{SECRET}", "is no URL"),
        (SECRET, "is no URL"),
    ],
)
def test_news_goes_only_where_the_pipeline_allows_it(
    monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("RECONCILER_ALLOWED_HOSTS", "hooks.allowed.net")

    with pytest.raises(UsageError, match=said) as raised:
        target_of(url, ())
    assert SECRET not in str(raised.value)


def test_every_place_and_every_set_of_specs_has_a_memory_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RECONCILER_ALLOWED_HOSTS", "*.allowed.net")
    url = "https://hooks.allowed.net/services/A?b=c"

    keys = {target_of(u, p).key for u in (url, f"{url}d") for p in ((), ("a",), ("a", "b"))}

    assert len(keys) == 6
    assert target_of(url, ("b", "a")) == target_of(url, ("a", "b"))
