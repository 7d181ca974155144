"""`ci run`, `reviewed`, `annotate`, `stamp` and `check` as a job runs them."""

import json
import re
from pathlib import Path

import pytest

from tests.e2e.person import Person
from tests.support.platform import Platform
from tests.unit.cli.conftest import Command
from tests.unit.cli.pipelines.job import HEAD, MERGE, outputs, plan, tell


@pytest.mark.usefixtures("github")
def test_a_plan_leaves_a_page_a_stamped_file_and_outputs(command: Command, home: Person) -> None:
    assert plan(command) == 0

    folder = home.folder / "reconciler-plan"
    stamp = json.loads((folder / "plan.json.stamp").read_text())
    assert "To carry it out" in (folder / "page.md").read_text(encoding="utf-8")
    assert (stamp["commit"], stamp["environment"]) == (HEAD, "prod")
    assert outputs(home) == {
        "exit_code": "3",
        "told": "plan",
        "commit": HEAD,
        "approval": json.loads((folder / "plan.json").read_text())["approval"],
    }
    assert (folder / "result.env").read_text() == (home.folder / "output.txt").read_text()


@pytest.mark.usefixtures("github")
def test_a_plan_with_invalid_specs_fails_and_is_annotated(command: Command, home: Person) -> None:
    home.change("specs/mirrors.yaml", "state: paused", "state: pausd")

    ran = command("ci", "run", "plan", "--environment", "prod", "specs")

    assert ran.code == 2
    assert re.search(r"^::error file=specs/mirrors.yaml,line=\d+,col=\d+,", ran.out, re.MULTILINE)
    assert outputs(home)["commit"] == ""
    code, _ = tell(command, 2)
    assert code == 0


