"""Wait until a level holds, for pipelines that go on afterwards."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from enum import StrEnum

import anyio

from reconciler.core.documents import halted
from reconciler.core.outcomes import exit_code
from reconciler.core.progress import Moving, parts_of, targets_of
from reconciler.engine.events import Event, Listener, Stage
from reconciler.engine.planning import Planned
from reconciler.errors import UsageError
from reconciler.model.address import Address
from reconciler.model.desired import Suspend
from reconciler.model.outcome import Outcome
from reconciler.model.verdict import Finding, Verdict
from reconciler.providers.protocol import Clock
from reconciler.records import Struct

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
GROWTH = 1.5
LOOK = 5.0


class Goal(StrEnum):
    """What may be waited for."""

    COMPLETED = "completed"
    PAUSED = "paused"
    ACTIVE = "active"


class Awaited(Struct, frozen=True):
    """How a wait ended.

    Attributes:
        outcome: `OK` where the level holds.
        left: Topics where it does not.
        reasons: One sentence per topic that stands in the way.
    """

    outcome: Outcome
    left: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def is_reached(self) -> bool:
        """Whether the level holds."""
        return self.outcome is Outcome.OK

    @property
    def exit_code(self) -> int:
        """The exit code of its word."""
        return exit_code((self.outcome,))


async def wait_for(
    plan: Callable[[], Awaitable[Planned]],
    clock: Clock,
    ask: tuple[Goal, timedelta],
    listen: Listener,
) -> Awaited:
    """Plan again and again until every finding has the level, or cannot get there.

    Args:
        plan: Makes a plan of what is waited for; only reads.
        clock: Time.
        ask: The level, and how long to wait for it.
        listen: Told what is going on.

    Returns:
        How it ended; without `left` where no vendor answered in time.

    Raises:
        UsageError: Nothing of it is wanted to reach the level.
    """
    goal, patience = ask
    until = clock.monotonic() + patience.total_seconds()
    delay = FIRST_DELAY
    left: tuple[Finding, ...] = ()
    while True:
        planned = await _in_time(plan, until - clock.monotonic())
        if planned is None:
            reasons = (*_reasons(goal, left), "no answer before the time was up")
            return Awaited(Outcome.NOT_REACHED, len(left), reasons)
        findings = tuple(f for f in planned.plan.findings if _is_asked(goal, f))
        if not findings:
            raise UsageError(
                f"the spec does not ask for {goal} there: there is nothing to wait for"
            )
        if planned.is_refused:
            return Awaited(Outcome.ERROR, len(findings), _reasons(goal, findings))
        left = tuple(f for f in findings if not _has(goal, f))
        if not left:
            return Awaited(Outcome.OK)
        stuck = _stuck(goal, left, halted(planned.desired, planned.now or clock.now()))
        if stuck is not None:
            return Awaited(stuck, len(left), _reasons(goal, left))
        rest = until - clock.monotonic()
        if rest <= 0:
            return Awaited(Outcome.NOT_REACHED, len(left), _reasons(goal, left))
        listen(_event(findings, left, planned))
        await clock.sleep(min(delay, rest))
        delay = min(delay * GROWTH, LONGEST_DELAY)


def _event(findings: tuple[Finding, ...], left: tuple[Finding, ...], planned: Planned) -> Event:
    """How far everything is that is waited for."""
    keys, open_ = targets_of(planned.desired, planned.sight), {f.address for f in left}
    moving = [
        Moving(f.address, keys[f.address.document], f.address not in open_)
        for f in findings
        if f.address.document in keys
    ]
    text, done = f"{left[0].address}: {left[0].reason}", len(findings) - len(left)
    parts = parts_of(moving, planned.sight)
    return Event(Stage.SETTLE, text, done, len(findings), parts=parts)


async def _in_time(plan: Callable[[], Awaitable[Planned]], seconds: float) -> Planned | None:
    """A plan, or None where a vendor takes longer than is left to answer.

    Whoever looks is given a moment for it, also at the very end.
    """
    with anyio.move_on_after(max(seconds, LOOK)):
        return await plan()
    return None


def _is_asked(goal: Goal, finding: Finding) -> bool:
    """Whether a finding can have the level at all; one of a whole document stays."""
    return goal is not Goal.COMPLETED or finding.after != "idle"


def _has(goal: Goal, finding: Finding) -> bool:
    if goal is Goal.COMPLETED:
        return finding.verdict is Verdict.IN_SYNC
    return finding.before == goal.value.upper() or finding.verdict is Verdict.UNMANAGED


def _stuck(
    goal: Goal, left: tuple[Finding, ...], halts: Mapping[Address, Suspend]
) -> Outcome | None:
    """Why waiting on is of no use, or None."""
    if any(f.verdict is Verdict.BLOCKED and f.failed for f in left):
        return Outcome.FAILED
    if any(f.verdict is Verdict.BLOCKED or _is_held(f, halts) for f in left):
        return Outcome.BLOCKED
    wrong = [f for f in left if f.verdict is Verdict.IN_SYNC and goal is not Goal.COMPLETED]
    return Outcome.BLOCKED if wrong else None


def _is_held(finding: Finding, halts: Mapping[Address, Suspend]) -> bool:
    """Whether a change is put off by a halt: no apply makes it before that ends."""
    is_put_off = finding.verdict is Verdict.DEFERRED and finding.action is not None
    return is_put_off and finding.address.document in halts


def _reasons(goal: Goal, left: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(f"{f.address}: {_reason(goal, f)}" for f in left)


def _reason(goal: Goal, finding: Finding) -> str:
    if finding.verdict is Verdict.CHANGE:
        return f"{finding.reason}; `reconciler apply` does it, waiting does not"
    if finding.verdict is Verdict.IN_SYNC:
        return f"{finding.reason}; the spec does not ask for {goal}"
    return finding.reason
