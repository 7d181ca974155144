"""YAML in, `Desired` out, or every error of every file with its line.

This room reads files and nothing else: it resolves no secret, opens no connection and looks at no
environment variable. Its parts, in the order a byte passes them:

files      paths to texts
composing  texts to node graphs, document by document
shaping    nodes to nodes: overlays put over them, values put in, if an environment was chosen
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
from typing import TYPE_CHECKING, Literal, TypeAlias

from reconciler.model.call import Json
from reconciler.model.desired import Desired
from reconciler.records import Struct

if TYPE_CHECKING:
    from reconciler.spec.loading import Loaded
    from reconciler.spec.values import Values

Dialect: TypeAlias = Literal["2020-12", "draft-07"]


class Chosen(Struct, frozen=True):
    """The environment that was asked for.

    Attributes:
        name: Such as `prod`.
        folder: Where its values file is, or None for `values` beside the specs.
    """

    name: str
    folder: Path | None = None


def load(
    paths: Sequence[Path | str],
    *,
    now: datetime,
    allowed_hosts: Sequence[str] = (),
    chosen: Chosen | None = None,
) -> Desired:
    """Read specs from files and directories.

    Args:
        paths: Files, and directories searched for `*.yaml` and `*.yml`; hidden entries are skipped.
        now: Serves one warning, for a `since` far ahead.
        allowed_hosts: Hosts besides the vendors' own that a credential may go to, exact or as
            `*.suffix`.
        chosen: The environment, or None.

    Returns:
        All specs, sorted by address; the same for every order of `paths` and files.

    Raises:
        SpecInvalid: The specs have errors; it holds all of them, sorted by place.
        UsageError: A path or an environment does not exist, or an allowed host is not a host.
    """
    from reconciler.spec.endpoints import hosts_of
    from reconciler.spec.loading import load as load_specs

    hosts, values = hosts_of(allowed_hosts), _values(paths, chosen)
    return load_specs(paths, now=now, hosts=hosts, values=values).desired


def load_whole(
    paths: Sequence[Path | str],
    *,
    now: datetime,
    allowed_hosts: Sequence[str] = (),
    chosen: Chosen | None = None,
) -> "Loaded":
    """Read specs as `load` does, and keep the documents as they result.

    Args:
        paths: Files and directories.
        now: Serves one warning, for a `since` far ahead.
        allowed_hosts: Hosts besides the vendors' own that a credential may go to.
        chosen: The environment, or None.

    Raises:
        SpecInvalid: The specs have errors; it holds all of them, sorted by place.
        UsageError: A path or an environment does not exist, or an allowed host is not a host.
    """
    from reconciler.spec.endpoints import hosts_of
    from reconciler.spec.loading import load as load_specs

    hosts, values = hosts_of(allowed_hosts), _values(paths, chosen)
    return load_specs(paths, now=now, hosts=hosts, values=values, keeps_documents=True)


def _values(paths: Sequence[Path | str], chosen: Chosen | None) -> "Values | None":
    """The values file of an environment, read."""
    if chosen is None:
        return None
    from reconciler.spec.environments import values_file
    from reconciler.spec.values import read_values

    return read_values(chosen.name, values_file(chosen.name, paths, chosen.folder))


def values_schema(dialect: Dialect) -> dict[str, Json]:
    """JSON Schema of a values file.

    Args:
        dialect: `2020-12`, or `draft-07` for editors that know no newer one.

    Returns:
        A fresh schema, keys in a stable order.
    """
    from reconciler.spec.patch_schema import patch_schema

    return patch_schema(dialect)


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
