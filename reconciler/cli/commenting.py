"""What `reconciler ci` does with files, the summary of a job and the platform."""

import os
import time
from pathlib import Path

from reconciler.ci.annotations import github_commands
from reconciler.ci.comments import GITHUB_LIMIT, Host, api_of, host_of
from reconciler.ci.marker import Marker, Told
from reconciler.ci.page import Links, body_of, quiet
from reconciler.ci.platform import Api, PlatformRefused, fetched
from reconciler.ci.reviewed import Reviewed, reviewed
from reconciler.ci.stamp import SUFFIX
from reconciler.ci.sticky import Wanted, put
from reconciler.ci.surroundings import GITHUB_AUTHOR, Platform, Surroundings, surroundings
from reconciler.cli.console import Console
from reconciler.cli.files import read_bounded, write_whole
from reconciler.cli.saved import read_plan
from reconciler.errors import UsageError
from reconciler.records import Struct

INVALID = "**The specs are invalid, or what was asked for cannot be; nothing was done.**\n"
NO_PAGE = "**There is no result to show.** The log of the job says why.\n"


class Telling(Struct, frozen=True):
    """What a comment is made of.

    Attributes:
        page: Markdown of a result; empty or absent where the command gave none.
        told: What it tells of.
        environment: Which estate.
        exit_code: Of the command that made it.
        plan: Plan file that was saved with it, or None.
        artifact: Where the plan file is kept, or empty.
        number: Of the pull request, or None for the one of the job.
        author: Who comments for us, or empty for who usually does.
    """

    page: Path
    told: Told
    environment: str
    exit_code: int
    plan: Path | None
    artifact: str
    number: int | None
    author: str

    @property
    def is_quiet(self) -> bool:
        """Whether it is worth no new comment: nothing is to be done, and nothing was."""
        return self.exit_code == 0 and self.told is not Told.APPLY


def tell(telling: Telling, console: Console) -> None:
    """Put a page into the summary of the job, and into the comment on its pull request.

    Args:
        telling: What the comment is made of.
        console: Told what became of it.

    Raises:
        PlatformFailed: The platform failed for other reasons than that the token may not comment.
        UsageError: A file cannot be read, or this is no job of a platform.
    """
    around = surroundings(os.environ)
    approval = approval_of(telling.plan)
    marker = Marker(telling.told, telling.environment, around.commit, around.run, approval)
    text = quiet(marker) if telling.is_quiet else _text(telling)
    links = Links(around.run_url, telling.artifact)
    if around.summary is not None:
        append(around.summary, body_of(marker, text, links, GITHUB_LIMIT) + "\n")
    number = around.number if telling.number is None else telling.number
    if number is None:
        console.say("This job is of no pull request, so that there is none to comment on.")
        return
    try:
        with api_of(around) as api:
            host = host_of(around, api)
            body = body_of(marker, text, links, host.limit)
            writer = _writer(telling.author, around, host)
            wanted = Wanted(number, writer, marker, body, telling.is_quiet)
            done = put(host, wanted, time.sleep)
    except PlatformRefused as error:
        _left(error, around, console, text)
        return
    console.say(f"Comment on {number}: {done}.")


def look_up(wanted: Marker, author: str, download: Path | None) -> Reviewed:
    """What was reviewed before the commit of this job was merged.

    Args:
        wanted: Kind and environment of the comment.
        author: Who comments for us, or empty for who usually does.
        download: Where GitLab's plan file and its stamp are put, or None.

    Raises:
        PlatformFailed: It cannot be looked up.
        UsageError: The plan is of another commit than the one that was merged.
    """
    around = surroundings(os.environ)
    with api_of(around) as api:
        host = host_of(around, api)
        known = reviewed(host, around.commit, wanted, _writer(author, around, host), time.sleep)
        if download is not None and known.marker is not None and not known.why:
            if around.platform is not Platform.GITLAB:
                raise UsageError(
                    "--download is for GitLab; GitHub's artifacts are downloaded by a step"
                )
            for place in (download, beside(download)):
                write_whole(place, _artifact(api, around.project, known.marker.run, place.name))
    return known


def beside(plan: Path) -> Path:
    """Where the stamp of a plan file is.

    Args:
        plan: The plan file.
    """
    return plan.with_name(plan.name + SUFFIX)


def bytes_of(path: Path) -> bytes:
    """The bytes of a file.

    Args:
        path: Where it is.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return read_bounded(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def approval_of(plan: Path | None) -> str:
    """The approval of a plan file; empty where there is none, or nothing in it to approve.

    Args:
        plan: Where it is, or None.

    Raises:
        UsageError: It is no plan file.
    """
    if plan is None or not plan.is_file():
        return ""
    saved = read_plan(plan).plan
    return saved.approval if saved.steps else ""


def _text(telling: Telling) -> str:
    text = bytes_of(telling.page).decode(errors="replace")
    if text.strip():
        return text
    return INVALID if telling.exit_code == UsageError.exit_code else NO_PAGE


def append(path: Path, text: str) -> None:
    """Add to a file that the platform reads after the step.

    Args:
        path: Where it is.
        text: With its line ends.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


def _writer(given: str, around: Surroundings, host: Host) -> str:
    if given or around.platform is Platform.GITLAB:
        return given or host.myself()
    return GITHUB_AUTHOR


def _left(error: PlatformRefused, around: Surroundings, console: Console, page: str) -> None:
    has_summary = around.summary is not None
    place = "the summary" if has_summary else "the log"
    text = (
        f"The token may not comment ({error}); on a pull request of a fork it never may. "
        f"The page is in {place} of this job."
    )
    if not has_summary:
        console.out(page)
    if around.platform is Platform.GITHUB:
        console.commands(github_commands((), (text,)))
    console.say(text)


def _artifact(api: Api, project: str, run: str, name: str) -> str:
    """A file that a job of GitLab has kept; a store it redirects to gets no token."""
    answer = api.ask("GET", f"/projects/{project}/jobs/{run}/artifacts/{name}")
    return fetched(answer.location) if answer.location else answer.text
