"""What a selection takes."""

import pytest

from reconciler.core.select import EVERYTHING, Selection, Selector, narrow, parse_selector, taken
from reconciler.model.address import Address, Kind
from reconciler.model.desired import Desired
from reconciler.model.verdict import Finding, Verdict
from tests.support.specs import DOCUMENT, desired, idle, link_document, mirroring, source_document

A = source_document("a", idle("x"), labels=(("team", "red"), ("tier", "1")))
B = source_document("b", idle("x"))
L = link_document("a", mirroring("m"), labels=(("team", "red"),))
SPECS = desired(A, B, L)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Source/a", Selector(Kind.SOURCE, "a")),
        ("source/a*", Selector(Kind.SOURCE, "a*")),
        ("CLUSTERLINK/a/m.*", Selector(Kind.CLUSTER_LINK, "a", "m.*")),
        ("Source/a/b/c", Selector(Kind.SOURCE, "a", "b/c")),
        ("Source/a/", Selector(Kind.SOURCE, "a")),
    ],
)
def test_a_selector_is_read(text, expected):
    assert parse_selector(text) == expected


@pytest.mark.parametrize("text", ["", "Source", "Source/", "Source//x", "Connection/a", "a/b"])
def test_what_is_no_selector_is_refused_with_what_it_should_be(text):
    with pytest.raises(ValueError, match="is no KIND/NAME or KIND/NAME/TOPIC"):
        parse_selector(text)


@pytest.mark.parametrize(
    ("texts", "labels", "sources", "links"),
    [
        ([], (), (A, B), (L,)),
        (["Source/a"], (), (A,), ()),
        (["Source/A"], (), (), ()),
        (["Source/?", "ClusterLink/*"], (), (A, B), (L,)),
        ([], (("team", "red"),), (A,), (L,)),
        ([], (("team", "red"), ("tier", "1")), (A,), ()),
        ([], (("team", "blue"),), (), ()),
        (["Source/b"], (("team", "red"),), (), ()),
        (["Source/a/nothing"], (), (A,), ()),
    ],
)
def test_documents_are_narrowed_and_connections_stay(texts, labels, sources, links):
    selection = Selection(tuple(map(parse_selector, texts)), labels)

    assert narrow(SPECS, selection) == Desired(SPECS.connections, sources, links)


@pytest.mark.parametrize(
    ("selection", "everything"),
    [
        (EVERYTHING, True),
        (Selection((Selector(Kind.SOURCE, "*"),)), False),
        (Selection(labels=(("a", "b"),)), False),
        (Selection(documents=frozenset()), False),
    ],
)
def test_only_an_empty_selection_is_everything(selection, everything):
    assert selection.is_everything == everything


@pytest.mark.parametrize(
    ("texts", "documents", "sources", "links"),
    [
        ([], [A.address], (A,), ()),
        ([], [A.address, L.address], (A,), (L,)),
        (["Source/*"], [B.address, L.address], (B,), ()),
        ([], [], (), ()),
    ],
)
def test_a_list_of_documents_narrows_what_is_selected(texts, documents, sources, links):
    selection = Selection(tuple(map(parse_selector, texts)), documents=frozenset(documents))

    assert narrow(SPECS, selection) == Desired(SPECS.connections, sources, links)
    assert selection.takes_topic(A.address.of("x")) == (A in sources)


def _finding(text: str) -> Finding:
    kind, name, *topic = text.split("/")
    return Finding(Address(Kind(kind), name, *topic), Verdict.IN_SYNC, "", DOCUMENT)


@pytest.mark.parametrize(
    ("texts", "labels", "expected"),
    [
        ([], (), ["Source/a", "Source/a/x", "Source/a/y", "Source/b/x", "ClusterLink/a/x"]),
        (["Source/a/x"], (), ["Source/a", "Source/a/x"]),
        (["Source/a/*"], (), ["Source/a", "Source/a/x", "Source/a/y"]),
        (["Source/a"], (), ["Source/a", "Source/a/x", "Source/a/y"]),
        (["Source/a/y", "Source/b"], (), ["Source/a", "Source/a/y", "Source/b/x"]),
        (["Source/*/x"], (), ["Source/a", "Source/a/x", "Source/b/x"]),
        ([], (("tier", "1"),), ["Source/a", "Source/a/x", "Source/a/y"]),
    ],
)
def test_findings_are_taken_by_document_and_topic(texts, labels, expected):
    names = ["Source/a", "Source/a/x", "Source/a/y", "Source/b/x", "ClusterLink/a/x"]
    findings = tuple(map(_finding, names))
    selection = Selection(tuple(map(parse_selector, texts)), labels)

    found = taken(findings, narrow(SPECS, selection), selection)

    assert [str(f.address) for f in found] == expected
