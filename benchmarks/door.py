"""HTTP/1.1, as much of it as well-behaved clients need: a server that costs next to nothing.

It serves bytes from a function. Usual servers would take longer over each request than what is
measured.
"""

import asyncio
import contextlib
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

PIECE = 1 << 20
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Attributes:
        method: HTTP method.
        target: Path and query as they came in.
        head: The whole head with its line ends.
        body: The body.
    """

    method: str
    target: str
    head: bytes
    body: bytes

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Headers as ASGI has them."""
        lines = [line.partition(b":") for line in self.head.split(b"\r\n")[1:] if line]
        return [(name.lower(), value.strip()) for name, _, value in lines]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; its length is counted here.

    Attributes:
        status: HTTP status.
        headers: Without the length.
        body: The body.
    """

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


Answering: TypeAlias = Callable[[Question], Awaitable[Reply]]


async def serve(answer: Answering) -> None:
    """Serve on a free port of this machine, print the address, end when stdin does.

    Args:
        answer: What is asked.
    """

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await _answer(answer, reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


async def _answer(
    answer: Answering, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    method, target, _ = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1])) if length else b""
    reply = await answer(Question(method, target, head, body))
    lines = [b"HTTP/1.1 %d -" % reply.status, b"content-length: %d" % len(reply.body)]
    lines += [b"%s: %s" % pair for pair in reply.headers if pair[0] != b"content-length"]
    writer.write(b"\r\n".join((*lines, b"", b"")))
    view = memoryview(reply.body)
    for at in range(0, len(view), PIECE):
        writer.write(view[at : at + PIECE])
        await writer.drain()
