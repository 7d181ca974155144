"""`reconciler ledger resolve`, `mark` and `forget`: what a person tells the ledger.

A word is checked against the ledger as it is read, and written after that. Its time is taken before
either, and a word speaks only of what was there before it: a start that another command makes in
between is not meant.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reconciler.cli.actor import actor_from, ci_warning
from reconciler.cli.clock import SystemClock
from reconciler.cli.completing import DEFAULT_PATH, addresses
from reconciler.cli.ledgers import check_exists, required
from reconciler.cli.options import (
    Common,
    common,
    common_of,
    format_option,
    paths_argument,
    read_selector,
    read_time,
)
from reconciler.cli.session import load_specs
from reconciler.core.scopes import Lexicon, find_scope
from reconciler.core.select import Selector
from reconciler.core.telling import check_known, is_pattern, to_forget, to_mark, to_resolve
from reconciler.core.words import moment
from reconciler.errors import UsageError
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.model.journal import Said, Word, WordKind
from reconciler.records import Struct
from reconciler.render import json_ledger, json_view, text_ledger

P = ParamSpec("P")
R = TypeVar("R")


class Telling(Struct, frozen=True):
    """What a person says, before it is clear what it meets.

    Attributes:
        kind: The word.
        asked: What was named, or None where only a scope was.
        scope: The scope that was given, or empty.
        said: When, by whom, why.
        time: When the run took place; only with `MARK`.
    """

    kind: WordKind
    asked: Selector | None
    scope: str
    said: Said
    time: datetime | None = None


def _read_named(text: str) -> Selector:
    """`KIND/NAME` or `KIND/NAME/TOPIC`, of which the topic alone may be a pattern."""
    found = read_selector(text)
    if is_pattern(found.name):
        raise click.BadParameter(f"{text!r} names no single document; only a topic may be a glob")
    return found


def _read_reason(text: str) -> str:
    if not text.strip():
        raise click.BadParameter("it is empty; say why, for who reads the history")
    return text.strip()


def reason_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--reason`, which is required."""
    return click.option(
        "--reason",
        required=True,
        type=_read_reason,
        metavar="TEXT",
        help="Why; kept in the history.",
    )(command)


def _scope_option(command: Callable[P, R]) -> Callable[P, R]:
    return click.option(
        "--scope",
        default="",
        metavar="SCOPE",
        help="The source or link itself, as `ledger show` prints it, where its name does not tell.",
    )(command)


def said_now(reason: str) -> Said:
    """The circumstances of what this command tells.

    Args:
        reason: As given.
    """
    return Said(SystemClock().now(), actor_from(os.environ), reason)


@click.command("resolve")
@click.argument("address", type=_read_named, metavar="KIND/NAME[/TOPIC]", shell_complete=addresses)
@paths_argument
@click.option("--happened", "happened", is_flag=True, help="It took effect: its run exists.")
@click.option("--did-not-happen", "did_not", is_flag=True, help="It did not: it may be made again.")
@_scope_option
@reason_option
@format_option("text", "json")
@common
@click.pass_context
def resolve(
    ctx: click.Context, /, address: Selector, paths: tuple[str, ...], **given: object
) -> int:
    """Say what became of a start that nobody saw. Look at the source at Streamkap first.

    TOPIC may be a glob; without one it speaks of every topic of the document. Only starts that wait
    for a word are meant. To take an earlier word back, name its topic in full.

    \b
    Example:  reconciler ledger resolve Source/orders-postgres/public.orders --did-not-happen \\
                --reason "no run of that day in Streamkap"

    Exit codes: 0 recorded, 1 the ledger could not be used, 2 usage, or nothing waits for a word.
    """
    if bool(given["happened"]) is bool(given["did_not"]):
        raise UsageError("say one of --happened and --did-not-happen")
    kind = WordKind.HAPPENED if given["happened"] else WordKind.DID_NOT
    telling = Telling(kind, address, str(given["scope"]), said_now(str(given["reason"])))
    return _tell(common_of(ctx), paths, telling, str(given["format_"]))


