"""The nearest known word, for people who mistype."""

from collections.abc import Iterable
from difflib import get_close_matches

_MAX_LENGTH = 100


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like a word, if one is like it at all.

    Args:
        word: What was written.
        known: What could have been meant; in the order in which equals are preferred.
    """
    if len(word) > _MAX_LENGTH:
        return None
    by_lower: dict[str, str] = {}
    for name in known:
        by_lower.setdefault(name.lower(), name)
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Advice for an unknown word: the nearest known one, or all of them.

    Args:
        word: What was written.
        known: What could have been meant.
    """
    names = list(known)
    near = nearest(word, names)
    return f"did you mean `{near}`?" if near else f"write {listed(names)}"


def listed(names: Iterable[str]) -> str:
    """Words as an enumeration: `a`, `b` or `c`."""
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)
