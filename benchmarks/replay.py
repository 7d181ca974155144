"""A server of prebuilt bytes, in a process of its own: what a plan reads, as fast as a socket goes.

    python -m benchmarks.replay '{"links": 100, "mirrors": 1000, ...}'

It prints its address and serves until its stdin ends. `GET /_bench/requests` gives every request
since the last time: the floor sends the same ones.
"""

import asyncio
import email.utils
import json
import re
import sys
import time
from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

import msgspec

from benchmarks.door import Question, Reply, serve
from benchmarks.estates import (
    CLUSTER,
    KAFKA,
    LINK,
    Estate,
    Listing,
    Templates,
    named,
    source_id,
    templates,
    token_of,
)

PAGE = 100
LOG = "/_bench/requests"


class Answers:
    """Everything that is asked for, as parts that are joined when it is."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        made = templates(estate)
        self._token = made.token
        self._fixed = dict(_kafka(estate, made)) if estate.links else {}
        self._tokens = {source_id(token_of(n)): token_of(n) for n in range(estate.sources)}
        self._sources = _filled(estate, {t: made.sources.items[i] for i, t in enumerate("cd")})
        self._page = made.sources
        self._lineage = _filled(estate, {t[0]: raw for t, raw in made.lineage.items()})
        self._rows = {t[0]: _Rows(rows) for t, rows in made.details.items() if rows.items}
        self._entities = {t: self._rows[t[0]].entity_of(t) for t in self._tokens.values()}

    def of(self, method: str, target: str, body: bytes) -> bytes | None:
        """The body of an answer; None for what is not served."""
        place = urlsplit(target)
        if found := self._fixed.get(place.path):
            return b"".join(found)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        match method, place.path:
            case "POST", "/auth/access-token":
                return self._token
            case "POST", "/dashboard/lineage/topics/batch":
                ids = json.loads(body)["entity_ids"]
                parts = (b'"%s":%s' % (i.encode(), self._lineage[self._tokens[i]]) for i in ids)
                return b"{%s}" % b",".join(parts)
            case "GET", "/sources":
                return _page(self._page, list(self._sources.values()), int(query["page"]))
            case "GET", "/topics/details":
                return self._details(query["entity_id"].split(","), int(query["page"]))
        return None

    def _details(self, ids: list[str], page: int) -> bytes:
        topics = self._estate.topics
        first = (page - 1) * PAGE
        places = range(first, min(first + PAGE, len(ids) * topics))
        rows: list[bytes] = []
        for place in places:
            token = self._tokens[ids[place // topics]]
            rows += self._rows[token[0]].row(place % topics, token, self._entities[token])
        envelope = next(iter(self._rows.values())).envelope
        return _enveloped(envelope, rows, page, len(ids) * topics)


class _Rows:
    """The topics of one source, whose entity is the same in each of them."""

    def __init__(self, listing: Listing) -> None:
        self.envelope = listing
        row = msgspec.json.decode(listing.items[0], type=dict[str, msgspec.Raw])
        self._entity = bytes(row["entity"])
        self._token = re.findall(rb"[cd]00000[cd]", self._entity)[0]
        self._parts = [
            tuple(part.split(self._token) for part in row.split(self._entity))
            for row in listing.items
        ]

    def entity_of(self, token: str) -> bytes:
        """The entity of another source."""
        return self._entity.replace(self._token, token.encode())

    def row(self, at: int, token: str, entity: bytes) -> tuple[bytes, ...]:
        """One row of another source, in parts."""
        before, after = self._parts[at]
        mine = token.encode()
        return (mine.join(before), entity, mine.join(after), b",")


def _filled(estate: Estate, found: dict[str, bytes]) -> dict[str, bytes]:
    """Answers for every source, by its token."""
    tokens = [token_of(n) for n in range(estate.sources)]
    return {t: found[t[0]].replace(named(t[0] * 2, 0).encode(), t.encode()) for t in tokens}


def _page(listing: Listing, items: list[bytes], page: int) -> bytes:
    mine = items[(page - 1) * PAGE : page * PAGE]
    rows = [part for item in mine for part in (item, b",")]
    return _enveloped(listing, rows, page, len(items))


def _enveloped(listing: Listing, rows: list[bytes], page: int, total: int) -> bytes:
    more = b"true" if page * PAGE < total else b"false"
    tail = b'],"page":%d,"page_size":%d,"total":%d,"has_next":%s}' % (page, PAGE, total, more)
    return b"".join((listing.head, *rows[:-1], tail))


def _kafka(estate: Estate, made: Templates) -> Iterable[tuple[str, list[bytes]]]:
    rows = b",".join(made.mirrors.items)
    for number, links in enumerate(estate.clusters):
        cluster = named(CLUSTER, number)
        base = f"{KAFKA}/lkc-{cluster}/links"

        def fill(text: bytes, link: int | None = None, cluster: str = cluster) -> bytes:
            text = text.replace(CLUSTER.encode(), cluster.encode())
            return text if link is None else text.replace(LINK.encode(), named(LINK, link).encode())

        listed = b",".join(fill(made.links.items[0], n) for n in links)
        yield base, [fill(made.links.head), listed, fill(made.links.tail)]
        every = [fill(made.every_mirror.head)]
        for n in links:
            mine = fill(rows, n)
            path = f"{base}/link-{named(LINK, n)}/mirrors"
            yield path, [fill(made.mirrors.head, n), mine, fill(made.mirrors.tail, n)]
            every += [mine, b","]
        yield f"{base}/-/mirrors", [*every[:-1], fill(made.every_mirror.tail)]


class Replay:
    """Answers with a fresh `Date`, and a log of what was asked."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._log: list[tuple[str, str, str]] = []

    async def answer(self, question: Question) -> Reply:
        """The answer to one request."""
        if question.target == LOG:
            found: bytes | None = json.dumps(self._log).encode()
            self._log.clear()
        else:
            asked = (question.method, question.target)
            found = self._answers.of(*asked, question.body)
            self._log.append((*asked, question.body.decode()))
        moment = email.utils.formatdate(time.time_ns() / 1e9, usegmt=True).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"x-request-id", b"0123456789abcdef0123456789abcdef"),
            (b"date", moment),
        ]
        return Reply(404 if found is None else 200, headers, found or b"{}")


if __name__ == "__main__":
    made = Replay(Answers(Estate(**json.loads(sys.argv[1]))))
    asyncio.run(serve(made.answer))
