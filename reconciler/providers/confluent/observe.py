"""What specs speak of, as Confluent shows it: wire to model, in the fewest requests.

The links of each cluster are listed once; then the mirrors, of all links at once where that list
weighs at most twice what is needed of it, else link by link. The mirrors of a link that is paused or
failed are not read: what they show is the link's state, not their own (`docs/apis/confluent.md#links`).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from http import HTTPStatus
from typing import TypeAlias, TypeGuard

import anyio

from reconciler.errors import ProviderError, ReadFailed
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    Mirror,
    MirrorSieve,
    ObservedLink,
    ObserveRequest,
    Problem,
    ProblemKind,
    Sifted,
)
from reconciler.providers.confluent import wire
from reconciler.providers.confluent.client import EVERY_LINK, ConfluentClient
from reconciler.providers.exchange import short
from reconciler.providers.fanout import at_once, raise_if_nothing, unreadable
from reconciler.providers.protocol import Purpose
from reconciler.records import Struct, field

_Links: TypeAlias = dict[str, wire.Link]

_HIDING = frozenset({"PAUSED", "FAILED"})
_NO_ERROR = frozenset({"NO_ERROR", "NOT_SET"})


class Looking(Struct):
    """One connection's way of looking.

    Attributes:
        client: Of the connection.
        sizes: How many links each cluster had when they were last listed.
    """

    client: ConfluentClient
    sizes: dict[str, int] = field(default_factory=dict)


class _Shown(Struct, frozen=True):
    """What is kept of a link's list of mirrors."""

    rows: tuple[Mirror, ...]
    sifted: Sifted | None = None


_Mirrors: TypeAlias = Mapping[LinkTarget, _Shown | ProviderError]


class _Reading(Struct, frozen=True):
    """What reads lists of mirrors, and lets go of what needs no judging right after each."""

    client: ConfluentClient
    purpose: Purpose
    sieves: Mapping[LinkTarget, MirrorSieve]

    async def mirrors(self, target: LinkTarget) -> _Shown:
        """The mirrors of one link."""
        rows = await self.client.mirrors(target.cluster_id, target.link, self.purpose)
        return self.shown(target, rows)

    def shown(self, target: LinkTarget, rows: Sequence[wire.Mirror]) -> _Shown:
        """What is kept of rows of one link."""
        sieve = self.sieves.get(target)
        sifted = None
        if sieve is not None:
            names = [row.mirror_topic_name for row in rows]
            words = [row.mirror_status for row in rows]
            kept, sifted = sieve(names, words, self._now)
            rows = [rows[index] for index in kept]
        return _Shown(tuple(sorted(map(_mirror, rows), key=_by_name)), sifted)

    @property
    def _now(self) -> datetime:
        seen = self.client.transport.seen
        return seen.vendor if seen else self.client.transport.clock.now()


async def observe_links(
    looking: Looking, request: ObserveRequest, purpose: Purpose
) -> tuple[LinkView, ...]:
    """Look at links and their mirror topics.

    Args:
        looking: Of one connection; learns how many links there are.
        request: What to look at.
        purpose: What the requests are counted as.

    Returns:
        One view per target, in the order of the targets.

    Raises:
        ProviderError: Nothing at all could be read.
    """
    targets = request.links
    clusters = sorted({target.cluster_id for target in targets})
    lists = await at_once([partial(looking.client.links, item, purpose) for item in clusters])
    raise_if_nothing(lists)
    found = {item: _named(links) for item, links in zip(clusters, lists, strict=True)}
    looking.sizes.update((item, len(links)) for item, links in found.items() if _is_read(links))
    wanted = [target for target in targets if _has_own_state(target, found[target.cluster_id])]
    reading = _Reading(looking.client, purpose, request.mirror_sieves)
    mirrors = await _read_mirrors(looking, reading, wanted)
    return tuple(_view(target, found[target.cluster_id], mirrors) for target in targets)


async def observe_mirrors(
    looking: Looking, request: ObserveRequest, purpose: Purpose
) -> tuple[LinkView, ...]:
    """Look only at the mirror topics of links, while something settles; links stay without a state.

    Args:
        looking: Of one connection.
        request: What to look at.
        purpose: What the requests are counted as.

    Raises:
        ProviderError: Nothing at all could be read.
    """
    targets = request.links
    reading = _Reading(looking.client, purpose, request.mirror_sieves)
    mirrors = await _read_mirrors(looking, reading, targets)
    raise_if_nothing(list(mirrors.values()))
    return tuple(LinkView(target, _link(target, None, mirrors.get(target))) for target in targets)


def _is_read(links: _Links | ProviderError) -> TypeGuard[_Links]:
    return not isinstance(links, ProviderError)


def _has_own_state(target: LinkTarget, links: _Links | ProviderError) -> bool:
    """Whether the mirrors of a link show their own state, so that listing them serves a verdict."""
    if not _is_read(links) or target.link not in links:
        return False
    return links[target.link].link_state not in _HIDING


