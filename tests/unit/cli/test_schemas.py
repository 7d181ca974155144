"""What commands print with `--format json` is what `reconciler schema` says, in every case that differs."""

import json

import pytest
from jsonschema import Draft202012Validator

from reconciler.cli.schema import WHAT
from tests.e2e.person import NOW, Person
from tests.unit.cli.conftest import Command

ORDERS = "Source/orders-postgres"
LINK = "ClusterLink/east-to-west"
WRITTEN = {"spec", "values", "planfile"}
"""What no command prints with `--format json`."""


@pytest.fixture
def errors(command: Command):
    """What a document has that its schema does not allow."""

    def found(what: str, text: str) -> list[str]:
        schema = json.loads(command("schema", what).out)
        Draft202012Validator.check_schema(schema)
        check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return [
            f"{error.json_path}: {error.message}" for error in check.iter_errors(json.loads(text))
        ]

    return found


JSON = ("--format", "json")
CASES = [
    ("plan", ("plan", *NOW)),
    ("report", ("apply", "--auto-approve", "--select", LINK)),
    ("drift", ("drift", *NOW)),
    ("drift", ("drift", *NOW, "--select", LINK, "-v")),
    ("status", ("status", *NOW)),
    ("status", ("status", *NOW, "--select", LINK)),
    ("explain", ("explain", ORDERS, *NOW)),
    ("explain", ("explain", f"{LINK}/orders.created", *NOW)),
    ("explain", ("explain", f"{ORDERS}/public.scratch", *NOW)),
    ("doctor", ("doctor",)),
    ("doctor", ("doctor", "--connection", "confluent-demo", "--cluster", "lkc-gone")),
    ("validate", ("validate",)),
    ("show", ("show",)),
    ("history", ("history",)),
    ("ledger", ("ledger", "show")),
    ("ledger", ("ledger", "leases")),
]


@pytest.mark.parametrize(("what", "words"), CASES, ids=[" ".join(words) for _, words in CASES])
def test_what_is_printed_is_what_the_schema_says(
    command: Command, errors, what: str, words: tuple[str, ...]
) -> None:
    assert errors(what, command(*words, *JSON).out) == []


def test_every_schema_is_held_against_what_a_command_prints() -> None:
    assert {what for what, _ in CASES} | WRITTEN == set(WHAT)


def test_after_an_apply_explanations_history_and_ledger_are_still_what_they_say(
    command: Command, errors
) -> None:
    command("apply", "--auto-approve", "--wait", "accepted")
    command("drift", "--record")

    assert errors("explain", command("explain", ORDERS, *JSON).out) == []
    assert errors("explain", command("explain", LINK, *JSON).out) == []
    assert errors("history", command("history", *JSON).out) == []
    assert errors("ledger", command("ledger", "show", *JSON).out) == []


def test_drift_in_the_history_is_what_the_schema_says(
    command: Command, home: Person, errors
) -> None:
    kept = ("--ledger", "kept.db")
    command("apply", "--auto-approve", "--select", LINK, *kept)
    world = command("sandbox", "world").out
    home.write("moved.yaml", world.replace("status: PAUSED", "status: ACTIVE"))
    command("sandbox", "reset", "moved.yaml")
    command("drift", "--record", *kept)
    history = command("history", *kept, *JSON)

    assert '"kind": "drift"' in history.out
    assert errors("history", history.out) == []
    assert errors("explain", command("explain", LINK, *kept, *JSON).out) == []


def test_errors_of_specs_are_what_the_schema_says(command: Command, home: Person, errors) -> None:
    home.write("specs/odd.yaml", "kind: Sorce\nspec: {}\n---\n}: broken {\n")
    ran = command("validate", *JSON)

    assert (ran.code, ran.json["valid"]) == (2, False)
    assert errors("validate", ran.out) == []


def test_an_environment_and_its_overlays_are_what_the_schema_says(
    command: Command, home: Person, errors
) -> None:
    home.write(
        "values/prod.yaml",
        f"overlays:\n  {ORDERS}:\n    metadata: {{labels: {{tier: gold}}}}\n",
    )
    shown = command("show", "--env", "prod", *JSON)

    assert '"environment": "prod"' in shown.out
    assert errors("show", shown.out) == []
    assert errors("validate", command("validate", "--env", "prod", *JSON).out) == []
    assert errors("status", command("status", "--env", "prod", *NOW, *JSON).out) == []
