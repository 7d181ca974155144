"""What a look at a connection found, before anything rests on it."""

from enum import StrEnum

from reconciler.records import Struct


class Level(StrEnum):
    """How good something is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(Struct, frozen=True):
    """One thing that was looked at.

    Attributes:
        name: What, in a word or two.
        level: How good it is.
        found: What was found, without a full stop.
        advice: The next step; empty where nothing is needed.
    """

    name: str
    level: Level
    found: str
    advice: str = ""


class Examined(Struct, frozen=True):
    """What one connection's vendor showed.

    Attributes:
        checks: In the order in which they were made.
        settings: Fields for the connection's `spec`, in order: name, and its value as YAML.
    """

    checks: tuple[Check, ...]
    settings: tuple[tuple[str, str], ...] = ()


class Checkup(Struct, frozen=True):
    """One connection.

    Attributes:
        connection: Name of the Connection.
        provider: Word for its vendor.
        endpoint: Where it leads.
        examined: What was found.
    """

    connection: str
    provider: str
    endpoint: str
    examined: Examined

    @property
    def level(self) -> Level:
        """The worst of its checks."""
        levels = {check.level for check in self.examined.checks}
        return next((word for word in (Level.FAIL, Level.WARN) if word in levels), Level.OK)