def _named(links: list[wire.Link] | ProviderError) -> _Links | ProviderError:
    """Links by name; one without a name is a remnant that no path leads to."""
    if isinstance(links, ProviderError):
        return links
    return {link.link_name: link for link in links if link.link_name}


async def _read_mirrors(
    looking: Looking, reading: _Reading, targets: Sequence[LinkTarget]
) -> _Mirrors:
    """All links of a cluster at once where that list weighs at most twice what is needed of it."""
    mirrors: dict[LinkTarget, _Shown | ProviderError] = {}
    of_cluster: dict[str, list[LinkTarget]] = {}
    for target in targets:
        of_cluster.setdefault(target.cluster_id, []).append(target)

    async def read(cluster_id: str, wanted: Sequence[LinkTarget]) -> None:
        links = looking.sizes.get(cluster_id)
        is_most = links is not None and len(wanted) > 1 and 2 * len(wanted) >= links
        one_way = _of_every_link if is_most else _link_by_link
        mirrors.update(await one_way(reading, wanted))

    async with anyio.create_task_group() as group:
        for cluster_id, wanted in of_cluster.items():
            group.start_soon(read, cluster_id, wanted)
    return mirrors


async def _link_by_link(reading: _Reading, targets: Sequence[LinkTarget]) -> _Mirrors:
    jobs = [partial(reading.mirrors, target) for target in targets]
    return dict(zip(targets, await at_once(jobs), strict=True))


async def _of_every_link(reading: _Reading, targets: Sequence[LinkTarget]) -> _Mirrors:
    """One list for a cluster; link by link where it is refused or one row of it cannot be read."""
    cluster_id = targets[0].cluster_id
    try:
        rows = await reading.client.mirrors(cluster_id, EVERY_LINK, reading.purpose)
    except ReadFailed as error:
        if _is_passing(error.status):
            return dict.fromkeys(targets, error)
        return await _link_by_link(reading, targets)
    except ProviderError as error:
        return dict.fromkeys(targets, error)
    of_link: dict[str | None, list[wire.Mirror]] = {target.link: [] for target in targets}
    for row in rows:
        of_link.setdefault(row.link_name, []).append(row)
    if None in of_link:
        return await _link_by_link(reading, targets)
    return {target: reading.shown(target, of_link[target.link]) for target in targets}


def _is_passing(status: int | None) -> bool:
    """Whether more requests would only meet the same trouble."""
    busy = status in (None, HTTPStatus.TOO_MANY_REQUESTS)
    return busy or (status or 0) >= HTTPStatus.INTERNAL_SERVER_ERROR


def _view(target: LinkTarget, links: _Links | ProviderError, mirrors: _Mirrors) -> LinkView:
    if isinstance(links, ProviderError):
        return LinkView(target, None, _no_list(target, links))
    link = links.get(target.link)
    if link is None:
        return LinkView(target, None, _not_listed(target, links))
    return LinkView(target, _link(target, link, mirrors.get(target)))


def _no_list(target: LinkTarget, error: ProviderError) -> Problem:
    if not isinstance(error, ReadFailed) or error.status != HTTPStatus.NOT_FOUND:
        return unreadable(error)
    known = f"no cluster {target.cluster_id} at this endpoint ({error.message})"
    message = f"{error.connection}: {error.request}: {known}"
    return Problem(
        ProblemKind.NOT_FOUND, message, "check clusterId, and basePath of the connection"
    )


def _not_listed(target: LinkTarget, links: _Links) -> Problem:
    near = get_close_matches(target.link, sorted(links), n=1)
    advice = f"did you mean {near[0]!r}?" if near else "check link and clusterId"
    message = f"cluster {target.cluster_id} has no link {target.link!r}"
    return Problem(ProblemKind.NOT_FOUND, message, advice)


def _link(
    target: LinkTarget, link: wire.Link | None, mirrors: _Shown | ProviderError | None
) -> ObservedLink:
    shown = mirrors if isinstance(mirrors, _Shown) else None
    return ObservedLink(
        cluster_id=target.cluster_id,
        name=target.link,
        state=link.link_state if link else None,
        error=_link_error(link) if link else "",
        mirrors=shown.rows if shown else None,
        problem=unreadable(mirrors) if isinstance(mirrors, ProviderError) else None,
        sifted=shown.sifted if shown else None,
    )


def _by_name(mirror: Mirror) -> str:
    return mirror.name


def _link_error(link: wire.Link) -> str:
    word = _error(link.link_error)
    text = short(link.link_error_message or "")
    return f"{word}: {text}" if word and text else word


def _error(word: str | None) -> str:
    return "" if word is None or word in _NO_ERROR else word


def _mirror(row: wire.Mirror) -> Mirror:
    return Mirror(
        name=row.mirror_topic_name,
        status=row.mirror_status,
        error=_error(row.mirror_topic_error),
        state_time=_moment(row.state_time_ms),
        lag=wire.lag(row),
    )


def _moment(milliseconds: float | None) -> datetime | None:
    """Only deadlines rest on it: a time that cannot be one is as good as none."""
    if not milliseconds or milliseconds < 0:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
