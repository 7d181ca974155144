"""`plan --out`, `plan --compare` and `apply --plan` in this process; each refusal compared whole."""

import json
import os
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler import __version__
from reconciler.core.digest import digest
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import Command
from tests.unit.cli.streams import Tty

MIRRORS = ("--select", "ClusterLink/east-to-west")
LATER = ("--now", "2025-06-02T12:00:00Z")
WRITES = ("/sources/snapshot", "/topics/bulk/", "mirrors:")


@pytest.fixture
def saved(command: Command) -> Path:
    """A plan of the sample specs, in `plan.json`."""
    assert command("plan", *NOW, "--out", "plan.json").code == 0
    return Path("plan.json")


def _writes(person: Person) -> list[str]:
    paths = [str(entry["path"]) for entry in person.requests() if entry["method"] == "POST"]
    return [path for path in paths if any(word in path for word in WRITES)]


def _rewrite(path: Path, change: Callable[[dict[str, object]], object], *, fit: bool) -> None:
    """Edit a plan file; where asked, with a digest that fits."""
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    if fit:
        del document["integrity"]
        document["integrity"] = digest(document)
    path.write_text(json.dumps(document), encoding="utf-8")


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


# --- apply --plan


def test_a_saved_plan_is_shown_and_carried_out(saved: Path, home: Person, command: Command) -> None:
    ran = command("apply", *NOW, "--plan", str(saved), "--auto-approve")

    assert ran.code == 0
    assert ran.out.startswith("ClusterLink/east-to-west\n  ‖ pause      orders.cancelled")
    assert "Apply: 4 settled, 6 started" in ran.out
    assert len(_writes(home)) == 4


def test_a_saved_plan_is_asked_about_like_any_other(
    saved: Path, command: Command, home: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = command("apply", *NOW, "--plan", str(saved))
    monkeypatch.setattr(sys, "stdin", Tty("\n"))
    no = command("apply", *NOW, "--plan", str(saved))

    told = "Error: there is no terminal to ask at; approve with --auto-approve\n"
    assert (silent.code, silent.err.endswith(told)) == (2, True)
    assert (no.code, "Carry out 4 calls? [y/N]: " in no.err) == (2, True)
    assert _writes(home) == []


def test_a_plan_that_was_carried_out_is_done(saved: Path, command: Command, home: Person) -> None:
    command("apply", *NOW, "--plan", str(saved), "--auto-approve")
    sent = _writes(home)
    again = command("apply", *NOW, "--plan", str(saved), "--auto-approve", "--format", "json")

    results = {item["result"] for item in again.json["items"]}
    assert (again.code, results, _writes(home)) == (0, {"done"}, sent)


def test_a_plan_with_nothing_to_do_does_nothing(command: Command, home: Person) -> None:
    command("apply", "--auto-approve", *MIRRORS)
    command("plan", *MIRRORS, "--out", "plan.json")
    sent = _writes(home)
    ran = command("apply", "--plan", "plan.json")

    assert (ran.code, ran.err, _writes(home)) == (0, "", sent)
    assert ran.out.splitlines()[-1].startswith("Nothing to do: ")


def test_the_approval_may_come_with_the_command(saved: Path, command: Command) -> None:
    approval = json.loads(saved.read_text(encoding="utf-8"))["approval"]
    words = (*NOW, "--auto-approve", "--expect-approval", approval)

    assert command("apply", "--plan", str(saved), *words).code == 0


def test_a_plan_that_is_made_anew_may_have_to_be_the_approved_one(
    command: Command, home: Person
) -> None:
    words = (*NOW, "--auto-approve", "--expect-approval", "sha256:0b", *MIRRORS)
    ran = command("apply", *words)

    assert (ran.code, _writes(home)) == (2, [])
    assert ran.err.endswith(", and sha256:0b was expected; review what changed\n")


def test_what_is_approved_anew_is_carried_out(saved: Path, command: Command) -> None:
    approval = json.loads(saved.read_text(encoding="utf-8"))["approval"]

    assert command("apply", *NOW, "--auto-approve", "--expect-approval", approval).code == 0


def _refused(command: Command, *words: str) -> str:
    ran = command("apply", "--plan", "plan.json", "--auto-approve", *words)
    assert (ran.code, ran.out) == (2, "")
    return ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            LATER,
            "it was made at 2025-06-01T00:00:00Z, 1d 12h ago, and is good for 1d; plan again, or "
            "say how old it may be with --max-plan-age",
            id="yesterdays",
        ),
        pytest.param(
            (*NOW, "--max-starts", "2"),
            "it starts snapshots of 3 sources, and --max-starts allows 2; "
            "--max-starts 3 allows them",
            id="too-many-starts",
        ),
    ],
)
@pytest.mark.usefixtures("saved")
def test_a_plan_on_other_terms_is_refused(
    words: tuple[str, ...], told: str, command: Command, home: Person
) -> None:
    before = len(home.requests())

    assert _refused(command, *words) == f"Error: plan.json: {told}\n"
    assert len(home.requests()) == before


