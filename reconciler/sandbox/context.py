"""What a request handler of the sandbox is given besides the request."""

import random

from reconciler.records import Struct, field
from reconciler.sandbox.quirks import Quirks
from reconciler.sandbox.timing import Timing


class Context(Struct, frozen=True):
    """One request's surroundings.

    Attributes:
        now: The sandbox's time in seconds since 1970 (UTC), as its own clock tells it.
        quirks: How the undocumented behaves.
        rng: Randomness, seeded by the world so that runs can be repeated.
        request_id: What `X-Request-Id` of the answer says.
        timing: How long things take.
        request_number: Number of this request in the log, from 1; 0 where none is kept.
    """

    now: float
    quirks: Quirks
    rng: random.Random
    request_id: str
    timing: Timing = field(default_factory=Timing)
    request_number: int = 0
