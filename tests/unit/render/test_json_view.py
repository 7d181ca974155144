"""JSON compared whole, and held against the published schemas."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler import __version__
from reconciler.model.call import Json
from reconciler.model.outcome import Outcome, Reply, Result
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from reconciler.render import json_view
from tests.support.plans import (
    ORDERS,
    bulk_step,
    finding,
    plan_of,
    report_of,
    rich_plan,
    rich_report,
    start,
    stop_step,
)

GOLDEN = Path(__file__).parent / "golden"
SCHEMAS = Path(__file__).parents[3] / "reconciler" / "render" / "schemas"
WORDS = (Outcome.BLOCKED, Outcome.CHANGES)
UNSEEN = rich_plan(incomplete=("streamkap-prod: HTTP 503",), partial=True)
STEPS = plan_of(start("a"), steps=(stop_step("s1"), bulk_step("s2")))
DOCUMENTS: dict[str, Callable[[], dict[str, Json]]] = {
    "plan": lambda: json_view.plan(UNSEEN, WORDS),
    "steps": lambda: json_view.plan(STEPS, ()),
    "report": lambda: json_view.report(rich_report(), UNSEEN, (Outcome.UNKNOWN,)),
    "drift": lambda: json_view.drift(rich_plan(), (Outcome.DRIFT,)),
    "status": lambda: json_view.status(rich_plan(), (Outcome.OK,)),
}


def _schema(name: str) -> Draft202012Validator:
    document = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_whole_document_is_as_agreed(name: str) -> None:
    expected = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").replace("VERSION", __version__)

    assert json_view.dumps(DOCUMENTS[name]()) == expected


@pytest.mark.parametrize(
    ("schema", "name"), [("plan", "plan"), ("plan", "steps"), ("report", "report")]
)
def test_the_schema_describes_what_is_printed(schema: str, name: str) -> None:
    document = json.loads(json_view.dumps(DOCUMENTS[name]()))

    assert list(_schema(schema).iter_errors(document)) == []


@pytest.mark.parametrize("empty", ["plan", "report"])
def test_the_schema_describes_an_empty_document(empty: str) -> None:
    document = (
        json_view.plan(plan_of(), ())
        if empty == "plan"
        else json_view.report(report_of(), plan_of(), ())
    )

    assert list(_schema(empty).iter_errors(document)) == []
    assert document["outcomes"] == ["ok"]


def test_the_schemas_know_every_word_of_the_model() -> None:
    """A word added to the model without the schema would break a reader that checks."""
    plan, report = _schema("plan").schema, _schema("report").schema
    actual = {
        "verdict": plan["$defs"]["resource"]["properties"]["verdict"]["enum"],
        "outcome": plan["properties"]["outcome"]["enum"],
        "result": report["$defs"]["item"]["properties"]["result"]["enum"],
        "reply": report["$defs"]["call"]["properties"]["reply"]["enum"],
    }

    assert actual == {
        "verdict": [str(word) for word in Verdict],
        "outcome": [str(word) for word in Outcome],
        "result": [str(word) for word in Result],
        "reply": [*(str(word) for word in Reply), None],
    }


def test_the_schema_refuses_a_field_it_does_not_know() -> None:
    document = {**json_view.plan(plan_of(), ()), "password": "x"}

    errors = [error.message for error in _schema("plan").iter_errors(document)]

    assert errors == ["Additional properties are not allowed ('password' was unexpected)"]


def test_the_first_outcome_is_the_outcome() -> None:
    document = json_view.plan(plan_of(), WORDS)

    assert (document["outcome"], document["outcomes"]) == ("blocked", ["blocked", "changes"])


def test_times_are_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    time = datetime(2026, 11, 21, 11, 30, 0, 250_000, tzinfo=east)

    document = json_view.status(replace(plan_of(), created_at=time), ())

    assert document["created_at"] == "2026-11-21T09:30:00.250000Z"


def test_the_text_is_ascii_and_keeps_every_sign() -> None:
    name = "\x1b[2J\u202e漢字\ud800\x7f"
    plan = plan_of(finding(ORDERS.of(name), Verdict.BLOCKED, "no"))

    text = json_view.dumps(json_view.status(plan, ()))

    assert text.isascii()
    assert all(sign.isprintable() for sign in text.replace("\n", ""))
    assert json.loads(text)["resources"][0]["topic"] == name


def test_the_order_of_findings_does_not_matter() -> None:
    plan = rich_plan()
    turned = replace(plan, findings=plan.findings[::-1])

    assert json_view.plan(turned, WORDS) == json_view.plan(plan, WORDS)
