"""Follow snapshots that were under way already: `--wait settled` means them as well.

A second apply finds the runs of the first one in progress and has nothing to send. Whoever asked to
wait until all is settled must not be told that it is.
"""

from collections.abc import Awaitable, Callable, Collection

from reconciler.core.progress import Moving, parts_of, targets_of
from reconciler.engine.applying import ApplyAsk
from reconciler.engine.events import Event, Listener, Stage
from reconciler.engine.observing import Providers, traffic_of
from reconciler.engine.planning import Planned
from reconciler.errors import ReconcilerError
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.observed import ACTIVE_WORDS
from reconciler.model.outcome import ApplyReport, ItemOutcome, Result
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import replace

FIRST_DELAY = 1.0
LONGEST_DELAY = 15.0
GROWTH = 1.5
NO_STEP = "-"
ALREADY = "its run was under way before this apply"


async def follow_under_way(
    report: ApplyReport,
    plan: Callable[[], Awaitable[Planned]],
    ask: ApplyAsk,
    around: tuple[Plan, Providers, Listener],
) -> ApplyReport:
    """Look until no declared snapshot that ran already is under way any more.

    Args:
        report: What apply did.
        plan: Makes a plan; only reads.
        ask: When to end early.
        around: The plan that was carried out, the providers, and who is told what is going on.

    Returns:
        The report with a result for each of them, and with the requests this took.
    """
    first, providers, listen = around
    done = {i.address: i.step for i in report.items if _was_done(i)}
    followed = {f.address: f for f in first.findings if is_under_way(f)}
    left = {*followed, *done}
    items = {(i.address, i.step): i for i in report.items}
    delay = FIRST_DELAY
    last: dict[Address, Finding] = dict(followed)
    while left and not ask.halt.reason:
        await ask.halt.pause(delay)
        delay = min(delay * GROWTH, LONGEST_DELAY)
        planned = await _look(plan, listen, len(left))
        if planned is None:
            continue
        last = {f.address: f for f in planned.plan.findings}
        left = {a for a in left if a in last and is_under_way(last[a])}
        if left:
            listen(_event({*followed, *done}, left, planned))
    for address in (*followed, *done):
        outcome = _outcome(address, last.get(address), done.get(address, NO_STEP), ask)
        items[(address, outcome.step)] = outcome
    return replace(
        report,
        items=tuple(items[key] for key in sorted(items)),
        traffic=traffic_of(providers),
        ended_at=ask.halt.clock.now(),
        interrupted=ask.halt.asked.is_set(),
    )


async def _look(
    plan: Callable[[], Awaitable[Planned]], listen: Listener, count: int
) -> Planned | None:
    """A look, or None where none could be had: what was done is worth more than knowing on."""
    try:
        return await plan()
    except ReconcilerError as error:
        listen(Event(Stage.SETTLE, f"{_many(count)}; not looked at: {error}", problem=str(error)))
        return None


def _many(count: int) -> str:
    return f"{count} under way before this apply"


def _event(all_: Collection[Address], left: Collection[Address], planned: Planned) -> Event:
    """How far it is that ran already."""
    keys = targets_of(planned.desired, planned.sight)
    moving = [
        Moving(address, keys[address.document], address not in left)
        for address in sorted(all_)
        if address.document in keys
    ]
    done, parts = len(all_) - len(left), parts_of(moving, planned.sight)
    return Event(Stage.SETTLE, _many(len(left)), done, len(all_), parts=parts)


def is_under_way(finding: Finding) -> bool:
    """Whether a declared topic of a source has a run of its own under way.

    Args:
        finding: Of a plan.
    """
    waiting = finding.verdict in (Verdict.IN_PROGRESS, Verdict.DEFERRED)
    word = finding.before.split(" ")[0].rstrip(",")
    return waiting and finding.address.kind is Kind.SOURCE and word in ACTIVE_WORDS


def _was_done(item: ItemOutcome) -> bool:
    return item.action is Action.START and item.result is Result.DONE


def _outcome(address: Address, finding: Finding | None, step: str, ask: ApplyAsk) -> ItemOutcome:
    if finding is None:
        message = f"{ALREADY}; it is not declared any more"
        return ItemOutcome(address, Action.START, Result.UNKNOWN, message, step)
    if is_under_way(finding):
        message = f"{ALREADY}; {ask.halt.reason}"
        seen = finding.before
        return ItemOutcome(address, Action.START, Result.STARTED, message, step, seen, short=True)
    if finding.verdict is Verdict.IN_SYNC:
        return ItemOutcome(address, Action.START, Result.SETTLED, ALREADY, step, finding.before)
    message = f"{ALREADY}; {finding.reason}"
    return ItemOutcome(address, Action.START, Result.FAILED, message, step, finding.before)
