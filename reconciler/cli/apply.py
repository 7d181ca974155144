"""`reconciler apply`."""

import signal
from collections.abc import Sequence
from pathlib import Path

import anyio
import click
from anyio.abc import TaskStatus

from reconciler.cli.apply_options import ApplyOptions, read_options
from reconciler.cli.completing import addresses
from reconciler.cli.consent import ask_for, promise
from reconciler.cli.listing import files_option, taken_from
from reconciler.cli.options import (
    Common,
    brake_options,
    brakes_of,
    break_glass_of,
    break_glass_option,
    common,
    common_of,
    format_option,
    paths_argument,
    read_selector,
    read_span,
    selection_of,
    selection_options,
)
from reconciler.cli.reporting import metrics_option, reports_of
from reconciler.cli.saved import Admitted, admitted, held_against, taken_up
from reconciler.cli.session import Session, check_selection, check_selectors, load_specs, run
from reconciler.cli.showing import plan_shapes, report_shapes, show, view_of
from reconciler.core import outcomes
from reconciler.core.admission import check_approval
from reconciler.core.gates import MAX_STARTS
from reconciler.core.judge import Policy
from reconciler.core.select import Selection
from reconciler.core.settled import Wait
from reconciler.engine.applying import ApplyAsk, apply_plan
from reconciler.engine.following import follow_under_way
from reconciler.engine.halting import Halt
from reconciler.engine.planning import Planned
from reconciler.errors import UsageError
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan
from reconciler.records import replace
from reconciler.render.view import View


@click.command("apply")
@paths_argument
@format_option("text", "json", "markdown")
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Carry out a plan saved with plan --out.",
)
@click.option(
    "--max-plan-age",
    type=read_span,
    metavar="DURATION",
    help="How old a saved plan may be [default: 24h].",
)
@click.option(
    "--allow-incomplete", is_flag=True, help="Apply a saved plan that did not see everything."
)
@click.option(
    "--expect-approval",
    metavar="DIGEST",
    help="Apply only the plan with this approval.",
)
@click.option("--auto-approve", is_flag=True, help="Do not ask; needed without a terminal.")
@click.option(
    "--allow",
    type=click.Choice(["disruptive"]),
    help="Make disruptive changes too: stops, blocking runs, pauses without an end.",
)
@click.option(
    "--max-starts",
    type=click.IntRange(min=0),
    metavar="N",
    default=MAX_STARTS,
    show_default=True,
    help="How many sources may start a snapshot.",
)
@click.option(
    "--wait",
    type=click.Choice([word.value for word in Wait]),
    help="How far to follow [default: mirrors settled, snapshots started].",
)
@click.option(
    "--retry",
    type=read_selector,
    multiple=True,
    metavar="KIND/NAME[/TOPIC]",
    shell_complete=addresses,
    help="Start once more what failed, was cancelled, or is unknown. May be repeated.",
)
@click.option(
    "--wait-lease",
    type=read_span,
    default="0s",
    metavar="DURATION",
    help="How long to wait for what another apply holds [default: not at all].",
)
@click.option(
    "--timeout",
    type=read_span,
    default="10m",
    metavar="DURATION",
    show_default=True,
    help="How long everything may take.",
)
@files_option
@metrics_option
@brake_options
@break_glass_option
@selection_options
@common
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], **given: object) -> int:
    """Plan, show, ask, carry out, and watch it settle.

    What is sent is written down before, in a ledger, so that nothing is started twice. Without an
    older ledger, sources are looked at twice, `lag` apart, before a snapshot is started. What moved
    since the plan is left out. Success is what observation shows, not what an answer says.

    \b
    Examples:  reconciler apply
               reconciler apply specs/ --auto-approve --allow disruptive
               reconciler apply --wait settled --timeout 6h
               reconciler apply --plan plan.json --auto-approve
               reconciler apply --retry Source/orders-postgres/public.orders

    Exit codes: 0 as wanted, 1 something could not be observed, 2 not approved or a refused plan
    file, 5 failed, 6 not reached in time or interrupted, 7 held by another apply, 8 stale parts left
    out, 9 blocked or held back, 10 unknown.
    """
    shared, selection, reports = common_of(ctx), selection_of(ctx), reports_of(ctx)
    options = read_options(given, brakes_of(ctx), break_glass_of(ctx))
    _check_selection(options, selection, is_listed=shared.listed is not None)
    saved = admitted(options.source, shared) if options.source else None
    if shared.now is not None:
        _only_sandbox(paths, selection, shared)
    view = view_of(ctx, paths, allow=options.allow, applying=True)

    async def main(session: Session) -> tuple[Plan, ApplyReport]:
        if saved is None:
            return await _apply(session, selection, options, view)
        return await _apply_saved(session, saved, options, view)

    plan, report = run(shared, paths, selection, main, writes=True)
    words = outcomes.of_apply(plan, report)
    code = reports.write(plan, outcomes.exit_code(words), report=report)
    if report.items or options.format_ != "text":
        show(shared, options.format_, report_shapes(report, plan, view, words))
    return code


