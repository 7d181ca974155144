"""The first line of our comment: whose it is, and what was reviewed in it. Nobody sees it shown."""

import re
from enum import StrEnum

from reconciler.errors import UsageError
from reconciler.records import Struct

_NAME = re.compile(r"[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*", re.ASCII)
_LONGEST = 100
_LINE = re.compile(
    r"<!-- reconciler kind=(plan|apply|drift) environment=([A-Za-z0-9._-]+)"
    r" commit=([0-9a-f]*) run=([0-9]*) approval=((?:sha256:[0-9a-f]+)?) -->",
    re.ASCII,
)


class Told(StrEnum):
    """What a comment tells of. Each has a comment of its own in each environment."""

    PLAN = "plan"
    APPLY = "apply"
    DRIFT = "drift"


class Marker(Struct, frozen=True):
    """What the first line holds.

    Attributes:
        told: What the comment tells of.
        environment: Which of several estates that one repository describes.
        commit: The commit that was looked at.
        run: Where the plan file is kept: the run on GitHub, the job on GitLab; may be empty.
        approval: Digest of what the plan would do, or empty where it would do nothing.
    """

    told: Told
    environment: str
    commit: str = ""
    run: str = ""
    approval: str = ""

    def __str__(self) -> str:
        return (
            f"<!-- reconciler kind={self.told} environment={self.environment}"
            f" commit={self.commit} run={self.run} approval={self.approval} -->"
        )

    def is_of(self, other: "Marker") -> bool:
        """Whether both mark the same comment, maybe at different times."""
        return (self.told, self.environment) == (other.told, other.environment)


def read_marker(body: str) -> Marker | None:
    """The marker of a comment, or None where it is not ours.

    Args:
        body: Its Markdown. Only the very first line counts: what follows may quote anything.
    """
    found = _LINE.fullmatch(body.split("\n", 1)[0].rstrip("\r"))
    return Marker(Told(found[1]), *found.groups()[1:]) if found else None


def environment_name(text: str) -> str:
    """The name of an environment, which goes into a hidden line and into names of artifacts.

    Args:
        text: As given.

    Raises:
        UsageError: It is none.
    """
    if not _NAME.fullmatch(text) or len(text) > _LONGEST:
        raise UsageError(
            f"{text!r} is no name of an environment; use letters and digits, and single dots, "
            "hyphens or underscores between them"
        )
    return text
