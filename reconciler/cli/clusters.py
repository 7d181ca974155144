"""Which destination clusters a command looks at: those that were named, else those of the specs."""

import re
from collections.abc import Callable, Sequence
from typing import ParamSpec, TypeVar

import click

from reconciler.errors import UsageError
from reconciler.model.desired import Connection, Desired, ProviderName

P = ParamSpec("P")
R = TypeVar("R")
_CLUSTER = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def cluster_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--cluster`, which may be repeated."""
    return click.option(
        "--cluster",
        "clusters",
        type=read_cluster,
        multiple=True,
        metavar="ID",
        help="Destination cluster, such as lkc-abc123; Confluent's REST API does not list them. "
        "May be repeated [default: those of the specs].",
    )(command)


def read_cluster(text: str) -> str:
    """The id of a cluster.

    Args:
        text: As given.

    Raises:
        click.BadParameter: It is none.
    """
    if not _CLUSTER.fullmatch(text):
        raise click.BadParameter(f"{text!r} is no cluster id; write one like lkc-abc123")
    return text


def clusters_of(
    desired: Desired, connections: Sequence[Connection], given: Sequence[str]
) -> dict[str, set[str]]:
    """The clusters to look at, by connection name.

    Args:
        desired: All documents.
        connections: Those that are looked at.
        given: `--cluster`.

    Raises:
        UsageError: It is not clear, or it is wrong, which connection leads to the given ones.
    """
    leading = [c.name for c in connections if c.provider is ProviderName.CONFLUENT]
    if not given:
        links = [d for d in desired.links if d.connection in leading]
        return {name: {d.cluster_id for d in links if d.connection == name} for name in leading}
    if not leading:
        raise UsageError("--cluster is for connections to Confluent, and none is looked at")
    if len(leading) > 1:
        raise UsageError(
            f"--cluster of which connection? say --connection {leading[0]}, or another"
        )
    return {leading[0]: set(given)}
