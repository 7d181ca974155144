"""What a plan costs, and how few calls there could be: a bound that is proved, or the reason why not.

The bound counts calls, not requests. It holds whatever else is read: it takes every source for one
whose database ids could be had for nothing, unless they were read and cannot be used. So a plan that
sends more calls than the bound because reading would cost more than it saves says so.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from reconciler.core.bounds import ceil
from reconciler.core.changes import DbIds, StopRun, bulk_groups
from reconciler.core.gates import StartRun
from reconciler.core.judge import Judgement
from reconciler.core.pack import packing
from reconciler.core.words import plural
from reconciler.model.change import Pause, Resume
from reconciler.model.desired import (
    Auth,
    Connection,
    Desired,
    Limits,
    ProviderName,
)
from reconciler.model.plan import Cost, Step
from reconciler.model.verdict import Risk
from reconciler.records import Struct, field


class Spent(Struct, frozen=True):
    """What was read for a plan.

    Attributes:
        reads: Requests the observation took, by connection name.
        ids: Database ids by source id and topic name, of sources where they were read.
        failed: Ids of sources whose database ids were asked for and could not be read.
    """

    reads: Mapping[str, int] = field(default_factory=dict)
    ids: DbIds = field(default_factory=dict)
    failed: frozenset[str] = frozenset()


class Proof(Struct, frozen=True):
    """How few calls could carry something.

    Attributes:
        bound: No fewer.
        reasons: Why there are more, if there are; each a sentence without its point.
    """

    bound: int
    reasons: tuple[str, ...] = ()


def cost_of(desired: Desired, judgement: Judgement, steps: Sequence[Step], spent: Spent) -> Cost:
    """What a plan costs in requests.

    Args:
        desired: All documents.
        judgement: The last pass.
        steps: What was built from it.
        spent: What was read for it.
    """
    bound = 0
    reasons: list[str] = []
    for connection in desired.connections:
        mine = [s for s in steps if s.call.connection == connection.name]
        runs = [r for r in judgement.runs if r.connection == connection.name]
        stops = [s for s in judgement.stops if s.connection == connection.name]
        proof = prove(runs, stops, spent, connection.limits)
        lowest = proof.bound + _mirror_bound(mine, connection.limits)
        bound += lowest
        reasons += proof.reasons if len(mine) > lowest else ()
    longest, rate = _at_limit(desired.connections, steps, spent.reads)
    return Cost(
        reads=sum(spent.reads.values()),
        calls=len(steps),
        bound=bound,
        naive=sum(len(step.items) for step in steps),
        at_limit=timedelta(seconds=longest),
        gap="; ".join(dict.fromkeys(reasons)),
        rate=rate,
    )


def prove(
    runs: Sequence[StartRun], stops: Sequence[StopRun], spent: Spent, limits: Limits
) -> Proof:
    """The fewest calls that could carry these starts and stops, whatever is read.

    Args:
        runs: Starts of one connection.
        stops: Stops of the same connection.
        spent: What was read.
        limits: Of the connection.
    """
    groups = bulk_groups(runs, stops, spent.ids)
    bound = sum(1 for stop in stops if stop.risk is Risk.SAFE)
    bound += len(runs) - sum(len(group) for group in groups[1:])
    reasons: list[str] = []
    unread: list[str] = []
    for group in groups:
        useless = [b for b in group if not b.has_ids and b.source_id in spent.ids]
        useful = [b for b in group if b not in useless]
        planned = packing([b.size for b in useful if b.has_ids], limits)
        bound += len(useless) + packing([b.size for b in useful], limits).bound
        unread += [b.source_id for b in useful if not b.has_ids]
        reasons += [planned.doubt] if planned.doubt else []
    return Proof(bound, (*_unread(unread, spent.failed), *reasons))


def _unread(source_ids: Sequence[str], failed: frozenset[str]) -> list[str]:
    """Why sources that bulk could carry go alone."""
    lost = sum(source_id in failed for source_id in source_ids)
    left = len(source_ids) - lost
    reasons = []
    if left:
        text = (
            f"reading the database ids of {plural(left, 'source')} for bulk would save no request"
        )
        reasons.append(text)
    if lost:
        reasons.append(f"the database ids of {plural(lost, 'source')} could not be read")
    return reasons


def _mirror_bound(steps: Sequence[Step], limits: Limits) -> int:
    """One call per link and verb, or as many as its names fill."""
    names: dict[tuple[type, str, str], int] = {}
    for step in steps:
        change = step.change
        if isinstance(change, Pause | Resume):
            key = (type(change), change.cluster_id, change.link)
            names[key] = names.get(key, 0) + len(change.topics)
    return sum(ceil(count, limits.names_per_call or count) for count in names.values())


def _at_limit(
    connections: Sequence[Connection], steps: Sequence[Step], reads: Mapping[str, int]
) -> tuple[float, float]:
    """Seconds and rate of the credential that takes longest; who share one share its slowest rate."""
    counts: dict[tuple[ProviderName, str, Auth], int] = {}
    rates: dict[tuple[ProviderName, str, Auth], float] = {}
    for connection in connections:
        key = (connection.provider, connection.endpoint, connection.auth)
        calls = sum(1 for step in steps if step.call.connection == connection.name)
        counts[key] = counts.get(key, 0) + calls + reads.get(connection.name, 0)
        rate = connection.limits.requests_per_second
        if rate:
            rates[key] = min(rate, rates.get(key, rate))
    times = [(counts[key] / rate, rate) for key, rate in rates.items()]
    return max(times, default=(0.0, 0.0))
