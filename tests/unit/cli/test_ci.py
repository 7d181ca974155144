"""`reconciler ci` as a job runs it, and the very scripts of the action, against a platform here."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.e2e.person import Person
from tests.support.platform import BOT, Platform, serving
from tests.unit.cli.conftest import Command

ROOT = Path(__file__).parents[3]
HEAD, MERGE = "b" * 40, "c" * 40


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform()) as platform:
        yield platform


@pytest.fixture
def github(platform: Platform, home: Person, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a job of a pull request finds in its environment."""
    event = home.folder / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 5, "head": {"sha": HEAD}}}))
    names = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": platform.url,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "team/specs",
        "GITHUB_RUN_ID": "17",
        "GITHUB_SHA": MERGE,
        "GITHUB_TOKEN": "gh-secret-token",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_STEP_SUMMARY": str(home.folder / "summary.md"),
        "GITHUB_OUTPUT": str(home.folder / "output.txt"),
    }
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    return names


@pytest.fixture
def gitlab(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": platform.url,
        "CI_PROJECT_ID": "12",
        "CI_MERGE_REQUEST_IID": "5",
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
        "CI_COMMIT_SHA": MERGE,
        "CI_JOB_ID": "99",
        "GITLAB_TOKEN": "gl-secret-token",
    }
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)


def outputs(home: Person) -> dict[str, str]:
    rows = (home.folder / "output.txt").read_text(encoding="utf-8").splitlines()
    return dict(row.split("=", 1) for row in rows)


def plan(command: Command, *words: str) -> int:
    return command("ci", "run", "plan", "--environment", "prod", "specs", *words).code


def tell(command: Command, code: int = 3) -> tuple[int, str]:
    ran = command(
        "ci", "comment", "reconciler-plan/page.md", "--environment", "prod",
        "--plan", "reconciler-plan/plan.json", "--exit-code", str(code),
    )  # fmt: skip
    return ran.code, ran.err


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


@pytest.mark.usefixtures("github")
def test_the_comment_of_invalid_specs_says_so(
    command: Command, home: Person, platform: Platform
) -> None:
    home.change("specs/mirrors.yaml", "state: paused", "state: pausd")
    plan(command)
    tell(command, 2)

    assert "**The specs are invalid" in platform.bodies[0]


@pytest.mark.usefixtures("github")
def test_a_plan_is_told_on_the_pull_request_and_in_the_summary(
    command: Command, home: Person, platform: Platform
) -> None:
    plan(command)

    told = [tell(command), tell(command)]

    (body,) = platform.bodies
    assert told == [(0, "Comment on 5: created.\n"), (0, "Comment on 5: unchanged.\n")]
    assert body.startswith(f"<!-- reconciler kind=plan environment=prod commit={HEAD} run=17 ")
    assert "[run](https://github.example/team/specs/actions/runs/17)" in body
    assert (home.folder / "summary.md").read_text(encoding="utf-8").startswith(body)
    assert platform.tokens == {"Bearer gh-secret-token"}


