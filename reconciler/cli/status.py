"""`reconciler status`."""

from datetime import timedelta

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
from reconciler.cli.watching import USUAL, Watch, read_pause, watched
from reconciler.core import outcomes
from reconciler.errors import UsageError
from reconciler.model.outcome import Outcome


@click.command("status")
@paths_argument
@format_option("text", "json", "markdown")
@files_option
@click.option(
    "--watch",
    "every",
    is_flag=False,
    flag_value=USUAL,
    type=read_pause,
    metavar="[SECONDS]",
    help="Look again every so many seconds [default: 10, at least 2] until Ctrl-C.",
)
@click.option(
    "--until-settled", is_flag=True, help="With --watch: end once nothing is under way any more."
)
@metrics_option
@selection_options
@common
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    format_: str,
    **given: timedelta | bool | None,
) -> int:
    """Show every declared topic: what is wanted, what is observed, what follows. Only reads.

    With --watch a terminal is drawn again after each look; elsewhere only what changes is printed, a
    line each, or one JSON object per line. A vendor that does not answer is told, and asked again.

    \b
    Examples:  reconciler status --select ClusterLink/east-to-west
               reconciler status --watch
               reconciler status specs/ --watch=30 --until-settled

    Exit codes: 0 shown, 1 something could not be observed, 2 usage or invalid specs; a watch ends
    with 0.
    """
    shared, selection, reports = common_of(ctx), selection_of(ctx), reports_of(ctx)
    every, until_settled = given["every"], bool(given["until_settled"])
    if isinstance(every, timedelta):
        if format_ == "markdown" or reports.metrics is not None:
            raise UsageError("--watch takes neither --format markdown nor --metrics-file")
        last = watched(Watch(shared, selection, every, until_settled, format_), paths)
        if last is not None:
            show(shared, format_, status_shapes(last, view_of(ctx, paths), ()))
        return 0
    if until_settled:
        raise UsageError("--until-settled says when --watch ends; write --watch as well")
    planned = run(shared, paths, selection, lambda session: session.plan(selection))
    words = outcomes.of_plan(planned.plan)
    show(shared, format_, status_shapes(planned.plan, view_of(ctx, paths), words))
    code = 1 if Outcome.ERROR in words else 0
    return reports.write(planned.plan, code, sight=planned.sight)
