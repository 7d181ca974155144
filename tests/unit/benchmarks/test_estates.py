"""Answers by substitution are the sandbox's, and every name in them is its own."""

import msgspec
import pytest

from benchmarks import floors
from benchmarks.estates import Estate, Listing, specs
from benchmarks.replay import Answers
from tests.support.stage import desired_of

KAFKA = "/kafka/v3/clusters"


def decoded(answers: Answers, method: str, target: str, body: bytes = b"") -> object:
    found = answers.of(method, target, body)
    assert found is not None, target
    return floors.decoder_of(target).decode(found)


def test_a_listing_is_put_together_as_it_was_taken_apart() -> None:
    body = b'{"kind": "x", "data":[{"a": [1]},{"b":"]"}],"metadata":{"next":null}}'

    listing = Listing.of(body, "data")

    assert listing.head + b",".join(listing.items) + listing.tail == body
    assert len(listing.items) == 2


def test_every_link_has_its_own_topics_in_its_own_list_and_in_the_clusters() -> None:
    answers = Answers(Estate(links=3, mirrors=4, links_per_cluster=2))

    lists = [
        decoded(answers, "GET", f"{KAFKA}/lkc-b0000{c}b/links/-/mirrors").data for c in range(2)
    ]
    alone = [
        decoded(answers, "GET", f"{KAFKA}/lkc-b0000{c}b/links/link-a0000{n}a/mirrors").data
        for c, n in ((0, 0), (0, 1), (1, 2))
    ]
    names = [row.mirror_topic_name for rows in lists for row in rows]
    assert len(set(names)) == len(names) == 12
    assert [*alone[0], *alone[1]] == lists[0]
    assert alone[2] == lists[1]


def test_the_links_of_a_cluster_are_listed_once() -> None:
    answers = Answers(Estate(links=3, mirrors=4, links_per_cluster=2))

    found = decoded(answers, "GET", f"{KAFKA}/lkc-b00000b/links")

    assert [link.link_name for link in found.data] == ["link-a00000a", "link-a00001a"]


def test_the_pages_of_sources_and_topics_hold_each_once() -> None:
    answers = Answers(Estate(sources=150, topics=3))

    pages = [decoded(answers, "GET", f"/sources?page={n}&page_size=100") for n in (1, 2)]
    ids = [source.id for page in pages for source in page.result]
    query = f"entity_type=sources&entity_id={','.join(ids[:40])}"
    details = [decoded(answers, "GET", f"/topics/details?{query}&page={n}") for n in (1, 2, 3)]
    rows = [row for page in details for row in page.result]

    assert len(set(ids)) == 150
    assert {page.total for page in pages} == {150}
    assert len({row.id for row in rows}) == len(rows) == 120
    assert [len(page.result) for page in details] == [100, 20, 0]
    assert all(row.id.startswith(f"source_{row.entity.entity_id}.") for row in rows)
    assert len({i for row in rows for i in row.entity.topic_db_ids}) == 120


def test_every_other_source_has_one_run_that_is_too_old() -> None:
    answers = Answers(Estate(sources=2, topics=3))
    page = decoded(answers, "GET", "/sources?page=1")
    ids = [source.id for source in page.result]

    body = msgspec.json.encode({"entity_ids": ids})
    found = decoded(answers, "POST", "/dashboard/lineage/topics/batch", body)

    days = [{topic.snapshot_details[0].start_timestamp[:10] for topic in found[i]} for i in ids]
    assert [len(each) for each in days] == [1, 2]


def test_what_is_not_there_is_not_served() -> None:
    assert Answers(Estate(links=1, mirrors=1)).of("GET", f"{KAFKA}/lkc-none/links", b"") is None


@pytest.mark.parametrize(
    ("estate", "changes"),
    [
        (Estate(links=2, mirrors=1000), 20),
        (Estate(links=3, mirrors=101), 3),  # of the second hundred it would be the second
        (Estate(sources=5, topics=50), 2),
    ],
)
def test_about_one_in_a_hundred_is_not_as_it_is_wanted(estate: Estate, changes: int) -> None:
    assert estate.changes == changes


def test_specs_of_an_estate_are_valid_and_cover_it() -> None:
    desired = desired_of(
        specs(Estate(links=3, mirrors=4, sources=2, topics=3), "http://127.0.0.1:1", 4)
    )

    assert [link.link for link in desired.links] == [f"link-a0000{n}a" for n in range(3)]
    assert [source.source for source in desired.sources] == ["orders-c00000c", "orders-d00001d"]
    assert {connection.limits.concurrency for connection in desired.connections} == {4}
