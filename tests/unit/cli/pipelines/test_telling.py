"""`ci comment`: what is told where, and what happens when it may not be."""

from pathlib import Path

import pytest

from tests.e2e.person import Person
from tests.support.platform import Platform
from tests.unit.cli.conftest import Command
from tests.unit.cli.pipelines.job import HEAD, plan, tell


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
