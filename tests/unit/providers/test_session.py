"""Over loopback: what httpx itself raises, and what the environment decides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import anyio
import certifi
import pytest
from anyio.abc import SocketAttribute, SocketStream

from reconciler.errors import AnswerLost, Unreachable, UsageError
from reconciler.providers.exchange import Answer, Ask
from reconciler.providers.transport.session import Session
from tests.support.clock import FakeClock
from tests.support.vendor import connection

pytestmark = pytest.mark.anyio
PATIENCE = timedelta(seconds=5)


@asynccontextmanager
async def serving(answer: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A server that reads one request, answers with bytes and hangs up."""
    received: list[bytes] = []

    async def serve(stream: SocketStream) -> None:
        async with stream:
            received.append(await stream.receive())
            await stream.send(answer)

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        host, port = listener.extra_attributes[SocketAttribute.local_address]()
        async with anyio.create_task_group() as group:
            group.start_soon(listener.serve, serve)
            yield f"http://{host}:{port}", received
            group.cancel_scope.cancel()


async def send(endpoint: str, clock: FakeClock, path: str = "/sources") -> Answer:
    session = Session(connection(endpoint=endpoint), None, clock)
    try:
        return await session.send(Ask("GET", path), "", PATIENCE)
    finally:
        await session.aclose()


async def test_an_answer_is_read_to_its_end(clock: FakeClock) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}"

    async with serving(answer) as (endpoint, _):
        found = await send(endpoint, clock)

    assert found == Answer(200, b"{}", "application/json")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.0\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
    ids=["nothing", "another protocol", "cut short", "broken compression"],
)
async def test_an_answer_that_cannot_be_read_is_lost(clock: FakeClock, answer: bytes) -> None:
    async with serving(answer) as (endpoint, _):
        with pytest.raises(AnswerLost):
            await send(endpoint, clock)


async def test_an_answer_that_drips_is_given_up_when_patience_ends(clock: FakeClock) -> None:
    """Each byte comes in time; the whole never does."""

    async def drip(stream: SocketStream) -> None:
        async with stream:
            await stream.receive()
            await stream.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            with suppress(anyio.BrokenResourceError):
                while True:
                    await stream.send(b"[")
                    await anyio.sleep(0.02)

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        host, port = listener.extra_attributes[SocketAttribute.local_address]()
        async with anyio.create_task_group() as group:
            group.start_soon(listener.serve, drip)
            session = Session(connection(endpoint=f"http://{host}:{port}"), None, clock)
            with pytest.raises(AnswerLost, match="no answer in time"):
                await session.send(Ask("GET", "/sources"), "", timedelta(seconds=0.2))
            await session.aclose()
            group.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/links/a%2Fb/mirrors:pause", b"GET /links/a%2Fb/mirrors:pause HTTP/1.1"),
        ("/links/%2E%2E/mirrors", b"GET /links/%2E%2E/mirrors HTTP/1.1"),
        ("/links/%C3%BC%20x", b"GET /links/%C3%BC%20x HTTP/1.1"),
    ],
)
async def test_an_encoded_path_is_sent_as_it_is(clock: FakeClock, path: str, line: bytes) -> None:
    async with serving(b"HTTP/1.1 204 No Content\r\n\r\n") as (endpoint, received):
        await send(endpoint, clock, path)

    assert received[0].split(b"\r\n")[0] == line


