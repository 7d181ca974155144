"""Documents for everything an account has: how they are called, and what they say."""

from collections.abc import Collection, Sequence
from datetime import datetime

from reconciler.core.adopting import (
    FoundRule,
    link_rules,
    link_unseen,
    source_rules,
    source_unseen,
)
from reconciler.core.inventories import own_names
from reconciler.core.naming import distinct, slug, surest
from reconciler.core.words import plural
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Connection
from reconciler.model.inventory import Inventory, ListedSource
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    ObservedConnection,
    ProblemKind,
    SourceView,
)
from reconciler.records import Struct, field

_UNREAD = (ProblemKind.UNREADABLE, ProblemKind.SILENT)


class FoundDocument(Struct, frozen=True):
    """One document to write.

    Attributes:
        address: What it is called.
        fields: Fields of `spec` before the rules, in order: name and text.
        rules: At least one.
        remark: What the vendor tells of it, without a full stop.
        group: What shares a file with it: a cluster id, or empty for sources.
    """

    address: Address
    fields: tuple[tuple[str, str], ...]
    rules: tuple[FoundRule, ...]
    remark: str
    group: str = ""


class Dumped(Struct, frozen=True):
    """Documents, and what could not be made one.

    Attributes:
        documents: Sorted by group and address.
        left_out: Sentences on what no document was written for.
        unread: Sentences on what could not be observed, and so is `unmanaged`.
    """

    documents: tuple[FoundDocument, ...] = ()
    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class DumpAsk(Struct, frozen=True):
    """What documents are made of.

    Attributes:
        connection: The connection.
        inventory: Everything that it leads to.
        chosen: What of it documents are wanted for.
        observed: What was seen of the latter.
        taken: Addresses that other documents have.
        completed: Whether a topic whose last snapshot completed shall be wanted so.
    """

    connection: Connection
    inventory: Inventory
    chosen: Inventory
    observed: ObservedConnection
    taken: Collection[Address] = field(default_factory=tuple)
    completed: bool = False


def documents_for(ask: DumpAsk) -> Dumped:
    """Documents under which a plan changes nothing.

    Args:
        ask: What they are made of.
    """
    sources = [v for v in ask.observed.sources if not _is_gone(v)]
    links = [v for v in ask.observed.links if not _is_gone(v)]
    views: list[SourceView | LinkView] = [*ask.observed.sources, *ask.observed.links]
    gone = [view.problem for view in views if _is_gone(view)]
    found = sorted(
        [*_source_documents(ask, sources), *_link_documents(ask, links)],
        key=lambda document: (document.group, document.address),
    )
    return Dumped(
        tuple(found),
        (*ask.chosen.notes, *(f"left out: {problem.message}" for problem in gone if problem)),
        tuple(sorted({*ask.chosen.problems, *_unread(sources, links)})),
    )


def _is_gone(view: SourceView | LinkView) -> bool:
    """Whether what was listed a moment ago is not there any more, or not ours."""
    return view.problem is not None and view.problem.kind not in _UNREAD


def _unread(sources: Sequence[SourceView], links: Sequence[LinkView]) -> set[str]:
    views: list[SourceView | LinkView] = [*sources, *links]
    problems = [view.problem for view in views]
    problems += [view.link.problem for view in links if view.link]
    seen = [topic for view in sources if view.source for topic in view.source.topics]
    problems += [t.problem for t in seen if t.problem and t.problem.kind is ProblemKind.UNREADABLE]
    return {problem.message for problem in problems if problem is not None}


def _source_documents(ask: DumpAsk, views: Sequence[SourceView]) -> list[FoundDocument]:
    listed = {source.id: source for source in ask.chosen.sources}
    own = own_names(ask.inventory.sources)
    mine = [listed[view.target.source_id] for view in views]
    wishes = [((name := slug(s.name, "source")), surest(name, s.id)) for s in mine]
    names = distinct(wishes, {a.name for a in ask.taken if a.kind is Kind.SOURCE})
    documents = []
    for view, source, name in zip(views, mine, names, strict=True):
        key = ("source", source.name) if source.name in own else ("sourceId", source.id)
        documents.append(
            FoundDocument(
                Address(Kind.SOURCE, name),
                (("connection", ask.connection.name), key),
                _rules_of(view, ask.observed.now, completed=ask.completed),
                _source_remark(view, source),
            )
        )
    return documents


def _rules_of(view: SourceView, now: datetime, *, completed: bool) -> tuple[FoundRule, ...]:
    if view.source is None:
        return (source_unseen(_why(view)),)
    return source_rules(view.source, now, completed=completed)


def _why(view: SourceView | LinkView) -> str:
    return view.problem.message if view.problem else "it was not seen"


def _source_remark(view: SourceView, source: ListedSource) -> str:
    parts = [f"{source.name or 'without a name'} ({source.id})"]
    if view.source is not None:
        told = (view.source.connector, view.source.status, plural(len(view.source.topics), "topic"))
        parts += [part for part in told if part]
    return ", ".join(parts)


def _link_documents(ask: DumpAsk, views: Sequence[LinkView]) -> list[FoundDocument]:
    targets = [view.target for view in views]
    names = _link_names(targets, {a.name for a in ask.taken if a.kind is Kind.CLUSTER_LINK})
    return [
        FoundDocument(
            Address(Kind.CLUSTER_LINK, name),
            (
                ("connection", ask.connection.name),
                ("clusterId", view.target.cluster_id),
                ("link", view.target.link),
            ),
            _link_rules(view, ask.observed.now),
            _link_remark(view),
            view.target.cluster_id,
        )
        for view, name in zip(views, names, strict=True)
    ]


def _link_names(links: Sequence[LinkTarget], taken: Collection[str]) -> tuple[str, ...]:
    wishes = []
    for link in links:
        name = slug(link.link, "link")
        longer = slug(f"{link.cluster_id}-{link.link}", "link")
        wishes.append((name, longer, surest(name, link.cluster_id, link.link)))
    return distinct(wishes, taken)


def _link_rules(view: LinkView, now: datetime) -> tuple[FoundRule, ...]:
    if view.link is None:
        return (link_unseen(_why(view)),)
    return link_rules(view.link, now)


def _link_remark(view: LinkView) -> str:
    if view.link is None:
        return "it could not be read"
    parts = [f"link {view.link.state or 'without a state'}", view.link.error]
    if view.link.mirrors is not None:
        parts.append(plural(len(view.link.mirrors), "mirror topic"))
    return ", ".join(part for part in parts if part)
