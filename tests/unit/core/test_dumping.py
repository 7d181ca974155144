from reconciler.core.dumping import DumpAsk, Dumped, documents_for
from reconciler.core.inventories import request_for, undeclared
from reconciler.model.address import Address, Kind
from reconciler.model.inventory import Inventory, ListedSource
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    ObservedConnection,
    ObservedLink,
    ObservedSource,
    ObserveRequest,
    ProblemKind,
    SourceTarget,
    SourceView,
)
from reconciler.records import replace
from tests.support.specs import (
    MISSING,
    NOW,
    UNREADABLE,
    confluent,
    desired,
    idle,
    link_document,
    mirror,
    mirroring,
    source_document,
    streamkap,
    topic,
    unread,
)

A, B = "a" * 24, "b" * 24


def seen(source_id: str, name: str, *topics) -> SourceView:
    found = ObservedSource(source_id, name, "Active", "postgresql", topics)
    return SourceView(SourceTarget(source_id), found)


def of_sources(*views: SourceView, **changes: object) -> Dumped:
    listed = [
        ListedSource(v.target.source_id, v.source.name if v.source else v.target.source_id)
        for v in views
    ]
    inventory = Inventory(tuple(listed))
    ask = DumpAsk(streamkap(), inventory, inventory, ObservedConnection("sk", NOW, views))
    return documents_for(replace(ask, **changes))


def of_links(*views: LinkView, **changes: object) -> Dumped:
    inventory = Inventory(links=tuple(v.target for v in views))
    ask = DumpAsk(confluent(), inventory, inventory, ObservedConnection("cc", NOW, links=views))
    return documents_for(replace(ask, **changes))


def linked(cluster: str, name: str, *mirrors, state: str | None = "ACTIVE") -> LinkView:
    return LinkView(LinkTarget(cluster, name), ObservedLink(cluster, name, state, "", mirrors))


def test_a_source_is_spoken_of_by_its_name() -> None:
    (found,) = of_sources(seen(A, "Orders", topic("t"))).documents

    assert found.address == Address(Kind.SOURCE, "orders")
    assert found.fields == (("connection", "sk"), ("source", "Orders"))
    assert found.remark == f"Orders ({A}), postgresql, Active, 1 topic"


def test_sources_of_one_name_are_spoken_of_by_their_ids() -> None:
    found = of_sources(seen(A, "orders"), seen(B, "orders")).documents
    names = {document.address.name for document in found}

    assert sorted(d.fields[1] for d in found) == [("sourceId", A), ("sourceId", B)]
    assert len(names) == 2
    assert "orders" not in names


def test_a_name_that_a_document_has_is_not_given_again() -> None:
    (found,) = of_sources(seen(A, "orders"), taken={Address(Kind.SOURCE, "orders")}).documents

    assert found.address.name != "orders"
    assert found.fields[1] == ("source", "orders")


def test_a_source_that_could_not_be_read_is_left_alone_and_told() -> None:
    dumped = of_sources(SourceView(SourceTarget(A), None, UNREADABLE))

    assert [d.rules[0].remark for d in dumped.documents] == [UNREADABLE.message]
    assert [d.remark for d in dumped.documents] == [f"{A} ({A})"]
    assert dumped.unread == (UNREADABLE.message,)


def test_what_is_gone_since_it_was_listed_is_left_out() -> None:
    dumped = of_sources(SourceView(SourceTarget(A), None, MISSING), seen(B, "b"))

    assert [d.address.name for d in dumped.documents] == ["b"]
    assert dumped.left_out == ("left out: there is no such source",)
    assert dumped.unread == ()


def test_topics_that_could_not_be_read_are_told_once() -> None:
    silent = replace(UNREADABLE, kind=ProblemKind.SILENT, message="silence")
    topics = (unread("a", UNREADABLE), unread("b", UNREADABLE), unread("c", silent), unread("d"))
    dumped = of_sources(seen(A, "orders", *topics), completed=True)

    assert dumped.unread == (UNREADABLE.message,)


