"""Who runs a command, as far as the environment tells."""

import getpass
from collections.abc import Mapping

import pytest

from reconciler.cli.actor import actor_from, ci_warning
from reconciler.model.journal import Actor

GITHUB = {
    "GITHUB_ACTOR": "octo",
    "GITHUB_SERVER_URL": "https://github.test",
    "GITHUB_REPOSITORY": "a/b",
    "GITHUB_RUN_ID": "7",
    "GITHUB_SHA": "c0ffee",
    "USER": "runner",
}
GITLAB = {
    "GITLAB_USER_LOGIN": "lab",
    "CI_JOB_URL": "https://gitlab.test/jobs/1",
    "CI_COMMIT_SHA": "beef",
}
JENKINS = {
    "BUILD_URL": "https://jenkins.test/job/1/",
    "GIT_COMMIT": "f00d",
    "LOGNAME": "jenkins",
}


@pytest.mark.parametrize(
    ("environ", "actor"),
    [
        pytest.param(
            GITHUB,
            Actor("octo", "https://github.test/a/b/actions/runs/7", "c0ffee"),
            id="github",
        ),
        pytest.param(GITLAB, Actor("lab", "https://gitlab.test/jobs/1", "beef"), id="gitlab"),
        pytest.param(
            JENKINS, Actor("jenkins", "https://jenkins.test/job/1/", "f00d"), id="jenkins"
        ),
        pytest.param({"USER": "anna", "LOGNAME": "x"}, Actor("anna"), id="a-shell"),
        pytest.param(
            GITHUB | {"RECONCILER_ACTOR": "night shift", "GITHUB_RUN_ID": ""},
            Actor("night shift", "", "c0ffee"),
            id="told-and-half-a-run",
        ),
        pytest.param({"USER": "  ", "LOGNAME": "anna"}, Actor("anna"), id="blank"),
        pytest.param(
            {"USER": "u", "BUILD_URL": "https://u:hunter2@ci.test/1?x=1"},
            Actor("u", "https://ci.test/1?x=1"),
            id="a-password-in-the-url",
        ),
        pytest.param({"USER": "u", "BUILD_URL": "http://[x"}, Actor("u"), id="no-url"),
    ],
)
def test_who_it_is(environ: Mapping[str, str], actor: Actor) -> None:
    assert actor_from(environ) == actor


def test_without_a_variable_the_system_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "root")

    assert actor_from({}) == Actor("root")


@pytest.mark.parametrize("error", [KeyError("uid not found: 4711"), OSError("No username set")])
def test_a_number_without_a_name_is_nobody_known(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", nameless)

    assert actor_from({}) == Actor("unknown")


WARNING = (
    "Warning: /x/ledger.db is a new ledger on a CI runner, and is forgotten with it. Keep what was "
    "done: give a database with --ledger postgresql://… (or RECONCILER_LEDGER), or a --state-dir "
    "that is cached or mounted."
)


@pytest.mark.parametrize(
    ("ci", "place", "is_new", "told"),
    [
        ("true", "/x/ledger.db", True, WARNING),
        ("1", "/x/ledger.db", True, WARNING),
        ("true", "/x/ledger.db", False, ""),
        ("", "/x/ledger.db", True, ""),
        ("False", "/x/ledger.db", True, ""),
        ("0", "/x/ledger.db", True, ""),
        ("true", "postgresql://u@h/db", True, ""),
    ],
)
def test_a_ledger_that_a_runner_will_forget_is_warned_of(
    ci: str, place: str, is_new: bool, told: str
) -> None:
    assert ci_warning({"CI": ci}, place, is_new=is_new) == told


def test_without_ci_there_is_nothing_to_warn_of() -> None:
    assert ci_warning({}, "/x/ledger.db", is_new=True) == ""