@pytest.mark.usefixtures("gitlab")
def test_on_gitlab_the_reviewed_plan_is_fetched_and_carried_out(
    command: Command, home: Person, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(command)
    tell(command)
    folder = home.folder / "reconciler-plan"
    for name in ("plan.json", "plan.json.stamp"):
        platform.artifacts[f"/projects/12/jobs/99/artifacts/{name}"] = (folder / name).read_text()
        (folder / name).unlink()
    platform.merged = [{"iid": 5, "sha": HEAD, "merge_commit_sha": MERGE, "merged_at": "now"}]
    for name in ("CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"):
        monkeypatch.delenv(name)

    ran = command(
        "ci", "reviewed", "--environment", "prod", "--download", "reconciler-plan/plan.json"
    )
    known = dict(row.split("=", 1) for row in ran.out.splitlines())
    applied = command(
        "ci", "run", "apply", "--environment", "prod", "--commit", known["commit"],
        "--approval", known["approval"], "specs", "--timeout", "1m",
    )  # fmt: skip

    assert (ran.code, known["pull"], known["run"]) == (0, "5", "99")
    assert applied.out.startswith("**Apply: ")
    assert platform.tokens == {"gl-secret-token"}


@pytest.mark.usefixtures("github")
def test_download_is_for_gitlab(command: Command, platform: Platform, home: Person) -> None:
    plan(command)
    tell(command)
    platform.merged = [
        {"number": 5, "head": {"sha": HEAD}, "merge_commit_sha": HEAD, "merged_at": "now"}
    ]

    ran = command("ci", "reviewed", "--environment", "prod", "--download", "plan.json")

    assert (ran.code, "--download is for GitLab" in ran.err) == (2, True)
    assert not (home.folder / "plan.json").exists()


@pytest.mark.usefixtures("github")
def test_a_plan_of_another_commit_is_not_carried_out(command: Command, home: Person) -> None:
    plan(command)
    approval = outputs(home)["approval"]

    ran = command(
        "ci", "run", "apply", "--environment", "prod", "--commit", "d" * 40,
        "--approval", approval, "specs",
    )  # fmt: skip

    assert (ran.code, "is of commit" in ran.err) == (2, True)
    assert not [r for r in home.requests() if "mirrors:" in str(r["path"])]


@pytest.mark.usefixtures("github")
def test_commit_and_approval_go_together(command: Command) -> None:
    ran = command("ci", "run", "apply", "--environment", "prod", "--commit", HEAD)

    assert (ran.code, "go together" in ran.err) == (2, True)


@pytest.mark.usefixtures("github")
def test_validate_and_drift_are_tasks_as_well(command: Command, home: Person) -> None:
    valid = command("ci", "run", "validate", "--environment", "prod", "specs")
    moved = command("ci", "run", "drift", "--environment", "prod", "--verbose", "specs")

    assert (valid.code, valid.out) == (0, "")
    assert (moved.code, moved.out.startswith("**")) == (4, True)
    assert outputs(home)["told"] == "drift"


@pytest.mark.usefixtures("github")
def test_the_job_for_emergencies_applies_outside_of_windows_with_its_reason(
    command: Command, home: Person
) -> None:
    policy = "apiVersion: reconciler.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\n"
    shut = "spec: {windows: {deny: [{schedule: '* * * * *', duration: 1h, reason: CHG-9}]}}\n"
    home.write("specs/policy.yaml", policy + shut)
    select = ("--select", "ClusterLink/east-to-west")
    job = ("ci", "run", "apply", "--environment", "prod", "--folder", ".", "--", "specs", *select)
    calm = command(*job)
    before = home.requests()
    ran = command(*job, "--break-glass=INC-42 lag")

    assert (calm.code, ran.code) == (0, 0)
    assert not [one for one in before if "mirrors:" in str(one["path"])]
    assert "broke the glass, its windows were closed (INC-42 lag)" in command("history").out


@pytest.mark.usefixtures("github")
@pytest.mark.parametrize(
    "words", [("--env", "prod"), ("--env=prod",), ("--values", "values", "--env", "prod")]
)
def test_an_environment_is_passed_on(
    words: tuple[str, ...], command: Command, home: Person
) -> None:
    """To validate, plan and apply, which each would fail without it."""
    home.change("specs/mirrors.yaml", "until: 2099-01-01T00:00:00Z", "until: ${UNTIL}")
    home.write("values/prod.yaml", "values: {UNTIL: 2099-01-01T00:00:00Z}\n")
    task = ("--environment", "production", "--now", "2025-06-01T00:00:00Z", "--", "specs", *words)
    checked = command("ci", "run", "validate", *task)
    planned = command("ci", "run", "plan", *task)
    applied = command("ci", "run", "apply", *task, "--select", "ClusterLink/east-to-west")

    assert (checked.code, planned.code, applied.code) == (0, 0, 0), (checked, planned, applied)
    assert "Environment: `prod`" in planned.out
    assert "Environment: `prod`" in applied.out


def test_outside_of_a_pipeline_no_plan_is_made_that_could_not_be_stamped(
    command: Command, home: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    ran = command("ci", "run", "plan", "--environment", "prod", "specs")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("by hand, use `reconciler plan`, and `reconciler apply`\n")
    assert not (home.folder / "reconciler-plan").exists()


def test_outside_of_a_pipeline_annotate_is_validate(command: Command) -> None:
    ran = command("ci", "annotate", "specs")

    assert (ran.code, ran.out) == (0, "")


def test_a_report_for_gitlab_is_made_whether_there_are_errors_or_not(
    command: Command, home: Person
) -> None:
    command("ci", "annotate", "specs", "--out", "report.json")
    before = json.loads((home.folder / "report.json").read_text())
    home.change("specs/mirrors.yaml", "state: paused", "state: pausd")

    ran = command("ci", "annotate", "specs", "--out", "report.json")

    (row,) = json.loads((home.folder / "report.json").read_text())
    assert (before, ran.code, row["location"]["path"]) == ([], 2, "specs/mirrors.yaml")


@pytest.mark.usefixtures("github")
def test_a_stamp_is_written_and_checked_by_hand_too(command: Command, home: Person) -> None:
    command("plan", "specs", "--out", "plan.json")

    stamped = command("ci", "stamp", "plan.json", "--environment", "prod")
    good = command("ci", "check", "plan.json", "--environment", "prod", "--commit", HEAD)
    bad = command("ci", "check", "plan.json", "--environment", "test", "--commit", HEAD)
    none = command("ci", "check", "other.json", "--environment", "test", "--commit", HEAD)

    assert (stamped.code, good.code, bad.code, none.code) == (0, 0, 2, 2)
    assert (home.folder / "plan.json.stamp").is_file()


def test_what_cannot_be_written_is_told(
    command: Command, github: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert github
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/proc/nowhere")
    Path("page.md").write_text("text")
    Path("taken").write_text("")

    told = command("ci", "comment", "page.md", "--environment", "prod")
    ran = command("ci", "run", "drift", "--environment", "prod", "--folder", "taken/below")

    assert (told.code, "cannot be written" in told.err) == (2, True)
    assert (ran.code, "cannot be made" in ran.err) == (2, True)


@pytest.mark.usefixtures("github")
def test_without_a_merged_request_nothing_is_carried_out(command: Command) -> None:
    ran = command("ci", "reviewed", "--environment", "prod")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"Nothing to carry out: no merged pull request brought commit {HEAD[:10]}.\n"
