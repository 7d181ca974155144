"""What is going on, for whoever shows progress: fields to be shown, no text to be parsed."""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from reconciler.model.desired import Connection
from reconciler.model.progress import Part
from reconciler.records import Struct, replace


class Stage(StrEnum):
    """Parts of a command."""

    OBSERVE = "observe"
    LOOK = "look"
    SEND = "send"
    SETTLE = "settle"


class Event(Struct, frozen=True):
    """One thing that happened.

    Attributes:
        stage: Part of the command.
        text: A short sentence.
        done: How many of `total` are through; 0 of 0 where there is nothing to count.
        total: How many there are.
        connection: Name of the Connection that it is about, or empty.
        parts: How far each source and link is that this connection follows.
        remaining: How long the calls that are still to be sent take at least, at the configured
            rate; None where that cannot be told.
        problem: Why a connection answered nothing, or empty.
    """

    stage: Stage
    text: str
    done: int = 0
    total: int = 0
    connection: str = ""
    parts: tuple[Part, ...] = ()
    remaining: timedelta | None = None
    problem: str = ""


Listener: TypeAlias = Callable[[Event], None]


def silence(event: Event) -> None:
    """A listener that shows nothing."""
    _ = event


def of_connection(listen: Listener, connection: Connection, calls: int) -> Listener:
    """A listener that hears whose events they are, and how long the calls still to be sent take.

    Args:
        listen: Told everything.
        connection: The connection.
        calls: How many calls it is to be sent.
    """
    rate, left = connection.limits.requests_per_second, calls

    def tell(event: Event) -> None:
        nonlocal left
        remaining = None
        if event.stage is Stage.SEND:
            left = max(0, left - 1)
            remaining = timedelta(seconds=left / rate) if rate else None
        listen(replace(event, connection=connection.name, remaining=remaining))

    return tell
