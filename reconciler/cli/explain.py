"""`reconciler explain`."""

from collections.abc import Sequence

import click

from reconciler.cli.completing import addresses
from reconciler.cli.options import (
    common,
    common_of,
    format_option,
    paths_argument,
    read_selector,
)
from reconciler.cli.selecting import nothing_taken
from reconciler.cli.session import Session, run
from reconciler.cli.showing import view_of
from reconciler.core import outcomes
from reconciler.core.explain import Explained, document_of, explain, origin_of, unnamed
from reconciler.core.judge import Policy
from reconciler.core.select import Selection, Selector
from reconciler.core.telling import is_pattern
from reconciler.core.thresholds import Brakes
from reconciler.engine.planning import Planned
from reconciler.errors import UsageError
from reconciler.model.address import Address
from reconciler.model.history import Entry
from reconciler.model.outcome import Outcome
from reconciler.render import json_explain, json_view, text_explain
from reconciler.render.explained import Book, Page
from reconciler.spec.quoting import quote

LINES = 6
"""Lines of the ledger for one address."""
MANY = 500


@click.command("explain")
@click.argument(
    "address", type=read_selector, metavar="KIND/NAME[/TOPIC]", shell_complete=addresses
)
@paths_argument
@format_option("text", "json")
@common
@click.pass_context
def command(ctx: click.Context, address: Selector, paths: tuple[str, ...], format_: str) -> int:
    """Show where a verdict comes from: rule, observation, ledger, call. Only reads.

    For a topic, or for every topic of a document: the spec line that asks for it, what was observed
    and by which requests, what the ledger remembers, which row of the verdict tables applied, and
    the call that would be made. A topic that no rule names is shown with its state, if it is there.

    \b
    Examples:  reconciler explain Source/orders-postgres/public.orders
               reconciler explain ClusterLink/east-to-west -v

    Exit codes: 0 shown, 1 something could not be observed, 2 no such address, usage or invalid
    specs.
    """
    given = common_of(ctx)

    async def main(session: Session) -> tuple[Book, int]:
        planned = await session.judged(Policy(Selection((address,))), Brakes())
        found = _found(address, planned)
        entries = _entries(session, address)
        pages = [
            Page(one, _quoted(one), entries.get(str(one.finding.address), ())) for one in found
        ]
        words = outcomes.of_plan(planned.plan)
        return _book(session, planned, pages), 1 if Outcome.ERROR in words else 0

    book, code = run(given, paths, Selection((address,)), main)
    if format_ == "json":
        given.console.out(json_view.dumps(json_explain.explain(book)))
    else:
        given.console.lines(text_explain.explain(book, view_of(ctx, paths)))
    return code


def _found(asked: Selector, planned: Planned) -> Sequence[Explained]:
    """What is explained: findings, else the topic itself where it is there although no rule names it.

    Raises:
        UsageError: There is nothing of that name.
    """
    if planned.plan.findings:
        return explain(planned.desired, planned.plan, planned.sight)
    address = Address(asked.kind, asked.name, asked.topic)
    known = unnamed(planned.desired, planned.sight, address)
    if known is None and asked.topic:
        raise UsageError(nothing_taken(asked, planned, told=str(asked)))
    return [known] if known else []


def _quoted(one: Explained) -> tuple[str, ...]:
    return quote(origin_of(one)) if one.rule else ()


def _book(session: Session, planned: Planned, pages: Sequence[Page]) -> Book:
    documents = [document_of(planned.desired, p.explained.finding.address) for p in pages]
    names = {document.connection for document in documents if document}
    return Book(
        pages,
        next((c for c in planned.plan.connections if c.name in names), None),
        [r for name in sorted(names) for r in session.providers[name].requests()],
        session.ledger.place if session.ledger else "",
        planned.plan.incomplete,
    )


def _entries(session: Session, asked: Selector) -> dict[str, tuple[Entry, ...]]:
    """The newest lines of the ledger of each address; it knows no patterns."""
    if session.ledger is None:
        return {}
    prefix = str(asked)
    if is_pattern(asked.name):
        prefix = asked.kind.value
    elif is_pattern(asked.topic):
        prefix = f"{asked.kind}/{asked.name}"
    found: dict[str, tuple[Entry, ...]] = {}
    for entry in session.ledger.history(prefix, MANY):
        known = found.get(entry.address, ())
        found[entry.address] = (*known, entry)[:LINES]
    return found
