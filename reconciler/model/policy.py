"""Parts of a `Policy` document that speak of time (`docs/spec-reference.md`)."""

from datetime import datetime, timedelta

from reconciler.model.address import Origin
from reconciler.records import Struct


class Window(Struct, frozen=True):
    """A time that comes again and again.

    Attributes:
        schedule: Cron expression of five fields that says when it begins.
        duration: How long it lasts; elapsed time, also where clocks change meanwhile.
        zone: Time zone of the schedule, such as `Europe/Berlin`.
        reason: Why, for the reader of the plan; may be empty.
    """

    schedule: str
    duration: timedelta
    zone: str = "UTC"
    reason: str = ""


class Windows(Struct, frozen=True):
    """When changes may be made; without any, at any time.

    Attributes:
        allow: Where there is one, changes are made inside one only.
        deny: Inside one of these no change is made, whatever is allowed.
    """

    allow: tuple[Window, ...] = ()
    deny: tuple[Window, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether they say anything."""
        return bool(self.allow or self.deny)


AT_ANY_TIME = Windows()


class Acknowledgement(Struct, frozen=True):
    """Drift that somebody knows of and lets be for a while.

    Attributes:
        addresses: `KIND/NAME` or `KIND/NAME/TOPIC`; name and topic may be globs. At least one.
        until: From then on it counts again.
        reason: Why.
        origin: Where it is written.
    """

    addresses: tuple[str, ...]
    until: datetime
    reason: str
    origin: Origin
