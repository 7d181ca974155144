"""A plan file compared whole, and held against the published schema."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler import __version__
from reconciler.model.saved import SavedPlan
from reconciler.records import replace
from reconciler.render import planfile
from tests.support.plans import left, left_run, plan_of, rich_plan
from tests.support.saved import rich_saved, small_saved

LEFT_BEHIND = replace(small_saved().plan, left_behind=(left("a"), left_run("b")), has_ledger=True)
IN_PROD = replace(small_saved().plan, environment="prod")
GOLDEN = Path(__file__).parents[1] / "golden"
SCHEMAS = Path(__file__).parents[4] / "reconciler" / "render" / "schemas"


def _schema() -> Draft202012Validator:
    document = json.loads((SCHEMAS / "planfile.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_the_whole_file_is_as_agreed() -> None:
    """The digest of the file itself aside, which every version changes."""
    text = planfile.write(small_saved())
    integrity = json.loads(text)["integrity"]

    expected = (GOLDEN / "planfile.json").read_text(encoding="utf-8")
    assert text.replace(integrity, "INTEGRITY").replace(__version__, "VERSION") == expected


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(rich_saved()[0], id="every-change"),
        pytest.param(small_saved(), id="every-verdict"),
        pytest.param(
            small_saved(plan=rich_plan(steps=(), approval=f"sha256:{'0' * 64}")), id="no-steps"
        ),
        pytest.param(small_saved(plan=LEFT_BEHIND), id="left-behind"),
        pytest.param(small_saved(plan=IN_PROD), id="environment"),
    ],
)
def test_the_schema_describes_what_is_written(saved: SavedPlan) -> None:
    document = json.loads(planfile.write(saved))

    assert list(_schema().iter_errors(document)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"password": "x"}, "Additional properties are not allowed ('password' was unexpected)"),
        ({"format_version": "2.0"}, "'2.0' does not match '^1\\\\.[0-9]{1,4}$'"),
        ({"left_behind": ["x"]}, "'x' is not of type 'object'"),
        ({"has_ledger": None}, "None is not of type 'boolean'"),
    ],
)
def test_the_schema_refuses_what_no_plan_file_has(change: dict[str, object], told: str) -> None:
    document = json.loads(planfile.write(small_saved())) | change

    assert [error.message for error in _schema().iter_errors(document)] == [told]


def test_the_same_plan_gives_the_same_bytes() -> None:
    plan = rich_plan()
    turned = replace(plan, findings=plan.findings[::-1])

    assert planfile.write(small_saved(plan=turned)) == planfile.write(small_saved(plan=plan))


def test_the_file_is_ascii_and_ends_with_its_line() -> None:
    plan = plan_of(warnings=("\x1b[2J\u202e漢字",))
    text = planfile.write(small_saved(plan=plan))

    assert text.isascii()
    assert all(sign.isprintable() for sign in text.replace("\n", ""))
    assert text.endswith("}\n")


def test_the_environment_survives_the_disk() -> None:
    saved = small_saved(plan=IN_PROD)

    assert planfile.read(planfile.write(saved).encode()) == saved
