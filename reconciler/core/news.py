"""What changed between the drift that was told, or written down, last and the drift of now."""

from collections.abc import Mapping
from datetime import datetime

from reconciler.core.digest import digest
from reconciler.core.outcomes import drifted, known_drift
from reconciler.model.address import Address, Kind
from reconciler.model.journal import DriftNote, DriftWord
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
        if address not in now and _document(address) in unseen
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


def drift_notes(known: Mapping[str, str], plan: Plan, now: datetime) -> tuple[DriftNote, ...]:
    """What to write down of drift.

    A document that the plan does not judge is left as it is: somebody else's specs may name it.

    Args:
        known: What drifts, as far as it was written down: marks by address.
        plan: Judged from what is observed now, all documents of it.
        now: Our clock.
    """
    judged = {str(finding.address.document) for finding in plan.findings}
    mine = {address: mark for address, mark in known.items() if _document(address) in judged}
    found = news(mine, plan)
    drifts = [(finding, DriftWord.FOUND) for finding in found.new]
    drifts += [(finding, DriftWord.CHANGED) for finding in found.changed]
    over = (DriftNote(now, _address(address), DriftWord.OVER) for address in found.resolved)
    notes = (DriftNote(now, f.address, word, _mark(f), _sentence(f)) for f, word in drifts)
    return (*notes, *over)


def _document(address: str) -> str:
    return "/".join(address.split("/", 2)[:2])


def _address(text: str) -> Address:
    kind, name, topic = (*text.split("/", 2), "")[:3]
    return Address(Kind(kind), name, topic)


def _sentence(finding: Finding) -> str:
    levels = f"{finding.before}, wanted {finding.after}; " if finding.before else ""
    return f"{levels if finding.after else ''}{finding.reason}"


def _mark(finding: Finding) -> str:
    """What makes drift another one: not its reason, in which spans of time grow."""
    return digest([finding.verdict, finding.action, finding.before, finding.after, finding.failed])
