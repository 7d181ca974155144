"""Few patterns for many names: shell globs that take exactly some of the names there are.

A glob is a prefix that ends where people begin a new part of a name (`.`, `-`, `_`), and `*`. It is
written where at least two of the wanted names share the shortest such prefix that no other name has.
Every other wanted name stands for itself. So each name is compared with its two neighbours among the
others, and nothing grows with the square of their number.

Names that nobody can type as they are stand for themselves as well: `[*]` is the sign `*`, and `?`
takes the place of a sign that no spec may hold. The latter may be ambiguous, which `entangled` tells.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import takewhile

_JOINT = re.compile(r"[.\-_]")
_GLOB_SIGNS = "*?["


def is_plain(text: str) -> bool:
    """Whether a spec can hold every sign of a text: printable, and no blank."""
    return text.isprintable() and " " not in text


def only(name: str) -> str:
    """The pattern for one name.

    Args:
        name: A topic; not empty.

    Returns:
        The name itself where it can be written, else a glob of the same length that matches it.
    """
    return "".join(map(_spelt, name))


def cover(wanted: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    """Patterns that match every wanted name, and none of the others.

    Args:
        wanted: Names to match.
        others: Names to spare. Where a wanted name holds signs that cannot be written, none of these
            may be what `entangled` finds for it.

    Returns:
        Sorted, each once.
    """
    spared = sorted(set(others))
    shared: dict[str, list[str]] = {}
    patterns: set[str] = set()
    for name in sorted(set(wanted)):
        prefix = _own_prefix(name, spared)
        if prefix:
            shared.setdefault(prefix, []).append(name)
        else:
            patterns.add(only(name))
    for prefix, names in shared.items():
        patterns.add(f"{only(prefix)}*" if len(names) > 1 else only(names[0]))
    return tuple(sorted(patterns))


def entangled(names: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Names that no pattern of one name can tell apart, because a sign of them cannot be written.

    Args:
        names: All names there are.

    Returns:
        Groups of two and more; a name may be in several.
    """
    known = sorted(set(names))
    hidden: dict[tuple[int, tuple[int, ...]], set[str]] = {}
    for name in known:
        if places := tuple(at for at, sign in enumerate(name) if not is_plain(sign)):
            hidden.setdefault((len(name), places), set()).add(name)
    groups: set[frozenset[str]] = set()
    for (length, places), strange in hidden.items():
        alike: dict[str, set[str]] = {}
        for name in known:
            if len(name) == length:
                alike.setdefault(_without(name, places), set()).add(name)
        found = {_without(name, places) for name in strange}
        groups |= {frozenset(alike[key]) for key in found if len(alike[key]) > 1}
    return tuple(sorted(groups, key=sorted))


def _spelt(sign: str) -> str:
    if sign in _GLOB_SIGNS:
        return f"[{sign}]"
    return sign if is_plain(sign) else "?"


def _own_prefix(name: str, spared: Sequence[str]) -> str:
    """The shortest beginning up to a joint that none of the spared names has, or empty."""
    place = bisect_left(spared, name)
    neighbours = spared[max(0, place - 1) : place + 1]
    common = max((_common(name, other) for other in neighbours), default=0)
    first = len(name) - len(name.lstrip(".-_"))
    joint = _JOINT.search(name, max(common, first))
    prefix = name[: joint.end()] if joint else ""
    return prefix if is_plain(prefix) else ""


def _common(one: str, other: str) -> int:
    """How many signs two names have in common from their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _without(name: str, places: Sequence[int]) -> str:
    """A name with the signs at some places blotted out."""
    signs = list(name)
    for at in places:
        signs[at] = "?"
    return "".join(signs)
