"""`reconciler doctor`."""

import click

from reconciler.cli.clusters import cluster_option, clusters_of
from reconciler.cli.looking import chosen, look
from reconciler.cli.options import common, common_of, format_option, paths_argument
from reconciler.cli.session import load_specs
from reconciler.engine.surveying import examine
from reconciler.model.checkup import Level
from reconciler.render import checkup as checkups
from reconciler.render import json_view


@click.command("doctor")
@paths_argument
@click.option("--connection", metavar="NAME", help="Only this one [default: every one].")
@cluster_option
@format_option("text", "json")
@common
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    connection: str | None,
    clusters: tuple[str, ...],
    format_: str,
) -> int:
    """Check connections: what they may read, and what the vendors show. Only reads.

    Tries every read that a plan makes, looks at clocks, times, runs and ids, and prints the settings
    to write into the connection.

    \b
    Examples:  reconciler doctor
               reconciler doctor --connection confluent-prod --cluster lkc-abc123

    Exit codes: 0 fine, 1 something failed, 2 usage or invalid specs.
    """
    given = common_of(ctx)
    desired = load_specs(paths, given)
    is_one = connection is not None or not desired.connections
    connections = (chosen(desired, connection),) if is_one else desired.connections
    known = clusters_of(desired, connections, clusters)
    found = look(given, connections, lambda providers, _: examine(providers, connections, known))
    if format_ == "json":
        given.console.out(json_view.dumps(checkups.document(found)))
    else:
        given.console.lines(checkups.text(found))
    return 1 if any(checkup.level is Level.FAIL for checkup in found) else 0
