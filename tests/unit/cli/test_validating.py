"""`validate` in this process."""

import json

from reconciler import __version__
from tests.e2e.person import Person
from tests.unit.cli.conftest import Command


def test_valid_specs_are_counted_with_their_warnings(home: Person, command: Command) -> None:
    home.change("specs/inventory.yaml", "2020-01-01", "2098-01-01")
    text = command("validate")
    report = command("validate", "--format", "json")

    counts = {"connections": 2, "sources": 3, "cluster_links": 1, "policies": 0}
    warnings = report.json["warnings"]
    assert isinstance(warnings, list)
    assert text.out == "Valid: 2 connections, 3 sources, 1 cluster link in 5 files.\n"
    assert text.err == f"Warning: {warnings[0]}\n"
    assert report.json == {
        "format_version": 1,
        "reconciler_version": __version__,
        "valid": True,
        "errors": [],
        "warnings": warnings,
        "counts": counts,
        "environment": None,
        "partial": False,
    }


def test_invalid_specs_are_told_with_every_place(home: Person, command: Command) -> None:
    home.change("specs/inventory.yaml", "state: completed", "state: complete")
    text = command("validate")
    report = command("validate", "--format", "json")

    errors = report.json["errors"]
    assert isinstance(errors, list)
    assert (text.code, text.out, report.code, report.err) == (2, "", 2, "")
    assert text.err.endswith("\n\n1 error in the specs; nothing was done.\n")
    assert (report.json["valid"], len(errors)) == (False, 1)
    assert {name: errors[0][name] for name in ("file", "line", "address")} == {
        "file": "specs/inventory.yaml",
        "line": 14,
        "address": "Source/inventory-postgres",
    }


def test_json_of_validate_is_one_document(command: Command) -> None:
    assert json.loads(command("validate", "--format", "json").out)["valid"] is True
