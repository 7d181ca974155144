"""`reconciler status`."""

import click

from reconciler.cli.listing import files_option
from reconciler.cli.options import (
    common,
    common_of,
    format_option,
    paths_argument,
    selection_of,
    selection_options,
)
from reconciler.cli.reporting import metrics_option, reports_of
from reconciler.cli.session import run
from reconciler.cli.showing import show, status_shapes, view_of
from reconciler.core import outcomes
from reconciler.model.outcome import Outcome


@click.command("status")
@paths_argument
@format_option("text", "json", "markdown")
@files_option
@metrics_option
@selection_options
@common
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], format_: str) -> int:
    """Show every declared topic: what is wanted, what is observed, what follows. Only reads.

    \b
    Example:  reconciler status --select ClusterLink/east-to-west

    Exit codes: 0 shown, 1 something could not be observed, 2 usage or invalid specs.
    """
    given, selection, reports = common_of(ctx), selection_of(ctx), reports_of(ctx)
    planned = run(given, paths, selection, lambda session: session.plan(selection))
    words = outcomes.of_plan(planned.plan)
    show(given, format_, status_shapes(planned.plan, view_of(ctx, paths), words))
    code = 1 if Outcome.ERROR in words else 0
    reports.write(planned.plan, code, sight=planned.sight)
    return code
