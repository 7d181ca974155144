"""What is going on, for whoever shows progress."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Stage(StrEnum):
    """Parts of a command."""

    OBSERVE = "observe"
    LOOK = "look"
    SEND = "send"
    SETTLE = "settle"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        stage: Part of the command.
        text: A short sentence.
        done: How many of `total` are through; 0 of 0 where there is nothing to count.
        total: How many there are.
    """

    stage: Stage
    text: str
    done: int = 0
    total: int = 0


Listener: TypeAlias = Callable[[Event], None]


def silence(event: Event) -> None:
    """A listener that shows nothing."""
    _ = event
