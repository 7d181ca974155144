"""A stop hits a whole source: who else would feel it, and what that means for its risk.

    the runs that a stop would end                                verdict
    ------------------------------------------------------------  --------------------------------
    cover a topic that is unmanaged, suspended, or that a rule    blocked, unless the rule says
    wants completed                                               `allowSourceWide: true`
    are ours, are known to be incremental, and cover only         change, safe
    topics of the rule
    otherwise                                                     change, disruptive

Source: `docs/apis/streamkap.md#stop`.
"""

from collections.abc import Sequence

from reconciler.core.documents import Claim
from reconciler.core.impact import stop_impact
from reconciler.core.words import listed
from reconciler.model.desired import SnapshotRule, SnapshotState, SnapshotType
from reconciler.model.verdict import Finding, Risk, Verdict
from reconciler.records import Struct, replace


class ActiveTopic(Struct, frozen=True):
    """A topic with a run under way.

    Attributes:
        name: As people see it.
        type: How the run reads, where known.
        claim: The rule that names the topic, or None.
        ours: Whether the ledger shows that we started it.
    """

    name: str
    type: SnapshotType | None
    claim: Claim[SnapshotRule] | None
    ours: bool


def judge_stop(
    stops: Sequence[tuple[Claim[SnapshotRule], Finding]], active: Sequence[ActiveTopic]
) -> list[Finding]:
    """Widen the stops of single topics to the source they hit.

    Args:
        stops: The topics whose rule wants no run, with their findings.
        active: Every topic of the source with a run under way.

    Returns:
        The findings, with risk, verdict and the topics that will be hit.
    """
    if not stops:
        return []
    foreign = tuple(sorted(a.name for a in active if _belongs_to_another(a)))
    allowed = any(claim.rule.allow_source_wide for claim, f in stops if f.verdict is Verdict.CHANGE)
    impact = stop_impact({a.type for a in active})
    findings = []
    for claim, told in stops:
        finding = replace(told, impact=impact)
        others = tuple(sorted(a.name for a in active if a.name != finding.address.topic))
        if finding.verdict is Verdict.DEFERRED:
            findings.append(finding)
            continue
        if foreign and not allowed:
            findings.append(
                replace(
                    finding,
                    verdict=Verdict.BLOCKED,
                    reason=f"{finding.reason}; a stop would also end {listed(foreign)}",
                    advice="stop it at Streamkap, or set `allowSourceWide: true` on the rule",
                )
            )
            continue
        findings.append(
            replace(finding, risk=_risk(claim, active), reason=_reason(finding, others, active))
        )
    return findings


def _belongs_to_another(topic: ActiveTopic) -> bool:
    claim = topic.claim
    return claim is None or claim.rule.state is not SnapshotState.IDLE or claim.suspend is not None


def _risk(claim: Claim[SnapshotRule], active: Sequence[ActiveTopic]) -> Risk:
    safe = all(
        a.ours
        and a.type is SnapshotType.INCREMENTAL
        and a.claim is not None
        and (a.claim.address, a.claim.rank) == (claim.address, claim.rank)
        for a in active
    )
    return Risk.SAFE if safe else Risk.DISRUPTIVE


def _reason(finding: Finding, others: tuple[str, ...], active: Sequence[ActiveTopic]) -> str:
    parts = [finding.reason]
    if others:
        parts.append(f"the stop also ends {listed(others)}")
    if any(a.type is SnapshotType.BLOCKING for a in active):
        parts.append("it is blocking: the connector restarts and its progress is lost")
    elif any(a.type is None for a in active):
        parts.append("its type is not known; a blocking one would restart the connector")
    return "; ".join(parts)
