"""Why there is a change: who moved, told by the level that was last seen to hold.

    last seen to hold for this topic          the rule asks      the level        cause
                                              for              it means now
    ----------------------------------------  ---------------  -------------  -------
    nothing, or nobody knows its scope                                        differs
    a level of another rule                   something else                  pending
    a level of this rule, whose time came     the same         another        due
    a level of this rule with `maxAge`        the same                        due
    this very level                           the same         the same       drift

What a rule asks for is its state and the times in it: what decides whether there is a change. How a
run reads (`core/parameters.py`) is no part of it, nor what is done about failures: an edit of those
moves no level.

A level with `maxAge` is lost by age alone: a run that has completed does not become undone. So time
is its cause, whatever else went on.

Which level a rule means now is read off the finding and not worked out again, since it was judged
by the vendor's clock, and the minute around `until` is the one that counts.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from reconciler.core.before import WANTED
from reconciler.core.hindsight import Hindsight
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import MirrorRule, MirrorState, SnapshotRule, SnapshotState
from reconciler.model.journal import Applied
from reconciler.model.outcome import ItemOutcome, Result
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace

SCHEDULED = "scheduled"


def desired_key(rule: SnapshotRule | MirrorRule) -> str:
    """What a rule asks for in canonical words, without anything that time decides.

    Args:
        rule: Any rule.

    Returns:
        Such as `paused until 2026-12-01T06:00:00Z`, `active`, `idle`,
        `completed since 2026-11-20T00:00:00Z`, `completed within 604800s`.
    """
    match rule:
        case MirrorRule(state=MirrorState.PAUSED, until=until):
            return f"paused until {_exact(until, 'never')}"
        case SnapshotRule(state=SnapshotState.COMPLETED, max_age=None, since=since):
            return f"completed since {_exact(since, 'ever')}"
        case SnapshotRule(state=SnapshotState.COMPLETED, max_age=timedelta() as age):
            return f"completed within {age // timedelta(seconds=1)}s"
        case MirrorRule() | SnapshotRule():
            return str(rule.state)


def _exact(time: datetime | None, none: str) -> str:
    """A time to the last digit: two times that differ must not read the same."""
    return f"{time.astimezone(UTC).replace(tzinfo=None).isoformat()}Z" if time else none


def level_key(rule: SnapshotRule | MirrorRule, finding: Finding) -> str:
    """The level a rule means at the moment of a verdict, in canonical words.

    Args:
        rule: The rule behind the finding.
        finding: The verdict.

    Returns:
        `ACTIVE` or `PAUSED` for a mirror; `idle`, `completed since …` or `scheduled` for a
        snapshot; with `maxAge` what it asks for, since its level never stands still.
    """
    if finding.verdict is Verdict.SCHEDULED:
        return SCHEDULED
    return _level(rule, finding.after)


def _level(rule: SnapshotRule | MirrorRule, mirror: str) -> str:
    return mirror if isinstance(rule, MirrorRule) else desired_key(rule)


def with_causes(findings: Iterable[Finding], hindsight: Hindsight) -> tuple[Finding, ...]:
    """Say of every finding with an action why it has one; nothing else of it changes.

    Args:
        findings: In any order.
        hindsight: Specs and ledger.

    Returns:
        In the same order.
    """
    return tuple(
        finding if finding.action is None else replace(finding, cause=_cause(finding, hindsight))
        for finding in findings
    )


def _cause(finding: Finding, hindsight: Hindsight) -> Cause:
    place, rule = hindsight.place_of(finding.address), hindsight.rule_of(finding.address)
    applied = hindsight.levels.get(place) if place else None
    if applied is None or rule is None:
        return Cause.DIFFERS
    if applied.desired != desired_key(rule):
        return Cause.PENDING
    if _ages(rule) or applied.level != level_key(rule, finding):
        return Cause.DUE
    return Cause.DRIFT


def _ages(rule: SnapshotRule | MirrorRule) -> bool:
    return isinstance(rule, SnapshotRule) and rule.max_age is not None


def applied_of(
    findings: Iterable[Finding], hindsight: Hindsight, now: datetime
) -> tuple[Applied, ...]:
    """Levels that a plan saw to hold and that the ledger does not know yet.

    That a snapshot's time has not come is noted as well, so that its coming is told as `due`. A run
    under way is no level: it is noted once it has completed, and no plan calls it a change before.

    Args:
        findings: Of a plan.
        hindsight: Specs and ledger.
        now: Our clock.

    Returns:
        Sorted by scope and topic.
    """
    held = {
        finding.address: (rule, level_key(rule, finding))
        for finding in findings
        if finding.verdict in (Verdict.IN_SYNC, Verdict.SCHEDULED)
        and (rule := hindsight.rule_of(finding.address)) is not None
    }
    return _notes(held, hindsight, now)


def applied_after(
    items: Iterable[ItemOutcome], hindsight: Hindsight, now: datetime
) -> tuple[Applied, ...]:
    """Levels that an apply brought about, or met.

        settled                     seen as wanted: noted
        done                        by somebody else's hand: noted, but for a start, where it may
                                    still be under way
        started, accepted           not there yet: the next apply notes it
        anything else               nothing was seen

    Args:
        items: What became of each topic.
        hindsight: Specs and ledger, as the plan had them.
        now: Our clock.

    Returns:
        Those that the ledger does not know yet, sorted by scope and topic.
    """
    held = {
        item.address: (rule, _level(rule, WANTED.get(item.action, "")))
        for item in items
        if _holds(item) and (rule := hindsight.rule_of(item.address)) is not None
    }
    return _notes(held, hindsight, now)


def _holds(item: ItemOutcome) -> bool:
    if item.result is Result.DONE:
        return item.action is not Action.START
    return item.result is Result.SETTLED


def _notes(
    held: Mapping[Address, tuple[SnapshotRule | MirrorRule, str]],
    hindsight: Hindsight,
    now: datetime,
) -> tuple[Applied, ...]:
    notes: dict[tuple[str, str], Applied] = {}
    words: dict[int, str] = {}  # many topics have one rule
    for address, (rule, level) in held.items():
        place = hindsight.place_of(address)
        if place is None:
            continue
        word = words.get(id(rule)) or words.setdefault(id(rule), desired_key(rule))
        known = hindsight.levels.get(place)
        if known is None or (known.address, known.desired, known.level) != (address, word, level):
            notes[place] = Applied(address, *place, word, level, now)
    return tuple(note for _, note in sorted(notes.items()))
