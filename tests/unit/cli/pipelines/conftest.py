"""A platform of pull requests, and what its jobs find in their environment."""

import json
from collections.abc import Iterator

import pytest

from tests.e2e.person import Person
from tests.support.platform import Platform, serving
from tests.unit.cli.pipelines.job import HEAD, MERGE


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
