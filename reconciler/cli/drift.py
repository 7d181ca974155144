"""`reconciler drift`."""

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
from reconciler.cli.showing import drift_shapes, show, view_of
from reconciler.core import outcomes


@click.command("drift")
@paths_argument
@format_option("text", "json", "markdown")
@selection_options
@common
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], format_: str) -> int:
    """Say what is not as the specs want it. Only reads; made for a schedule.

    With a ledger counts what moved without an edit and without a date; without one every change.
    Failed runs, overdue runs and failed mirrors always count.

    \b
    Example:  reconciler drift specs/ --format json

    Exit codes: 0 nothing moved, 4 drift, 1 something could not be observed, 9 blocked, 10 unknown.
    """
    given, selection = common_of(ctx), selection_of(ctx)
    is_whole = format_ == "json" or given.verbose
    planned = run(
        given, paths, selection, lambda session: session.plan(selection, is_whole=is_whole)
    )
    words = outcomes.of_drift(planned.plan)
    show(given, format_, drift_shapes(planned.plan, view_of(ctx, paths), words))
    return outcomes.exit_code(words)
