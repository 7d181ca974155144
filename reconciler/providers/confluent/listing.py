"""Every link of some clusters, and trying what a plan reads of them (`docs/apis/confluent.md#links`)."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from reconciler.core.judge_mirrors import LINK_WORDS
from reconciler.core.words import plural
from reconciler.errors import AuthFailed, ProviderError
from reconciler.model.checkup import Check, Examined
from reconciler.model.desired import Connection
from reconciler.model.inventory import Inventory
from reconciler.model.observed import LinkTarget
from reconciler.providers.checking import (
    clock_check,
    common_settings,
    failed,
    odd,
    pace_check,
    passed,
)
from reconciler.providers.confluent import wire
from reconciler.providers.confluent.client import EVERY_LINK, ConfluentClient
from reconciler.providers.fanout import at_once, raise_if_nothing, unreadable
from reconciler.providers.protocol import Purpose

_KNOWN = LINK_WORDS | {"ACTIVE", "PAUSED", "SOURCE_UNAVAILABLE", "FAILED", "STOPPED"}
_FLOWING = frozenset({"ACTIVE", None})


async def inventory(client: ConfluentClient, cluster_ids: Sequence[str]) -> Inventory:
    """The links of clusters.

    Args:
        client: Of one connection.
        cluster_ids: Destination clusters.

    Raises:
        ProviderError: Nothing at all could be read.
    """
    clusters = sorted(set(cluster_ids))
    lists = await at_once([partial(client.links, item, Purpose.READS) for item in clusters])
    raise_if_nothing(lists)
    found: set[LinkTarget] = set()
    problems: list[str] = []
    nameless = 0
    for cluster_id, links in zip(clusters, lists, strict=True):
        if isinstance(links, ProviderError):
            problems.append(unreadable(links).message)
            continue
        found |= {LinkTarget(cluster_id, link.link_name) for link in links if link.link_name}
        nameless += sum(not link.link_name for link in links)
    notes = (f"left out: {plural(nameless, 'link')} without a name",) if nameless else ()
    return Inventory(links=tuple(sorted(found)), problems=tuple(problems), notes=notes)


async def examine(
    client: ConfluentClient, connection: Connection, cluster_ids: Sequence[str]
) -> Examined:
    """See `Surveyor.examine`.

    Args:
        client: Of the connection.
        connection: What the spec declares.
        cluster_ids: Destination clusters.
    """
    if not cluster_ids:
        advice = "say which with --cluster lkc-…; Confluent has no call here that lists them"
        return Examined((odd("clusters", "none is known, so nothing was tried", advice),))
    checks: list[Check] = []
    for cluster_id in sorted(set(cluster_ids)):
        checks.extend(await _cluster(client, cluster_id))
    checks += [clock_check(client.transport.seen), pace_check(client.transport)]
    settings = (("basePath", connection.base_path), *common_settings(connection, client.transport))
    return Examined(tuple(checks), settings)


async def _cluster(client: ConfluentClient, cluster_id: str) -> list[Check]:
    try:
        links = await client.links(cluster_id, Purpose.READS)
    except AuthFailed as error:
        return [failed(f"credential, {cluster_id}", error)]
    except ProviderError as error:
        return [failed(f"links, {cluster_id}", error)]
    checks = [passed(f"links, {cluster_id}", plural(len(links), "link"))]
    checks += _states(cluster_id, links)
    named = sorted(link.link_name for link in links if link.link_name)
    if named:
        checks += await _mirrors(client, cluster_id, named)
    return checks


def _states(cluster_id: str, links: Sequence[wire.Link]) -> list[Check]:
    still = Counter(link.link_state for link in links if link.link_state not in _FLOWING)
    if not still:
        return []
    told = ", ".join(f"{count} {word}" for word, count in sorted(still.items(), key=str))
    advice = "what their topics show may be the link's state, not their own"
    return [odd(f"link states, {cluster_id}", told, advice)]


async def _mirrors(client: ConfluentClient, cluster_id: str, named: Sequence[str]) -> list[Check]:
    """The list of all links, which a plan over most of them reads; else that of one link."""
    name = f"mirrors, {cluster_id}"
    try:
        rows = await client.mirrors(cluster_id, EVERY_LINK, Purpose.READS)
        checks = [passed(name, plural(len(rows), "mirror topic"))]
    except ProviderError as error:
        try:
            rows = await client.mirrors(cluster_id, named[0], Purpose.READS)
        except ProviderError as second:
            return [failed(name, second)]
        told = f"not for all links at once ({error.message}), but link by link"
        checks = [odd(name, told, "nothing to do: a plan then reads each link by itself")]
    return [*checks, *_words(cluster_id, rows)]


def _words(cluster_id: str, rows: Sequence[wire.Mirror]) -> list[Check]:
    counts = Counter(row.mirror_status or "no status" for row in rows)
    told = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    strange = [w for w in counts if w not in _KNOWN and not w.startswith("PENDING_")]
    if strange:
        advice = "such topics are blocked or unobserved until the vendor shows a known status"
        return [odd(f"statuses, {cluster_id}", told, advice)]
    return [passed(f"statuses, {cluster_id}", told)] if told else []
