"""`reconciler schema`."""

# ruff: noqa: PLC0415 - only the schema that is asked for is made

import json
from importlib import resources
from typing import Literal

import click

from reconciler.cli.options import common, common_of
from reconciler.errors import UsageError

WHAT = (
    "spec",
    "values",
    "plan",
    "report",
    "planfile",
    "drift",
    "status",
    "explain",
    "doctor",
    "validate",
    "show",
    "history",
    "ledger",
)


@click.command("schema")
@click.argument("what", type=click.Choice(WHAT), default="spec", metavar="[WHAT]")
@click.option(
    "--dialect",
    type=click.Choice(["draft-07", "2020-12"]),
    default="draft-07",
    show_default=True,
    help="Dialect of spec and values; most editors know draft-07. The others are 2020-12.",
)
@common
@click.pass_context
def command(
    ctx: click.Context,
    what: str,
    dialect: Literal["draft-07", "2020-12"],
) -> int:
    """Print a JSON Schema: of specs and values, for editors; of all else, for programs.

    WHAT is spec (if left out) or values, which you write; planfile, which plan --out writes; report,
    which apply --format json prints; or plan, drift, status, explain, doctor, validate, show, history
    or ledger, for what these commands print with --format json.

    \b
    Examples:  reconciler schema > schemas/reconciler.schema.json
               reconciler schema values > schemas/values.schema.json
               reconciler schema plan
    """
    console = common_of(ctx).console
    is_given = ctx.get_parameter_source("dialect") is click.core.ParameterSource.COMMANDLINE
    is_written = what in {"spec", "values"}
    if not is_written and is_given and dialect != "2020-12":
        raise UsageError(f"the schema of {what} is there in 2020-12 only; leave --dialect out")
    if is_written:
        from reconciler import spec

        made = spec.json_schema(dialect) if what == "spec" else spec.values_schema(dialect)
        console.out(json.dumps(made, indent=2) + "\n")
        return 0
    file = resources.files("reconciler.render") / "schemas" / f"{what}.schema.json"
    console.out(file.read_text(encoding="utf-8"))
    return 0
