"""A request as it is told to a person: what was asked, when, and with which answer."""

from datetime import datetime

from reconciler.records import Struct


class Request(Struct, frozen=True):
    """One request that left.

    Attributes:
        at: Our clock, when its answer came.
        text: Method and path with its query, never a host, a header or a body.
        status: HTTP status, or None where no answer came.
    """

    at: datetime
    text: str
    status: int | None
