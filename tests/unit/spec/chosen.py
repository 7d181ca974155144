"""Specs with a values file beside them, for tests of what an environment changes."""

from pathlib import Path
from textwrap import dedent

import pytest

from reconciler.errors import SpecInvalid
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired, DesiredSource
from reconciler.spec import Chosen, load
from tests.unit.spec.writing import CONNECTIONS, NOW

SOURCE = Address(Kind.SOURCE, "s")


def write_specs(folder: Path, spec: str, values: str | None) -> None:
    (folder / "specs").mkdir()
    (folder / "specs/a.yaml").write_text(spec, encoding="utf-8")
    if values is not None:
        (folder / "values").mkdir()
        (folder / "values/prod.yaml").write_text(dedent(values), encoding="utf-8")


def loaded(folder: Path, spec: str, values: str | None = None) -> Desired:
    write_specs(folder, CONNECTIONS + spec, values)
    chosen = None if values is None else Chosen("prod")
    return load([folder / "specs"], now=NOW, chosen=chosen)


def only_source(folder: Path, spec: str, values: str | None = None) -> DesiredSource:
    (found,) = loaded(folder, spec, values).sources
    return found


def wrong(folder: Path, spec: str, values: str | None) -> list[str]:
    """What is wrong, lines of specs counted without the connections."""
    before = CONNECTIONS.count("\n")
    with pytest.raises(SpecInvalid) as caught:
        loaded(folder, spec, values)
    told = []
    for problem in caught.value.diagnostics:
        file = problem.file.removeprefix(f"{folder.as_posix()}/")
        line = problem.line - before if file.startswith("specs") else problem.line
        text = f"{problem.message}; {problem.advice}".replace(f"{folder.as_posix()}/", "")
        told.append(f"{file}:{line}:{problem.column}: {problem.field}: {text}")
    return told