def test_links_of_one_name_are_told_apart_by_their_clusters() -> None:
    dumped = of_links(linked("lkc-2", "west"), linked("lkc-1", "west"), linked("lkc-1", "East"))

    assert [(d.group, d.address.name) for d in dumped.documents] == [
        ("lkc-1", "east"),
        ("lkc-1", "lkc-1-west"),
        ("lkc-2", "lkc-2-west"),
    ]


def test_links_that_are_spelt_alike_get_names_all_the_same() -> None:
    dumped = of_links(linked("lkc-1", "a b"), linked("lkc-1", "a_b"))
    names = {d.address.name for d in dumped.documents}

    assert len(names) == 2
    assert all(name.startswith("a-b-") for name in names)


def test_a_link_says_what_the_vendor_tells_of_it() -> None:
    (found,) = of_links(linked("lkc-1", "west", mirror("a", "ACTIVE"), state=None)).documents

    assert found.remark == "link without a state, 1 mirror topic"
    assert found.fields == (("connection", "cc"), ("clusterId", "lkc-1"), ("link", "west"))


def test_a_link_that_could_not_be_read_is_left_alone_and_told() -> None:
    target = LinkTarget("lkc-1", "west")
    half = LinkView(target, ObservedLink("lkc-1", "west", "ACTIVE", problem=UNREADABLE))
    whole = LinkView(LinkTarget("lkc-1", "zest"), None, UNREADABLE)
    dumped = of_links(half, whole, LinkView(LinkTarget("lkc-1", "x"), None, MISSING))

    assert [d.rules[0].remark for d in dumped.documents] == [UNREADABLE.message] * 2
    assert [d.remark for d in dumped.documents] == ["link ACTIVE", "it could not be read"]
    assert dumped.unread == (UNREADABLE.message,)


def test_a_view_without_anything_says_so() -> None:
    dumped = of_links(LinkView(LinkTarget("lkc-1", "west"), None))

    assert dumped.documents[0].rules[0].remark == "it was not seen"


INVENTORY = Inventory(
    (ListedSource(A, "orders"), ListedSource(B, "till"), ListedSource("odd", "a\nb")),
    (LinkTarget("lkc-1", "west"), LinkTarget("lkc-1", "lab"), LinkTarget("lkc-1", " x")),
)


def test_what_documents_speak_of_is_left_out_and_so_is_what_none_can() -> None:
    specs = desired(
        source_document("x", idle("t"), source="orders"),
        link_document("y", mirroring("t"), cluster_id="lkc-1", link="west"),
    )
    found = undeclared(INVENTORY, specs, streamkap())

    assert found.sources == (ListedSource(B, "till"),)
    assert undeclared(INVENTORY, specs, confluent()).links == (LinkTarget("lkc-1", "lab"),)
    assert found.notes == (
        "left out: 1 that documents speak of already",
        "left out: 1 source(s) whose name no spec can hold",
        "left out: 1 cluster link(s) whose name no spec can hold",
    )


def test_documents_of_another_endpoint_speak_of_something_else() -> None:
    other = streamkap("other", endpoint="https://other.test")
    specs = desired(streamkap(), other, source_document("x", idle("t"), connection="other"))
    found = undeclared(Inventory((ListedSource(A, "x"),)), specs, streamkap())

    assert found == Inventory((ListedSource(A, "x"),))


def test_snapshots_are_only_looked_at_where_they_matter() -> None:
    inventory = Inventory((ListedSource(A, "x"),), (LinkTarget("lkc-1", "west"),))

    assert request_for(inventory, completed=False) == ObserveRequest(
        (SourceTarget(A, wants_runs=False),), (LinkTarget("lkc-1", "west"),)
    )
    assert request_for(inventory, completed=True).sources == (
        SourceTarget(A, wants_all_topics=True),
    )
