"""How a story ends: nothing fails any more, time passes, and what was declared holds or is told.

A declared level is *lost* where, after all patience, it neither holds nor does the tool say why: it
says `in_sync` of what is not so, waits for a run that does not exist, or plans for ever without ever
saying in a report what is in the way.
"""

from collections.abc import Iterable, Iterator

from reconciler.model.address import Kind
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.verdict import Finding, Verdict
from tests.support.estate import HOUR, Estate
from tests.support.truth import Fact, facts
from tests.support.wishes import mirror_state

PATIENCE = 9
ENOUGH = 2
WAITING = (Verdict.IN_PROGRESS, Verdict.DEFERRED, Verdict.SCHEDULED)
SAID = (Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.UNOBSERVED)
TOLD = (Result.FAILED, Result.HELD, Result.UNKNOWN, Result.DEFERRED)


def settle(estate: Estate) -> list[ItemOutcome]:
    """Apply every hour, until there is nothing to do and nothing under way; at most for a while.

    Returns:
        What the last apply that did something said.
    """
    estate.stage.fail()
    estate.stage.road.clear()
    told: list[ItemOutcome] = []
    quiet = 0
    for _ in range(PATIENCE):
        applied = estate.apply()
        assert applied is not None
        told = list(applied.report.items) or told
        estate.court.hold()
        waits = any(f.verdict in WAITING for f in applied.planned.plan.findings)
        is_quiet = not (applied.planned.plan.steps or waits or estate.stage.road.arrivals)
        quiet = quiet + 1 if is_quiet else 0
        if quiet == ENOUGH:
            break
        # What is published late shows by then.
        estate.pass_time(HOUR)
    return told


def lost(estate: Estate, told: list[ItemOutcome]) -> list[str]:
    """Declared levels that neither hold nor are told, each in a sentence.

    Args:
        estate: After `settle`.
        told: What the last apply said.
    """
    planned = estate.plan().plan
    said = {i.address for i in told if i.result in TOLD and i.message}
    found = {str(f.address): f for f in planned.findings}
    reality = list(facts(estate.stage))
    mirrors = estate.stage.mirrors()
    gone: list[str] = []
    for place, wish in estate.wishes.items():
        if wish.state:
            finding = _finding(found, f"{Kind.SOURCE}/{place}")
            if not _waits_for_a_failure(finding, planned.findings, said):
                gone += _judged(place, finding, _holds(estate, place, reality), said)
    for place, word in estate.pauses.items():
        if word:
            finding = _finding(found, f"{Kind.CLUSTER_LINK}/{place}")
            now = estate.stage.clock.now()
            gone += _judged(place, finding, mirrors[place] == mirror_state(word, now), said)
    return gone


def ends(estate: Estate) -> list[Verdict]:
    """The verdict of every declared topic, in the end."""
    return [f.verdict for f in estate.plan().plan.findings]


def _finding(found: dict[str, Finding], address: str) -> Finding | None:
    return found.get(address) or found.get(address.rpartition("/")[0])


def _waits_for_a_failure(
    finding: Finding | None, findings: Iterable[Finding], said: set[object]
) -> bool:
    """Whether a topic waits for a run that every apply asks for and the vendor refuses.

    The run may be of the same source, or take one of few places.
    """
    if finding is None or finding.verdict is not Verdict.DEFERRED:
        return False
    return any(f.verdict is Verdict.CHANGE and f.address in said for f in findings)


def _judged(place: str, finding: Finding | None, holds: bool, said: set[object]) -> Iterator[str]:
    if finding is None:
        yield f"{place}: no word of it"
        return
    match finding.verdict:
        case Verdict.IN_SYNC if not holds:
            yield f"{place}: called in_sync: {finding.reason}"
        case Verdict.CHANGE if finding.address not in said:
            yield f"{place}: planned for ever: {finding.reason}"
        case Verdict.IN_PROGRESS | Verdict.DEFERRED | Verdict.SCHEDULED:
            yield f"{place}: {finding.verdict} for ever: {finding.reason}"
        case verdict if verdict in SAID and not finding.reason:
            yield f"{place}: {finding.verdict} without a reason"
        case _:
            return


def _holds(estate: Estate, place: str, reality: list[Fact]) -> bool:
    """Whether what is wished for a topic is so."""
    wish, mine = estate.wishes[place], [f for f in reality if f.place == place]
    if wish.state == "idle":
        return not any(f.is_active for f in mine)
    now = estate.stage.sandbox.now()
    level = now - wish.max_age * HOUR if wish.max_age else wish.since.timestamp()
    return any(f.status == "completed" and f.submitted >= level - 400 for f in mine)
