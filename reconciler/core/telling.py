"""Which topics a person's word speaks of. A word that would meet nothing is refused, with a reason.

word               topics that `KIND/NAME` and `KIND/NAME/GLOB` mean      a literal topic
-----------------  -----------------------------------------------------  ---------------------
resolve            starts that wait for it                                also one that rests on
                                                                          an earlier word
mark               what the ledger knows of the document, and what its    also one that a rule
                   rules spell out                                        matches
forget             GLOB: what the ledger knows of the document;           what the ledger knows
                   KIND/NAME: the whole source or link
"""

from collections.abc import Iterable
from datetime import datetime
from fnmatch import fnmatchcase

from reconciler.core.match import Matcher, compile_rules, nearest
from reconciler.core.recall import TopicMemory, addresses_of, recall
from reconciler.core.scopes import Lexicon, document_of, elsewhere
from reconciler.core.select import Selector
from reconciler.core.words import moment
from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import (
    DesiredLink,
    DesiredSource,
    MirrorState,
    SnapshotState,
)
from reconciler.records import Struct

_SIGNS = "*?["
_LOOK = "`reconciler ledger show` lists what it knows"


def is_pattern(text: str) -> bool:
    """Whether a text may mean more than one name.

    Args:
        text: A name or a shell glob.
    """
    return any(sign in text for sign in _SIGNS)


def to_resolve(asked: Selector, scope: str, lexicon: Lexicon, at: datetime) -> tuple[Address, ...]:
    """Topics whose starts a person speaks of.

    Args:
        asked: What was named.
        scope: The source it stands for.
        lexicon: Specs and ledger.
        at: When the word is said.

    Returns:
        Sorted addresses, at least one.

    Raises:
        UsageError: No start there waits for a word, or only one that a clock ahead of ours asked.
    """
    named = Address(asked.kind, asked.name)
    topics = _meant(asked, scope, lexicon)
    waiting = [topic for topic in topics if topic.waiting]
    if not waiting and asked.topic and not is_pattern(asked.topic):
        waiting = [t for t in topics if any(one.rests_on_a_word for one in t.asked)]
    late = [one for topic in waiting for one in topic.waiting if one.intent.at > at]
    if late:
        # Such a word would be taken as one on earlier starts, and change nothing.
        raise UsageError(
            f"the start of {late[0].item.address} was asked at {moment(late[0].intent.at)}, and it is "
            f"{moment(at)} here; wait until this machine's clock is past it"
        )
    if not waiting:
        hint = elsewhere(named, scope, lexicon.journal)
        raise UsageError(
            f"no start of {asked} waits for a word at {scope}{hint}; "
            "`reconciler ledger show` lists those that do"
        )
    return tuple(named.of(topic.topic) for topic in waiting)


def to_mark(asked: Selector, scope: str, lexicon: Lexicon) -> tuple[Address, ...]:
    """Topics whose undated run a person dates.

    Args:
        asked: What was named.
        scope: The source it stands for.
        lexicon: Specs and ledger.

    Returns:
        Sorted addresses, at least one.

    Raises:
        UsageError: Nothing is known by that name.
    """
    named = Address(asked.kind, asked.name)
    if asked.kind is not Kind.SOURCE:
        raise UsageError(f"only the runs of a Source can be marked; {asked} is none")
    known = {topic.topic for topic in _meant(Selector(asked.kind, asked.name), scope, lexicon)}
    claims = _claims(document_of(asked, lexicon.desired))
    known |= claims.literals()
    if asked.topic and not is_pattern(asked.topic):
        if asked.topic in known or claims.has(asked.topic):
            return (named.of(asked.topic),)
        near = nearest(asked.topic, known)
        hint = f"did you mean {near}?" if near else _LOOK
        raise UsageError(f"no rule and no ledger knows {asked}; {hint}")
    found = sorted(topic for topic in known if fnmatchcase(topic, asked.topic or "*"))
    if not found:
        raise UsageError(
            f"{asked} means no topic: which there are is known only of those that the ledger has met "
            "or a rule spells out; name the topic itself"
        )
    return tuple(named.of(topic) for topic in found)


def to_forget(asked: Selector, scope: str, lexicon: Lexicon) -> tuple[Address, ...]:
    """What is of no interest any more.

    Args:
        asked: What was named.
        scope: The source or link it stands for.
        lexicon: Specs and ledger.

    Returns:
        Sorted addresses, at least one; that of the document alone means the whole scope.

    Raises:
        UsageError: The ledger knows nothing of it.
    """
    named = Address(asked.kind, asked.name)
    if not asked.topic:
        check_known(scope, lexicon, elsewhere(named, scope, lexicon.journal))
        return (named,)
    found = _meant(asked, scope, lexicon)
    if not found:
        hint = elsewhere(named, scope, lexicon.journal)
        raise UsageError(f"the ledger knows nothing of {asked} at {scope}{hint}; {_LOOK}")
    return tuple(named.of(topic.topic) for topic in found)


def check_known(scope: str, lexicon: Lexicon, hint: str = "") -> None:
    """Refuse a scope that the ledger knows nothing of.

    Args:
        scope: A source or link.
        lexicon: Specs and ledger.
        hint: What else could have been meant.

    Raises:
        UsageError: There is nothing to forget.
    """
    known = recall(lexicon.journal)
    is_bound = any(scope.endswith(f"/{binding.source_id}") for binding in known.bindings)
    if not is_bound and all(topic.scope != scope for topic in known.topics):
        raise UsageError(f"the ledger knows nothing of {scope}{hint}; {_LOOK}")


def _meant(asked: Selector, scope: str, lexicon: Lexicon) -> list[TopicMemory]:
    """What the ledger knows of what was named; a literal topic may be any of the scope.

    Several documents may share a source. Without a topic or with a pattern, only topics count that
    are this document's: by its rules, or by the name they were written down under.
    """
    there = [topic for topic in recall(lexicon.journal).topics if topic.scope == scope]
    if asked.topic and not is_pattern(asked.topic):
        return [topic for topic in there if topic.topic == asked.topic]
    claims = _claims(document_of(asked, lexicon.desired))
    named = Address(asked.kind, asked.name)
    return [
        topic
        for topic in there
        if fnmatchcase(topic.topic, asked.topic or "*")
        and (claims.has(topic.topic) or _was_known_as(named, addresses_of(topic)))
    ]


def _was_known_as(named: Address, addresses: Iterable[Address]) -> bool:
    return any(address.document == named for address in addresses)


class _Claims(Struct, frozen=True):
    """Which topics a document manages; its `unmanaged` rules only take topics away."""

    matcher: Matcher
    is_managed: tuple[bool, ...]

    def has(self, topic: str) -> bool:
        rule = self.matcher.rule_of(topic)
        return rule is not None and self.is_managed[rule]

    def literals(self) -> frozenset[str]:
        return frozenset(topic for topic in self.matcher.literals if self.has(topic))


def _claims(document: DesiredSource | DesiredLink | None) -> _Claims:
    rules = document.rules if document else ()
    unmanaged = (SnapshotState.UNMANAGED, MirrorState.UNMANAGED)
    return _Claims(
        compile_rules([rule.topics for rule in rules]),
        tuple(rule.state not in unmanaged for rule in rules),
    )
