"""`reconciler history`."""

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

import click

from reconciler.cli.completing import addresses
from reconciler.cli.ledgers import required
from reconciler.cli.options import common, common_of, format_option, read_subject
from reconciler.core.select import Selector
from reconciler.core.telling import is_pattern
from reconciler.ledger.protocol import Ledger
from reconciler.model.history import Entry
from reconciler.render import json_ledger, json_view, text_history

LINES = 50
_MORE = 8


@click.command("history")
@click.argument(
    "address",
    required=False,
    type=read_subject,
    metavar="[KIND[/NAME[/TOPIC]]]",
    shell_complete=addresses,
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=LINES,
    show_default=True,
    help="At most so many lines; with --format json so many entries.",
)
@format_option("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, address: Selector | None, limit: int, format_: str) -> int:
    """Show what was done, and what became of it, newest first. Reads only the ledger.

    One line for the topics of a document that one call, one answer or one look speaks of; -v gives
    each topic its own, with run, commit and request.

    \b
    Examples:  reconciler history
               reconciler history Source/orders-postgres --limit 10
               reconciler history Source/orders-postgres/public.orders -v

    Exit codes: 0 shown, 1 the ledger could not be read, 2 usage.
    """
    given = common_of(ctx)
    is_json = format_ == "json"

    def lines(entries: Sequence[Entry]) -> int:
        return len(text_history.groups(entries, verbose=given.verbose or is_json))

    with required(given) as ledger:
        entries = _entries(ledger, address, limit, lines)
        place = ledger.place
    if is_json:
        is_all = len(entries) <= limit
        document = json_ledger.history(entries[:limit], place, is_all=is_all)
        given.console.out(json_view.dumps(document))
        return 0
    shown = text_history.history(entries, place, limit, verbose=given.verbose)
    given.console.lines(shown)
    return 0


def _entries(
    ledger: Ledger, asked: Selector | None, limit: int, lines: Callable[[Sequence[Entry]], int]
) -> list[Entry]:
    """As many entries as more than `limit` lines need, or all there are."""
    size = limit + 1
    while True:
        found = ledger.history(_prefix(asked) if asked else "", size)
        kept = [entry for entry in found if asked is None or _is_asked_for(entry, asked)]
        if len(found) < size or lines(kept) > limit:
            return kept
        size *= _MORE


def _prefix(asked: Selector) -> str:
    """What every address that is meant begins with; the ledger knows no patterns."""
    if is_pattern(asked.name):
        return asked.kind.value
    whole = not asked.topic or is_pattern(asked.topic)
    return f"{asked.kind}/{asked.name}" if whole else str(asked)


def _is_asked_for(entry: Entry, asked: Selector) -> bool:
    _, name, *topic = entry.address.split("/", 2)
    return fnmatchcase(name, asked.name) and (
        not asked.topic or any(fnmatchcase(part, asked.topic) for part in topic)
    )
