"""From the name that a person gives to the scope that the ledger knows; nobody asks the vendor.

The first that applies wins:

    what is known of KIND/NAME                             scope
    -----------------------------------------------------  -------------------------------------
    a scope was given with it                              that one
    a ClusterLink, or a Source with `sourceId`, in specs   the one that it names
    a Source in specs, its name seen before                the one that stood behind the name
    the ledger has it under one scope                      that one
    the ledger has it under several                        none: the person has to say which
    nothing                                                none

The specs come first, because a word has to meet what the next plan looks at. They say nothing of a
document that was deleted; what it left behind is found by the name that the ledger wrote down.
"""

from reconciler.core.evidence import bound_names
from reconciler.core.identity import host_of
from reconciler.core.recall import addresses_of, recall
from reconciler.core.select import Selector
from reconciler.core.words import listed
from reconciler.errors import UsageError
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired, DesiredLink, DesiredSource
from reconciler.model.journal import Journal, link_scope, source_scope
from reconciler.records import Struct

_VENDORS = {Kind.SOURCE: "streamkap", Kind.CLUSTER_LINK: "confluent"}
_LOOK = "`reconciler ledger show` lists what it knows"


class Lexicon(Struct, frozen=True):
    """What names are understood with.

    Attributes:
        journal: What the ledger holds.
        desired: The specs; empty where there are none.
    """

    journal: Journal
    desired: Desired


def document_of(asked: Selector, desired: Desired) -> DesiredSource | DesiredLink | None:
    """The document of that name, or None.

    Args:
        asked: Kind and name.
        desired: The specs.
    """
    named = Address(asked.kind, asked.name)
    documents: tuple[DesiredSource | DesiredLink, ...] = (*desired.sources, *desired.links)
    return next((document for document in documents if document.address == named), None)


def scopes_of(journal: Journal) -> frozenset[str]:
    """Every scope that a ledger knows but for what only a name led to.

    Args:
        journal: What the ledger holds.
    """
    known = recall(journal)
    told = {word.scope for word in known.words}
    return frozenset({topic.scope for topic in known.topics} | told)


def find_scope(asked: Selector, given: str, lexicon: Lexicon) -> str:
    """The scope that a person means.

    Args:
        asked: `KIND/NAME`, with or without a topic; the name is none of a pattern.
        given: A scope as `ledger show` prints it, or empty.
        lexicon: Specs and ledger.

    Raises:
        UsageError: It cannot be told.
    """
    document = document_of(asked, lexicon.desired)
    host = host_of(lexicon.desired.connection(document.connection)) if document else ""
    if given:
        return _given(asked, given, host, lexicon.journal)
    certain = _declared(document, host, lexicon) if document else None
    if certain is not None:
        return certain
    named = Address(asked.kind, asked.name)
    begins = f"{_VENDORS[asked.kind]}/{host}/" if host else f"{_VENDORS[asked.kind]}/"
    found = sorted(s for s in known_as(named, lexicon.journal) if s.startswith(begins))
    match found:
        case [one]:
            return one
        case []:
            raise UsageError(_unfound(named, document, host))
        case _:
            raise UsageError(
                f"{named} was {len(found)} things in the course of time: "
                f"{listed(tuple(found), 5)}; say which with --scope"
            )


def known_as(named: Address, journal: Journal) -> frozenset[str]:
    """Scopes that a ledger has under the name of a document.

    Args:
        named: The document.
        journal: What the ledger holds.
    """
    return frozenset(
        topic.scope
        for topic in recall(journal).topics
        if any(address.document == named for address in addresses_of(topic))
    )


def elsewhere(named: Address, scope: str, journal: Journal) -> str:
    """A hint at other scopes that a ledger has under the same name; empty where there are none.

    Args:
        named: The document.
        scope: The scope that was taken.
        journal: What the ledger holds.
    """
    others = tuple(sorted(known_as(named, journal) - {scope}))
    return f"; it also knows {named} as {listed(others)}, for --scope" if others else ""


def _given(asked: Selector, given: str, host: str, journal: Journal) -> str:
    vendor = _VENDORS[asked.kind]
    if not given.startswith(f"{vendor}/"):
        raise UsageError(f"the scope of a {asked.kind} begins with {vendor}/; {_LOOK}")
    of_host = f"{vendor}/{host}/"
    is_possible = bool(host) and given.startswith(of_host) and given != of_host
    if given not in scopes_of(journal) and not is_possible:
        raise UsageError(f"the ledger knows no scope {given}; {_LOOK}")
    return given


def _declared(document: DesiredSource | DesiredLink, host: str, lexicon: Lexicon) -> str | None:
    """The scope that specs lead to, or None where only the vendor could say."""
    if isinstance(document, DesiredLink):
        return link_scope(host, document.cluster_id, document.link)
    source_id: str | None = document.source_id
    if not source_id:
        endpoint = lexicon.desired.connection(document.connection).endpoint
        source_id = bound_names(lexicon.journal).get((endpoint, document.source))
    return source_scope(host, source_id) if source_id else None


def _unfound(named: Address, document: DesiredSource | DesiredLink | None, host: str) -> str:
    if isinstance(document, DesiredSource):
        return (
            f"the ledger does not know yet which source {document.source} is; run "
            f"`reconciler apply` once, put its sourceId into {document.origin}, or give "
            f"--scope {source_scope(host, 'SOURCE_ID')}"
        )
    return f"neither the specs nor the ledger know {named}; {_LOOK}"
