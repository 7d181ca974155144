"""Brakes at the command line, on a generated world of a hundred mirror topics."""

import json
import sys
from pathlib import Path

import pytest

from tests.e2e.person import Person, Ran
from tests.unit.cli.conftest import Command
from tests.unit.cli.streams import Tty

MANY = "75 of 100 managed mirror topics would change (75 %), more than 50 %"
APPLY = ("apply", "big", "--wait", "accepted", "--auto-approve")
POLICY = """\
apiVersion: reconciler.dev/v1alpha1
kind: Policy
metadata: {{name: all}}
spec: {{{}}}
"""


@pytest.fixture
def frozen(home: Person, command: Command) -> Person:
    """A hundred mirror topics, twenty-five of which are paused, and specs that want all to be."""
    sizes = ("--links", "1", "--mirrors", "100")
    assert command("sandbox", "world", *sizes, "--specs", "big").code == 0
    (file,) = Path("big/links").iterdir()
    home.change(str(file), "state: active", "state: paused\n      until: 2099-01-01T00:00:00Z")
    return home


def _pauses(person: Person) -> int:
    return sum(str(entry["path"]).endswith("mirrors:pause") for entry in person.requests())


def _verdicts(ran: Ran) -> set[str]:
    resources = ran.json["resources"]
    assert isinstance(resources, list)
    return {one["verdict"] for one in resources}


@pytest.mark.usefixtures("frozen")
def test_a_plan_shows_much_and_warns(command: Command) -> None:
    ran = command("plan", "big", "--format", "json", "--detailed-exitcode")

    warnings = ran.json["warnings"]
    assert isinstance(warnings, list)
    assert (ran.code, _verdicts(ran)) == (3, {"change", "in_sync"})
    assert warnings[0] == (
        f"{MANY}; apply --auto-approve without a plan file would hold that back, unless it is told "
        "--max-percent 75"
    )


def test_what_nobody_approves_is_held_back(frozen: Person, command: Command) -> None:
    ran = command(*APPLY)

    assert (ran.code, _pauses(frozen)) == (9, 0)
    assert f"held back: {MANY}\n" in ran.out
    advice = "allow it with --max-percent 75, or approve it at the prompt or as a plan"
    assert advice in " ".join(ran.out.split())
    assert "75 blocked; 25 in sync." in ran.out


def test_what_the_advice_names_lets_it_through(frozen: Person, command: Command) -> None:
    ran = command(*APPLY, "--max-percent", "75")

    assert (ran.code, _pauses(frozen)) == (0, 1)


def test_a_person_at_the_prompt_approves(
    frozen: Person, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Tty("y\n"))
    ran = command(*APPLY[:-1])

    assert (ran.code, _pauses(frozen)) == (0, 1)
    assert MANY in ran.out


def test_a_plan_file_is_approved(frozen: Person, command: Command) -> None:
    saved = command("plan", "big", "--out", "plan.json")
    ran = command(*APPLY, "--plan", "plan.json")

    assert (saved.code, ran.code, _pauses(frozen)) == (0, 0, 1)


def test_an_approval_that_is_passed_is_one(frozen: Person, command: Command) -> None:
    approval = str(command("plan", "big", "--format", "json").json["approval"])
    ran = command(*APPLY, "--expect-approval", approval)

    assert (ran.code, _pauses(frozen)) == (0, 1)


def test_a_wrong_approval_is_refused(frozen: Person, command: Command) -> None:
    ran = command(*APPLY, "--expect-approval", "sha256:0")

    assert (ran.code, _pauses(frozen)) == (2, 0)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ("maxPercent: 75", 0),
        ("maxPercent: 100, maxChanges: 74", 9),
        ("maxPercent: 100, maxChanges: 75", 0),
        ("maxChanges: 75", 9),
    ],
)
def test_a_policy_says_how_much_may_go(
    limits: str, code: int, frozen: Person, command: Command
) -> None:
    frozen.write("big/policy.yaml", POLICY.format(limits))
    ran = command(*APPLY)

    assert (ran.code, _pauses(frozen)) == (code, int(code == 0))


