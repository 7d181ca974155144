"""`reconciler validate`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.files import write_whole
from reconciler.cli.listing import files_option, listed_of, nothing_listed
from reconciler.cli.options import Common, common, common_of, format_option, paths_argument
from reconciler.cli.reporting import junit_option, reports_of
from reconciler.cli.session import load_specs
from reconciler.core.words import plural
from reconciler.errors import Diagnostic, SpecInvalid
from reconciler.model.desired import Desired
from reconciler.render import junit
from reconciler.render.json_view import FORMAT_VERSION


@click.command("validate")
@paths_argument
@format_option("text", "json")
@files_option
@junit_option
@common
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], format_: str) -> int:
    """Check specs without opening a connection or resolving a secret.

    Every error of every file is reported at once, as file:line:column: address: field: what; exit 2.

    \b
    Example:  reconciler validate specs/
    """
    given, reports = common_of(ctx), reports_of(ctx)
    try:
        desired = load_specs(paths, given)
    except SpecInvalid as error:
        _write(reports.junit, (), error.diagnostics, given)
        if format_ != "json":
            raise
        _print(given, error.diagnostics, (), None)
        return error.exit_code
    if given.listed is not None:
        desired = listed_of(given.listed, desired)
    _write(reports.junit, _addresses(desired), (), given)
    warnings = desired.warnings
    counts = {
        "connections": len(desired.connections),
        "sources": len(desired.sources),
        "cluster_links": len(desired.links),
        "policies": len(desired.policies),
    }
    if format_ == "json":
        _print(given, (), warnings, counts)
        return 0
    for warning in warnings:
        given.console.say(f"Warning: {warning}")
    if not sum(counts.values()) and given.listed is not None:
        given.console.out(f"{nothing_listed(given.listed)}\n")
        return 0
    given.console.out(f"Valid: {_counted(counts)} in {_where(desired, given)}.\n")
    return 0


def _print(
    given: Common,
    errors: Sequence[Diagnostic],
    warnings: Sequence[str],
    counts: dict[str, int] | None,
) -> None:
    """What `reconciler schema validate` describes."""
    told = {
        "format_version": FORMAT_VERSION,
        "reconciler_version": __version__,
        "valid": not errors,
        "errors": [asdict(error) for error in errors],
        "warnings": list(warnings),
        "counts": counts,
        "environment": given.chosen.name if given.chosen else None,
        "partial": given.listed is not None,
    }
    given.console.out(json.dumps(told, indent=2) + "\n")


def _counted(counts: dict[str, int]) -> str:
    parts = [
        plural(counts["connections"], "connection"),
        plural(counts["sources"], "source"),
        plural(counts["cluster_links"], "cluster link"),
    ]
    if counts["policies"]:
        parts.append(plural(counts["policies"], "policy", "policies"))
    return ", ".join(parts)


def _where(desired: Desired, given: Common) -> str:
    files = plural(desired.files, "file")
    told = files if given.listed is None else f"the listed files; {files} read"
    environment = desired.environment
    return f"{told}, for {environment.name}" if environment else told


def _write(
    path: Path | None, addresses: Iterable[str], errors: Sequence[Diagnostic], given: Common
) -> None:
    if path is not None:
        environment = given.chosen.name if given.chosen else ""
        write_whole(
            path, junit.validate(addresses, errors, environment, partial=given.listed is not None)
        )


def _addresses(desired: Desired) -> list[str]:
    addresses = [item.address for item in desired.connections]
    addresses += [item.address for item in desired.sources]
    addresses += [item.address for item in desired.links]
    addresses += [item.address for item in desired.policies]
    return [str(address) for address in addresses]
