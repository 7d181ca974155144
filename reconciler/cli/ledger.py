"""`reconciler ledger`: show, resolve, mark, forget, export, leases, break."""

from datetime import datetime
from pathlib import Path

import click

from reconciler.cli import ledger_words
from reconciler.cli.clock import SystemClock
from reconciler.cli.completing import addresses
from reconciler.cli.files import check_place, write_whole
from reconciler.cli.ledger_words import reason_option, said_now
from reconciler.cli.ledgers import check_exists, required
from reconciler.cli.options import Common, common, common_of, format_option, read_subject
from reconciler.cli.showing import view_of
from reconciler.core.recall import recall
from reconciler.core.select import Selector
from reconciler.model.call import Json
from reconciler.render import json_ledger, json_view, text_ledger


@click.group("ledger")
def command() -> None:
    """What is remembered of what was done: look at it, correct it, export it.

    \b
    Example:  reconciler ledger show
    """


@command.command("show", short_help="Show what is known of each topic.")
@click.argument(
    "address",
    required=False,
    type=read_subject,
    metavar="[KIND[/NAME[/TOPIC]]]",
    shell_complete=addresses,
)
@format_option("text", "json")
@common
@click.pass_context
def show(ctx: click.Context, address: Selector | None, format_: str) -> int:
    """Show what the ledger knows of each topic; first the starts that wait for a word.

    It says what is remembered and looks at no vendor: a start shown here as never seen may be seen
    by the next plan.

    \b
    Examples:  reconciler ledger show
               reconciler ledger show Source/orders-postgres -v

    Exit codes: 0 shown, 1 the ledger could not be read, 2 usage.
    """
    given = common_of(ctx)
    with required(given) as ledger:
        known = recall(ledger.journal(), address)
        place, has_history = ledger.place, ledger.has_history
    if format_ == "json":
        _print(given, json_ledger.show(known, place, has_history=has_history))
    else:
        given.console.lines(text_ledger.show(known, place, view_of(ctx, ())))
    return 0


@command.command("export", short_help="Print every row of every table as JSON.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to a file that only you can read, instead of stdout.",
)
@common
@click.pass_context
def export(ctx: click.Context, out: Path | None) -> int:
    """Print every row of every table as JSON: for another tool, or to keep.

    It holds no secret, but names of topics, and the filters of snapshots. It cannot be read back in;
    for backups copy the file, or dump the database.

    \b
    Example:  reconciler ledger export --out ledger.json

    Exit codes: 0 exported, 1 the ledger could not be read, 2 usage, or there is no ledger.
    """
    given = common_of(ctx)
    if out is not None:
        check_place(out, "the export")
    with required(given) as ledger:
        check_exists(ledger)
        text = json_view.dumps(json_ledger.export(ledger.export(), ledger.place))
    if out is None:
        given.console.out(text)
    else:
        write_whole(out, text)
    return 0


@command.command("leases", short_help="Show who may write to which source or link just now.")
@format_option("text", "json")
@common
@click.pass_context
def leases(ctx: click.Context, format_: str) -> int:
    """Show which source or link somebody may write to just now, and until when.

    \b
    Example:  reconciler ledger leases

    Exit codes: 0 shown, 1 the ledger could not be read, 2 usage.
    """
    given = common_of(ctx)
    with required(given) as ledger:
        held, place = ledger.leases(), ledger.place
    now = _now(given)
    if format_ == "json":
        _print(given, json_ledger.leases(held, now, place))
    else:
        given.console.lines(text_ledger.leases(held, now, place))
    return 0


@command.command("break")
@click.option("--scope", required=True, metavar="SCOPE", help="As `ledger leases` prints it.")
@reason_option
@format_option("text", "json")
@common
@click.pass_context
def break_(ctx: click.Context, scope: str, reason: str, format_: str) -> int:
    """Take a lease away from a command that hangs. Make sure first that it has ended.

    A lease ends by itself after some minutes; breaking it is for who cannot wait. A scope that
    nobody holds is no error: it is free, as wanted.

    \b
    Example:  reconciler ledger break --scope streamkap/sandbox/67ad6e0af08a2365c729ba79 \\
                --reason "the runner was killed"

    Exit codes: 0 nobody holds it any more, 1 the ledger could not be used, 2 usage, or no ledger.
    """
    given = common_of(ctx)
    said = said_now(reason)
    with required(given) as ledger:
        check_exists(ledger)
        held = ledger.leases()
    lease = None
    if any(other.scope == scope for other in held):
        with required(given, writing=True) as ledger:
            lease = ledger.break_(scope, said)
    now, place = _now(given), ledger.place
    if format_ == "json":
        _print(given, json_ledger.broken(scope, lease, place, now))
    else:
        others = [other for other in held if other.scope != scope]
        given.console.lines(text_ledger.broken(scope, lease, others, now))
    return 0


def _print(given: Common, document: dict[str, Json]) -> None:
    given.console.out(json_view.dumps(document))


def _now(given: Common) -> datetime:
    return given.now or SystemClock().now()


command.add_command(ledger_words.resolve)
command.add_command(ledger_words.mark)
command.add_command(ledger_words.forget)
