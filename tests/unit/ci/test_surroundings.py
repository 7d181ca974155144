import json
from pathlib import Path

import pytest

from reconciler.ci.surroundings import Platform, Surroundings, surroundings
from reconciler.errors import UsageError
from reconciler.model.secret import Secret

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://api.github.example/",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "team/specs",
    "GITHUB_RUN_ID": "17",
    "GITHUB_SHA": "aaaa",
    "GITHUB_TOKEN": "t",
    "GITHUB_STEP_SUMMARY": "/tmp/summary.md",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_API_V4_URL": "https://gitlab.example/api/v4",
    "CI_PROJECT_ID": "12",
    "CI_MERGE_REQUEST_IID": "5",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "bbbb",
    "CI_COMMIT_SHA": "cccc",
    "CI_JOB_ID": "99",
    "CI_JOB_URL": "https://gitlab.example/team/specs/-/jobs/99",
    "GITLAB_TOKEN": "t",
}


def test_a_pull_request_on_github_is_of_its_head_and_not_of_the_trial_merge(
    tmp_path: Path,
) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 5, "head": {"sha": "bbbb"}}}))

    assert surroundings({**GITHUB, "GITHUB_EVENT_PATH": str(event)}) == Surroundings(
        Platform.GITHUB,
        "https://api.github.example",
        "team/specs",
        5,
        "bbbb",
        "17",
        "https://github.example/team/specs/actions/runs/17",
        Secret("t"),
        Path("/tmp/summary.md"),
    )


@pytest.mark.parametrize(
    "event",
    [
        "",
        "no JSON",
        "[]",
        "[" * 100_000,
        '{"pull_request": {"number": true}}',
        '{"pull_request": {"number": -5, "head": {"sha": "--> <img src=x>"}}}',
    ],
    ids=str.__len__,
)
def test_a_push_on_github_is_of_no_pull_request(tmp_path: Path, event: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(event)

    for given in ({}, {"GITHUB_EVENT_PATH": str(path)}, {"GITHUB_EVENT_PATH": "/nowhere"}):
        around = surroundings({**GITHUB, **given})
        assert (around.number, around.commit) == (None, "aaaa")


def test_a_merge_request_on_gitlab_is_of_its_head_and_not_of_the_merged_result() -> None:
    assert surroundings(GITLAB) == Surroundings(
        Platform.GITLAB,
        "https://gitlab.example/api/v4",
        "12",
        5,
        "bbbb",
        "99",
        "https://gitlab.example/team/specs/-/jobs/99",
        Secret("t"),
        None,
    )


def test_a_branch_on_gitlab_is_of_no_merge_request() -> None:
    bare = {k: v for k, v in GITLAB.items() if "MERGE" not in k and k != "GITLAB_TOKEN"}

    around = surroundings(bare)

    assert (around.number, around.commit, around.token) == (None, "cccc", None)


@pytest.mark.parametrize(
    "url",
    [
        "http://gitlab.example/api/v4",
        "https://user:secret@gitlab.example",
        "ftp://gitlab.example",
        "https://[",
        "",
    ],
)
def test_a_token_goes_nowhere_without_tls(url: str) -> None:
    with pytest.raises(UsageError, match=r"^CI_API_V4_URL is no https URL"):
        surroundings({**GITLAB, "CI_API_V4_URL": url})


def test_elsewhere_is_an_error() -> None:
    with pytest.raises(UsageError, match="neither a job"):
        surroundings({})


def test_what_is_no_commit_and_no_run_never_gets_into_the_hidden_line() -> None:
    odd = "a --> <!-- b"
    github = surroundings({**GITHUB, "GITHUB_SHA": odd, "GITHUB_RUN_ID": odd})
    names = ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA", "CI_JOB_ID")
    gitlab = surroundings({**GITLAB, **dict.fromkeys(names, odd)})

    assert [(x.commit, x.run) for x in (github, gitlab)] == [("", ""), ("", "")]


@pytest.mark.parametrize("token", ["tökén", "a\nb", "abc\n", " xyz"])
@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "GITLAB_TOKEN"])
def test_a_token_that_can_be_none_is_refused_and_not_shown(name: str, token: str) -> None:
    given = GITHUB if name == "GITHUB_TOKEN" else GITLAB
    with pytest.raises(UsageError, match=f"^{name} cannot be a token") as raised:
        surroundings({**given, name: token})

    assert token not in str(raised.value)
