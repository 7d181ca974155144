"""What was reviewed before a commit was merged: the approval and the place of its plan file."""

from reconciler.ci.comments import Host, Request
from reconciler.ci.marker import Marker
from reconciler.ci.platform import PlatformPassed
from reconciler.ci.sticky import PAUSES, Sleep, found
from reconciler.errors import UsageError
from reconciler.records import Struct


class Reviewed(Struct, frozen=True):
    """What is known of the review of a commit.

    Attributes:
        request: The pull request, or None where the commit came without one.
        marker: What its comment holds, or None where there is none.
        why: One sentence that says what is missing; empty where there is a plan to carry out.
    """

    request: Request | None
    marker: Marker | None
    why: str = ""


def reviewed(host: Host, commit: str, wanted: Marker, author: str, sleep: Sleep) -> Reviewed:
    """Look up what was reviewed.

    Args:
        host: Who shows the pull request.
        commit: That was merged.
        wanted: Kind and environment of the comment.
        author: Who writes for us.
        sleep: Waits so many seconds.

    Raises:
        PlatformFailed: It cannot be looked up.
        UsageError: The plan in the comment is of another commit than the one that was merged.
    """
    for pause in PAUSES:
        try:
            return _reviewed(host, commit, wanted, author)
        except PlatformPassed as error:
            sleep(pause if error.seconds is None else min(error.seconds, 60.0))
    return _reviewed(host, commit, wanted, author)


def _reviewed(host: Host, commit: str, wanted: Marker, author: str) -> Reviewed:
    request = host.merged(commit)
    if request is None:
        return Reviewed(None, None, f"no merged pull request brought commit {commit[:10]}")
    mine = found(host, request.number, author, wanted)
    if mine is None:
        return Reviewed(request, None, f"pull request {request.number} has no plan of ours")
    _, marker = mine
    if marker.commit != request.head:
        raise UsageError(
            f"the plan in pull request {request.number} is of commit {marker.commit[:10]}, but "
            f"{request.head[:10]} was merged; plan anew, and have that reviewed"
        )
    if not marker.approval:
        return Reviewed(request, marker, f"the plan of pull request {request.number} does nothing")
    return Reviewed(request, marker)
