"""`reconciler drift`."""

import click

from reconciler.cli.environment import environment_words
from reconciler.cli.listing import files_option
from reconciler.cli.notifying import NOTIFY, check_memory, notify, target_of
from reconciler.cli.options import (
    Common,
    common,
    common_of,
    format_option,
    paths_argument,
    selection_of,
    selection_options,
)
from reconciler.cli.recording import check_place, record
from reconciler.cli.reporting import junit_option, metrics_option, reports_of
from reconciler.cli.session import run
from reconciler.cli.showing import drift_shapes, show, view_of
from reconciler.core import outcomes
from reconciler.core.judge import Policy
from reconciler.core.select import Selection
from reconciler.errors import UsageError


@click.command("drift")
@paths_argument
@format_option("text", "json", "markdown")
@click.option(
    "--notify",
    "url",
    metavar="URL",
    envvar=NOTIFY,
    help="Post a CloudEvent there whenever drift changes [env: RECONCILER_NOTIFY].",
)
@click.option(
    "--record",
    "is_recorded",
    is_flag=True,
    help="Write into the ledger when drift is found, changes and is over, for `history`.",
)
@files_option
@junit_option
@metrics_option
@selection_options
@common
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    format_: str,
    url: str | None,
    *,
    is_recorded: bool,
) -> int:
    """Say what is not as the specs want it. Only reads; made for a schedule.

    With a ledger counts what moved without an edit and without a date; without one every change.
    Failed runs, overdue runs, failed mirrors and those paused for longer than a policy's maxPause
    always count; what a policy acknowledges is told apart and does not. Windows hide nothing here.

    --notify tells what is new, changed or resolved since it was last told, which is remembered in the
    state directory; the host has to be in RECONCILER_ALLOWED_HOSTS. --record keeps the same in the
    ledger, which then has to be writable, so that `history` tells since when and until when.

    \b
    Examples:  reconciler drift specs/ --format json
               reconciler drift specs/ --record

    Exit codes: 0 nothing moved, 4 drift, 1 something could not be observed, 9 blocked, 10 unknown.
    """
    given, selection = common_of(ctx), selection_of(ctx)
    reports = reports_of(ctx)
    target = target_of(url, (*paths, *environment_words(given.chosen))) if url else None
    _check_whole(given, selection, {"--notify": target is not None, "--record": is_recorded})
    if target is not None:
        check_memory(target, given)
    if is_recorded:
        check_place(given)
    is_whole = format_ == "json" or given.verbose or reports.wants_all
    policy = Policy(selection, heeds_windows=False)
    planned = run(given, paths, selection, lambda session: session.plan(policy, is_whole=is_whole))
    words = outcomes.of_drift(planned.plan)
    show(given, format_, drift_shapes(planned.plan, view_of(ctx, paths), words))
    code = outcomes.exit_code(words)
    if target is not None:
        notify(target, planned.plan, given)
    if is_recorded:
        record(planned.plan, given)
    return reports.write(planned.plan, code, sight=planned.sight)


def _check_whole(given: Common, selection: Selection, asked: dict[str, bool]) -> None:
    is_whole = given.listed is None and selection.is_everything
    for option in [name for name, is_asked in asked.items() if is_asked and not is_whole]:
        raise UsageError(
            f"{option} takes no --select, --label and --files-from: what they hide is not resolved"
        )