def test_a_policy_is_named_where_it_holds_back(frozen: Person, command: Command) -> None:
    frozen.write("big/policy.yaml", POLICY.format("maxPercent: 10, reason: INC-1"))
    ran = command(*APPLY)

    told = " ".join(ran.out.split())
    assert f"{MANY.replace('50', '10')} (Policy/all: INC-1) big/links/" in told
    assert (
        "allow it with --max-percent 75, or with a higher maxPercent of Policy/all at "
        "big/policy.yaml:1, or approve it at the prompt or as a plan file"
    ) in told


@pytest.mark.usefixtures("frozen")
def test_brakes_are_repeated_in_the_command_to_copy(command: Command) -> None:
    ran = command("plan", "big", "--max-changes", "90", "--max-percent", "0")

    assert ran.out.splitlines()[-1] == "  reconciler apply big --max-changes 90 --max-percent 0"


@pytest.mark.usefixtures("frozen")
def test_a_saved_plan_takes_no_brakes(command: Command) -> None:
    command("plan", "big", "--out", "plan.json")
    told = (
        "Error: --plan takes no --max-changes and no --max-percent: it was approved as it is; give "
        "them to the plan that is saved\n"
    )

    for option in ("--max-changes", "--max-percent"):
        assert command("apply", "big", "--plan", "plan.json", option, "0") == Ran(2, "", told)


@pytest.mark.usefixtures("frozen")
def test_what_only_shows_holds_nothing_back(command: Command) -> None:
    drift = command("drift", "big", "--format", "json")
    status = command("status", "big", "--format", "json")

    assert (drift.code, status.code) == (4, 0)
    assert _verdicts(status) == {"change", "in_sync"}


def test_policies_are_counted(frozen: Person, command: Command) -> None:
    frozen.write("big/policy.yaml", POLICY.format("maxChanges: 1"))
    text = command("validate", "big")
    counts = json.loads(command("validate", "big", "--format", "json").out)["counts"]

    assert text.out == "Valid: 2 connections, 0 sources, 1 cluster link, 1 policy in 3 files.\n"
    assert counts == {"connections": 2, "sources": 0, "cluster_links": 1, "policies": 1}


# --- empty and partial specs


@pytest.fixture
def deleted(home: Person, command: Command) -> Path:
    """Two links with twenty mirror topics each, and the document of one; the other was deleted."""
    sizes = ("--links", "2", "--mirrors", "20")
    assert command("sandbox", "world", *sizes, "--specs", "big").code == 0
    (file,) = Path("big/links").iterdir()
    kept, _, _ = file.read_text(encoding="utf-8").partition("---\n")
    home.write(str(file), kept)
    return file


@pytest.mark.usefixtures("deleted")
def test_what_no_document_names_any_more_is_left_as_it_is(home: Person, command: Command) -> None:
    planned = command("plan", "big", "--format", "json").json["resources"]
    command(*APPLY)

    assert isinstance(planned, list)
    writes = [str(entry["path"]) for entry in home.requests() if entry["method"] == "POST"]
    assert {one["address"].partition("/")[2][:9] for one in planned} == {"link-0000"}
    assert {path.rpartition("/links/")[2][:9] for path in writes} == {"link-0000"}


def test_a_rule_that_names_nothing_plans_nothing(
    deleted: Path, home: Person, command: Command
) -> None:
    """A glob without a match, such as a misspelt one, is a warning."""
    head = deleted.read_text(encoding="utf-8").partition("  mirrors:\n")[0]
    home.write(
        str(deleted), f'{head}  mirrors:\n    - topics: ["nothing.*"]\n      state: active\n'
    )
    ran = command(*APPLY)

    assert ran.code == 0
    assert "nothing.* matches no topic" in ran.out
    assert {entry["method"] for entry in home.requests()} == {"GET"}


def test_an_empty_folder_is_an_error(command: Command) -> None:
    Path("empty").mkdir()
    ran = command("apply", "empty", "--auto-approve")

    assert (ran.code, ran.out) == (2, "")
