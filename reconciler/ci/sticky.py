"""One comment per environment: made once, then kept up to date in place."""

from collections.abc import Callable
from enum import StrEnum

from reconciler.ci.comments import Comment, Host
from reconciler.ci.marker import Marker, read_marker
from reconciler.ci.platform import PlatformPassed
from reconciler.records import Struct

PAUSES = (1.0, 4.0, 10.0)
_LONGEST = 60.0
Sleep = Callable[[float], None]


class Done(StrEnum):
    """What became of a comment."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    NOT_NEEDED = "not needed"


class Wanted(Struct, frozen=True):
    """What a comment shall be.

    Attributes:
        number: Of the pull request.
        author: Who writes for us; a comment of anybody else is never ours, whatever it says.
        marker: The first line.
        body: Everything, the first line included.
        is_quiet: Whether it is worth no new comment, but ends an old one.
    """

    number: int
    author: str
    marker: Marker
    body: str
    is_quiet: bool = False


def put(host: Host, wanted: Wanted, sleep: Sleep) -> Done:
    """Make the comment so. After a failure that may pass, looks again before it writes again.

    That is why a lost answer makes no second comment.

    Args:
        host: Who shows the pull request.
        wanted: What the comment shall be.
        sleep: Waits so many seconds.

    Raises:
        PlatformFailed: It cannot be made so.
    """
    for pause in PAUSES:
        try:
            return _put(host, wanted)
        except PlatformPassed as error:
            sleep(min(pause if error.seconds is None else error.seconds, _LONGEST))
    return _put(host, wanted)


def found(host: Host, number: int, author: str, marker: Marker) -> tuple[Comment, Marker] | None:
    """Our comment of that kind and environment, the oldest of them, or None.

    Args:
        host: Who shows the pull request.
        number: Of the pull request.
        author: Who writes for us.
        marker: Kind and environment.

    Raises:
        PlatformFailed: The comments cannot be read.
    """
    for comment in host.comments(number):
        there = read_marker(comment.body)
        if there is not None and comment.author == author and there.is_of(marker):
            return comment, there
    return None


def _put(host: Host, wanted: Wanted) -> Done:
    mine = found(host, wanted.number, wanted.author, wanted.marker)
    if mine is None:
        if wanted.is_quiet:
            return Done.NOT_NEEDED
        host.create(wanted.number, wanted.body)
        return Done.CREATED
    comment, _ = mine
    # The platforms give line ends and blanks at the end back in their own way.
    if comment.body.replace("\r\n", "\n").rstrip() == wanted.body.rstrip():
        return Done.UNCHANGED
    host.update(wanted.number, comment, wanted.body)
    return Done.UPDATED
