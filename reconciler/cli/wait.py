"""`reconciler wait`."""

from datetime import timedelta

import click

from reconciler.cli.completing import addresses
from reconciler.cli.options import common, common_of, paths_argument, read_selector, read_span
from reconciler.cli.session import Session, run
from reconciler.core.select import Selection, Selector
from reconciler.core.words import plural
from reconciler.engine.waiting import Awaited, Goal, wait_for
from reconciler.errors import UsageError
from reconciler.model.address import Kind


@click.command("wait")
@click.argument(
    "address", type=read_selector, metavar="KIND/NAME[/TOPIC]", shell_complete=addresses
)
@paths_argument
@click.option(
    "--for",
    "goal",
    type=click.Choice([word.value for word in Goal]),
    required=True,
    help="What every topic of the address has to be.",
)
@click.option(
    "--timeout",
    type=read_span,
    default="6h",
    metavar="DURATION",
    show_default=True,
    help="How long to wait.",
)
@common
@click.pass_context
def command(
    ctx: click.Context,
    address: Selector,
    paths: tuple[str, ...],
    goal: str,
    timeout: timedelta,
) -> int:
    """Wait until one thing is completed, paused or active. Only reads.

    Completed means that the level the spec asks for holds: the rows are in Kafka, not that they have
    reached a destination.

    \b
    Example:  reconciler wait Source/orders-postgres/public.orders --for completed --timeout 6h

    Exit codes: 0 reached, 1 could not be observed, 2 the spec does not ask for it, 5 failed, 6 not
    reached in time, 9 blocked.
    """
    given, wanted = common_of(ctx), Goal(goal)
    kind = Kind.SOURCE if wanted is Goal.COMPLETED else Kind.CLUSTER_LINK
    if address.kind is not kind:
        raise UsageError(f"only a {kind} can be {goal}")
    selection = Selection((address,))

    async def main(session: Session) -> Awaited:
        return await wait_for(
            lambda: session.plan(selection), session.clock, (wanted, timeout), session.listen
        )

    awaited = run(given, paths, selection, main)
    for reason in awaited.reasons:
        given.console.say(reason)
    left = f": {plural(awaited.left, 'topic')} left" if awaited.left else ""
    given.console.out("Reached.\n" if awaited.is_reached else f"Not reached{left}.\n")
    return awaited.exit_code
