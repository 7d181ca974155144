"""Which rule of a document names a topic: the first that matches.

A name without `*?[` is literal. Everything else is a shell glob, case-sensitive, over the whole
name: `*` crosses dots. Literals are looked up by hash; all globs of a document are one compiled
alternation, whose first alternative that matches is the first rule that does.
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from fnmatch import translate
from functools import lru_cache
from itertools import compress, repeat

from reconciler.model.desired import Pattern, is_literal
from reconciler.records import Struct

_VENDORS_PREFIX = re.compile(r"^source_[0-9a-f]{24}\.")
"""What Streamkap puts before a topic's name (`docs/apis/streamkap.md#topics`)."""
_CANDIDATES = 8
_KEPT = 4096  # compiled documents; many have the same patterns, and all are needed twice
NONE = -1


class Matcher(Struct, frozen=True):
    """The compiled `topics` of one document's rules.

    Attributes:
        literals: Literal name and the index of the first rule that has it.
        globs: All globs as one expression with one group each, or None without globs.
        owners: Index of the rule behind each group, in order.
        prefixes: Where every glob is a beginning with `*` behind it, those and the rules they are of.
    """

    literals: dict[str, int]
    globs: re.Pattern[str] | None
    owners: tuple[int, ...]
    prefixes: tuple[tuple[str, int], ...] | None = None

    def rule_of(self, topic: str) -> int | None:
        """Index of the first rule that names a topic, or None.

        Args:
            topic: The whole name, as people see it.
        """
        by_name = self.literals.get(topic)
        found = self.globs.match(topic) if self.globs else None
        if found is None or found.lastindex is None:
            return by_name
        by_glob = self.owners[found.lastindex - 1]
        return by_glob if by_name is None else min(by_name, by_glob)

    def rules_of(self, topics: Sequence[str]) -> list[int]:
        """Index of the first rule that names each of many topics; -1 where none does.

        Args:
            topics: Whole names.
        """
        found = self._by_glob(topics)
        literals = self.literals
        for place in compress(range(len(topics)), map(literals.__contains__, topics)):
            index = literals[topics[place]]
            found[place] = index if found[place] == NONE else min(index, found[place])
        return found

    def _by_glob(self, topics: Sequence[str]) -> list[int]:
        if self.globs is None:
            return [NONE] * len(topics)
        if self.prefixes is None:
            owners, matches = self.owners, map(self.globs.match, topics)
            return [owners[(match.lastindex or 1) - 1] if match else NONE for match in matches]
        found = [NONE] * len(topics)
        for prefix, owner in reversed(self.prefixes):
            if not prefix:
                found = [owner] * len(topics)
            else:
                begins = map(str.startswith, topics, repeat(prefix))
                for place in compress(range(len(topics)), begins):
                    found[place] = owner
        return found

    def is_literal(self, topic: str) -> bool:
        """Whether the rule that names a topic spells it out."""
        return self.literals.get(topic) is not None and self.literals[topic] == self.rule_of(topic)


def compile_rules(topics: Iterable[Sequence[Pattern]]) -> Matcher:
    """Compile the patterns of a document.

    Args:
        topics: The `topics` of each rule, in rule order.
    """
    return _compiled(tuple(tuple(pattern.text for pattern in patterns) for patterns in topics))


@lru_cache(_KEPT)
def _compiled(topics: tuple[tuple[str, ...], ...]) -> Matcher:
    literals: dict[str, int] = {}
    globs: list[str] = []
    owners: list[int] = []
    for index, texts in enumerate(topics):
        for text in texts:
            if is_literal(text):
                literals.setdefault(text, index)
            else:
                globs.append(text)
                owners.append(index)
    compiled = re.compile("|".join(f"({translate(glob)})" for glob in globs)) if globs else None
    beginnings = [glob[:-1] for glob in globs if glob[-1] == "*" and is_literal(glob[:-1])]
    prefixes = (
        tuple(zip(beginnings, owners, strict=True)) if len(beginnings) == len(globs) else None
    )
    return Matcher(literals, compiled, tuple(owners), prefixes)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like a given one, or empty where none is alike.

    Names that share only their namespace are not alike: the parts behind the last dot have to be,
    too. A name that differs only in case, or by the vendor's `source_<id>.` in front, is the one.

    Args:
        name: What was asked for.
        known: What there is.
    """
    by_lower = {text.lower(): text for text in sorted(known, reverse=True)}
    lower = name.lower()
    for spelling in (lower, _VENDORS_PREFIX.sub("", lower)):
        if spelling in by_lower:
            return by_lower[spelling]
    alike = get_close_matches(lower, sorted(by_lower), n=_CANDIDATES)
    last = lower.rpartition(".")[2]
    return next((by_lower[n] for n in alike if get_close_matches(last, [n.rpartition(".")[2]])), "")
