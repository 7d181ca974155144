"""`--env` and `--values`: which environment the specs are read for."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from reconciler.cli.completing import VALUES, environments
from reconciler.errors import UsageError
from reconciler.spec import Chosen

P = ParamSpec("P")
R = TypeVar("R")

ENVIRONMENT = "RECONCILER_ENV"
_ENV = "reconciler.env"


def environment_options(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--env` and `--values`; they arrive with the options of every command."""
    env = click.option(
        "--env",
        metavar="NAME",
        envvar=ENVIRONMENT,
        expose_value=False,
        callback=_keep,
        shell_complete=environments,
        help="Environment: put values/NAME.yaml into the specs [env: RECONCILER_ENV].",
    )
    values = click.option(
        "--values",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIRECTORY",
        expose_value=False,
        callback=_keep,
        help="Where values files are [default: values beside the specs].",
    )
    return env(values(command))


def _keep(ctx: click.Context, param: click.Parameter, value: object) -> None:
    ctx.meta[f"reconciler.{param.name}"] = value


def chosen_of(ctx: click.Context) -> Chosen | None:
    """The environment as given, or None.

    Args:
        ctx: The running command's context.

    Raises:
        UsageError: There is a folder of values files, and nothing says which one.
    """
    name, folder = ctx.meta.get(_ENV), ctx.meta.get(VALUES)
    if isinstance(name, str):
        return Chosen(name, folder if isinstance(folder, Path) else None)
    if folder is not None:
        raise UsageError("--values says where values files are; say which one with --env")
    return None


def environment_words(chosen: Chosen | None) -> tuple[str, ...]:
    """The environment as words, for a command to copy or to run.

    Args:
        chosen: What was asked for.
    """
    if chosen is None:
        return ()
    folder = () if chosen.folder is None else ("--values", str(chosen.folder))
    return ("--env", chosen.name, *folder)
