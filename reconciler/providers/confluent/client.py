"""One method per endpoint of Confluent's REST API; decides nothing."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from reconciler.errors import ReadFailed
from reconciler.model.call import Call
from reconciler.providers.advice import UNREADABLE
from reconciler.providers.confluent import wire
from reconciler.providers.exchange import Ask, Dialect, Sent, segment
from reconciler.providers.protocol import Gate, Purpose
from reconciler.providers.transport import Transport

T = TypeVar("T")

EVERY_LINK = "-"
DIALECT = Dialect(explain=wire.explain)


class ConfluentClient:
    """Confluent in wire terms."""

    def __init__(self, transport: Transport, base_path: str) -> None:
        """Speak over a transport.

        Args:
            transport: Of one connection.
            base_path: What stands before `/clusters`, such as `/kafka/v3`.
        """
        self.transport = transport
        self._base = base_path

    async def links(self, cluster_id: str, purpose: Purpose) -> list[wire.Link]:
        """`GET /links`: every link of a cluster.

        Args:
            cluster_id: The destination cluster.
            purpose: What the requests are counted as.

        Raises:
            ProviderError: It could not be read; `ReadFailed` with 404 for an unknown cluster.
        """
        ask = Ask("GET", f"{self._base}/clusters/{segment(cluster_id)}/links")
        return await self._whole(ask, purpose, wire.links)

    async def mirrors(self, cluster_id: str, link: str, purpose: Purpose) -> list[wire.Mirror]:
        """`GET /links/{link}/mirrors`: every mirror topic of a link, or of all for `-`.

        Args:
            cluster_id: The destination cluster.
            link: Name of the link, or `EVERY_LINK`.
            purpose: What the requests are counted as.

        Raises:
            ProviderError: It could not be read.
        """
        path = f"{self._base}/clusters/{segment(cluster_id)}/links/{segment(link)}/mirrors"
        return await self._whole(Ask("GET", path), purpose, wire.mirrors)

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

    async def _whole(
        self, ask: Ask, purpose: Purpose, decode: Callable[[bytes], wire.Page[T]]
    ) -> list[T]:
        """A list with what its `metadata.next` leads to, on this host only and never in a circle."""
        found: list[T] = []
        walked = {ask}
        while True:
            page = await self.transport.read(ask, purpose, decode)
            found.extend(page.items)
            if not page.next:
                return found
            following = self.transport.next_page(ask, page.next)
            if following is None or following in walked:
                text = "the list goes on at an address that is not followed"
                name = self.transport.connection
                raise ReadFailed(name, str(ask), text, UNREADABLE, HTTPStatus.OK)
            walked.add(following)
            ask = following
