"""One method per endpoint of Streamkap; decides nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

from reconciler.model.call import Call
from reconciler.providers.exchange import Ask, Dialect, Sent, segment
from reconciler.providers.protocol import Gate, Purpose
from reconciler.providers.streamkap import wire
from reconciler.providers.streamkap.auth import TOKEN_PATH
from reconciler.providers.streamkap.receipts import REBALANCE
from reconciler.providers.transport import Transport

PAGE = 100
BATCH = 100
LINEAGE_PATH = "/dashboard/lineage/topics/batch"
EVERY_STATUS = "running,pending,completed,failed,cancelled"


def is_passing(text: str) -> bool:
    """Whether an error is Kafka Connect's, handed through: a rebalance, which passes by itself.

    Source: `docs/apis/streamkap.md#errors`.
    """
    return text.startswith(REBALANCE)


DIALECT = Dialect(
    read_posts=frozenset({TOKEN_PATH, f"{TOKEN_PATH}/refresh", "/sources/search", LINEAGE_PATH}),
    explain=wire.explain,
    is_passing=is_passing,
)


class StreamkapClient:
    """Streamkap in wire terms."""

    def __init__(self, transport: Transport) -> None:
        """Speak over a transport.

        Args:
            transport: Of one connection.
        """
        self.transport = transport

    async def sources(self, page: int, purpose: Purpose, partial_name: str = "") -> wire.SourcePage:
        """`GET /sources`: one page, of every source or of those whose name contains a text.

        Args:
            page: From 1.
            purpose: What the request is counted as.
            partial_name: Text in the name, or empty.

        Raises:
            ProviderError: It could not be read.
        """
        query = (
            *((("partial_name", partial_name),) if partial_name else ()),
            ("page", str(page)),
            ("page_size", str(PAGE)),
        )
        return await self.transport.read(Ask("GET", "/sources", query), purpose, wire.source_page)

    async def source(self, source_id: str, purpose: Purpose) -> wire.SourcePage:
        """`GET /sources/{id}`: an envelope with one source or none.

        Args:
            source_id: The vendor's id.
            purpose: What the request is counted as.

        Raises:
            ProviderError: It could not be read; `ReadFailed` with 404 where there is no such source.
        """
        ask = Ask("GET", f"/sources/{segment(source_id)}")
        return await self.transport.read(ask, purpose, wire.source_page)

    async def lineage(
        self, source_ids: Sequence[str], purpose: Purpose
    ) -> dict[str, list[wire.LineageTopic] | None]:
        """`POST /dashboard/lineage/topics/batch`: the snapshots of up to 100 sources, by source id.

        Field of the request and shape of the answer are inferred (`docs/apis/streamkap.md#state`).

        Args:
            source_ids: At most `BATCH`.
            purpose: What the request is counted as.

        Raises:
            ProviderError: It could not be read.
        """
        ask = Ask("POST", LINEAGE_PATH, body={"entity_ids": list(source_ids)})
        return await self.transport.read(ask, purpose, wire.lineage)

    async def metrics(
        self, source_id: str, since: datetime, purpose: Purpose
    ) -> list[wire.TopicStatus] | None:
        """`GET /sources/{id}/metrics`: the last snapshot of every topic.

        Args:
            source_id: The vendor's id.
            since: Begin of the period; without it only a day would be shown.
            purpose: What the request is counted as.

        Returns:
            The statuses, or None where the answer shows neither runs nor an empty list.

        Raises:
            ProviderError: It could not be read.
        """
        begin = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = (("time_type", "latest"), ("timestamp_from", begin))
        ask = Ask("GET", f"/sources/{segment(source_id)}/metrics", query)
        return await self.transport.read(ask, purpose, wire.metrics)

    async def topics(
        self, source_ids: Sequence[str], page: int, purpose: Purpose, *, with_runs: bool
    ) -> wire.TopicPage:
        """`GET /topics/details`: one page of the topics of sources, without dead letter queues.

        Args:
            source_ids: As many as fit a URL.
            page: From 1.
            purpose: What the request is counted as.
            with_runs: Only topics that have a snapshot under any status.

        Raises:
            ProviderError: It could not be read.
        """
        query = (
            ("entity_type", "sources"),
            ("entity_id", ",".join(source_ids)),
            ("include_dlq", "false"),
            *((("snapshot", EVERY_STATUS),) if with_runs else ()),
            ("page", str(page)),
            ("page_size", str(PAGE)),
        )
        ask = Ask("GET", "/topics/details", query)
        return await self.transport.read(ask, purpose, wire.topic_page)

    async def send(self, call: Call, gate: Gate) -> Sent:
        """Send a call that changes something.

        Args:
            call: As it was rendered.
            gate: Asked right before each attempt leaves.

        Raises:
            WriteRefused: Writes were not permitted.
        """
        ask = Ask(call.method, call.path, call.query, call.body)
        return await self.transport.write(ask, gate)
