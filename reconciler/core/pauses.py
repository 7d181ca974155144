"""Mirror topics that have been paused for longer than a policy's `maxPause`.

It makes no change and takes none back: people are told, once per document, and `drift` counts the topics
as overdue. A resume that is about to be made needs no telling.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from reconciler.core.links import JudgedLink
from reconciler.core.words import listed, plural, span
from reconciler.model.address import Address
from reconciler.model.desired import Desired, DesiredLink, DesiredPolicy
from reconciler.model.observed import LinkView, Mirror
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct, replace


class Bound(Struct, frozen=True):
    """The longest pause of a document.

    Attributes:
        length: How long.
        policy: Who says so.
    """

    length: timedelta
    policy: Address

    def __str__(self) -> str:
        return f"{span(self.length)} (maxPause of {self.policy})"


def bounds_of(
    policies: Iterable[DesiredPolicy], documents: Iterable[DesiredLink]
) -> dict[Address, Bound]:
    """The strictest bound of each document that has one.

    Args:
        policies: All policies, in order of address.
        documents: Some documents.
    """
    bounds = [p for p in policies if p.max_pause is not None]
    found: dict[Address, Bound] = {}
    for document in documents if bounds else ():
        mine = [
            Bound(p.max_pause, p.address) for p in bounds if p.max_pause and p.selects(document)
        ]
        if mine:
            found[document.address] = min(mine, key=lambda bound: bound.length)
    return found


def watched_links(desired: Desired) -> frozenset[Address]:
    """The documents whose paused topics have to be seen, also where they are as wanted.

    Args:
        desired: All documents.
    """
    return frozenset(bounds_of(desired.policies, desired.links))


def with_long_pauses(
    judged: JudgedLink, view: LinkView, bounds: Mapping[Address, Bound], now: datetime
) -> JudgedLink:
    """A judged link, with what has been paused for too long.

    Args:
        judged: As its rules judge it.
        view: What was seen.
        bounds: From `bounds_of`.
        now: The vendor's clock.
    """
    if not bounds or view.link is None:
        return judged
    paused = {m.name: m for m in view.link.mirrors or () if m.status == "PAUSED" and m.state_time}
    late: dict[Address, list[Mirror]] = {}
    findings = []
    for finding in judged.findings:
        bound, mirror = bounds.get(finding.address.document), paused.get(finding.address.topic)
        if bound and mirror and _is_late(finding, mirror, bound, now):
            late.setdefault(finding.address.document, []).append(mirror)
            findings.append(_told(finding, bound))
        else:
            findings.append(finding)
    warnings = [_warning(address, mine, bounds[address], now) for address, mine in late.items()]
    return replace(judged, findings=tuple(findings), warnings=(*judged.warnings, *warnings))


def _is_late(finding: Finding, mirror: Mirror, bound: Bound, now: datetime) -> bool:
    is_left_so = finding.verdict is not Verdict.CHANGE
    return is_left_so and mirror.state_time is not None and now - mirror.state_time > bound.length


def _told(finding: Finding, bound: Bound) -> Finding:
    return replace(
        finding, reason=f"{finding.reason}; it has been for longer than {bound}", failed=True
    )


def _warning(address: Address, mirrors: Sequence[Mirror], bound: Bound, now: datetime) -> str:
    """One sentence, however many topics it speaks of."""
    names = listed(tuple(sorted(mirror.name for mirror in mirrors)))
    longest = max(now - mirror.state_time for mirror in mirrors if mirror.state_time)
    lags = [mirror.lag for mirror in mirrors if mirror.lag is not None]
    behind = f" and up to {max(lags):,} messages behind" if lags else ""
    return (
        f"{address}: {plural(len(mirrors), 'mirror topic')} paused for longer than {bound}: {names}; "
        f"up to {span(longest)}{behind}"
    )
