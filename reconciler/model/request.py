"""A request as it is told to a person: what was asked, when, and with which answer."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Request:
    """One request that left.

    Attributes:
        at: Our clock, when its answer came.
        text: Method and path with its query, never a host, a header or a body.
        status: HTTP status, or None where no answer came.
    """

    at: datetime
    text: str
    status: int | None
