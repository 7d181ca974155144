"""What each verb does to a mirror topic, as a table of steps in time.

| verb | leaves | already there | steps |
| --- | --- | --- | --- |
| pause | ACTIVE, SOURCE_UNAVAILABLE | PAUSED | PAUSED |
| resume | PAUSED | ACTIVE, SOURCE_UNAVAILABLE | ACTIVE |
| promote | ACTIVE, PAUSED | | PENDING_STOPPED at once, STOPPED |
| failover | the same, SOURCE_UNAVAILABLE, FAILED, LINK_FAILED | | PENDING_STOPPED at once, STOPPED |
| reverse-and-… | ACTIVE, PAUSED | | PENDING_SYNCHRONIZE at once, STOPPED |
| truncate-and-restore | STOPPED | | PENDING_SETUP_FOR_RESTORE at once, PENDING_RESTORE, ACTIVE |

Observed: pause of ACTIVE, promote, the refusal of STOPPED, failover of FAILED. The rest is
inferred from the names (`docs/apis/confluent.md#statuses`). Every other status refuses the verb.
"""

from reconciler.records import Struct

STATUSES = (
    "ACTIVE",
    "FAILED",
    "LINK_FAILED",
    "LINK_PAUSED",
    "PAUSED",
    "PENDING_STOPPED",
    "SOURCE_UNAVAILABLE",
    "STOPPED",
    "PENDING_MIRROR",
    "PENDING_SYNCHRONIZE",
    "PENDING_SETUP_FOR_RESTORE",
    "PENDING_RESTORE",
)
"""The words the Cloud API declares."""


class Transition(Struct, frozen=True):
    """One verb.

    Attributes:
        leaves: Statuses it can be asked in.
        there: Statuses that already are what it asks for.
        steps: Status and after how many delays (`timing.mirror`) it shows.
    """

    leaves: frozenset[str]
    there: frozenset[str]
    steps: tuple[tuple[str, int], ...]


_FLOWING = frozenset({"ACTIVE", "PAUSED"})
_STOP = (("PENDING_STOPPED", 0), ("STOPPED", 1))
_REVERSE = Transition(_FLOWING, frozenset(), (("PENDING_SYNCHRONIZE", 0), ("STOPPED", 1)))

TRANSITIONS: dict[str, Transition] = {
    "pause": Transition(
        frozenset({"ACTIVE", "SOURCE_UNAVAILABLE"}), frozenset({"PAUSED"}), (("PAUSED", 1),)
    ),
    "resume": Transition(
        frozenset({"PAUSED"}), frozenset({"ACTIVE", "SOURCE_UNAVAILABLE"}), (("ACTIVE", 1),)
    ),
    "promote": Transition(_FLOWING, frozenset(), _STOP),
    "failover": Transition(
        _FLOWING | {"SOURCE_UNAVAILABLE", "FAILED", "LINK_FAILED"}, frozenset(), _STOP
    ),
    "reverse-and-start-mirror": _REVERSE,
    "reverse-and-pause-mirror": _REVERSE,
    "truncate-and-restore": Transition(
        frozenset({"STOPPED"}),
        frozenset(),
        (("PENDING_SETUP_FOR_RESTORE", 0), ("PENDING_RESTORE", 1), ("ACTIVE", 2)),
    ),
}
"""Verb, as the path has it, to what it does."""

CREATED = (("PENDING_MIRROR", 0), ("ACTIVE", 1))
"""Steps of a mirror topic that was just created."""
