"""What a shell is offered for addresses, labels, environments: names in files, no connection."""

# ruff: noqa: PLC0415 - YAML is imported when somebody presses TAB, not with every option

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from reconciler.errors import ReconcilerError
from reconciler.model.address import Address

DEFAULT_PATH = "specs"
VALUES = "reconciler.values"
"""Where the context of a command keeps `--values`."""
_DOCUMENT = 1
"""Slashes in the address of a document."""
_HARMLESS = re.compile(r"[A-Za-z0-9/._:@%+=,*?-]+")
"""What no shell runs, expands or splits: bash puts a word into the line as it is."""


def offered(known: Sequence[Address], incomplete: str) -> list[str]:
    """Addresses that begin like what was typed: documents first, topics once one of them is meant.

    Args:
        known: Every address of the specs, sorted.
        incomplete: What was typed so far.
    """
    near = [address for address in known if str(address).startswith(incomplete)]
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
    return _items(lambda: offered(named(_paths(ctx)), incomplete))


def labels(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Complete `KEY=VALUE` from the specs that the command line names; silent on errors.

    Args:
        ctx: As far as the command line could be read.
        param: What is completed.
        incomplete: What was typed so far.
    """
    from reconciler.spec.addresses import labels as named

    _ = param
    return _items(lambda: [label for label in named(_paths(ctx)) if label.startswith(incomplete)])


def environments(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    """Complete names of environments from the files of values; silent on errors.

    Args:
        ctx: As far as the command line could be read.
        param: What is completed.
        incomplete: What was typed so far.
    """
    from reconciler.spec.environments import environments as named

    _ = param
    folder = ctx.meta.get(VALUES)
    place = folder if isinstance(folder, Path) else None
    return _items(
        lambda: [name for name in named(_paths(ctx), place) if name.startswith(incomplete)]
    )


def _paths(ctx: click.Context) -> Sequence[str]:
    # Behind an option that still waits for its value, click has not told words from paths yet.
    given: Sequence[str] = ctx.params.get("paths") or [w for w in ctx.args if Path(w).exists()]
    return given or (DEFAULT_PATH,)


def _items(names: Callable[[], Sequence[str]]) -> list[CompletionItem[str]]:
    """Whoever presses TAB does not run what a name holds; such a name has to be typed."""
    try:
        return [CompletionItem(name) for name in names() if _HARMLESS.fullmatch(name)]
    except (ReconcilerError, OSError, ValueError, RecursionError):
        return []