def test_an_older_plan_is_taken_by_a_word(saved: Path, command: Command) -> None:
    words = (*LATER, "--plan", str(saved), "--auto-approve", "--max-plan-age", "2d")

    assert command("apply", *words).code == 0


@pytest.mark.parametrize(
    ("change", "fit", "told"),
    [
        pytest.param(
            lambda d: d.update(approval="x"),
            False,
            "it was changed after it was written; plan again",
            id="edited",
        ),
        pytest.param(
            lambda d: d.update(reconciler_version="0.99.0"),
            True,
            f"it was written by reconciler 0.99.0, and this is {__version__}; apply it with the "
            "version that wrote it, or plan again",
            id="another-version",
        ),
        pytest.param(
            lambda d: d.update(
                incomplete=["west: HTTP 503"], summary=d["summary"] | {"outcome": "error"}
            ),
            True,
            "it did not see everything (west: HTTP 503); plan again, or apply what it saw with "
            "--allow-incomplete",
            id="incomplete",
        ),
        pytest.param(
            lambda d: d["steps"][2]["call"].update(path="/kafka/v3/clusters/lkc-other"),
            True,
            "it contradicts itself: its approval is not that of its steps; plan again",
            id="another-call",
        ),
    ],
)
def test_a_plan_that_was_tampered_with_is_refused(
    change: Callable[[dict[str, object]], object],
    fit: bool,
    told: str,
    saved: Path,
    command: Command,
) -> None:
    _rewrite(saved, change, fit=fit)

    assert _refused(command, *NOW) == f"Error: plan.json: {told}\n"


def test_a_plan_that_did_not_see_everything_is_taken_by_a_word(
    saved: Path, command: Command
) -> None:
    """What it saw is carried out, and the exit code says that it was not all."""
    _rewrite(
        saved,
        lambda d: d.update(
            incomplete=["west: HTTP 503"], summary=d["summary"] | {"outcome": "error"}
        ),
        fit=True,
    )
    words = ("--auto-approve", "--allow-incomplete", "--format", "json")
    ran = command("apply", *NOW, "--plan", str(saved), *words)

    assert (ran.code, ran.json["outcomes"]) == (1, ["error"])


def test_a_plan_that_cannot_be_read_is_refused(command: Command) -> None:
    assert _refused(command) == "Error: plan.json cannot be read: No such file or directory\n"


@pytest.mark.usefixtures("saved")
def test_specs_that_moved_on_altogether_refuse_the_plan(command: Command, home: Person) -> None:
    before = len(home.requests())
    home.change("specs/connections.yaml", "lag: 100ms", "lag: 200ms")

    assert _refused(command, *NOW) == (
        "Error: plan.json: nothing of it rests on these specs any more: "
        "Connection/confluent-demo has changed since the plan, "
        "Connection/streamkap-demo has changed since the plan; plan again\n"
    )
    assert len(home.requests()) == before


@pytest.mark.usefixtures("saved")
def test_a_document_that_moved_on_leaves_its_part_out(command: Command, home: Person) -> None:
    home.change("specs/customers.yaml", "since: 2020-01-01", "since: 2020-01-02")
    words = ("--plan", "plan.json", "--auto-approve", "--format", "json")
    ran = command("apply", *NOW, *words)

    stale = {item["address"] for item in ran.json["items"] if item["result"] == "stale"}
    assert (ran.code, ran.json["outcomes"]) == (8, ["stale"])
    assert stale == {
        "Source/customers-mysql/crm.addresses",
        "Source/customers-mysql/crm.customers",
    }
    assert len(_writes(home)) == 3


@pytest.mark.usefixtures("saved")
def test_another_cluster_refuses_the_plan(command: Command, home: Person) -> None:
    home.change(
        "specs/connections.yaml",
        "provider: confluent\n  endpoint: sandbox",
        "provider: confluent\n  endpoint: https://pkc-1.confluent.cloud\n"
        "  auth: {token: {env: TOKEN}}",
    )

    assert _refused(command, "--max-plan-age", "9000d") == (
        "Error: plan.json: it was made for confluent at sandbox, and Connection/confluent-demo is "
        "confluent at pkc-1.confluent.cloud now; plan again\n"
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            ("--plan", "plan.json", *MIRRORS),
            "--plan takes no --select and no --label; select where you plan",
            id="a-selection",
        ),
        pytest.param(
            ("--max-plan-age", "2h"),
            "--max-plan-age and --allow-incomplete speak of a saved plan; add --plan",
            id="an-age-of-no-plan",
        ),
        pytest.param(
            ("--allow-incomplete",),
            "--max-plan-age and --allow-incomplete speak of a saved plan; add --plan",
            id="an-incomplete-one-of-none",
        ),
    ],
)
def test_words_that_do_not_go_together(words: tuple[str, ...], told: str, command: Command) -> None:
    assert command("apply", *words) == Ran(2, "", f"Error: {told}\n")
