"""`reconciler ci run`: one command as a pipeline needs it, with what it leaves in one folder."""

import os
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from enum import StrEnum
from itertools import takewhile
from pathlib import Path

from reconciler.ci.marker import Told
from reconciler.ci.stamp import check_stamp, stamp_of, write_stamp
from reconciler.ci.surroundings import surroundings
from reconciler.cli.commenting import approval_of, beside, bytes_of
from reconciler.cli.files import check_place, write_whole
from reconciler.cli.main import run
from reconciler.errors import UsageError
from reconciler.model.outcome import EXIT_CODES, Outcome
from reconciler.records import Struct

PLAN = "plan.json"
PAGE = "page.md"
RESULT = "result.env"
_OF_SPECS = ("--env", "--values")
_FAILS_A_PLAN = frozenset({EXIT_CODES[Outcome.ERROR], UsageError.exit_code})


class Task(StrEnum):
    """What a pipeline does."""

    VALIDATE = "validate"
    PLAN = "plan"
    APPLY = "apply"
    DRIFT = "drift"


class Work(Struct, frozen=True):
    """One task.

    Attributes:
        task: What is done.
        words: Specs and options of the command.
        environment: Which estate.
        folder: Where the plan file, its stamp and the page are, or shall be.
        commit: For a plan that was reviewed: its commit; empty plans anew.
        approval: For a plan that was reviewed: its digest.
    """

    task: Task
    words: tuple[str, ...]
    environment: str
    folder: Path
    commit: str = ""
    approval: str = ""

    @property
    def plan(self) -> Path:
        """The plan file."""
        return self.folder / PLAN


class Left(Struct, frozen=True):
    """How a task ended.

    Attributes:
        exit_code: Of the command.
        told: What a comment would tell of, or None.
        commit: Of the plan file that it left; empty without one.
        approval: Of that plan; empty where it would do nothing.
    """

    exit_code: int
    told: Told | None = None
    commit: str = ""
    approval: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether the job fails: a plan with changes does not, everything else but 0 does."""
        return self.exit_code in _FAILS_A_PLAN if self.told is Told.PLAN else self.exit_code != 0


def work(asked: Work) -> Left:
    """Do it; the page of the result is in the folder, and what people are told on stderr.

    Args:
        asked: What to do.

    Raises:
        UsageError: A plan is made outside of a pipeline, the folder cannot be made, or the plan in it is not the one that was reviewed.
    """
    # Before anything is made that could not be stamped.
    commit = surroundings(os.environ).commit if asked.task is Task.PLAN else ""
    _make(asked.folder)
    for place, what in _places(asked):
        check_place(place, what)
    match asked.task:
        case Task.VALIDATE:
            return Left(run(("ci", "annotate", *asked.words)))
        case Task.PLAN:
            return _plan(asked, commit)
        case Task.APPLY:
            return Left(_told(asked, ("apply", "--auto-approve", *_reviewed(asked))), Told.APPLY)
        case Task.DRIFT:
            return Left(_told(asked, ("drift",)), Told.DRIFT)


def outputs(left: Left) -> str:
    """What later steps of a job read, one `name=value` a line, which a shell understands as well.

    Args:
        left: How the task ended.
    """
    rows = {
        "exit_code": str(left.exit_code),
        "told": str(left.told or ""),
        "commit": left.commit,
        "approval": left.approval,
    }
    return "".join(f"{name}={text}\n" for name, text in rows.items())


def _plan(asked: Work, commit: str) -> Left:
    asked.plan.unlink(missing_ok=True)
    (asked.folder / PAGE).unlink(missing_ok=True)
    (asked.folder / PAGE).touch()
    if code := run(("ci", "annotate", *_specs(asked.words))):
        return Left(code, Told.PLAN)
    saving = ("plan", "--detailed-exitcode", "--out", str(asked.plan))
    code = _told(asked, saving)
    if not asked.plan.is_file():
        return Left(code, Told.PLAN)
    note = stamp_of(bytes_of(asked.plan), commit, asked.environment)
    write_whole(beside(asked.plan), write_stamp(note))
    return Left(code, Told.PLAN, commit, approval_of(asked.plan))


def _reviewed(asked: Work) -> tuple[str, ...]:
    if not asked.commit:
        return ()
    note = bytes_of(beside(asked.plan)).decode(errors="replace")
    check_stamp(note, stamp_of(bytes_of(asked.plan), asked.commit, asked.environment))
    return ("--plan", str(asked.plan), "--expect-approval", asked.approval)


def _told(asked: Work, command: Sequence[str]) -> int:
    page = asked.folder / PAGE
    with page.open("w", encoding="utf-8", newline="\n") as stream, redirect_stdout(stream):
        return run((command[0], "--format", "markdown", *command[1:], *asked.words))


def _specs(words: Sequence[str]) -> tuple[str, ...]:
    """The paths at the beginning of the words, and the environment; what validate takes of them."""
    paths = tuple(takewhile(lambda word: not word.startswith("-"), words))
    rest, taken = list(words[len(paths) :]), []
    for number, word in enumerate(rest):
        if word in _OF_SPECS:
            taken += rest[number : number + 2]
        elif word.startswith(tuple(f"{option}=" for option in _OF_SPECS)):
            taken.append(word)
    return (*paths, *taken)


def _places(asked: Work) -> Iterator[tuple[Path, str]]:
    """What is left in the folder."""
    yield asked.plan, "the plan"
    yield beside(asked.plan), "its stamp"
    yield asked.folder / PAGE, "the page"
    yield asked.folder / RESULT, "the result"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made: {error.strerror}") from error
