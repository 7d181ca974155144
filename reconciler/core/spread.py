"""How much sooner than `maxAge` the topics of a source fall due, so that not all sources do at once.

    early = spread * fraction of the source,  0 <= fraction < 1

The fraction is a digest of what the source is called: the same in every plan, on every machine, and for
all topics of a source, so that what falls due together on a source is one run. A topic is never due
later than `maxAge` says.
"""

from datetime import timedelta
from hashlib import sha256

SHARE = 10
"""Without a word of its own a rule spreads over a tenth of its `maxAge`."""
_BITS = 64


def early_by(source: str, max_age: timedelta, spread: timedelta | None) -> timedelta:
    """How much sooner a source falls due.

    Args:
        source: What the source is called: its name at the vendor, or its id.
        max_age: The oldest that a snapshot may be.
        spread: The most that it may be sooner; None is a tenth of `max_age`.

    Returns:
        Whole seconds, from none to less than `spread`.
    """
    most = max_age / SHARE if spread is None else spread
    digest = sha256(source.encode()).digest()
    fraction = int.from_bytes(digest[: _BITS // 8]) / 2**_BITS
    return timedelta(seconds=int(most.total_seconds() * fraction))
