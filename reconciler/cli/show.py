"""`reconciler show`."""

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import click

from reconciler import __version__, spec
from reconciler.cli.clock import SystemClock
from reconciler.cli.completing import DEFAULT_PATH
from reconciler.cli.environment import environment_options
from reconciler.cli.options import common, common_of, format_option
from reconciler.cli.wiring import allowed_hosts
from reconciler.core.match import nearest
from reconciler.errors import UsageError
from reconciler.model.address import Kind
from reconciler.model.call import Json
from reconciler.render import json_view
from reconciler.spec import resulting


@click.command("show")
@click.argument("words", nargs=-1, metavar="[KIND/NAME]... [PATH]...")
@format_option("text", "json")
@environment_options
@common
@click.pass_context
def command(ctx: click.Context, words: tuple[str, ...], format_: str) -> int:
    """Print documents as they result, with the place of what an environment put in.

    Opens no connection and reads no secret. What is printed is a spec again: it reads back as the same,
    without any environment.

    \b
    Examples:  reconciler show --env prod
               reconciler show Source/orders-postgres --env prod specs/

    Exit codes: 0 shown, 2 usage or invalid specs.
    """
    given = common_of(ctx)
    addresses = [word for word in words if _is_address(word)]
    paths = [word for word in words if not _is_address(word)]
    loaded = spec.load_whole(
        paths or (DEFAULT_PATH,),
        now=given.now or SystemClock().now().astimezone(UTC),
        allowed_hosts=allowed_hosts(),
        chosen=given.chosen,
    )
    _check_known(addresses, [str(document.address) for document in loaded.documents])
    documents = [d for d in loaded.documents if not addresses or str(d.address) in addresses]
    if format_ == "json":
        rows: list[Json] = [resulting.as_json(document) for document in documents]
        told: dict[str, Json] = {
            "format_version": json_view.FORMAT_VERSION,
            "reconciler_version": __version__,
            "environment": loaded.desired.environment_name or None,
            "documents": rows,
        }
        given.console.out(json_view.dumps(told))
        return 0
    for warning in loaded.desired.warnings:
        given.console.say(f"Warning: {warning}")
    given.console.out("---\n".join(resulting.as_yaml(document) for document in documents))
    return 0


def _is_address(word: str) -> bool:
    """Whether a word names a document; a path that looks like one is meant if it exists."""
    kind, slash, name = word.partition("/")
    return (
        bool(slash and name) and kind in {str(known) for known in Kind} and not Path(word).exists()
    )


def _check_known(addresses: Sequence[str], known: Sequence[str]) -> None:
    for address in addresses:
        if address not in known:
            near = nearest(address, known)
            hint = f"did you mean {near}?" if near else "`reconciler show` prints them all"
            raise UsageError(f"there is no {address} in the specs; {hint}")
