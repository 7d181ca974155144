"""`reconciler plan`."""

import click

from reconciler.cli.options import (
    common,
    common_of,
    format_option,
    paths_argument,
    selection_of,
    selection_options,
)
from reconciler.cli.session import run
from reconciler.cli.showing import plan_shapes, show, view_of
from reconciler.core import outcomes
from reconciler.model.outcome import Outcome


@click.command("plan")
@paths_argument
@format_option("text", "json", "markdown")
@click.option(
    "--detailed-exitcode", is_flag=True, help="Exit 3 with changes, 9 blocked, 10 unknown."
)
@selection_options
@common
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], format_: str, *, detailed_exitcode: bool
) -> int:
    """Show what apply would change, and why. Only reads.

    \b
    Examples:  reconciler plan
               reconciler plan specs/ --select Source/orders-postgres
               reconciler plan --format markdown > comment.md

    Exit codes: 0 planned, 1 something could not be observed, 2 usage or invalid specs; more with
    --detailed-exitcode.
    """
    given, selection = common_of(ctx), selection_of(ctx)
    planned = run(given, paths, selection, lambda session: session.plan(selection))
    words = outcomes.of_plan(planned.plan)
    show(given, format_, plan_shapes(planned.plan, view_of(ctx, paths), words))
    if detailed_exitcode:
        return outcomes.exit_code(words)
    return 1 if Outcome.ERROR in words else 0
