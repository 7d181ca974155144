"""Windows: when policies let changes be made.

    inside a window of `deny`   inside a window of `allow`   changes
    --------------------------  ---------------------------  -------
    yes                         any                          wait
    no                          yes, or there is none        go
    no                          no                           wait

A window begins when its schedule strikes, and lasts for its duration; its last moment is outside. Where
several policies speak of a document, all of them have to let its changes go.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reconciler.core.words import moment, span
from reconciler.model.address import Address
from reconciler.model.desired import Desired, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.model.policy import Window
from reconciler.timetable import strikes

HORIZON = timedelta(days=400)
_MOST_STRIKES = 1500
_MOST_TURNS = 3000


@dataclass(frozen=True, slots=True)
class Turn:
    """How a window, or all of them, stand at some time.

    Attributes:
        is_open: Whether it is inside.
        until: When that ends; None where it does not, as far as one can see.
    """

    is_open: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Hours:
    """What policies say of the changes of a document at some time.

    Attributes:
        is_open: Whether changes may be made.
        until: When that ends; None where it does not, as far as one can see.
        why: What keeps changes back, in words; empty where they may be made.
        policies: The policies whose windows count, in order of address.
    """

    is_open: bool
    until: datetime | None
    why: str = ""
    policies: tuple[DesiredPolicy, ...] = ()

    def __str__(self) -> str:
        if self.is_open:
            return "changes may be made"
        opens = f"the next opening is {moment(self.until)}" if self.until else _NEVER
        return f"{self.why}; {opens}"


_NEVER = f"no window opens within {HORIZON.days} days"
ALWAYS = Hours(is_open=True, until=None)


def turn(window: Window, now: datetime) -> Turn:
    """How a window stands.

    Windows that overlap or touch are one. Of a schedule that strikes more often than can be followed,
    the end is told too early rather than too late.

    Args:
        window: The window.
        now: The time.
    """
    times = strikes(window.schedule, window.zone, now - window.duration)
    first = next(times, None)
    if first is None or first > now:
        return Turn(is_open=False, until=first)
    end = first + window.duration
    for _, time in zip(range(_MOST_STRIKES), times, strict=False):
        if time > end:
            break
        end = time + window.duration
    return Turn(is_open=True, until=end)


def hours(policies: Iterable[DesiredPolicy], now: datetime) -> Hours:
    """What policies say together.

    Args:
        policies: All that speak of a document, in order of address.
        now: The vendor's clock, or the time that beats it.
    """
    speaking = tuple(policy for policy in policies if policy.windows.is_any)
    if not speaking:
        return ALWAYS
    first, until = _stand(speaking, now)
    time = until
    for _ in range(_MOST_TURNS):
        if time is None or time > now + HORIZON:
            return Hours(not first, None, first, speaking)
        then, until = _stand(speaking, time)
        if (not then) != (not first):
            break
        time = until
    return Hours(not first, time, first, speaking)


def _stand(policies: Sequence[DesiredPolicy], now: datetime) -> tuple[str, datetime | None]:
    """What keeps changes back just now, or nothing; and when the next of all windows turns."""
    closed = ""
    turns: list[datetime] = []
    for policy in policies:
        denied = [(window, turn(window, now)) for window in policy.windows.deny]
        allowed = [(window, turn(window, now)) for window in policy.windows.allow]
        turns += [each.until for _, each in (*denied, *allowed) if each.until is not None]
        inside = [window for window, each in denied if each.is_open]
        if inside:
            closed = closed or f"{policy.address} denies changes {_words(inside[0])}"
        elif allowed and not any(each.is_open for _, each in allowed):
            words = " or ".join(_words(window) for window, _ in allowed)
            closed = closed or f"{policy.address} allows changes only {words}"
    return closed, min(turns, default=None)


def _words(window: Window) -> str:
    why = f": {window.reason}" if window.reason else ""
    return f"for {span(window.duration)} from `{window.schedule}` ({window.zone}{why})"


def hours_of(
    desired: Desired, clocks: Mapping[str, datetime], fallback: datetime
) -> dict[Address, Hours]:
    """What holds for the changes of every document that a window speaks of.

    Args:
        desired: All documents.
        clocks: The vendor's clock by name of the connection, or the time that beats it.
        fallback: The time for documents whose connection has no clock.
    """
    windows = [policy for policy in desired.policies if policy.windows.is_any]
    documents: list[DesiredSource | DesiredLink] = [*desired.sources, *desired.links]
    known: dict[tuple[datetime, tuple[Address, ...]], Hours] = {}
    found = {}
    for document in documents if windows else ():
        mine = [policy for policy in windows if policy.selects(document)]
        if not mine:
            continue
        now = clocks.get(document.connection, fallback)
        key = (now, tuple(policy.address for policy in mine))
        if key not in known:
            known[key] = hours(mine, now)
        found[document.address] = known[key]
    return found


def closed(found: Mapping[Address, Hours]) -> dict[Address, Hours]:
    """The documents whose changes have to wait.

    Args:
        found: From `hours_of`.
    """
    return {address: each for address, each in found.items() if not each.is_open}