@pytest.mark.usefixtures("github")
def test_a_token_that_may_not_comment_leaves_the_page_in_the_summary(
    command: Command, home: Person, platform: Platform
) -> None:
    platform.refuses_writes = True
    plan(command)

    code, err = tell(command)

    assert (code, platform.comments) == (0, {})
    assert "a pull request of a fork it never may. The page is in the summary" in err
    assert "To carry it out" in (home.folder / "summary.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("gitlab")
def test_on_gitlab_a_page_that_may_not_be_told_is_in_the_log(
    command: Command, platform: Platform
) -> None:
    platform.refuses_writes = True
    Path("page.md").write_text("**Plan**\n")

    ran = command("ci", "comment", "page.md", "--environment", "prod")

    assert (ran.code, ran.out) == (0, "**Plan**\n")
    assert "The page is in the log of this job" in ran.err


@pytest.mark.usefixtures("github")
def test_a_platform_in_trouble_fails_the_step(command: Command, platform: Platform) -> None:
    platform.failures = [(422, {})]
    Path("page.md").write_text("**Plan**\n")

    ran = command("ci", "comment", "page.md", "--environment", "prod")

    assert (ran.code, "HTTP 422" in ran.err) == (1, True)


@pytest.mark.usefixtures("github")
def test_nothing_to_do_is_no_comment(command: Command, platform: Platform) -> None:
    Path("page.md").write_text("**Plan: nothing.**\n")

    ran = command("ci", "comment", "page.md", "--environment", "prod", "--exit-code", "0")

    assert (ran.code, ran.err, platform.writes) == (0, "Comment on 5: not needed.\n", [])


@pytest.mark.usefixtures("github")
def test_an_apply_is_told_whatever_came_of_it(command: Command, platform: Platform) -> None:
    Path("page.md").write_text("**Apply: 4 settled.**\n")

    command(
        "ci", "comment", "page.md", "--environment", "prod", "--of", "apply", "--exit-code", "0",
        "--pull", "9",
    )  # fmt: skip

    assert "**Apply: 4 settled.**" in platform.bodies[0]
    assert platform.writes == ["POST /repos/team/specs/issues/9/comments"]


def test_a_job_of_no_pull_request_comments_on_none(
    command: Command, github: dict[str, str], monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    monkeypatch.delenv("GITHUB_EVENT_PATH")
    Path("page.md").write_text("")

    ran = command("ci", "comment", "page.md", "--environment", "prod", "--of", "drift")

    assert (ran.code, platform.asked) == (0, [])
    summary = Path(github["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert "**There is no result to show.**" in summary


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


def steps() -> dict[str, str]:
    """The scripts of the action, by the name of their step."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return {step["name"]: step["run"] for step in action["runs"]["steps"] if "run" in step}


def script(name: str, home: Person, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one script of the action as GitHub's runner does, with an installed reconciler."""
    place = home.folder / "runner/reconciler/bin/reconciler"
    if not place.exists():
        place.parent.mkdir(parents=True)
        place.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reconciler "$@"\n')
        place.chmod(0o755)
    env = {**home.env, "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(home.folder / "runner")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps()[name]],
        cwd=home.folder,
        env={**env, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_scripts_of_the_action_plan_tell_and_carry_out_what_was_reviewed(
    github: dict[str, str], home: Person, platform: Platform
) -> None:
    common = {**github, "ENVIRONMENT": "prod", "AUTHOR": BOT, "PATHS": "specs\n", "ARGUMENTS": ""}
    common |= {"ALLOW": "", "COMMIT": "", "APPROVAL": "", "RECONCILER_LEDGER": ""}
    told = {"TOLD": "plan", "EXIT_CODE": "3", "ARTIFACT": "https://github.example/a/1", "PULL": ""}

    planned = script("Run", home, {**common, "COMMAND": "plan"})
    commented = script("Tell", home, {**common, **told})

    assert (planned.returncode, commented.returncode) == (0, 0), planned.stderr + commented.stderr
    assert "[plan file](https://github.example/a/1)" in platform.bodies[0]

    platform.merged = [
        {"number": 5, "head": {"sha": HEAD}, "merge_commit_sha": MERGE, "merged_at": "now"}
    ]
    (home.folder / "output.txt").unlink()
    merged = {k: v for k, v in common.items() if k != "GITHUB_EVENT_PATH"}
    found = script("Look up what was reviewed", home, merged)
    assert found.returncode == 0, found.stderr
    known = outputs(home)
    assert (known["pull"], known["commit"], known["run"]) == ("5", HEAD, "17")

    reviewed = {"COMMIT": known["commit"], "APPROVAL": known["approval"], "COMMAND": "apply"}
    applied = script("Run", home, {**merged, **reviewed, "ALLOW": "disruptive"})
    after = {"TOLD": "apply", "EXIT_CODE": "0", "ARTIFACT": "", "PULL": known["pull"]}
    script("Tell", home, {**merged, **after})

    assert applied.returncode == 0, applied.stdout + applied.stderr
    assert [body.partition(" environment")[0] for body in platform.bodies] == [
        "<!-- reconciler kind=plan",
        "<!-- reconciler kind=apply",
    ]
    assert os.environ["GITHUB_TOKEN"] not in "".join(platform.bodies)


@pytest.mark.usefixtures("github")
def test_without_a_merged_request_nothing_is_carried_out(command: Command) -> None:
    ran = command("ci", "reviewed", "--environment", "prod")

    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"Nothing to carry out: no merged pull request brought commit {HEAD[:10]}.\n"
