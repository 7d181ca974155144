"""Drift that a policy acknowledges: told apart and not counted, until it ends. Apply does the same as ever."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from reconciler.core.select import Selector, parse_selector
from reconciler.core.words import moment
from reconciler.model.address import Address
from reconciler.model.desired import Desired, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.model.policy import Acknowledgement
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import Struct, replace

_MOVED = frozenset({Cause.DRIFT, Cause.DIFFERS})
_HELD = frozenset({Verdict.CHANGE, Verdict.BLOCKED})


class Clocks(Struct, frozen=True):
    """The time at each vendor.

    Attributes:
        of_connection: By name of the Connection.
        otherwise: Where a connection has none.
    """

    of_connection: Mapping[str, datetime]
    otherwise: datetime

    def at(self, connection: str) -> datetime:
        """The time of a connection."""
        return self.of_connection.get(connection, self.otherwise)


class _Known(Struct, frozen=True):
    """One acknowledgement, ready to be asked."""

    policy: DesiredPolicy
    item: Acknowledgement
    selectors: tuple[Selector, ...]

    def takes(self, finding: Finding) -> bool:
        """Whether it speaks of all that a finding speaks of."""
        address = finding.address
        if address.topic:
            return any(selector.takes_topic(address) for selector in self.selectors)
        return any(s.takes(address) and s.topic in ("", "*") for s in self.selectors)

    @property
    def words(self) -> str:
        """Until when, and why."""
        return f"known until {moment(self.item.until)} ({self.item.reason}, {self.policy.address})"


def acknowledge(
    desired: Desired, findings: Iterable[Finding], clocks: Clocks
) -> tuple[Finding, ...]:
    """Findings, with what somebody knows of what moved or failed.

    Args:
        desired: All documents.
        findings: With their causes.
        clocks: The time at each vendor.
    """
    known = _all(desired)
    if not known:
        return tuple(findings)
    every: list[DesiredSource | DesiredLink] = [*desired.sources, *desired.links]
    documents = {document.address: document for document in every}
    return tuple(_with(finding, documents, known, clocks) for finding in findings)


def ended(desired: Desired, now: datetime) -> Iterator[str]:
    """A sentence for each acknowledgement that has ended.

    Args:
        desired: All documents.
        now: The time.
    """
    for each in _all(desired):
        if each.item.until <= now:
            names = ", ".join(each.item.addresses)
            yield (
                f"{each.item.origin}: {each.policy.address}: the acknowledgement of {names} "
                f"({each.item.reason}) ended {moment(each.item.until)}; take it out, or give it a "
                "later end"
            )


def _all(desired: Desired) -> list[_Known]:
    return [
        _Known(policy, item, tuple(map(parse_selector, item.addresses)))
        for policy in desired.policies
        for item in policy.acknowledged
    ]


def _with(
    finding: Finding,
    documents: Mapping[Address, DesiredSource | DesiredLink],
    known: Iterable[_Known],
    clocks: Clocks,
) -> Finding:
    document = documents.get(finding.address.document)
    is_drift = finding.failed or (finding.verdict in _HELD and finding.cause in _MOVED)
    if document is None or not is_drift:
        return finding
    now = clocks.at(document.connection)
    for each in known:
        if each.item.until > now and each.policy.selects(document) and each.takes(finding):
            note = "; ".join(filter(None, (finding.note, each.words)))
            return replace(finding, known=each.words, note=note)
    return finding
