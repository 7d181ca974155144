"""Which platform a job runs on, for which pull request and commit, as its environment says."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from reconciler.ci.parts import number_at, text_at
from reconciler.errors import UsageError
from reconciler.model.secret import Secret
from reconciler.records import Struct

GITHUB_AUTHOR = "github-actions[bot]"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_COMMIT = re.compile(r"[0-9a-f]{1,64}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,9}", re.ASCII)


class Platform(StrEnum):
    """Who shows pull requests. GitLab calls them merge requests, and their comments notes."""

    GITHUB = "github"
    GITLAB = "gitlab"


class Surroundings(Struct, frozen=True):
    """What a job knows of where it runs.

    Attributes:
        platform: Who runs it.
        api: Base URL of the platform's API.
        project: `owner/name` on GitHub, the number of the project on GitLab.
        number: Of the pull request, or None outside of one.
        commit: The commit that is looked at: of a pull request its head.
        run: Id of the run on GitHub and of the job on GitLab, by which its artifacts are found.
        run_url: Page of the run, or empty.
        token: What signs requests, or None.
        summary: File that the platform shows as the summary of the job, or None.
    """

    platform: Platform
    api: str
    project: str
    number: int | None
    commit: str
    run: str
    run_url: str
    token: Secret | None
    summary: Path | None


def surroundings(environ: Mapping[str, str]) -> Surroundings:
    """Where this job runs.

    Args:
        environ: Environment variables, as GitHub Actions and GitLab CI set them.

    Raises:
        UsageError: It runs on neither, or they contradict each other.
    """
    match platform_of(environ):
        case Platform.GITHUB:
            return _github(environ)
        case Platform.GITLAB:
            return _gitlab(environ)
        case None:
            raise UsageError(
                "this is neither a job of GitHub Actions nor one of GitLab CI; "
                "GITHUB_ACTIONS or GITLAB_CI would say so; by hand, use `reconciler plan`, and `reconciler "
                "apply`"
            )


def platform_of(environ: Mapping[str, str]) -> Platform | None:
    """Who runs this job, or None.

    Args:
        environ: Environment variables.
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        return Platform.GITHUB
    return Platform.GITLAB if environ.get("GITLAB_CI") == "true" else None


def _github(environ: Mapping[str, str]) -> Surroundings:
    event = _event(environ.get("GITHUB_EVENT_PATH", ""))
    server, project = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    run, summary = environ.get("GITHUB_RUN_ID", ""), environ.get("GITHUB_STEP_SUMMARY", "")
    head = text_at(event, "pull_request", "head", "sha")
    number = number_at(event, "pull_request", "number")
    return Surroundings(
        Platform.GITHUB,
        _checked("GITHUB_API_URL", environ.get("GITHUB_API_URL", "https://api.github.com")),
        project,
        number if number is not None and number > 0 else None,
        _hex(head) or _hex(environ.get("GITHUB_SHA", "")),
        _digits(run),
        f"{server}/{project}/actions/runs/{run}" if server and project and run else "",
        _secret("GITHUB_TOKEN", environ),
        Path(summary) if summary else None,
    )


def _gitlab(environ: Mapping[str, str]) -> Surroundings:
    number = environ.get("CI_MERGE_REQUEST_IID", "")
    # In a pipeline of merged results CI_COMMIT_SHA is a commit that nobody wrote.
    head = environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "")
    return Surroundings(
        Platform.GITLAB,
        _checked("CI_API_V4_URL", environ.get("CI_API_V4_URL", "")),
        environ.get("CI_PROJECT_ID", ""),
        int(number) if _NUMBER.fullmatch(number) else None,
        _hex(head) or _hex(environ.get("CI_COMMIT_SHA", "")),
        _digits(environ.get("CI_JOB_ID", "")),
        environ.get("CI_JOB_URL", ""),
        _secret("GITLAB_TOKEN", environ),
        None,
    )


def _event(path: str) -> object:
    """The event that began the run; a job without a readable one is of no pull request."""
    if not path:
        return None
    try:
        found: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return found


def _hex(text: str) -> str:
    """A commit; what is none would end the hidden line that holds it, and is left out."""
    return text if _COMMIT.fullmatch(text) else ""


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() else ""


def _secret(name: str, environ: Mapping[str, str]) -> Secret | None:
    text = environ.get(name, "")
    if not text.isascii() or not text.isprintable() or text != text.strip():
        raise UsageError(f"{name} cannot be a token: it holds signs that none has, or a line end")
    return Secret(text) if text else None


def _checked(name: str, url: str) -> str:
    """The base of the API, if a token may go there: TLS, or this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not host or not is_safe or "@" in parts.netloc:
        raise UsageError(f"{name} is no https URL, so no token is sent there")
    return url.rstrip("/")
