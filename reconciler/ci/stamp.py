"""A note beside a plan file that says of which commit it is; whoever carries it out looks at it."""

import json
from hashlib import sha256

from reconciler.ci.parts import text_at
from reconciler.errors import UsageError
from reconciler.records import Struct

SUFFIX = ".stamp"


class Stamp(Struct, frozen=True):
    """Of what a plan file is.

    Attributes:
        commit: The commit whose specs it rests on.
        environment: The estate it was made for.
        digest: SHA-256 of the file, in hexadecimal.
    """

    commit: str
    environment: str
    digest: str


def stamp_of(plan: bytes, commit: str, environment: str) -> Stamp:
    """The stamp of a plan file.

    Args:
        plan: The bytes of the file.
        commit: The commit whose specs it rests on.
        environment: The estate it was made for.
    """
    return Stamp(commit, environment, sha256(plan).hexdigest())


def write_stamp(stamp: Stamp) -> str:
    """The text of a stamp.

    Args:
        stamp: What it shall say.
    """
    return (
        json.dumps(
            {name: getattr(stamp, name) for name in stamp.__struct_fields__},
            indent=2,
            sort_keys=True,
        )
        + "\n"
    )


def check_stamp(text: str, wanted: Stamp) -> None:
    """Refuse a plan file that is another one than was reviewed.

    Args:
        text: Of the stamp beside it.
        wanted: Commit and environment as reviewed, and the digest of the file as it is.

    Raises:
        UsageError: One of them differs.
    """
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError("the stamp beside the plan file cannot be read") from error
    there = Stamp(*(text_at(value, name) for name in ("commit", "environment", "digest")))
    for name, was, shall in (
        ("commit", there.commit, wanted.commit),
        ("environment", there.environment, wanted.environment),
    ):
        if was != shall:
            raise UsageError(f"the plan file is of {name} {was!r}, not of {shall!r}")
    if there.digest != wanted.digest:
        raise UsageError("the plan file is not the one that its stamp was made for")