@click.command("mark")
@click.argument("address", type=_read_named, metavar="KIND/NAME[/TOPIC]", shell_complete=addresses)
@paths_argument
@click.option(
    "--completed-at",
    "time",
    type=read_time,
    required=True,
    metavar="TIME",
    help="When the run took place that the vendor shows without a time.",
)
@_scope_option
@reason_option
@format_option("text", "json")
@common
@click.pass_context
def mark(ctx: click.Context, /, address: Selector, paths: tuple[str, ...], **given: object) -> int:
    """Say when an undated run took place, so that plans can rest on it.

    TIME counts as the run's own time: a level holds if it is not before `since`. Where begin and end
    lie on two sides of it, give the begin. TOPIC may be a glob over what the ledger has met and the
    rules spell out. A ledger that is not there yet is made.

    \b
    Example:  reconciler ledger mark Source/orders-postgres --completed-at 2026-11-01T10:00:00Z \\
                --reason "from the vendor's audit log"

    Exit codes: 0 recorded, 1 the ledger could not be used, 2 usage, or nothing is known by that name.
    """
    time = given["time"]
    said = said_now(str(given["reason"]))
    if not isinstance(time, datetime) or time > said.at:
        raise UsageError(f"--completed-at is ahead of now, {moment(said.at)}")
    telling = Telling(WordKind.MARK, address, str(given["scope"]), said, time)
    return _tell(common_of(ctx), paths, telling, str(given["format_"]))


@click.command("forget")
@click.argument(
    "address",
    required=False,
    type=_read_named,
    metavar="[KIND/NAME[/TOPIC]]",
    shell_complete=addresses,
)
@paths_argument
@_scope_option
@reason_option
@format_option("text", "json")
@common
@click.pass_context
def forget(
    ctx: click.Context, /, address: Selector | None, paths: tuple[str, ...], **given: object
) -> int:
    """Say that what was left behind is of no interest any more. Nothing changes at the vendors.

    Without TOPIC it means the whole source or link, and also which source a name stood for: a source
    that was replaced by another of its name is then taken as it is. What was started stays known.

    \b
    Examples:  reconciler ledger forget ClusterLink/east-to-west/orders.* --reason "moved away"
               reconciler ledger forget --scope streamkap/sandbox/67ad6e0af08a2365c729ba79 \\
                 --reason "deleted at the vendor"

    Exit codes: 0 recorded, 1 the ledger could not be used, 2 usage, or the ledger does not know it.
    """
    scope = str(given["scope"])
    if address is None and not scope:
        raise UsageError("say what to forget: an address, or --scope")
    telling = Telling(WordKind.FORGET, address, scope, said_now(str(given["reason"])))
    return _tell(common_of(ctx), paths, telling, str(given["format_"]))


def _tell(common_: Common, paths: Sequence[str], telling: Telling, format_: str) -> int:
    desired = _desired(paths, common_) if telling.asked else Desired()
    with required(common_) as ledger:
        if telling.kind is not WordKind.MARK:
            check_exists(ledger)
        words = _words(telling, Lexicon(ledger.journal(), desired))
    with required(common_, writing=True) as ledger:
        ledger.say(words)
        place, is_new = ledger.place, not ledger.has_history
    if is_new:
        common_.console.say(f"A new ledger was made: {place}")
    warning = ci_warning(os.environ, place, is_new=is_new)
    if warning:
        common_.console.say(warning)
    if format_ == "json":
        common_.console.out(json_view.dumps(json_ledger.recorded(words, place)))
    else:
        common_.console.lines(text_ledger.recorded(words, place))
    return 0


def _desired(paths: Sequence[str], common_: Common) -> Desired:
    """The specs; without any, names are understood by the ledger alone."""
    if not paths and not Path(DEFAULT_PATH).exists():
        return Desired()
    return load_specs(paths, common_)


def _words(telling: Telling, lexicon: Lexicon) -> list[Word]:
    asked, said = telling.asked, telling.said
    if asked is None:
        check_known(telling.scope, lexicon)
        return [Word(telling.kind, said, telling.scope)]
    scope = find_scope(asked, telling.scope, lexicon)
    addresses = _meant(telling, asked, scope, lexicon)
    return [
        Word(telling.kind, said, scope, address.topic, address, telling.time)
        for address in addresses
    ]


def _meant(telling: Telling, asked: Selector, scope: str, lexicon: Lexicon) -> tuple[Address, ...]:
    if telling.kind is WordKind.MARK:
        return to_mark(asked, scope, lexicon)
    if telling.kind is WordKind.FORGET:
        return to_forget(asked, scope, lexicon)
    return to_resolve(asked, scope, lexicon, telling.said.at)
