"""What `apply` alone takes, read into one value."""

from datetime import timedelta
from pathlib import Path

from reconciler.cli.saved import PlanSource
from reconciler.core.gates import MAX_STARTS
from reconciler.core.select import Selector
from reconciler.core.settled import Wait
from reconciler.core.thresholds import Brakes
from reconciler.errors import UsageError
from reconciler.records import Struct, replace


class ApplyOptions(Struct, frozen=True):
    """What apply alone takes.

    Attributes:
        format_: Shape of the report.
        auto_approve: Whether nobody is asked.
        allow: Whether disruptive changes may be made.
        max_starts: How many sources may start.
        wait: How far to follow, or None.
        timeout: How long everything may take.
        approval: The digest that was approved, or empty.
        source: Where a saved plan comes from, or None.
        retry: What one more start is wanted of.
        wait_lease: How long to wait for what another apply holds.
        brakes: What is held back where much would change.
        break_glass: Why the windows of policies are lifted; empty where they hold.
    """

    format_: str
    auto_approve: bool
    allow: bool
    max_starts: int
    wait: Wait | None
    timeout: timedelta
    approval: str
    source: PlanSource | None
    retry: tuple[Selector, ...]
    wait_lease: timedelta
    brakes: Brakes
    break_glass: str = ""


def read_options(given: dict[str, object], brakes: Brakes, break_glass: str = "") -> ApplyOptions:
    """Read the options as click gives them.

    Args:
        given: By name.
        brakes: What is held back where much would change.
        break_glass: Why the windows of policies are lifted; empty where they hold.

    Raises:
        UsageError: They do not go together.
    """
    wait, timeout, most = given["wait"], given["timeout"], given["max_starts"]
    max_starts = most if isinstance(most, int) else MAX_STARTS
    wait_lease = given["wait_lease"]
    # Who expects an approval has reviewed what it is the digest of.
    is_unattended = bool(given["auto_approve"]) and not given["expect_approval"]
    return ApplyOptions(
        str(given["format_"]),
        bool(given["auto_approve"]),
        given["allow"] == "disruptive",
        max_starts,
        Wait(str(wait)) if wait else None,
        timeout if isinstance(timeout, timedelta) else timedelta(minutes=10),
        str(given["expect_approval"] or ""),
        _source(given, max_starts),
        tuple(s for s in _given(given["retry"]) if isinstance(s, Selector)),
        wait_lease if isinstance(wait_lease, timedelta) else timedelta(0),
        replace(brakes, is_unattended=is_unattended),
        break_glass,
    )


def _given(values: object) -> tuple[object, ...]:
    return values if isinstance(values, tuple) else ()


def _source(given: dict[str, object], max_starts: int) -> PlanSource | None:
    path, age = given["plan_file"], given["max_plan_age"]
    incomplete = bool(given["allow_incomplete"])
    if isinstance(path, Path):
        max_age = age if isinstance(age, timedelta) else None
        approval = str(given["expect_approval"] or "")
        return PlanSource(path, max_starts, max_age, approval, incomplete)
    if incomplete or age is not None:
        raise UsageError("--max-plan-age and --allow-incomplete speak of a saved plan; add --plan")
    return None
