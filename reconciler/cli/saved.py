"""Plan files on the disk: written whole or not at all, read in one piece, taken up again."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from reconciler import __version__
from reconciler.cli.clock import SystemClock
from reconciler.cli.files import write_whole
from reconciler.cli.options import Common
from reconciler.cli.session import Session
from reconciler.core.admission import MAX_AGE, Terms, admit
from reconciler.core.pins import check_pins, pins_of
from reconciler.core.warrant import check_warrant
from reconciler.engine.planning import Planned
from reconciler.engine.reopening import Reopening, check_calls, reopen
from reconciler.errors import UsageError
from reconciler.model.plan import Plan
from reconciler.model.saved import SavedPlan
from reconciler.records import Struct, replace
from reconciler.render import planfile

R = TypeVar("R")


class PlanSource(Struct, frozen=True):
    """Where a saved plan comes from, and on what terms it may be applied.

    Attributes:
        path: The file.
        max_starts: How many sources may start.
        max_age: How old it may be, or None for what it says itself.
        approval: The digest that was approved, or empty.
        allow_incomplete: Whether it may be one that did not see everything.
    """

    path: Path
    max_starts: int
    max_age: timedelta | None = None
    approval: str = ""
    allow_incomplete: bool = False


class Admitted(Struct, frozen=True):
    """A saved plan that may be applied as far as it alone can tell.

    Attributes:
        path: The file.
        saved: What it holds.
    """

    path: Path
    saved: SavedPlan


def write_plan(path: Path, planned: Planned) -> None:
    """Write a plan file, readable by its owner only; an older one is replaced in one move.

    Args:
        path: Where to.
        planned: The plan and the specs it rests on.

    Raises:
        UsageError: It cannot be written there; what was there before still is.
    """
    plan = planned.plan
    pins = pins_of(planned.desired, plan.steps)
    text = planfile.write(SavedPlan(plan, pins, __version__, plan.created_at + MAX_AGE))
    write_whole(path, text)


def read_plan(path: Path) -> SavedPlan:
    """Read a plan file.

    Args:
        path: Where it is.

    Raises:
        UsageError: It cannot be read, is none, or was changed.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(planfile.MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    return _naming(path, lambda: planfile.read(data))


def admitted(source: PlanSource, common: Common) -> Admitted:
    """Read a plan file and ask everything that needs neither specs nor vendors.

    Args:
        source: The file and the terms.
        common: Options of every command.

    Raises:
        UsageError: It is refused.
    """
    saved = read_plan(source.path)
    terms = Terms(
        common.now or SystemClock().now(),
        __version__,
        source.max_starts,
        source.max_age,
        source.approval,
        source.allow_incomplete,
    )
    _naming(source.path, lambda: admit(saved, terms))
    return Admitted(source.path, saved)


def held_against(admitted: Admitted, session: Session) -> Reopening:
    """Hold a saved plan against the specs and the providers; nothing is sent.

    Args:
        admitted: A saved plan.
        session: The specs of now, and open connections.

    Raises:
        UsageError: It is refused.
    """

    def check() -> Reopening:
        saved, desired = admitted.saved, session.desired
        moved = check_pins(saved, desired)
        check_warrant(saved, desired, moved)
        asked = Reopening(saved, desired, moved, session.common.now)
        check_calls(asked, session.providers)
        return asked

    return _naming(admitted.path, check)


async def taken_up(asked: Reopening, session: Session) -> tuple[Plan, Planned]:
    """Look at what a saved plan touches.

    Args:
        asked: What `held_against` gave.
        session: Open connections.

    Returns:
        The plan of the file, with what could not be seen this time; and what is left to do.
    """
    await session.memory.recall()
    planned = await reopen(asked, session.providers, session.clock, session.listen)
    return replace(asked.saved.plan, incomplete=planned.plan.incomplete), planned


def _naming(path: Path, ask: Callable[[], R]) -> R:
    """Let a refusal begin with the name of the file."""
    try:
        return ask()
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