async def test_a_proxy_of_the_environment_is_used(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(b"HTTP/1.1 204 No Content\r\n\r\n") as (endpoint, received):
        monkeypatch.setenv("HTTP_PROXY", endpoint)
        await send("http://vendor.invalid", clock)

    assert received[0].split(b"\r\n")[0] == b"GET http://vendor.invalid/sources HTTP/1.1"


async def test_no_connection_is_unreachable(clock: FakeClock, unused_tcp_port_here: int) -> None:
    with pytest.raises(Unreachable, match="no connection"):
        await send(f"http://127.0.0.1:{unused_tcp_port_here}", clock)


async def test_patience_without_end_is_possible(clock: FakeClock) -> None:
    async with serving(b"HTTP/1.1 204 No Content\r\n\r\n") as (endpoint, _):
        session = Session(connection(endpoint=endpoint), None, clock)
        found = await session.send(Ask("GET", "/"), "", timedelta(0))
        await session.aclose()

    assert found.status == 204


async def test_certificate_authorities_of_a_file_are_added(clock: FakeClock) -> None:
    declared = connection(endpoint="https://vendor.invalid", ca_file=certifi.where())

    session = Session(declared, None, clock)
    await session.aclose()

    assert session.host == "vendor.invalid"


async def test_whoever_answers_in_process_needs_no_certificates(clock: FakeClock) -> None:
    async def app(_scope: object, _receive: object, _send: object) -> None:
        raise AssertionError

    session = Session(connection(endpoint="https://x", ca_file="/nowhere"), app, clock)
    await session.aclose()

    assert session.host == "sandbox"


@pytest.mark.parametrize("content", [None, "no certificate"], ids=["missing", "not PEM"])
async def test_a_file_without_certificates_is_a_wrong_spec(
    clock: FakeClock, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)

    with pytest.raises(UsageError, match=r"^Connection/here: spec.tls.caFile: .*ca.pem cannot be"):
        Session(connection(endpoint="https://x", ca_file=str(file)), None, clock)


@pytest.mark.parametrize(
    ("proxy", "told"),
    [("foo://127.0.0.1:1", "foo"), ("socks5://127.0.0.1:1", "socksio")],
)
async def test_an_impossible_proxy_is_told_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, clock: FakeClock, proxy: str, told: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)

    with pytest.raises(UsageError, match=f"Connection/here: the proxy that .*{told}"):
        Session(connection(endpoint="https://x"), None, clock)


@pytest.mark.parametrize(
    ("base", "location", "ask"),
    [
        ("https://h", "/b?x=1", Ask("GET", "/b", (("x", "1"),))),
        ("https://h", "https://h:443/b", Ask("GET", "/b")),
        ("https://h", "b", Ask("GET", "/b")),
        ("https://h/base", "https://h/base/b%2Fc", Ask("GET", "/b%2Fc")),
        ("https://h/base", "https://h/based/b", None),
        ("https://h/base", "https://h/other", None),
        ("https://h", "http://h/b", None),
        ("https://h", "https://h:444/b", None),
        ("https://h", "https://h:port/b", None),
        ("https://h", "https://h.evil/b", None),
    ],
)
async def test_only_addresses_of_the_same_host_are_followed(
    clock: FakeClock, base: str, location: str, ask: Ask | None
) -> None:
    session = Session(connection(endpoint=base), None, clock)
    found = session.same_host(Ask("GET", "/a"), location)
    await session.aclose()

    assert found == ask


class Counting:
    """A server that keeps connections open, and counts them."""

    def __init__(self) -> None:
        self.connections = 0
        self.open = 0
        self.asked = 0
        self.all_here = anyio.Event()

    async def serve(self, stream: SocketStream) -> None:
        """Answer once as many requests are here as `awaited`."""
        self.connections += 1
        self.open += 1
        async with stream:
            with suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                while True:
                    await stream.receive()
                    self.asked += 1
                    if self.asked == self.awaited:
                        self.all_here.set()
                    await self.all_here.wait()
                    await stream.send(b"HTTP/1.1 204 No Content\r\n\r\n")
        self.open -= 1

    awaited = 1


async def test_connections_are_used_again_and_only_some_are_kept(clock: FakeClock) -> None:
    server = Counting()
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener:
        host, port = listener.extra_attributes[SocketAttribute.local_address]()
        session = Session(connection(endpoint=f"http://{host}:{port}"), None, clock)
        async with anyio.create_task_group() as group:
            group.start_soon(listener.serve, server.serve)

            async def ask(times: int) -> None:
                server.asked, server.awaited, server.all_here = 0, times, anyio.Event()
                async with anyio.create_task_group() as asking:
                    for _ in range(times):
                        asking.start_soon(session.send, Ask("GET", "/"), "", PATIENCE)

            for times in (3, 3, 1, 30, 20):
                await ask(times)
            made = server.connections
            await session.aclose()
            await ask(2)
            with anyio.fail_after(5):
                while server.open:
                    await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()

    assert made == 30
    assert server.connections == 32
