"""A fleet in a process of its own that keeps up with 16 requests at once, which the sandbox does not.

    python -m benchmarks.convoy 0.05 '{"links": 1000, "mirrors": 10, "astray": 2}'

The sandbox is asked about one link: how it is listed, what it says to a pause, how it is listed then.
Every other link is that one under another name. A link shows as paused once all its topics were; a
call that names others is refused. Understands as much of the sandbox's control as a contest needs.
"""

import asyncio
import email.utils
import json
import sys
import time
from dataclasses import dataclass, replace

from benchmarks.door import Question, Reply, serve
from benchmarks.estates import CLUSTER, KAFKA, LINK, Listing, named
from benchmarks.fleet import Fleet
from benchmarks.slow import CONTROL, called, delayed
from reconciler.sandbox import in_memory_sandbox

HEADERS = ((b"content-type", b"application/json"), (b"x-request-id", b"0" * 32))
AUTH = (b"authorization", b"Basic ZGVtbzpkZW1v")  # demo:demo


@dataclass(frozen=True, slots=True)
class Words:
    """What the sandbox says of one link.

    Attributes:
        links: The list with it.
        before: Its mirror topics.
        said: The answer to the pause.
        after: Its mirror topics then.
    """

    links: Listing
    before: Listing
    said: bytes
    after: Listing


async def words_of(fleet: Fleet) -> Words:
    """Ask the sandbox.

    Args:
        fleet: How large a link is.
    """
    one = replace(fleet, links=1)
    sandbox = in_memory_sandbox(one.world(), clock=lambda: time.time_ns() / 1e9)
    found = []
    for phase in one.asks():
        for method, target, body in phase:
            reply = await called(
                sandbox.app, Question(method, target, b"\r\n%s: %s" % AUTH, body.encode())
            )
            if reply.status != 200:
                raise RuntimeError(reply.body)
            found.append(reply.body)
    links, before, said, after = found
    lists = (Listing.of(body, "data") for body in (links, before, after))
    listed, unpaused, paused = lists
    return Words(listed, unpaused, said, paused)


class Convoy:
    """The answers of a fleet, and which of its links are paused."""

    def __init__(self, fleet: Fleet, words: Words) -> None:
        self._fleet = fleet
        self._paused: set[str] = set()
        self._count = 0
        rows = (b",".join(words.before.items), b",".join(words.after.items))
        self._lists: dict[str, bytes] = {}
        self._mirrors: dict[str, list[str]] = {}
        self._rows: dict[str, tuple[bytes, bytes]] = {}
        self._said: dict[str, bytes] = {}
        self._wanted: dict[str, list[str]] = {}
        self._words = words
        clusters: dict[str, list[int]] = {}
        for link in range(fleet.links):
            clusters.setdefault(fleet.cluster_of(link), []).append(link)
        for cluster, links in clusters.items():
            base = f"{KAFKA}/{cluster}/links"
            paths = [f"{base}/link-{named(LINK, link)}/mirrors" for link in links]
            self._mirrors[f"{base}/-/mirrors"] = paths
            listed = [_filled(words.links.items[0], cluster, link) for link in links]
            self._lists[base] = words.links.head + b",".join(listed) + words.links.tail
            for link, path in zip(links, paths, strict=True):
                self._mirrors[path] = [path]
                self._rows[path] = tuple(_filled(each, cluster, link) for each in rows)
                self._said[f"{path}:pause"] = _filled(words.said, cluster, link)
                self._wanted[f"{path}:pause"] = fleet.topics_of(link)

    async def answer(self, question: Question) -> Reply:
        """The answer to one request."""
        if question.target.startswith(CONTROL):
            return self._controlled(question)
        self._count += 1
        found = self._found(question)
        date = email.utils.formatdate(time.time_ns() / 1e9, usegmt=True).encode()
        return Reply(404 if found is None else 200, (*HEADERS, (b"date", date)), found or b"{}")

    def _found(self, question: Question) -> bytes | None:
        target = question.target
        if question.method == "POST":
            if json.loads(question.body)["mirror_topic_names"] != self._wanted.get(target):
                return None
            self._paused.add(target.removesuffix(":pause"))
            return self._said[target]
        if target in self._mirrors:
            rows = [self._rows[path][path in self._paused] for path in self._mirrors[target]]
            return self._words.before.head + b",".join(rows) + self._words.before.tail
        return self._lists.get(target)

    def _controlled(self, question: Question) -> Reply:
        """A new world is the same one with nothing paused; the log is only as long as it is."""
        if question.method == "PUT":
            self._paused.clear()
        if question.method == "DELETE":
            self._count = 0
        return Reply(200, HEADERS, json.dumps([None] * self._count).encode())


def _filled(text: bytes, cluster: str, link: int) -> bytes:
    first = text.replace(named(LINK, 0).encode(), named(LINK, link).encode())
    return first.replace(f"lkc-{named(CLUSTER, 0)}".encode(), cluster.encode())


async def main(seconds: float, fleet: Fleet) -> None:
    """Serve until stdin ends.

    Args:
        seconds: From each question to its answer.
        fleet: What there is.
    """
    await serve(delayed(Convoy(fleet, await words_of(fleet)).answer, seconds))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]), Fleet(**json.loads(sys.argv[2]))))
