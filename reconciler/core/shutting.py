"""Changes that windows keep back: deferred before any gate, so that they take nobody's place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from reconciler.core.sources import JudgedSource
from reconciler.core.windows import Hours
from reconciler.core.words import plural
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import replace


def shut_findings(
    findings: Iterable[Finding], shut: Mapping[Address, Hours]
) -> tuple[Finding, ...]:
    """Findings with every change deferred that has to wait for a window.

    Args:
        findings: Any.
        shut: What the windows say of the documents whose changes have to wait.
    """
    return tuple(_shut(finding, shut.get(finding.address.document)) for finding in findings)


def shut_source(judged: JudgedSource, shut: Mapping[Address, Hours]) -> JudgedSource:
    """The same for one source. A stop ends all that runs on it: its stops wait together.

    Args:
        judged: The source, before any gate.
        shut: What the windows say of the documents whose changes have to wait.
    """
    if not shut:
        return judged
    stops = {f.address.document for f in judged.findings if _is_stop(f)}
    waiting = next((shut[address] for address in sorted(stops) if address in shut), None)
    findings = [
        _shut(f, waiting) if _is_stop(f) else f for f in shut_findings(judged.findings, shut)
    ]
    starts = [
        replace(c, finding=_shut(c.finding, shut.get(c.finding.address.document)))
        for c in judged.starts
    ]
    return replace(judged, findings=tuple(findings), starts=tuple(starts))


def lifted(
    findings: Iterable[Finding], hours: Mapping[Address, Hours], break_glass: str
) -> Iterator[str]:
    """A warning for each window that a person's word lifts.

    Args:
        findings: Of the judgement, in which nothing was deferred by windows.
        hours: What the windows say of each document.
        break_glass: The person's reason, or empty where windows hold.
    """
    if not break_glass:
        return
    counts = Counter[str]()
    for finding in findings:
        each = hours.get(finding.address.document)
        if finding.verdict is Verdict.CHANGE and each is not None and not each.is_open:
            counts[str(each)] += finding.covers
    for why, count in sorted(counts.items()):
        yield f"--break-glass ({break_glass}) lets {plural(count, 'topic')} change, although {why}"
    if not counts:
        yield f"--break-glass ({break_glass}) lifts nothing: no window keeps a change back just now"


def _is_stop(finding: Finding) -> bool:
    return finding.verdict is Verdict.CHANGE and finding.action is Action.STOP


def _shut(finding: Finding, hours: Hours | None) -> Finding:
    if hours is None or finding.verdict is not Verdict.CHANGE:
        return finding
    return replace(finding, verdict=Verdict.DEFERRED, reason=f"{hours}; {finding.reason}")
