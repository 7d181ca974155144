"""Names for documents that nobody has named yet: made from the vendor's names, and each once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from hashlib import sha256

_LONGEST = 63
_OTHER_SIGNS = re.compile(r"[^a-z0-9.]+")
_DIGITS = 12


def slug(text: str, fallback: str) -> str:
    """A text as a name that `metadata.name` and a file may have.

    Args:
        text: The vendor's name.
        fallback: What to say where nothing of it is left.
    """
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _OTHER_SIGNS.sub("-", latin).strip("-.")[:_LONGEST].rstrip("-.") or fallback


def surest(name: str, *identity: str) -> str:
    """A name that is the vendor's identity as well, so that no other thing has it.

    Args:
        name: A slug.
        identity: What the vendor tells things apart by.
    """
    digest = sha256("\0".join(identity).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name}-{digest[:_DIGITS]}"


def distinct(wishes: Sequence[Sequence[str]], taken: Collection[str] = ()) -> tuple[str, ...]:
    """One name for each thing, none twice.

    Whatever several things wish for, none of them gets: the result does not depend on their order.

    Args:
        wishes: For each thing its names, from the nicest to the surest.
        taken: Names that are gone.

    Returns:
        In the order of the wishes.
    """
    levels = [0] * len(wishes)
    while True:
        names = [wish[level] for wish, level in zip(wishes, levels, strict=True)]
        counts = Counter(names)
        moved = False
        for at, name in enumerate(names):
            if (counts[name] > 1 or name in taken) and levels[at] < len(wishes[at]) - 1:
                levels[at] += 1
                moved = True
        if not moved:
            return tuple(names)
