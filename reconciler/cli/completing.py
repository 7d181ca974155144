"""What a shell is offered where an address is typed: names from the specs, without any connection."""

# ruff: noqa: PLC0415 - YAML is imported when somebody presses TAB, not with every option

import re
from collections.abc import Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from reconciler.errors import ReconcilerError
from reconciler.model.address import Address

DEFAULT_PATH = "specs"
_DOCUMENT = 1
"""Slashes in the address of a document."""
_HARMLESS = re.compile(r"[A-Za-z0-9/._:@%+=,*?-]+")
"""What no shell runs, expands or splits: bash puts a word into the line as it is."""


def offered(known: Sequence[Address], incomplete: str) -> list[str]:
    """Addresses that begin like what was typed: documents first, topics once one of them is meant.

    Whoever presses TAB does not run what a name holds: those that a shell would take for more than a
    word have to be typed.

    Args:
        known: Every address of the specs, sorted.
        incomplete: What was typed so far.
    """
    near = [
        address
        for address in known
        if str(address).startswith(incomplete) and _HARMLESS.fullmatch(str(address))
    ]
    documents = {address.document for address in near}
    if incomplete.count("/") > _DOCUMENT or len(documents) == 1:
        return [str(address) for address in near]
    return [str(address) for address in near if not address.topic]


def addresses(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Complete `KIND/NAME[/TOPIC]` from the specs that the command line names; silent on errors.

    Args:
        ctx: As far as the command line could be read.
        param: What is completed.
        incomplete: What was typed so far.
    """
    from reconciler.spec.addresses import addresses as named

    _ = param
    # Behind an option that still waits for its value, click has not told words from paths yet.
    given = ctx.params.get("paths") or [word for word in ctx.args if Path(word).exists()]
    paths = given or (DEFAULT_PATH,)
    try:
        return [CompletionItem(text) for text in offered(named(paths), incomplete)]
    except (ReconcilerError, OSError, ValueError, RecursionError):
        return []
