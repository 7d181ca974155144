"""Where `reconciler ci` finds its folder, or a platform, in an odd state."""

import pytest

from tests.e2e.person import Person
from tests.unit.cli.conftest import Command


@pytest.fixture(autouse=True)
def _in_a_job(home: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.folder / "event.json").write_text('{"pull_request": {"number": 5}}')
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/specs")
    monkeypatch.setenv("GITHUB_EVENT_PATH", "event.json")


@pytest.mark.parametrize("name", ["plan.json", "plan.json.stamp", "page.md", "result.env"])
@pytest.mark.parametrize("task", ["plan", "apply", "drift", "validate"])
def test_a_folder_that_holds_something_else_is_refused_before_anything_is_done(
    task: str, name: str, command: Command, home: Person
) -> None:
    (home.folder / "left" / name).mkdir(parents=True)
    ran = command("ci", "run", task, "--environment", "prod", "--folder", "left", "specs")

    assert (ran.code, ran.out) == (2, "")
    assert f"left/{name} is no file" in ran.err
    assert home.requests() == []


def test_a_folder_that_cannot_be_written_is_refused(command: Command, home: Person) -> None:
    ran = command("ci", "run", "plan", "--environment", "prod", "--folder", "/proc", "specs")

    assert (ran.code, "/proc cannot be written" in ran.err) == (2, True)
    assert home.requests() == []


def test_a_project_that_cannot_be_asked_for_is_told(
    command: Command, home: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.folder / "page.md").write_text("a page")
    monkeypatch.setenv("GITHUB_REPOSITORY", "a\nb")
    ran = command("ci", "comment", "page.md", "--environment", "prod")

    assert (ran.code, ran.err) == (1, "Error: GET: the path cannot be asked for\n")
