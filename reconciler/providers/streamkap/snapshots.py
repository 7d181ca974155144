"""Reading the state of snapshots, from the endpoint that a connection turns out to have.

| `observe` | asks | where that cannot be read |
| --- | --- | --- |
| lineage | the dashboard's batch, 100 sources a request | unreadable |
| metrics | the metrics of each source | unreadable |
| auto | the batch | the metrics, for the rest of the connection's life, with one warning |

"Cannot be read" is an answer that says the endpoint is not there or does not take our inferred
request (400, 404, 405, 422), or one of another shape. An outage (5xx) or a lack of permission (403)
is not: metrics show less, so they stand in only where the batch does not exist for us.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus

from reconciler.errors import ProviderError, ReadFailed
from reconciler.model.desired import Observer
from reconciler.providers.advice import SILENT, UNREADABLE
from reconciler.providers.fanout import at_once, unreadable
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap.client import BATCH, LINEAGE_PATH, StreamkapClient
from reconciler.providers.streamkap.sifting import Sifting
from reconciler.providers.streamkap.state import State, from_lineage, from_metrics, told_by, unread

_LINEAGE = f"POST {LINEAGE_PATH}"
_NOT_FOR_US = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
# Metrics may hide what was asked for before the period they are asked about. A run that is older
# than every `since`, or still runs, must be seen all the same: hidden, it would look like none, and
# the topic's details, which have no period, would contradict it for ever.
_PERIOD = timedelta(days=3 * 365)


class SnapshotReader:
    """Reads the state of snapshots of one connection, and remembers which endpoint has it."""

    def __init__(self, client: StreamkapClient, observer: Observer) -> None:
        """Begin without knowing what the connection has.

        Args:
            client: Of the connection.
            observer: What the spec asks for.
        """
        self._client = client
        self._observer = observer
        self._warnings: list[str] = []
        self._has_answered = False

    def take_warnings(self) -> tuple[str, ...]:
        """What was odd since the last time this was asked."""
        taken = tuple(self._warnings)
        self._warnings.clear()
        return taken

    async def read(
        self,
        oldest: Mapping[str, datetime | None],
        purpose: Purpose,
        sifting: Sifting | None = None,
    ) -> dict[str, State]:
        """The state of sources.

        Args:
            oldest: Source id and the oldest time any rule asks about, or None.
            purpose: What the requests are counted as.
            sifting: Decides what is kept of an answer of the batch; everything without it.

        Returns:
            A state for every id, which may say that it could not be read.
        """
        states: dict[str, State] = {}
        if self._observer is not Observer.METRICS:
            states = await self._lineage(list(oldest), purpose, sifting)
        left = {source_id: since for source_id, since in oldest.items() if source_id not in states}
        return states | await self._metrics(left, purpose)

    async def _lineage(
        self, source_ids: Sequence[str], purpose: Purpose, sifting: Sifting | None
    ) -> dict[str, State]:
        """States by the batch; sources that the metrics have to answer for are left out.

        Metrics give runs other times, or none, so that old ones would look like new ones beside
        what the batch has shown before: once it has answered, nothing else will do.
        """
        chunks = [source_ids[at : at + BATCH] for at in range(0, len(source_ids), BATCH)]
        jobs = [partial(self._batch, chunk, purpose, sifting) for chunk in chunks]
        states: dict[str, State] = {}
        answers = await at_once(jobs)
        self._has_answered |= not all(isinstance(found, ProviderError) for found in answers)
        for chunk, found in zip(chunks, answers, strict=True):
            if not isinstance(found, ProviderError):
                states |= found
            elif self._is_bound or not _is_missing(found):
                states |= dict.fromkeys(chunk, _unread(found))
            else:
                self._fall_back(found)
        return states

    @property
    def _is_bound(self) -> bool:
        """Whether the batch alone may answer."""
        return self._observer is Observer.LINEAGE or self._has_answered

    async def _batch(
        self, source_ids: Sequence[str], purpose: Purpose, sifting: Sifting | None
    ) -> dict[str, State]:
        answer = await self._client.lineage(source_ids, purpose)
        if answer and not answer.keys() & set(source_ids):
            name = self._client.transport.connection
            text = "the answer is not grouped by source id"
            raise ReadFailed(name, _LINEAGE, text, UNREADABLE, HTTPStatus.OK)
        place = f"{self._client.transport.connection}: {_LINEAGE}"
        of = sifting.state if sifting else from_lineage
        return {item: told_by(of(item, answer.get(item)), place) for item in source_ids}

    async def _metrics(
        self, oldest: Mapping[str, datetime | None], purpose: Purpose
    ) -> dict[str, State]:
        name = self._client.transport.connection
        begin = self._client.transport.clock.now() - _PERIOD
        jobs = [
            partial(self._client.metrics, source_id, min(since or begin, begin), purpose)
            for source_id, since in oldest.items()
        ]
        found = await at_once(jobs)
        return {
            source_id: _unread(answer, silent=answer.status == HTTPStatus.NOT_FOUND)
            if isinstance(answer, ProviderError)
            else told_by(
                from_metrics(source_id, answer), f"{name}: GET /sources/{source_id}/metrics"
            )
            for source_id, answer in zip(oldest, found, strict=True)
        }

    def _fall_back(self, error: ProviderError) -> None:
        if self._observer is Observer.AUTO:
            self._warnings.append(
                f"{error.connection}: reading metrics instead of the dashboard's lineage, which"
                f" shows less (undated runs, no history): {error.request}: {error.message};"
                " `observe: metrics` asks them at once"
            )
        self._observer = Observer.METRICS


def _is_missing(error: ProviderError) -> bool:
    """Whether the batch is not there for us; a status of 2xx came with another shape."""
    is_other_shape = error.status is not None and error.status < HTTPStatus.MULTIPLE_CHOICES
    return isinstance(error, ReadFailed) and (error.status in _NOT_FOR_US or is_other_shape)


def _unread(error: ProviderError, *, silent: bool = False) -> State:
    problem = unreadable(error)
    return unread(problem.message, SILENT if silent else problem.advice, silent=silent)
