"""`apply --plan` in this process: what is carried out, and each refusal compared whole."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler import __version__
from reconciler.core.digest import digest
from tests.e2e.person import NOW, Person, Ran
from tests.unit.cli.conftest import MIRRORS, Command
from tests.unit.cli.streams import Tty

LATER = ("--now", "2025-06-02T12:00:00Z")
WRITES = ("/sources/snapshot", "/topics/bulk/", "mirrors:")


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
