"""Everything that a ledger adds to a judgement. It changes no verdict and no action."""

from collections.abc import Iterable

from reconciler.core.causes import with_causes
from reconciler.core.contested import contest_warnings, find_contests, with_notes
from reconciler.core.hindsight import Hindsight
from reconciler.core.left_behind import Seen, find_left_behind
from reconciler.core.parameters import changed_parameters
from reconciler.model.left_behind import LeftBehind
from reconciler.model.verdict import Finding
from reconciler.records import Struct


class Told(Struct, frozen=True):
    """A judgement in the light of the ledger.

    Attributes:
        findings: With causes and notes, in the order they were given.
        warnings: Sentences, sorted.
        left_behind: What of ours no spec speaks of, sorted by address.
    """

    findings: tuple[Finding, ...]
    warnings: tuple[str, ...]
    left_behind: tuple[LeftBehind, ...]


def tell(findings: Iterable[Finding], hindsight: Hindsight, seen: Seen) -> Told:
    """Add to findings what only a ledger can tell.

    Args:
        findings: Of the last pass.
        hindsight: Specs and ledger, with what the look of now shows of our runs.
        seen: What the look of now shows.
    """
    caused = with_causes(findings, hindsight)
    contests = find_contests(caused, hindsight)
    warnings = {*contest_warnings(contests), *changed_parameters(caused, hindsight)}
    return Told(
        with_notes(caused, contests), tuple(sorted(warnings)), find_left_behind(hindsight, seen)
    )
