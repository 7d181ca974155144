"""Everything that a ledger adds to a judgement. It changes no verdict and no action."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.core.causes import with_causes
from reconciler.core.contested import contest_warnings, find_contests, with_notes
from reconciler.core.left_behind import Seen, find_left_behind
from reconciler.core.memory import Memory
from reconciler.core.parameters import changed_parameters
from reconciler.model.journal import LeftBehind
from reconciler.model.verdict import Finding


@dataclass(frozen=True, slots=True)
class Recalled:
    """A judgement in the light of the ledger.

    Attributes:
        findings: With causes and notes, in the order they were given.
        warnings: Sentences, sorted.
        left_behind: What of ours no spec speaks of, sorted by address.
    """

    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]
    left_behind: tuple[LeftBehind, ...]


def recall(findings: Iterable[Finding], memory: Memory, seen: Seen) -> Recalled:
    """Add to findings what only a ledger can tell.

    Args:
        findings: Of the last pass.
        memory: Specs and ledger, with what the look of now shows of our runs.
        seen: What the look of now shows.
    """
    caused = with_causes(findings, memory)
    contests = find_contests(caused, memory)
    warnings = {*contest_warnings(contests), *changed_parameters(caused, memory)}
    return Recalled(
        with_notes(caused, contests), tuple(sorted(warnings)), find_left_behind(memory, seen)
    )