def _check_selection(options: ApplyOptions, selection: Selection, *, is_listed: bool) -> None:
    if options.source is not None and is_listed:
        raise UsageError("--plan takes no --files-from; list where you plan")
    if options.source is not None and not selection.is_everything:
        raise UsageError("--plan takes no --select and no --label; select where you plan")
    if options.source is not None and options.retry:
        raise UsageError("--plan takes no --retry: a saved plan is carried out as it is")
    given = (options.brakes.max_changes, options.brakes.max_percent)
    if options.source is not None and given != (None, None):
        raise UsageError(
            "--plan takes no --max-changes and no --max-percent: it was approved as it is; "
            "give them to the plan that is saved"
        )


def _only_sandbox(paths: Sequence[str], selection: Selection, shared: Common) -> None:
    """`--now` rehearses; what a rehearsal applies must stay in the sandbox."""
    desired = load_specs(paths, shared)
    documents = taken_from(shared, desired)
    chosen = check_selection(desired, replace(selection, documents=documents))
    used = {d.connection for d in chosen.sources} | {d.connection for d in chosen.links}
    real = sorted(name for name in used if not desired.connection(name).is_sandbox)
    if real:
        names = ", ".join(real)
        raise UsageError(f"apply takes --now only for the sandbox; {names} is a real endpoint")


async def _apply(
    session: Session, selection: Selection, options: ApplyOptions, view: View
) -> tuple[Plan, ApplyReport]:
    """Plan, show, ask, carry out."""
    check_selectors("--retry", options.retry, session.desired)
    policy = Policy(selection, options.max_starts, options.retry, options.break_glass)
    planned = await session.plan(policy, options.brakes)
    _show_and_ask(session, planned.plan, options, view)
    return planned.plan, await _carry_out(session, planned, options, selection)


async def _apply_saved(
    session: Session, saved: Admitted, options: ApplyOptions, view: View
) -> tuple[Plan, ApplyReport]:
    """Check, show, ask, look again, carry out what is left."""
    asked = held_against(saved, session)
    _show_and_ask(session, saved.saved.plan, options, view)
    plan, planned = await taken_up(asked, session)
    return plan, await _carry_out(session, planned, options, Selection())


def _show_and_ask(session: Session, plan: Plan, options: ApplyOptions, view: View) -> None:
    console = session.common.console
    shapes = plan_shapes(plan, view, outcomes.of_plan(plan))
    console.lines(shapes.text(), to_err=options.format_ != "text")
    if options.approval:
        check_approval(plan.approval, options.approval)
    promise(session, plan)
    if plan.steps and not options.auto_approve:
        console.still()
        ask_for(plan)


async def _carry_out(
    session: Session, planned: Planned, options: ApplyOptions, selection: Selection
) -> ApplyReport:
    halt = Halt(session.clock, session.clock.monotonic() + options.timeout.total_seconds())
    ask = ApplyAsk(
        halt,
        session.memory,
        options.allow,
        options.wait,
        options.retry,
        options.wait_lease,
        options.break_glass,
    )
    async with anyio.create_task_group() as group:
        await group.start(_heed_signals, halt, session)
        report = await apply_plan(planned, session.providers, ask, session.listen)
        if options.wait is Wait.SETTLED and not halt.asked.is_set():
            around = (planned.plan, session.providers, session.listen)
            # A topic that is gone meanwhile is one that is not declared any more, and no wrong option.
            policy = Policy(replace(selection, documents=session.among))
            report = await follow_under_way(report, lambda: session.judged(policy), ask, around)
        group.cancel_scope.cancel()
    return report


async def _heed_signals(halt: Halt, session: Session, *, task_status: TaskStatus[None]) -> None:
    """The first signal stops new calls; the second does not await those under way either."""
    with anyio.open_signal_receiver(*_signals()) as signals:
        task_status.started()
        async for _ in signals:
            if halt.asked.is_set():
                halt.scope.cancel()
                return
            halt.asked.set()
            session.common.console.say(
                "Interrupted: no new calls; calls under way are awaited. Once more leaves at once."
            )


def _signals() -> tuple[signal.Signals, ...]:
    """What asks for an end: also a terminal that is closed, unless `nohup` said to ignore that."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return (signal.SIGINT, signal.SIGTERM)
    return (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
