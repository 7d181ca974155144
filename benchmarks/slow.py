"""The real sandbox in a process of its own, each answer a fixed time after its question.

    python -m benchmarks.slow 0.05

The time counts from the question, so that what the sandbox itself needs is a part of it, as a
vendor's own time is. Requests to `/_sandbox` are answered at once.
"""

import asyncio
import gc
import sys
import time
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from benchmarks.door import Answering, Question, Reply, serve
from reconciler.sandbox import in_memory_sandbox

CONTROL = "/_sandbox"


async def called(app: ASGIApp, question: Question) -> Reply:
    """What an application answers.

    Args:
        app: The application.
        question: The request.
    """
    path, _, query = question.target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": question.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": question.headers(),
        "server": ("127.0.0.1", 80),
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": question.body, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in messages)
    return Reply(messages[0]["status"], messages[0]["headers"], body)


def delayed(answer: Answering, seconds: float) -> Answering:
    """Answers that leave no sooner than some time after their questions, but for the control's.

    Args:
        answer: What answers.
        seconds: How long.
    """

    async def later(question: Question) -> Reply:
        until = time.perf_counter() + seconds
        reply = await answer(question)
        if not question.target.startswith(CONTROL):
            await asyncio.sleep(max(0.0, until - time.perf_counter()))
        return reply

    return later


def sandboxed() -> Answering:
    """What the sandbox answers; its world is given to it later."""
    sandbox = in_memory_sandbox({}, clock=lambda: time.time_ns() / 1e9)

    async def answer(question: Question) -> Reply:
        reply = await called(sandbox.app, question)
        if question.target.startswith(CONTROL):
            gc.collect()
            gc.freeze()  # a world that stays is not looked through again and again
        return reply

    return answer


if __name__ == "__main__":
    asyncio.run(serve(delayed(sandboxed(), float(sys.argv[1]))))
