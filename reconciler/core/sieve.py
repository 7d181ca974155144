"""What needs no judging one by one: topics that are as wanted, counted and let go as they are read.

Of a million mirror topics a handful moves. A sieve is made of the documents that speak of one link or
source and takes its list the moment it was read, so that memory follows the largest answer and not
the estate. It lets go of what the verdict tables find in sync whatever else is known, and of what no
rule names and nothing moves on; whatever is odd in any way is kept, and judged as ever.

    kind    rule wants   let go of
    ------  -----------  ----------------------------------------------------------------
    mirror  active       ACTIVE
            paused       PAUSED, where no `maxPause` speaks of it
            nothing      ACTIVE
    topic   completed    at rest, and a run that completed began since
            idle         at rest
            nothing      at rest

*At rest*: every run shown is over and dated, or none ever was. What time decides within the hour is
not decided here: the clock of the last answer has the last word.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import compress
from operator import ne
from typing import TypeVar

from reconciler.core.asked import Asked
from reconciler.core.documents import Group, Rule, group_of, is_unmanaged, missing
from reconciler.core.evidence import starts_that_count, unended_starts
from reconciler.core.judge_mirrors import wanted
from reconciler.core.levels import level_of
from reconciler.core.match import NONE
from reconciler.core.parameters import parameters_of
from reconciler.core.pauses import watched_links
from reconciler.model.address import Address
from reconciler.model.desired import (
    Desired,
    DesiredLink,
    DesiredSource,
    MirrorRule,
    MirrorState,
    SnapshotRule,
    SnapshotState,
)
from reconciler.model.journal import Journal, target_of
from reconciler.model.observed import (
    AT_REST,
    LinkTarget,
    MirrorSieve,
    ObserveRequest,
    Sifted,
    TopicSieve,
)
from reconciler.model.verdict import Finding
from reconciler.records import replace

Level = TypeVar("Level", str, datetime)

MARGIN = timedelta(hours=1)
_SEVERAL = -2
_ODD = ""
_NEVER = datetime.max.replace(tzinfo=UTC)


def with_sieves(
    desired: Desired,
    wanted_of: dict[str, ObserveRequest],
    kept: Collection[tuple[str, str]],
    now: datetime | None,
) -> dict[str, ObserveRequest]:
    """The same requests, each with what may be let go of its answers.

    Args:
        desired: All documents, also those that a selection leaves out.
        wanted_of: What each connection is asked, by name.
        kept: Source id and topic of what has to be seen whatever its state is.
        now: Time that beats the vendors' clocks (`--now`), or None.
    """
    endpoints = {connection.name: connection.endpoint for connection in desired.connections}
    links: dict[tuple[str, LinkTarget], list[DesiredLink]] = {}
    for link in desired.links:
        target = LinkTarget(link.cluster_id, link.link)
        links.setdefault((endpoints[link.connection], target), []).append(link)
    watched = watched_links(desired)
    shared = _shared({source.connection for source in desired.sources}, endpoints)
    sifted = {}
    for name, request in wanted_of.items():
        mirrors = {
            target: _mirror_sieve(links[endpoints[name], target], now, watched)
            for target in request.links
        }
        topics = None if name in shared else _topic_sieve(desired.sources, name, kept, now)
        sifted[name] = replace(request, mirror_sieves=mirrors, topic_sieve=topics)
    return sifted


def worth_seeing(desired: Desired, journal: Journal) -> frozenset[tuple[str, str]]:
    """What the ledger has a question about, so that it must be seen also where its level holds.

    Runs of ours that are not known to have ended, and runs that were asked to read otherwise than
    their rule says now.

    Args:
        desired: All documents.
        journal: What the ledger holds.

    Returns:
        Source id and topic.
    """
    asked = Asked.of(desired)
    found = set(unended_starts(journal))
    for place, starts in starts_that_count(journal).items():
        rule = asked.snapshot_rule(starts[-1].item.address) if starts else None
        if rule is None or starts[-1].item.parameters != parameters_of(rule):
            found.add(place)
    return frozenset((target_of(scope), topic) for scope, topic in found)


def _shared(connections: Iterable[str], endpoints: dict[str, str]) -> set[str]:
    """Connections whose sources another one may speak of by a name that only it can resolve."""
    counts = Counter(endpoints[name] for name in connections)
    return {name for name, endpoint in endpoints.items() if counts[endpoint] > 1}


def _mirror_sieve(
    documents: Sequence[DesiredLink], fixed: datetime | None, watched: Collection[Address]
) -> MirrorSieve:
    def sift(
        names: Sequence[str], words: Sequence[str | None], now: datetime
    ) -> tuple[list[int], Sifted]:
        return sift_mirrors(documents, names, words, fixed or now, watched)

    return sift


def sift_mirrors(
    documents: Sequence[DesiredLink],
    names: Sequence[str],
    words: Sequence[str | None],
    now: datetime,
    watched: Collection[Address] = (),
) -> tuple[list[int], Sifted]:
    """Let go of the mirror topics of one link that are as wanted.

    Args:
        documents: Every document of that link, also those that a selection leaves out.
        names: Of its mirror topics.
        words: The vendor's word for the state of each.
        now: The vendor's clock, or the time that beats it.
        watched: Documents whose paused topics have to be seen.

    Returns:
        Indexes of what to keep, and what is known of the rest.
    """
    group = group_of(documents, None, now)
    words_of = [
        _ODD if address in watched and word == "PAUSED" else word
        for address, rules, _, _ in group.members
        for word in map(partial(_word, now), rules)
    ]
    levels = [*words_of, _ODD, "ACTIVE"]
    owners = _owners(group, names)
    kept = list(compress(range(len(names)), map(ne, map(levels.__getitem__, owners), words)))
    return kept, _sifted(group, owners, kept, *missing(group, names, "Confluent"))


def _word(now: datetime, rule: MirrorRule) -> str:
    if rule.until is not None and abs(rule.until - now) <= MARGIN:
        return _ODD
    return "ACTIVE" if wanted(rule, now) is MirrorState.ACTIVE else "PAUSED"


def _topic_sieve(
    sources: Iterable[DesiredSource],
    connection: str,
    kept: Collection[tuple[str, str]],
    fixed: datetime | None,
) -> TopicSieve:
    by_id: dict[str, list[DesiredSource]] = {}
    by_name: dict[str, list[DesiredSource]] = {}
    for document in sources:
        if document.connection == connection:
            index, key = (
                (by_id, document.source_id) if document.source_id else (by_name, document.source)
            )
            index.setdefault(key, []).append(document)
    special: dict[str, set[str]] = {}
    for source_id, topic in kept:
        special.setdefault(source_id, set()).add(topic)

    def sift(
        place: tuple[str, str],
        names: Sequence[str],
        rests: Sequence[datetime | None],
        now: datetime,
    ) -> tuple[list[int], Sifted]:
        source_id, name = place
        documents = [*by_id.get(source_id, ()), *by_name.get(name, ())]
        wanted_too = special.get(source_id, frozenset[str]())
        return sift_topics(documents, names, rests, wanted_too, fixed or now)

    return sift


def sift_topics(
    documents: Sequence[DesiredSource],
    names: Sequence[str],
    rests: Sequence[datetime | None],
    special: Collection[str],
    now: datetime,
) -> tuple[list[int], Sifted]:
    """Let go of the topics of one source that are as wanted.

    Args:
        documents: Every document of that source, also those that a selection leaves out.
        names: Of its topics.
        rests: When the last run that completed began; `AT_REST` where none ever did, None where the
            topic is not at rest.
        special: Topics that have to be kept whatever their state is.
        now: The vendor's clock, or the time that beats it.

    Returns:
        Indexes of what to keep, and what is known of the rest.
    """
    group = group_of(documents, None, now)
    levels = [*_levels(group, partial(_threshold, now)), _NEVER, AT_REST]
    owners = _owners(group, names)
    kept = [
        i
        for i, (owner, rest) in enumerate(zip(owners, rests, strict=True))
        if rest is None or rest < levels[owner] or names[i] in special
    ]
    return kept, _sifted(group, owners, kept, *missing(group, names, "Streamkap"))


def _threshold(now: datetime, rule: SnapshotRule) -> datetime:
    """The least time of a topic's last completed run with which the rule holds for certain."""
    if rule.state is SnapshotState.IDLE:
        return AT_REST
    level = level_of(rule, now)
    if rule.max_age is not None:
        return level + MARGIN
    return level if level <= now - MARGIN else _NEVER


