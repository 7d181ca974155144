"""`schema` prints what the package keeps."""

from importlib import resources

import pytest

from reconciler import spec
from tests.e2e.person import Ran
from tests.unit.cli.conftest import Command


@pytest.mark.parametrize("dialect", ["draft-07", "2020-12"])
def test_the_schema_of_specs_is_printed(dialect: str, command: Command) -> None:
    ran = command("schema", "--dialect", dialect)

    assert ran.json == spec.json_schema(dialect)


@pytest.mark.parametrize("what", ["plan", "report"])
def test_the_schema_of_results_is_printed(what: str, command: Command) -> None:
    ran = command("schema", what)

    kept = resources.files("reconciler.render") / "schemas" / f"{what}.schema.json"
    assert ran == Ran(0, kept.read_text(encoding="utf-8"), "")
