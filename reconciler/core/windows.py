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
from datetime import datetime, timedelta

from reconciler.core.words import moment, span
from reconciler.model.address import Address
from reconciler.model.desired import Desired, DesiredLink, DesiredPolicy, DesiredSource
from reconciler.model.policy import Window
from reconciler.records import Struct
from reconciler.timetable import strikes

HORIZON = timedelta(days=400)
_MOST_TURNS = 1600


class Hours(Struct, frozen=True):
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
            return f"changes go until {moment(self.until)}" if self.until else "changes go"
        opens = f"the next opening is {moment(self.until)}" if self.until else _NEVER
        return f"{self.why}; {opens}"


_NEVER = "no opening is in sight"


class _Clockwork:
    """One window as time goes on; it is only ever asked about later times."""

    def __init__(self, window: Window, now: datetime) -> None:
        self.window = window
        self._starts = strikes(window.schedule, window.zone, now - window.duration)
        self._next = next(self._starts, None)

    def turn(self, now: datetime) -> tuple[bool, datetime | None]:
        """Whether it is inside, and when it has to be asked again."""
        length = self.window.duration
        while self._next is not None and self._next + length <= now:
            self._next = next(self._starts, None)
        if self._next is None or self._next > now:
            return False, self._next
        return True, self._next + length


class _Works:
    """The windows of one policy as time goes on."""

    def __init__(self, policy: DesiredPolicy, now: datetime) -> None:
        self._policy = policy
        self._allow = [_Clockwork(window, now) for window in policy.windows.allow]
        self._deny = [_Clockwork(window, now) for window in policy.windows.deny]

    def turn(self, now: datetime) -> tuple[str, list[datetime]]:
        """What keeps changes back, or nothing; and when it has to be asked again."""
        denied = [work.turn(now) for work in self._deny]
        allowed = [work.turn(now) for work in self._allow]
        turns = [time for _, time in (*denied, *allowed) if time is not None]
        address = self._policy.address
        for work, (is_open, _) in zip(self._deny, denied, strict=True):
            if is_open:
                return f"{address} denies changes {_words(work.window)}", turns
        if allowed and not any(is_open for is_open, _ in allowed):
            words = " or ".join(_words(work.window) for work in self._allow)
            return f"{address} allows changes only {words}", turns
        return "", turns


def hours(policies: Iterable[DesiredPolicy], now: datetime) -> Hours:
    """What policies say together.

    Where windows turn more often than can be followed, the end of an opening is told too early rather
    than too late, and that of a closing not at all.

    Args:
        policies: All that speak of a document, in order of address.
        now: The vendor's clock, or the time that beats it.
    """
    speaking = tuple(policy for policy in policies if policy.windows.is_any)
    works = [_Works(policy, now) for policy in speaking]
    why, time = _turn(works, now)
    for _ in range(_MOST_TURNS):
        if time is None or time > now + HORIZON:
            return Hours(not why, None, why, speaking)
        then, later = _turn(works, time)
        if bool(then) != bool(why):
            return Hours(not why, time, why, speaking)
        time = later
    return Hours(not why, None if why else time, why, speaking)


def _turn(works: Sequence[_Works], now: datetime) -> tuple[str, datetime | None]:
    """The first thing that keeps changes back, or nothing; and when one of the windows turns."""
    told = [work.turn(now) for work in works]
    why = next((reason for reason, _ in told if reason), "")
    return why, min((time for _, turns in told for time in turns), default=None)


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
