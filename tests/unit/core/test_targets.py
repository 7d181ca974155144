"""What has to be looked at; nothing that no verdict needs."""

from datetime import timedelta

import pytest

from reconciler.core.targets import requests, requests_again
from reconciler.model.observed import LinkTarget, ObserveRequest, SourceTarget
from tests.support.specs import (
    CLUSTER,
    LINK,
    NOW,
    SINCE,
    ago,
    completed,
    desired,
    idle,
    left_alone,
    link_document,
    mirroring,
    since,
    source_document,
    unmanaged,
    young,
)


def _targets(*documents):
    return {name: r.sources for name, r in requests(desired(*documents), NOW).items()}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([completed("x")], SourceTarget("", "a", False, True, SINCE)),
        ([idle("x")], SourceTarget("", "a", False, True, None)),
        ([idle("x*")], SourceTarget("", "a", True, True, None)),
        ([idle("x"), unmanaged("*")], SourceTarget("", "a", False, True, None)),
        (
            [completed("x"), completed("y", since=since(-9))],
            SourceTarget("", "a", False, True, since(-9)),
        ),
        (
            [completed("x", since=since(9)), young("y")],
            SourceTarget("", "a", False, True, ago(days=7)),
        ),
    ],
)
def test_what_one_document_needs(rules, expected):
    assert _targets(source_document("a", *rules)) == {"sk": (expected,)}


def test_a_document_is_looked_up_by_its_id_where_it_has_one():
    document = source_document("a", idle("x"), source="", source_id="id-1")

    assert _targets(document) == {"sk": (SourceTarget("id-1", ""),)}


def test_documents_that_claim_nothing_need_nothing():
    specs = desired(source_document("a", unmanaged("*")), link_document("b", left_alone("*")))

    assert requests(specs, NOW) == {}


def test_documents_of_one_source_share_a_look():
    documents = [
        source_document("a", completed("x"), source="s"),
        source_document("b", idle("x*"), source="s"),
        source_document("c", young("y", max_age=timedelta(days=30)), source="s"),
        source_document("d", idle("z"), source="r"),
    ]

    assert _targets(*documents) == {
        "sk": (SourceTarget("", "r"), SourceTarget("", "s", True, True, ago(days=30)))
    }


def test_documents_without_a_time_share_a_look_without_one():
    documents = [source_document(n, idle("x"), source="s") for n in "ab"]

    assert _targets(*documents) == {"sk": (SourceTarget("", "s"),)}


def test_requests_are_sorted_by_connection_and_target():
    specs = desired(
        link_document("z", mirroring("m"), connection="b", link="l2"),
        link_document("y", mirroring("m"), connection="b", link="l1"),
        link_document("x", mirroring("n"), connection="b", link="l1"),
        source_document("s2", idle("x"), connection="b"),
        source_document("s1", idle("x"), connection="b"),
        source_document("s", idle("x"), connection="a"),
    )

    found = requests(specs, NOW)

    assert list(found.items()) == [
        ("a", ObserveRequest((SourceTarget("", "s"),))),
        (
            "b",
            ObserveRequest(
                (SourceTarget("", "s1"), SourceTarget("", "s2")),
                (LinkTarget(CLUSTER, "l1"), LinkTarget(CLUSTER, "l2")),
            ),
        ),
    ]


def test_a_link_is_looked_at_once_for_all_its_documents():
    specs = desired(link_document("a", mirroring("m")), link_document("b", mirroring("n")))

    assert requests(specs, NOW) == {"cc": ObserveRequest(links=(LinkTarget(CLUSTER, LINK),))}


def test_what_a_plan_touches_is_asked_for_by_id_as_far_back_as_then():
    documents = (
        source_document("a", completed("x"), young("y*")),
        source_document("b", completed("x", since=ago(days=90)), source="a"),
        source_document("c", idle("*")),
        link_document("l", mirroring("*")),
    )
    addresses = {d.address.name: d.address for d in documents}
    places = [
        ("sk", addresses["a"], "id-a"),
        ("sk", addresses["b"], "id-a"),
        ("sk", addresses["c"], "id-c"),
        ("cc", addresses["l"], f"{CLUSTER}/{LINK}"),
    ]

    wanted, targets = requests_again(desired(*documents), places, NOW)

    first = SourceTarget("id-a", oldest_since=ago(days=90))
    assert targets == {"id-a": first, "id-c": SourceTarget("id-c")}
    assert wanted == {
        "cc": ObserveRequest(links=(LinkTarget(CLUSTER, LINK),)),
        "sk": ObserveRequest((first, SourceTarget("id-c"))),
    }
    assert list(wanted) == ["cc", "sk"]
