"""Carry out a plan: leave out what moved, send, watch. Never judges, never chooses.

One lane per connection, all lanes at once. In a lane:

    stops  ─>  mirrors ─────────────────────────────┐
           └>  wait `lag`, look again, canaries,    ├─>  settle
               then the starts that need them  ─────┘
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import anyio

from reconciler.core.asked import Asked
from reconciler.core.causes import applied_after
from reconciler.core.hindsight import Hindsight
from reconciler.core.recheck import without
from reconciler.core.select import Selector
from reconciler.core.settled import Wait
from reconciler.engine.events import Listener, of_connection
from reconciler.engine.halting import INTERRUPTED, Halt
from reconciler.engine.lane import Lane
from reconciler.engine.memory import Memory
from reconciler.engine.observing import Providers, traffic_of
from reconciler.engine.planning import Planned
from reconciler.engine.record import Record
from reconciler.engine.surroundings import Surroundings
from reconciler.errors import LedgerError
from reconciler.model.outcome import ApplyReport, Result
from reconciler.model.plan import Step
from reconciler.model.verdict import Risk
from reconciler.records import Struct


class ApplyAsk(Struct, frozen=True):
    """What the person at the command line asks for.

    Attributes:
        allow_disruptive: Whether disruptive changes may be made.
        wait: How far to follow; None is settled mirrors and stops, started snapshots.
        halt: When to end early.
        memory: The ledger.
        retry: What a person wants one more start of.
        lease_patience: How long to wait for leases of others.
        break_glass: Why the windows of policies are lifted; empty where they hold.
    """

    halt: Halt
    memory: Memory
    allow_disruptive: bool = False
    wait: Wait | None = None
    retry: tuple[Selector, ...] = ()
    lease_patience: timedelta = timedelta(0)
    break_glass: str = ""


async def apply_plan(
    planned: Planned, providers: Providers, ask: ApplyAsk, listen: Listener
) -> ApplyReport:
    """Carry out a plan.

    Args:
        planned: The plan with what it rests on.
        providers: By connection name; from here on they may write.
        ask: What the person at the command line asks for.
        listen: Told what is going on.
    """
    clock = ask.halt.clock
    started_at = clock.now()
    record = Record()
    for outcome in planned.left_out:
        record.put(outcome)
    steps = _allowed(planned.plan.steps, record, allow=ask.allow_disruptive)
    for step in steps:
        # What stays where the second signal finds it before its turn came.
        for item in step.items:
            record.leave_out(step, item, Result.NOT_RUN, INTERRUPTED)
    for name in sorted({step.call.connection for step in steps}):
        providers[name].permit_writes()
    asked = Asked.of(planned.desired)
    with ask.halt.scope:
        async with anyio.create_task_group() as group:
            for name in sorted({step.call.connection for step in steps}):
                connection = planned.desired.connection(name)
                mine = tuple(step for step in steps if step.call.connection == name)
                around = Surroundings(
                    planned,
                    providers[name],
                    connection,
                    ask.halt,
                    of_connection(listen, connection, len(mine)),
                    ask.memory,
                    asked,
                    ask.retry,
                    ask.lease_patience,
                    ask.break_glass,
                )
                group.start_soon(Lane(around, record, ask.wait).run, mine)
    await _note(planned, record, ask)
    return _report(record, providers, started_at, ask.halt)


async def _note(planned: Planned, record: Record, ask: ApplyAsk) -> None:
    """Write down the levels that were brought about, so that it can be told later who moved."""
    memory = ask.memory
    scopes = {
        item.address.document: memory.scope(step.call.connection, item.target)
        for step in planned.plan.steps
        for item in step.items
    }
    hindsight = Hindsight.of(planned.desired, memory.journal, scopes)
    held = applied_after(record.items.values(), hindsight, ask.halt.clock.now())
    try:
        await memory.note(held, ())
    except LedgerError as error:
        record.lost_memory(error)


def _allowed(steps: Sequence[Step], record: Record, *, allow: bool) -> tuple[Step, ...]:
    """Hold back what is disruptive unless it was allowed; its neighbours go."""
    if allow:
        return tuple(steps)
    kept = []
    for step in steps:
        held = frozenset(item for item in step.items if item.risk is Risk.DISRUPTIVE)
        for item in held:
            record.leave_out(step, item, Result.HELD, "disruptive: needs --allow disruptive")
        smaller = without(step, held)
        if smaller is not None:
            kept.append(smaller)
    return tuple(kept)


def _report(record: Record, providers: Providers, started_at: datetime, halt: Halt) -> ApplyReport:
    return ApplyReport(
        items=tuple(outcome for _, outcome in sorted(record.items.items())),
        calls=tuple(sorted(record.calls, key=lambda call: int(call.step[1:]))),
        traffic=traffic_of(providers),
        started_at=started_at,
        ended_at=halt.clock.now(),
        warnings=tuple(sorted({*record.warnings, *record.blind.values()})),
        interrupted=halt.asked.is_set(),
    )
