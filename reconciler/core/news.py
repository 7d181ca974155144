"""What changed between the drift that was told last and the drift of now."""

from collections.abc import Mapping

from reconciler.core.digest import digest
from reconciler.core.outcomes import drifted, known_drift
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct

ACKNOWLEDGED = "acknowledged"


class News(Struct, frozen=True):
    """What is worth telling; all empty where nothing is.

    Attributes:
        new: What drifted since.
        changed: What had drifted and now drifts in another way.
        resolved: Addresses of what had drifted and does not any more.
        known: All drift of now by address, as `news` compares it next time.
    """

    new: tuple[Finding, ...]
    changed: tuple[Finding, ...]
    resolved: tuple[str, ...]
    known: dict[str, str]

    @property
    def is_any(self) -> bool:
        """Whether there is something to tell."""
        return bool(self.new or self.changed or self.resolved)


def news(told: Mapping[str, str], plan: Plan) -> News:
    """What to tell.

    What could not be observed has neither come nor gone: it stays as it was told. Nor has what was
    told and is acknowledged by now; once that has ended, it is told as changed.

    Args:
        told: `known` of what was told last; empty where nothing was.
        plan: Judged from what is observed now, all documents of it.
    """
    now = {str(finding.address): finding for finding in drifted(plan)}
    unseen = {str(f.address.document) for f in plan.findings if f.verdict is Verdict.UNOBSERVED}
    kept = {
        address: mark
        for address, mark in told.items()
        if address not in now and "/".join(address.split("/")[:2]) in unseen
    }
    let_be = {str(finding.address) for finding in known_drift(plan)}
    kept |= {address: ACKNOWLEDGED for address in told if address in let_be}
    marks = {address: _mark(finding) for address, finding in now.items()}
    return News(
        tuple(finding for address, finding in sorted(now.items()) if address not in told),
        tuple(
            finding
            for address, finding in sorted(now.items())
            if address in told and told[address] != marks[address]
        ),
        tuple(sorted(address for address in told if address not in now and address not in kept)),
        dict(sorted({**kept, **marks}.items())),
    )


def _mark(finding: Finding) -> str:
    """What makes drift another one: not its reason, in which spans of time grow."""
    return digest([finding.verdict, finding.action, finding.before, finding.after, finding.failed])
