"""`reconciler apply`."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import anyio
import click

from reconciler.cli.options import (
    common,
    common_of,
    format_option,
    paths_argument,
    read_span,
    selection_of,
    selection_options,
)
from reconciler.cli.session import Session, check_selection, load_specs, run
from reconciler.cli.showing import plan_shapes, report_shapes, show, view_of
from reconciler.core import outcomes
from reconciler.core.gates import MAX_STARTS
from reconciler.core.select import Selection
from reconciler.core.settled import Wait
from reconciler.core.words import plural, span
from reconciler.engine.applying import ApplyAsk, apply_plan
from reconciler.engine.following import follow_under_way
from reconciler.engine.halting import Halt
from reconciler.errors import UsageError
from reconciler.model.change import Start
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan
from reconciler.render.view import View


@dataclass(frozen=True, slots=True)
class ApplyOptions:
    """What apply alone takes.

    Attributes:
        format_: Shape of the report.
        auto_approve: Whether nobody is asked.
        allow: Whether disruptive changes may be made.
        max_starts: How many sources may start.
        wait: How far to follow, or None.
        timeout: How long everything may take.
    """

    format_: str
    auto_approve: bool
    allow: bool
    max_starts: int
    wait: Wait | None
    timeout: timedelta


@click.command("apply")
@paths_argument
@format_option("text", "json", "markdown")
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed without a terminal.")
@click.option(
    "--allow",
    type=click.Choice(["disruptive"]),
    help="Make disruptive changes too: stops, blocking runs, pauses without an end.",
)
@click.option(
    "--max-starts",
    type=click.IntRange(min=0),
    default=MAX_STARTS,
    show_default=True,
    help="Sources that may start a snapshot.",
)
@click.option(
    "--wait",
    type=click.Choice([word.value for word in Wait]),
    help="How far to follow [default: mirrors settled, snapshots started].",
)
@click.option(
    "--timeout",
    type=read_span,
    default="10m",
    metavar="DURATION",
    show_default=True,
    help="How long everything may take.",
)
@selection_options
@common
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **given: object) -> int:
    """Plan, show, ask, carry out, and watch it settle.

    Before a snapshot is started the sources are looked at twice, `lag` apart. What moved since the
    plan is left out. Success is what observation shows, not what an answer says.

    \b
    Examples:  reconciler apply
               reconciler apply specs/ --auto-approve --allow disruptive
               reconciler apply --wait settled --timeout 6h

    Exit codes: 0 as wanted, 1 something could not be observed, 2 not approved, 5 failed, 6 not
    reached in time or interrupted, 8 stale parts left out, 9 blocked or held back, 10 unknown.
    """
    shared, selection = common_of(ctx), selection_of(ctx)
    options = _options(given)
    if shared.now is not None:
        _only_sandbox(paths, selection)
    view = view_of(ctx, paths, allow=options.allow, applying=True)

    async def main(session: Session) -> tuple[Plan, ApplyReport]:
        return await _apply(session, selection, options, view)

    plan, report = run(shared, paths, selection, main)
    words = outcomes.of_apply(plan, report)
    if report.items or options.format_ != "text":
        show(shared, options.format_, report_shapes(report, plan, view, words))
    return outcomes.exit_code(words)


def _options(given: dict[str, object]) -> ApplyOptions:
    wait, timeout, most = given["wait"], given["timeout"], given["max_starts"]
    return ApplyOptions(
        str(given["format_"]),
        bool(given["auto_approve"]),
        given["allow"] == "disruptive",
        most if isinstance(most, int) else MAX_STARTS,
        Wait(str(wait)) if wait else None,
        timeout if isinstance(timeout, timedelta) else timedelta(minutes=10),
    )


def _only_sandbox(paths: Sequence[str], selection: Selection) -> None:
    """`--now` rehearses; what a rehearsal applies must stay in the sandbox."""
    desired = load_specs(paths)
    chosen = check_selection(desired, selection)
    used = {d.connection for d in chosen.sources} | {d.connection for d in chosen.links}
    real = sorted(name for name in used if not desired.connection(name).is_sandbox)
    if real:
        names = ", ".join(real)
        raise UsageError(f"apply takes --now only for the sandbox; {names} is a real endpoint")


async def _apply(
    session: Session, selection: Selection, options: ApplyOptions, view: View
) -> tuple[Plan, ApplyReport]:
    """Plan, show, ask, carry out."""
    planned = await session.plan(selection, options.max_starts)
    console = session.common.console
    shapes = plan_shapes(planned.plan, view, outcomes.of_plan(planned.plan))
    console.lines(shapes.text(), to_err=options.format_ != "text")
    _promise(session, planned.plan)
    if planned.plan.steps and not options.auto_approve:
        console.still()
        _ask(planned.plan)
    halt = Halt(session.clock, session.clock.monotonic() + options.timeout.total_seconds())
    ask = ApplyAsk(halt, options.allow, options.wait)
    async with anyio.create_task_group() as group:
        group.start_soon(_heed_signals, halt, session)
        report = await apply_plan(planned, session.providers, ask, session.listen)
        if options.wait is Wait.SETTLED and not halt.asked.is_set():
            around = (planned.plan, session.providers, session.listen)
            report = await follow_under_way(report, lambda: session.plan(selection), ask, around)
        group.cancel_scope.cancel()
    return planned.plan, report


def _promise(session: Session, plan: Plan) -> None:
    """Say what a start without a ledger rests on."""
    starts = [step for step in plan.steps if isinstance(step.change, Start)]
    if not starts:
        return
    used = {step.call.connection for step in starts}
    lag = max(session.desired.connection(name).lag for name in used)
    session.common.console.say(
        f"Note: there is no ledger, so every source is looked at twice, {span(lag)} apart, before "
        "it starts; a run that the vendor shows later than that cannot be known."
    )


def _ask(plan: Plan) -> None:
    """Ask the person at the terminal.

    Raises:
        UsageError: There is no terminal.
        click.Abort: The person said no.
    """
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask at; approve with --auto-approve")
    # asyncio would take Ctrl-C for itself and leave the question standing.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        question = f"Carry out {plural(len(plan.steps), 'call')}?"
        click.confirm(question, abort=True, err=True)
    finally:
        signal.signal(signal.SIGINT, before)


async def _heed_signals(halt: Halt, session: Session) -> None:
    """The first signal stops new calls; the second does not await those under way either."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            if halt.asked.is_set():
                halt.scope.cancel()
                return
            halt.asked.set()
            session.common.console.say(
                "Interrupted: no new calls; calls under way are awaited. Once more leaves at once."
            )
