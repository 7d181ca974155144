"""What a plan that comes out of a file has to be before anything else is asked of it.

Each check has its own refusal. None looks at the world or at the specs, and none changes the plan.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from reconciler.core.gates import sources_starting
from reconciler.core.words import moment, plural, span
from reconciler.errors import UsageError
from reconciler.model.saved import SavedPlan
from reconciler.records import Struct

MAX_AGE = timedelta(hours=24)
_SKEW = timedelta(minutes=5)  # two machines' clocks may differ by that much


class Terms(Struct, frozen=True):
    """What the person who applies a saved plan asks for.

    Attributes:
        now: The time, or `--now`.
        version: Of this reconciler.
        max_starts: How many sources may start.
        max_age: How old the plan may be, or None for what it says itself.
        approval: The digest that was approved, or empty.
        allow_incomplete: Whether a plan that did not see everything may be applied.
    """

    now: datetime
    version: str
    max_starts: int
    max_age: timedelta | None = None
    approval: str = ""
    allow_incomplete: bool = False


def admit(saved: SavedPlan, terms: Terms) -> None:
    """Refuse a plan that is another version's, too old, not the approved one, or incomplete.

    Args:
        saved: What the file holds.
        terms: What the person at the command line asks for.

    Raises:
        UsageError: The first thing that is in the way, without the name of the file.
    """
    for refusal in _refusals(saved, terms):
        raise UsageError(refusal)


def _refusals(saved: SavedPlan, terms: Terms) -> Iterator[str]:
    plan = saved.plan
    if release_line(saved.version) != release_line(terms.version):
        yield (
            f"it was written by reconciler {saved.version}, and this is {terms.version}; "
            "apply it with the version that wrote it, or plan again"
        )
    yield from _by_age(saved, terms)
    if terms.approval:
        check_approval(plan.approval, terms.approval)
    if plan.incomplete and not terms.allow_incomplete:
        yield (
            f"it did not see everything ({plan.incomplete[0]}); "
            "plan again, or apply what it saw with --allow-incomplete"
        )
    starting = sources_starting(plan)
    if starting > terms.max_starts:
        yield (
            f"it starts snapshots of {plural(starting, 'source')}, and --max-starts allows "
            f"{terms.max_starts}; --max-starts {starting} allows them"
        )


def _by_age(saved: SavedPlan, terms: Terms) -> Iterator[str]:
    made = saved.plan.created_at
    limit = saved.not_after - made if terms.max_age is None else terms.max_age
    if made - terms.now > _SKEW:
        yield (
            f"it was made at {moment(made)}, {span(made - terms.now)} ahead of this clock "
            f"({moment(terms.now)}); set the clock, or plan again"
        )
    if terms.now - made > limit:
        yield (
            f"it was made at {moment(made)}, {span(terms.now - made)} ago, and is good for "
            f"{span(limit)}; plan again, or say how old it may be with --max-plan-age"
        )


def check_approval(actual: str, expected: str) -> None:
    """Refuse a plan that is not the approved one.

    Args:
        actual: Of the plan at hand.
        expected: What was approved.

    Raises:
        UsageError: They differ.
    """
    if actual != expected:
        raise UsageError(
            f"its approval is {actual}, and {expected} was expected; review what changed"
        )


def release_line(version: str) -> str:
    """The part of a version within which plans are understood alike: `0.3` of `0.3.7`.

    Args:
        version: As `reconciler --version` says it.
    """
    return ".".join(version.split(".")[:2])
