"""How long things take in a world."""

from collections.abc import Mapping

from reconciler.records import Struct
from reconciler.sandbox.times import parse_duration


class Timing(Struct, frozen=True):
    """Durations in seconds of the sandbox's own clock, and one speed.

    Attributes:
        pending: How long a snapshot run waits before it starts.
        rows_per_second: How fast one run reads; its tables come one after the other.
        restart: How long a connector reads `Starting` after a restart.
        deploy: How long a source reads `Pending Update` after a write that did not wait.
        mirror: How long a pause, resume or promotion stays invisible or pending.
        token: How long an access token is valid.
        refresh_token: How long a refresh token is valid.
    """

    pending: float = 1.0
    rows_per_second: float = 800_000.0
    restart: float = 2.0
    deploy: float = 2.0
    mirror: float = 1.0
    token: float = 3600.0
    refresh_token: float = 2_592_000.0


def parse(given: Mapping[str, object]) -> Timing:
    """Timing from a document; what is not given keeps its default.

    Args:
        given: Field of `Timing` to a duration (`1s`, or seconds), and `rows_per_second` to a
            number above zero.

    Raises:
        ValueError: A name that does not exist, or a value that cannot be read.
    """
    known = set(Timing.__struct_fields__)
    chosen: dict[str, float] = {}
    for name, value in given.items():
        if name not in known:
            raise ValueError(f"unknown timing {name!r}; there are {', '.join(sorted(known))}")
        try:
            chosen[name] = parse_duration(value)
        except ValueError as error:
            raise ValueError(f"timing.{name}: {error}") from error
    if chosen.get("rows_per_second", 1.0) <= 0:
        raise ValueError("timing.rows_per_second must be above 0")
    return Timing(**chosen)


def as_dict(timing: Timing) -> dict[str, float]:
    """Every name and its value in seconds, as `parse` reads them."""
    return {name: float(getattr(timing, name)) for name in timing.__struct_fields__}
