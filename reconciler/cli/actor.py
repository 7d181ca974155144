"""Who runs this command, for the ledger: a person at a shell, or a pipeline with its run and commit.

Only environment variables are read, no git and no network. They say what they like: the ledger's
actor is a note for people, not a proof.
"""

import getpass
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from reconciler.cli.options import LEDGER
from reconciler.model.journal import Actor

_NAMES = ("RECONCILER_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME")
_RUNS = ("CI_JOB_URL", "BUILD_URL")
_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT")
_GITHUB_RUN = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
_NOT_CI = frozenset({"", "0", "false"})


def actor_from(environ: Mapping[str, str]) -> Actor:
    """Who does what this command does.

    Args:
        environ: Environment variables. Those of GitHub Actions, GitLab CI and Jenkins are known;
            `RECONCILER_ACTOR` beats their name of the person.
    """
    return Actor(_first(environ, _NAMES) or _user(), _run(environ), _first(environ, _COMMITS))


def ci_warning(environ: Mapping[str, str], place: str, *, is_new: bool) -> str:
    """A warning where a pipeline is about to remember into a file that is thrown away.

    Args:
        environ: Environment variables; `CI` says that this is a pipeline.
        place: Where the ledger is.
        is_new: Whether it did not exist before this command.

    Returns:
        One sentence, or empty where nothing is wrong.
    """
    is_ci = environ.get("CI", "").strip().lower() not in _NOT_CI
    if not is_ci or not is_new or place.startswith(("postgresql://", "postgres://")):
        return ""
    return (
        f"Warning: {place} is a new ledger on a CI runner, and is forgotten with it. Keep what was "
        f"done: give a database with --ledger postgresql://… (or {LEDGER}), or a --state-dir that "
        "is cached or mounted."
    )


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := environ.get(name, "").strip())), "")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return "unknown"


def _run(environ: Mapping[str, str]) -> str:
    server, repository, number = (environ.get(name, "").strip() for name in _GITHUB_RUN)
    if server and repository and number:
        return _harmless(f"{server}/{repository}/actions/runs/{number}")
    return _harmless(_first(environ, _RUNS))


def _harmless(url: str) -> str:
    """A URL without a user and a password, which some servers put into it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
