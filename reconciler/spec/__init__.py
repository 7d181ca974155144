"""YAML in, `Desired` out, or every error of every file with its line.

This room reads files and nothing else: it resolves no secret, opens no connection and looks at no
environment variable. Its parts, in the order a byte passes them:

files      paths to texts
composing  texts to node graphs, document by document
plain      nodes to plain values, strictly
documents  plain values to pydantic models (and, by `schema`, to JSON Schema)
checks     what a model cannot say of a single document
across     what only all documents together can say
converting models to the frozen values of `reconciler.model.desired`

PyYAML and pydantic are imported with the first call, not with this package: `--version` and `--help`
must not wait for them.
"""

# ruff: noqa: PLC0415 - late imports keep the start of every command short

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from reconciler.model.call import Json
from reconciler.model.desired import Desired

Dialect: TypeAlias = Literal["2020-12", "draft-07"]


def load(
    paths: Sequence[Path | str], *, now: datetime, allowed_hosts: Sequence[str] = ()
) -> Desired:
    """Read specs from files and directories.

    Args:
        paths: Files, and directories searched for `*.yaml` and `*.yml`; hidden entries are skipped.
        now: Serves one warning, for a `since` far ahead.
        allowed_hosts: Hosts besides the vendors' own that a credential may go to, exact or as
            `*.suffix`.

    Returns:
        All specs, sorted by address; the same for every order of `paths` and files.

    Raises:
        SpecInvalid: The specs have errors; it holds all of them, sorted by place.
        UsageError: A path does not exist, or an allowed host is not a host.
    """
    from reconciler.spec.loading import load as load_specs

    return load_specs(paths, now=now, allowed_hosts=allowed_hosts)


def json_schema(dialect: Dialect) -> dict[str, Json]:
    """JSON Schema of one document.

    Args:
        dialect: `2020-12`, or `draft-07` for editors that know no newer one.

    Returns:
        A fresh schema, keys in a stable order.
    """
    from reconciler.spec.schema import document_schema

    return document_schema(dialect)


def reference() -> str:
    """Markdown text of `docs/spec-reference.md`, made from the schema."""
    from reconciler.spec.referencing import spec_reference

    return spec_reference()
