"""`reconciler sandbox world`: print the world, or make another."""

from collections.abc import Mapping
from pathlib import Path

import click

from reconciler.cli.anew import begin_anew
from reconciler.cli.options import common, common_of
from reconciler.cli.wiring import allowed_hosts, opened_sandbox
from reconciler.core.words import plural
from reconciler.errors import ReconcilerError, UsageError
from reconciler.sandbox.generate import Size, generate
from reconciler.sandbox.generate import specs as specs_for
from reconciler.spec.endpoints import hosts_of, parse_endpoint
from reconciler.spec.scalars import Malformed


@click.command("world", short_help="Print the world, or put a generated one in its place.")
@click.option("--sources", type=click.IntRange(min=0), help="Sources to make.")
@click.option("--topics", type=click.IntRange(min=1), help="Topics of each source.")
@click.option("--links", type=click.IntRange(min=0), help="Cluster links to make.")
@click.option("--mirrors", type=click.IntRange(min=1), help="Mirror topics of each link.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another world.")
@click.option(
    "--specs",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write specs that fit the new world.",
)
@click.option(
    "--endpoint", default="sandbox", show_default=True, help="Endpoint that those specs name."
)
@common
@click.pass_context
def world(ctx: click.Context, /, specs: Path | None, endpoint: str, **given: int | None) -> int:
    """Print the world as YAML, or put a generated one in its place, as reset does.

    \b
    Examples:  reconciler sandbox world
               reconciler sandbox world --sources 100 --topics 20 --links 10 --mirrors 100 --specs big/
    """
    shared = common_of(ctx)
    _check_world(ctx, endpoint)
    if given["sources"] is None and given["links"] is None:
        with opened_sandbox(shared) as sandbox:
            shared.console.out(sandbox.world_text())
        return 0
    size = _size(given)
    made = generate(size)
    if specs is not None:
        _write(specs, specs_for(size, made, endpoint.rstrip("/")))
    told = [plural(size.sources, "source"), plural(size.links, "cluster link")]
    where = f"; specs in {specs}" if specs else ""
    begin_anew(shared, dict(made), f"A new world with {' and '.join(told)}{where}.\n")
    return 0


_NEEDED = {
    "topics": ("sources", "--topics says how many topics each source has; add --sources"),
    "mirrors": ("links", "--mirrors says how many mirror topics each link has; add --links"),
    "seed": ("sources", "--seed shapes a new world; add --sources or --links"),
    "specs": ("sources", "--specs fit a new world; add --sources or --links"),
    "endpoint": ("specs", "--endpoint stands in the specs of a new world; add --specs"),
}
"""By option: which one it needs, and what to say without; a size is either of two."""


def _check_world(ctx: click.Context, endpoint: str) -> None:
    """Refuse options that would have no effect.

    Raises:
        UsageError: There is one, or specs would have an endpoint that no spec may have.
    """
    given = {name for name in ctx.params if _is_given(ctx, name)}
    for name, (needed, sentence) in _NEEDED.items():
        enough = {needed, "links"} if name in {"seed", "specs"} else {needed}
        if name in given and not given & enough:
            raise UsageError(sentence)
    try:
        parse_endpoint(endpoint, hosts_of(allowed_hosts()))
    except Malformed as error:
        raise UsageError(f"--endpoint: {error.message}; {error.advice}") from error


def _is_given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def _size(given: Mapping[str, int | None]) -> Size:
    """The size of the new world.

    Raises:
        UsageError: It is too large.
    """
    usual = {"sources": 0, "topics": 10, "links": 0, "mirrors": 10, "seed": 1}
    counts = {name: default if (n := given[name]) is None else n for name, default in usual.items()}
    try:
        return Size(**counts)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _write(folder: Path, texts: dict[str, str]) -> None:
    """Write spec files into a new or empty folder, so that nothing is mixed or overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in sorted(texts.items()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReconcilerError(f"cannot write to {folder}: {error.strerror}") from error
