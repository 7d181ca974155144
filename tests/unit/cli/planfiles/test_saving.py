"""`plan --out` and `plan --compare` in this process."""

import json
import os
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import MIRRORS, Command

# --- plan --out


def test_a_saved_plan_is_announced_with_its_command_and_its_approval(command: Command) -> None:
    ran = command("plan", *NOW, "specs", "--out", "plan.json", *MIRRORS)
    document = json.loads(Path("plan.json").read_text(encoding="utf-8"))

    assert ran.code == 0
    assert ran.out.endswith(
        "To carry it out:\n"
        f"  reconciler apply --plan plan.json specs {' '.join(NOW)}\n"
        f"Approval of these calls: {document['approval']}\n"
    )


def test_a_saved_plan_is_what_its_schema_says(saved: Path, command: Command) -> None:
    schema = json.loads(command("schema", "planfile").out)
    file = resources.files("reconciler.render") / "schemas" / "planfile.schema.json"
    check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    assert schema == json.loads(file.read_text(encoding="utf-8"))
    assert list(check.iter_errors(json.loads(saved.read_text(encoding="utf-8")))) == []


def test_a_saved_plan_is_for_its_owner_and_replaces_an_older_one(command: Command) -> None:
    path = Path("plan.json")
    path.write_text("an older one", encoding="utf-8")
    path.chmod(0o644)
    command("plan", *NOW, "--out", "plan.json")
    first = path.read_bytes()
    command("plan", *NOW, "--out", "plan.json")

    assert (first[:2], path.stat().st_mode & 0o777) == (b"{\n", 0o600)
    assert path.read_bytes() == first
    assert [entry.name for entry in Path().iterdir() if "plan" in entry.name] == ["plan.json"]


def test_a_link_to_a_plan_stays_a_link(command: Command) -> None:
    Path("kept").mkdir()
    Path("plan.json").symlink_to("kept/real.json")
    command("plan", *NOW, "--out", "plan.json")

    assert Path("plan.json").is_symlink()
    assert Path("kept/real.json").read_bytes()[:2] == b"{\n"


@pytest.mark.parametrize("shape", ["json", "markdown"])
def test_a_plan_is_saved_whatever_is_printed(shape: str, command: Command) -> None:
    ran = command("plan", *NOW, "--out", "plan.json", "--format", shape)

    assert (ran.code, ran.err, Path("plan.json").is_file()) == (0, "", True)


@pytest.mark.parametrize(
    ("out", "told"),
    [
        ("specs", "Error: specs is no file; name one to write the plan to\n"),
        ("/dev/null", "Error: /dev/null is no file; name one to write the plan to\n"),
        ("nowhere/plan.json", "Error: nowhere is no directory; make it first\n"),
    ],
)
def test_a_place_where_no_plan_can_be_is_told_before_anything_is_read(
    out: str, told: str, home: Person, command: Command
) -> None:
    ran = command("plan", *NOW, "--out", out)

    assert (ran, home.requests()) == (Ran(2, "", told), [])


def test_a_plan_that_cannot_be_written_leaves_the_old_one(
    saved: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = command("plan", *NOW, "--out", "plan.json")

    assert ran == Ran(2, "", "Error: plan.json cannot be written: No space left on device\n")
    assert saved.read_bytes() == before
    assert [entry.name for entry in Path().iterdir() if "plan" in entry.name] == ["plan.json"]


# --- plan --compare


def test_a_plan_is_compared_with_a_saved_one(saved: Path, home: Person, command: Command) -> None:
    home.change("specs/mirrors.yaml", '["orders.*"]', '["orders.c*"]')
    text = command("plan", *NOW, "--compare", str(saved))
    page = command("plan", *NOW, "--compare", str(saved), "--format", "markdown")
    document = command("plan", *NOW, "--compare", str(saved), "--format", "json").json

    told = "The approval does not hold. Calls: 1 changed, 3 the same; 1 verdict changed."
    assert (text.code, page.code) == (0, 0)
    assert told in text.out.splitlines()
    assert page.out.startswith(f"**{told}**\n")
    assert document["approval_holds"] is False


def test_the_same_plan_keeps_its_approval(saved: Path, command: Command) -> None:
    ran = command("plan", *NOW, "--compare", str(saved), "--detailed-exitcode")

    assert (ran.code, ran.out.splitlines()[-1]) == (3, "The approval holds. Calls: 4 the same.")


def test_a_comparison_with_no_plan_is_refused(command: Command, home: Person) -> None:
    ran = command("plan", "--compare", "specs/orders.yaml")

    assert ran == Ran(
        2,
        "",
        "Error: specs/orders.yaml: it is no plan file: no JSON; "
        "write one with `reconciler plan --out FILE`\n",
    )
    assert home.requests() == []
