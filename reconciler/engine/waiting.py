"""Wait until a level holds, for pipelines that go on afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from reconciler.core.outcomes import exit_code
from reconciler.engine.events import Event, Listener, Stage
from reconciler.engine.planning import Planned
from reconciler.model.outcome import Outcome
from reconciler.model.verdict import Finding, Verdict
from reconciler.providers.protocol import Clock

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
GROWTH = 1.5


class Goal(StrEnum):
    """What may be waited for."""

    COMPLETED = "completed"
    PAUSED = "paused"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Awaited:
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
    """
    goal, patience = ask
    until = clock.monotonic() + patience.total_seconds()
    delay = FIRST_DELAY
    while True:
        findings = (await plan()).plan.findings
        left = tuple(f for f in findings if not _has(goal, f))
        if not left:
            return Awaited(Outcome.OK)
        stuck = _stuck(goal, left)
        if stuck is not None:
            return Awaited(stuck, len(left), _reasons(left))
        rest = until - clock.monotonic()
        if rest <= 0:
            return Awaited(Outcome.NOT_REACHED, len(left), _reasons(left))
        done, total = len(findings) - len(left), len(findings)
        listen(Event(Stage.SETTLE, f"{left[0].address}: {left[0].reason}", done, total))
        await clock.sleep(min(delay, rest))
        delay = min(delay * GROWTH, LONGEST_DELAY)


def _has(goal: Goal, finding: Finding) -> bool:
    if goal is Goal.COMPLETED:
        return finding.verdict is Verdict.IN_SYNC
    return finding.before == goal.value.upper() or finding.verdict is Verdict.UNMANAGED


def _stuck(goal: Goal, left: tuple[Finding, ...]) -> Outcome | None:
    """Why waiting on is of no use, or None."""
    if any(f.verdict is Verdict.BLOCKED and f.failed for f in left):
        return Outcome.FAILED
    if any(f.verdict is Verdict.BLOCKED for f in left):
        return Outcome.BLOCKED
    wrong = [f for f in left if f.verdict is Verdict.IN_SYNC and goal is not Goal.COMPLETED]
    return Outcome.BLOCKED if wrong else None


def _reasons(left: tuple[Finding, ...]) -> tuple[str, ...]:
    return tuple(f"{f.address}: {f.reason}" for f in left)
