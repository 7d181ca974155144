"""Progress in lines: for people where nobody draws on a terminal, for programs as JSON."""

import math

from reconciler.cli.clock import SystemClock
from reconciler.engine.events import Event, Stage
from reconciler.model.call import Json
from reconciler.model.progress import Part
from reconciler.records import Struct, field

TITLES = {
    Stage.OBSERVE: "Observing",
    Stage.LOOK: "Waiting",
    Stage.SEND: "Sending",
    Stage.SETTLE: "Settling",
}
SELDOM = 5.0
"""Seconds between two lines of one connection that only count on, where nobody sits at a terminal."""


def told(event: Event) -> str:
    """An event as one line, without its end.

    Args:
        event: What happened.
    """
    count = f" [{event.done}/{event.total}]" if event.total else ""
    return f"{TITLES[event.stage]}: {event.text}{count}"


class Quiet(Struct):
    """Lets through what is news, and of what only counts on a line now and then.

    Attributes:
        clock: Time.
        told: What each connection last told while it settles, and when.
    """

    clock: SystemClock
    told: dict[str, tuple[float, int, str]] = field(default_factory=dict)

    def lets(self, event: Event) -> bool:
        """Whether an event is told.

        Args:
            event: What happened.
        """
        if event.stage is not Stage.SETTLE:
            return True
        now = self.clock.monotonic()
        at, done, text = self.told.get(event.connection, (-math.inf, -1, ""))
        is_news = event.done != done or event.text != text
        if not is_news or (now - at < SELDOM and event.done == done):
            return False
        self.told[event.connection] = (now, event.done, event.text)
        return True


def fields(event: Event) -> dict[str, Json]:
    """What is not part of every event (`docs/terminal.md`).

    Args:
        event: What happened.
    """
    found: dict[str, Json] = {}
    if event.connection:
        found["connection"] = event.connection
    if event.problem:
        found["problem"] = event.problem
    if event.remaining is not None:
        found["remaining_seconds"] = round(event.remaining.total_seconds(), 1)
    if event.parts:
        found["parts"] = [_part(part) for part in event.parts]
    return found


def _part(part: Part) -> Json:
    percent = part.percent
    return {
        "address": str(part.address),
        "done": part.done,
        "total": part.total,
        "state": part.state or None,
        "percent": None if percent is None else round(percent, 1),
        "rows": part.rows,
        "rows_total": part.rows_total,
        "eta_seconds": None if part.eta is None else int(part.eta.total_seconds()),
        "lag": part.lag,
    }
