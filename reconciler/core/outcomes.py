"""All true words of a command, the first of which is its exit code."""

from collections.abc import Collection, Iterable, Iterator

from reconciler.model.outcome import EXIT_CODES, ApplyReport, Outcome, Result
from reconciler.model.plan import Plan
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace


def of_plan(plan: Plan) -> tuple[Outcome, ...]:
    """The words of `plan --detailed-exitcode` and `status`.

    Args:
        plan: The plan.
    """
    words = _of_findings(plan)
    if plan.steps:
        words.add(Outcome.CHANGES)
    return ordered(words)


def of_drift(plan: Plan) -> tuple[Outcome, ...]:
    """The words of `drift`.

    Args:
        plan: The plan.
    """
    known = set(known_drift(plan))
    words = _of_findings(replace(plan, findings=tuple(f for f in plan.findings if f not in known)))
    if drifted(plan):
        words.add(Outcome.DRIFT)
    return ordered(words)


def drifted(plan: Plan) -> tuple[Finding, ...]:
    """What `drift` counts: what moved without an edit or a date, failed and overdue things.

        cause          with a ledger that has history    without
        -------------  --------------------------------  -------
        drift          counts                            counts
        differs        never seen to hold: no            counts
        pending, due   no                                no

    Only what could go now counts, or what a person has to free; what waits has its reason. What a
    policy acknowledges is known, and does not count.

    Args:
        plan: The plan.
    """
    return tuple(finding for finding in _all_drift(plan) if not finding.known)


def known_drift(plan: Plan) -> tuple[Finding, ...]:
    """What `drift` would count if no policy acknowledged it.

    Args:
        plan: The plan.
    """
    return tuple(finding for finding in _all_drift(plan) if finding.known)


def _all_drift(plan: Plan) -> Iterator[Finding]:
    causes = {Cause.DRIFT} if plan.has_ledger else {Cause.DRIFT, Cause.DIFFERS}
    return (finding for finding in plan.findings if finding.failed or _moved(finding, causes))


def in_doubt(plan: Plan) -> tuple[Finding, ...]:
    """What `drift` cannot speak of: blocked, unknown and unobserved things it does not count.

    Args:
        plan: The plan.
    """
    verdicts = (Verdict.BLOCKED, Verdict.UNKNOWN, Verdict.UNOBSERVED)
    counted = set(_all_drift(plan))
    return tuple(f for f in plan.findings if f.verdict in verdicts and f not in counted)


def _moved(finding: Finding, causes: Collection[Cause]) -> bool:
    return finding.verdict in (Verdict.CHANGE, Verdict.BLOCKED) and finding.cause in causes


def of_apply(plan: Plan, report: ApplyReport) -> tuple[Outcome, ...]:
    """The words of `apply`.

    Args:
        plan: What was carried out.
        report: What became of it.
    """
    words = _of_findings(plan)
    results = {item.result for item in report.items}
    table = {
        Result.UNKNOWN: Outcome.UNKNOWN,
        Result.FAILED: Outcome.FAILED,
        Result.STALE: Outcome.STALE,
        Result.LOCKED: Outcome.LOCKED,
        Result.HELD: Outcome.BLOCKED,
        Result.NOT_RUN: Outcome.NOT_REACHED,
    }
    words |= {table[result] for result in results if result in table}
    if report.interrupted or any(item.short for item in report.items):
        words.add(Outcome.NOT_REACHED)
    return ordered(words)


def _of_findings(plan: Plan) -> set[Outcome]:
    verdicts = {finding.verdict for finding in plan.findings}
    words = {Outcome.OK}
    if Verdict.UNKNOWN in verdicts:
        words.add(Outcome.UNKNOWN)
    if plan.incomplete or Verdict.UNOBSERVED in verdicts:
        words.add(Outcome.ERROR)
    if Verdict.BLOCKED in verdicts:
        words.add(Outcome.BLOCKED)
    return words


def ordered(words: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Words in the order of the exit codes; `OK` only where nothing else is true.

    Args:
        words: Any of them.
    """
    given = set(words)
    told = tuple(word for word in EXIT_CODES if word in given and word is not Outcome.OK)
    return told or (Outcome.OK,)


def exit_code(words: tuple[Outcome, ...]) -> int:
    """The exit code of the first word.

    Args:
        words: From `ordered`.
    """
    return EXIT_CODES[words[0]]
