"""Judge every mirror topic of one cluster link."""

from collections.abc import Sequence
from datetime import datetime

from reconciler.core.documents import (
    Claim,
    Group,
    calm_findings,
    contested,
    document_finding,
    group_of,
    missing,
    topic_finding,
)
from reconciler.core.judge_mirrors import MirrorAsk, judge_link_state, judge_mirror, wanted
from reconciler.core.rows import Row
from reconciler.core.ruling import Ruling
from reconciler.model.address import Address
from reconciler.model.desired import DesiredLink, MirrorRule, MirrorState, Suspend
from reconciler.model.observed import LinkView, Mirror, ObservedLink
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct, replace


class JudgedLink(Struct, frozen=True):
    """One link, judged.

    Attributes:
        findings: In no order.
        unmanaged: Mirror topics listed that no rule names.
        warnings: Sentences with their place.
    """

    findings: tuple[Finding, ...]
    unmanaged: int = 0
    warnings: tuple[str, ...] = ()


def judge_link(
    documents: Sequence[DesiredLink], view: LinkView, now: datetime, halt: Suspend | None = None
) -> JudgedLink:
    """Judge all documents of one link together.

    Args:
        documents: Every document of that link, also those that a selection leaves out.
        view: What was seen.
        now: The vendor's clock.
        halt: The halt of the connection, or None.
    """
    problem = view.problem or (view.link.problem if view.link else None)
    if problem is not None:
        return JudgedLink(tuple(document_finding(d.address, d.origin, problem) for d in documents))
    link = view.link
    if link is None or link.mirrors is None:
        return JudgedLink(tuple(_whole_link(d, link, now) for d in documents))
    return _judge_mirrors(group_of(documents, halt, now), documents, link, now)


def _whole_link(document: DesiredLink, link: ObservedLink | None, now: datetime) -> Finding:
    """The one finding where the link itself decides for all its topics."""
    state, error = (link.state, link.error) if link else (None, "")
    wants = {wanted(rule, now) for rule in document.rules} - {MirrorState.UNMANAGED}
    want = MirrorState.ACTIVE if MirrorState.ACTIVE in wants else MirrorState.PAUSED
    ruling = judge_link_state(state, error, want) or Ruling(
        Verdict.UNOBSERVED, "its mirror topics were not listed", row=Row.NOT_LISTED
    )
    return Finding(
        document.address,
        ruling.verdict,
        ruling.reason,
        document.origin,
        advice=ruling.advice,
        before=f"link {state or '-'}",
        failed=ruling.failed,
        row=ruling.row or "",
    )


def _judge_mirrors(
    group: Group[MirrorRule], documents: Sequence[DesiredLink], link: ObservedLink, now: datetime
) -> JudgedLink:
    mirrors = sorted(link.mirrors or (), key=lambda mirror: mirror.name)
    if link.sifted is None:
        findings, warnings = missing(group, [m.name for m in mirrors], "Confluent")
    else:
        findings, warnings = [*link.sifted.findings], [*link.sifted.warnings]
    findings.extend(calm_findings(documents, link.sifted))
    of_link: dict[tuple[Address, Verdict, str], Finding] = {}
    unmanaged = link.sifted.unmanaged if link.sifted else 0
    origins = {document.address: document.origin for document in documents}
    for mirror in mirrors:
        claims = group.claims(mirror.name)
        if not claims:
            unmanaged += 1
        elif len(claims) > 1:
            findings.extend(contested(claims, mirror.name))
        else:
            ruling, finding = _judge_one(claims[0], mirror, link, now)
            if not ruling.of_link:
                findings.append(finding)
                continue
            key = (claims[0].address, ruling.verdict, ruling.reason)
            before = of_link.get(key)
            of_link[key] = replace(
                finding,
                address=claims[0].address,
                origin=origins[claims[0].address],
                covers=before.covers + 1 if before else 1,
            )
    return JudgedLink((*findings, *of_link.values()), unmanaged, tuple(warnings))


def _judge_one(
    claim: Claim[MirrorRule], mirror: Mirror, link: ObservedLink, now: datetime
) -> tuple[Ruling, Finding]:
    ask = MirrorAsk(claim.rule, mirror, link.state, link.error, claim.literal, now)
    ruling = judge_mirror(ask)
    after = "ACTIVE" if wanted(claim.rule, now) is MirrorState.ACTIVE else "PAUSED"
    return ruling, topic_finding(claim, mirror.name, ruling, (mirror.status or "", after))
