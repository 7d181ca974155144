"""A small Streamkap for tests of what is asked, how often, and what is made of odd answers.

It knows nothing of snapshots by itself: a test says what the endpoints for their state answer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.model.secret import Secret
from reconciler.providers.credential import StreamkapCredential
from reconciler.providers.streamkap import StreamkapProvider
from tests.support.clock import FakeClock
from tests.support.vendor import Reply, Request, Vendor, connection, limiter

CREDENTIAL = StreamkapCredential(Secret("client-id"), Secret("client-secret"))
LINEAGE = "/dashboard/lineage/topics/batch"
PROJECT = "p1"


def source(source_id: str, name: str = "", *topics: str, **fields: object) -> dict[str, object]:
    """A source as the API shows it."""
    return {
        "id": source_id,
        "name": name or f"name-{source_id}",
        "connector": "postgresql",
        "connector_status": "Active",
        "service_id": PROJECT,
        "topic_ids": [f"source_{source_id}.{topic}" for topic in topics],
    } | fields


def page(rows: Sequence[object], query: Mapping[str, str], total: int | None = None) -> Reply:
    """One page of rows."""
    number, size = int(query.get("page", 1)), int(query.get("page_size", 10))
    shown = list(rows[(number - 1) * size : number * size])
    count = len(rows) if total is None else total
    return Reply(200, {"result": shown, "page": number, "page_size": size, "total": count})


@dataclass
class Streamkap:
    """What it answers.

    Attributes:
        sources: Every source.
        total: What pages say of their number; None is the truth.
        details: Rows of `/topics/details`; None makes them of the sources.
        lineage: Answers the batch; None shows every topic without a run.
        metrics: Answers the metrics; None shows no run.
        override: Asked first; an answer of None goes on.
    """

    sources: Sequence[dict[str, object]] = ()
    total: int | None = None
    details: Sequence[dict[str, object]] | None = None
    lineage: Reply | None = None
    metrics: Reply | None = None
    override: Callable[[Request], Reply | Exception | None] = field(default=lambda _: None)

    def answer(self, request: Request) -> Reply | Exception:
        """The answer to a request."""
        return self.override(request) or self._answer(request)

    def _answer(self, request: Request) -> Reply:
        if request.path == "/auth/access-token":
            return Reply(200, {"accessToken": "token", "expiresIn": 3600})
        if request.path == LINEAGE:
            return self.lineage or Reply(200, self._nothing_ran(request.body["entity_ids"]))
        if request.path.endswith("/metrics"):
            return self.metrics or Reply(200, {"data": {"snapshotStatus": []}})
        if request.path == "/topics/details":
            return page(self._rows(request.query), request.query)
        return self._sources(request)

    def _sources(self, request: Request) -> Reply:
        if request.path == "/sources":
            part = request.query.get("partial_name", "")
            found = [item for item in self.sources if part in (item["name"] or "")]
            return page(found, request.query, self.total)
        wanted = request.path.removeprefix("/sources/")
        return page([item for item in self.sources if item["id"] == wanted], {})

    def _nothing_ran(self, ids: Sequence[str]) -> dict[str, object]:
        return {
            item["id"]: [{"id": topic, "snapshot_details": []} for topic in item["topic_ids"] or ()]
            for item in self.sources
            if item["id"] in ids
        }

    def _rows(self, query: Mapping[str, str]) -> Sequence[dict[str, object]]:
        wanted = query["entity_id"].split(",")
        if self.details is not None:
            return [row for row in self.details if row["entity"]["entity_id"] in wanted]
        return [row for item in self.sources if item["id"] in wanted for row in rows(item)]


def rows(item: dict[str, object]) -> list[dict[str, object]]:
    """The topics of a source as `/topics/details` shows them."""
    topic_ids = item["topic_ids"] or []
    entity = {
        "entity_type": "sources",
        "entity_id": item["id"],
        "topic_ids": topic_ids,
        "topic_db_ids": [f"db-{topic}" for topic in topic_ids],
    }
    return [{"id": topic, "name": topic, "entity": entity} for topic in topic_ids]


def opened(
    streamkap: Streamkap, clock: FakeClock, **changes: object
) -> tuple[StreamkapProvider, Vendor]:
    """A provider in front of it, and what it was asked."""
    vendor = Vendor(streamkap.answer)
    provider = StreamkapProvider.open(connection(**changes), CREDENTIAL, limiter(clock), vendor)
    return provider, vendor