def _levels(group: Group[Rule], level: Callable[[Rule], Level]) -> list[Level]:
    """The level of each rule of each document, one behind the other."""
    return [level(rule) for _, rules, _, _ in group.members for rule in rules]


def _owners(group: Group[Rule], names: Sequence[str]) -> list[int]:
    """The rule that names each topic, by its place in `_levels`; or that none or several do."""
    owners: list[int] = []
    offset = 0
    for _, rules, matcher, _ in group.members:
        places: list[int] = [
            NONE if is_unmanaged(rule) else offset + i for i, rule in enumerate(rules)
        ]
        found = [*places, NONE]
        mine = list(map(found.__getitem__, matcher.rules_of(names)))
        owners = list(map(_either, owners, mine)) if owners else mine
        offset += len(rules)
    return owners


def _either(one: int, other: int) -> int:
    if one == NONE:
        return other
    return one if other == NONE else _SEVERAL


def _sifted(
    group: Group[Rule],
    owners: Sequence[int],
    kept: Iterable[int],
    findings: Iterable[Finding],
    warnings: Iterable[str],
) -> Sifted:
    counts = Counter(owners)
    counts.subtract(owners[index] for index in kept)
    calm = []
    offset = 0
    for address, rules, _, _ in group.members:
        count = sum(counts[place] for place in range(offset, offset + len(rules)))
        if count:
            calm.append((address, count))
        offset += len(rules)
    return Sifted(tuple(calm), counts[NONE], tuple(findings), tuple(warnings))
