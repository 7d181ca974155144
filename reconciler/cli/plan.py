"""`reconciler plan`."""

# ruff: noqa: PLC0415 - only a plan that is saved or compared needs what plan files need

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from reconciler.cli.listing import files_option
from reconciler.cli.options import (
    brake_options,
    brakes_of,
    break_glass_of,
    break_glass_option,
    common,
    common_of,
    format_option,
    paths_argument,
    selection_of,
    selection_options,
)
from reconciler.cli.reporting import junit_option, metrics_option, reports_of
from reconciler.cli.session import run
from reconciler.cli.showing import comparison_shapes, plan_shapes, rehearsed, show, view_of
from reconciler.core import outcomes
from reconciler.core.judge import Policy
from reconciler.engine.planning import Planned
from reconciler.model.outcome import Outcome
from reconciler.model.plan import Plan


@click.command("plan")
@paths_argument
@format_option("text", "json", "markdown")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan for apply --plan.",
)
@click.option(
    "--compare",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Show what differs from a saved plan instead.",
)
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit 3 with changes, 9 blocked, 10 unknown."
)
@files_option
@junit_option
@metrics_option
@brake_options
@break_glass_option
@selection_options
@common
@click.pass_context
def command(
    ctx: click.Context, /, paths: tuple[str, ...], format_: str, **given: Path | bool | None
) -> int:
    """Show what apply would change, and why. Only reads.

    \b
    Examples:  reconciler plan
               reconciler plan specs/ --select Source/orders-postgres
               reconciler plan --format markdown > comment.md
               reconciler plan --out plan.json
               reconciler plan --compare plan.json

    Exit codes: 0 planned, 1 something could not be observed, 2 usage or invalid specs; more with
    --detailed-exitcode.
    """
    shared, selection = common_of(ctx), selection_of(ctx)
    out, compared = given["out"], given["compare"]
    old = _old_plan(compared) if isinstance(compared, Path) else None
    write = _writer(out) if isinstance(out, Path) else None
    brakes, reports = brakes_of(ctx), reports_of(ctx)
    policy = Policy(selection, break_glass=break_glass_of(ctx))
    is_whole = format_ == "json" or shared.verbose or write is not None or old is not None
    is_whole = is_whole or reports.wants_all
    planned = run(
        shared,
        paths,
        selection,
        lambda session: session.plan(policy, brakes, is_whole=is_whole),
    )
    if write is not None:
        write(planned)
    words = outcomes.of_plan(planned.plan)
    view = rehearsed(view_of(ctx, paths, plan_file=str(out or "")), shared, planned)
    shapes = plan_shapes(planned.plan, view, words)
    if old is not None:
        shapes = comparison_shapes(old, planned.plan, view)
    show(shared, format_, shapes)
    code = 1 if Outcome.ERROR in words else 0
    if given["detailed_exitcode"]:
        code = outcomes.exit_code(words)
    return reports.write(planned.plan, code, sight=planned.sight)


def _old_plan(path: Path) -> Plan:
    from reconciler.cli.saved import read_plan

    return read_plan(path).plan


def _writer(path: Path) -> Callable[[Planned], None]:
    """What will write a plan to a place, which is looked at now."""
    from reconciler.cli.files import check_place
    from reconciler.cli.saved import write_plan

    check_place(path, "the plan")
    return partial(write_plan, path)
