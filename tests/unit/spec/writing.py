"""Specs as text, for tests that spoil one thing at a time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent, indent

from reconciler.errors import SpecInvalid
from reconciler.model.desired import Desired
from reconciler.spec import load

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CONNECTIONS = """\
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: streamkap}
spec: {provider: streamkap, endpoint: sandbox}
---
apiVersion: reconciler.dev/v1alpha1
kind: Connection
metadata: {name: confluent}
spec: {provider: confluent, endpoint: sandbox}
---
"""
AUTH = "auth: {clientId: {env: ID}, clientSecret: {env: SECRET}}"


def connection(spec: str, name: str = "c") -> str:
    """A Connection; `spec` begins on line 5."""
    head = f"apiVersion: reconciler.dev/v1alpha1\nkind: Connection\nmetadata: {{name: {name}}}\n"
    return head + "spec:\n" + indent(dedent(spec), "  ")


def source(rules: str, *, name: str = "s", target: str = "source: orders") -> str:
    """A Source; `rules` begin on line 8."""
    head = f"apiVersion: reconciler.dev/v1alpha1\nkind: Source\nmetadata: {{name: {name}}}\n"
    spec = f"spec:\n  connection: streamkap\n  {target}\n  snapshots:\n"
    return head + spec + indent(dedent(rules), "    ")


def link(rules: str, *, name: str = "l", target: str = "clusterId: lkc-1") -> str:
    """A ClusterLink; `rules` begin on line 9."""
    head = f"apiVersion: reconciler.dev/v1alpha1\nkind: ClusterLink\nmetadata: {{name: {name}}}\n"
    spec = f"spec:\n  connection: confluent\n  {target}\n  link: east\n  mirrors:\n"
    return head + spec + indent(dedent(rules), "    ")


def policy(spec: str, *, name: str = "p") -> str:
    """A Policy; `spec` begins on line 5."""
    head = f"apiVersion: reconciler.dev/v1alpha1\nkind: Policy\nmetadata: {{name: {name}}}\n"
    return head + "spec:\n" + indent(dedent(spec).rstrip("\n") + "\n", "  ")


def load_files(
    folder: Path, files: dict[str, str], *, allowed_hosts: Sequence[str] = ()
) -> Desired:
    """What the files of a folder say."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load([folder], now=NOW, allowed_hosts=allowed_hosts)


def complaints(
    folder: Path, files: dict[str, str], *, allowed_hosts: Sequence[str] = ()
) -> list[str]:
    """What is wrong with the files, with their names alone as places."""
    try:
        load_files(folder, files, allowed_hosts=allowed_hosts)
    except SpecInvalid as error:
        return [line.replace(f"{folder.as_posix()}/", "") for line in str(error).split("\n")]
    return []


def completed(fields: str) -> str:
    """A Source with one `completed` rule; `fields` begin on line 10."""
    return source("- topics: [a]\n  state: completed\n" + indent(dedent(fields), "  "))


def not_completed(state: str, fields: str) -> str:
    """A Source with one rule of another state; `fields` begin on line 10."""
    return source(f"- topics: [a]\n  state: {state}\n" + indent(dedent(fields), "  "))


def simple(*, name: str = "s", target: str = "source: orders") -> str:
    """A Source without errors of its own, unless its name or target has some."""
    return source("- {topics: [a], state: idle}\n", name=name, target=target)


def mirror(fields: str) -> str:
    """A ClusterLink with one rule; `fields` begin on line 10."""
    return link("- topics: [a]\n" + indent(dedent(fields), "  "))


def account(fields: str, endpoint: str = "sandbox", provider: str = "streamkap") -> str:
    """A Connection; `fields` begin on line 7."""
    return connection(f"provider: {provider}\nendpoint: {endpoint}\n" + dedent(fields))
