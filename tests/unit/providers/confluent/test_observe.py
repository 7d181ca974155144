from datetime import UTC, datetime

import pytest

from reconciler.model.change import Pause
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    Mirror,
    ObservedConnection,
    ObservedLink,
)
from reconciler.model.outcome import Reply as Word
from reconciler.model.outcome import Traffic
from reconciler.providers.protocol import Purpose
from tests.support.clock import START, FakeClock
from tests.support.confluent import BASE, A, B, look, mirror, opened, paths, vendor
from tests.support.vendor import Reply, Request

pytestmark = pytest.mark.anyio


async def test_a_link_is_seen_whole(clock: FakeClock) -> None:
    answers = vendor({"a": [mirror("t2"), mirror("t1", mirror_status="PAUSED")]})
    provider = opened(answers, clock)

    seen = await look(provider, A)

    mirrors = (Mirror("t1", "PAUSED"), Mirror("t2", "ACTIVE"))
    link = ObservedLink("c1", "a", "ACTIVE", mirrors=mirrors)
    assert seen == ObservedConnection("here", START, links=(LinkView(A, link),))
    assert paths(answers) == ["", "/a/mirrors"]
    assert answers.requests[0].headers["authorization"] == "Basic a2V5OnMzY3JldA=="
    assert provider.traffic() == Traffic(reads=2)
    assert (provider.connection, provider.identity) == ("here", "sandbox")


async def test_nothing_asked_is_nothing_sent(clock: FakeClock) -> None:
    answers = vendor({})

    assert await look(opened(answers, clock)) == ObservedConnection("here", START)
    assert answers.log == []


@pytest.mark.parametrize(
    ("links", "targets", "lists"),
    [
        (1, 1, ["/l0/mirrors"]),
        (2, 1, ["/l0/mirrors"]),
        (2, 2, ["/-/mirrors"]),
        (4, 2, ["/-/mirrors"]),
        (5, 2, ["/l0/mirrors", "/l1/mirrors"]),
        (5, 3, ["/-/mirrors"]),
    ],
)
async def test_all_mirrors_are_listed_at_once_where_half_of_the_links_are_wanted(
    clock: FakeClock, links: int, targets: int, lists: list[str]
) -> None:
    answers = vendor({f"l{number}": [mirror(f"t{number}")] for number in range(links)})

    seen = await look(
        opened(answers, clock), *(LinkTarget("c1", f"l{number}") for number in range(targets))
    )

    assert paths(answers) == ["", *lists]
    assert [view.link.mirrors for view in seen.links if view.link] == [
        (Mirror(f"t{number}", "ACTIVE"),) for number in range(targets)
    ]


@pytest.mark.parametrize("state", ["PAUSED", "FAILED"])
async def test_mirrors_of_a_link_that_hides_their_state_are_not_read(
    clock: FakeClock, state: str
) -> None:
    answers = vendor({"a": [mirror("t")], "b": [mirror("u")]}, {"a": state})

    seen = await look(opened(answers, clock), A, B)

    assert seen.links == (
        LinkView(A, ObservedLink("c1", "a", state)),
        LinkView(B, ObservedLink("c1", "b", "ACTIVE", mirrors=(Mirror("u", "ACTIVE"),))),
    )
    assert paths(answers) == ["", "/b/mirrors"]


@pytest.mark.parametrize("state", ["UNAVAILABLE", "UNKNOWN", "AVAILABLE", "HIBERNATING"])
async def test_mirrors_of_any_other_link_are_read(clock: FakeClock, state: str) -> None:
    answers = vendor({"a": [mirror("t")]}, {"a": state})

    seen = await look(opened(answers, clock), A)

    assert seen.links[0].link == ObservedLink("c1", "a", state, mirrors=(Mirror("t", "ACTIVE"),))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Mirror("t", None)),
        (
            {
                "mirror_status": "HIBERNATING",
                "mirror_topic_error": "SOURCE_TOPIC_MAY_BE_DELETED",
                "state_time_ms": 1793527200000,
                "mirror_lags": [{"partition": 1, "lag": 5}, {"partition": 0, "lag": 7}],
                "num_partitions": 2,
            },
            Mirror(
                "t",
                "HIBERNATING",
                "SOURCE_TOPIC_MAY_BE_DELETED",
                datetime(2026, 11, 1, 10, tzinfo=UTC),
                12,
            ),
        ),
        ({"mirror_topic_error": "NO_ERROR"}, Mirror("t", None)),
        ({"mirror_topic_error": "NOT_SET"}, Mirror("t", None)),
        ({"mirror_lags": []}, Mirror("t", None)),
        ({"mirror_lags": [{"lag": None}]}, Mirror("t", None)),
        ({"mirror_lags": [{"lag": 0}, {}]}, Mirror("t", None, lag=0)),
        ({"state_time_ms": -1}, Mirror("t", None)),
        ({"state_time_ms": 1e300}, Mirror("t", None)),
        (
            {
                "mirror_status": None,
                "mirror_topic_error": None,
                "state_time_ms": None,
                "mirror_lags": None,
            },
            Mirror("t", None),
        ),
    ],
)
async def test_a_mirror_is_read_as_it_is(
    clock: FakeClock, fields: dict[str, object], expected: Mirror
) -> None:
    answers = vendor({"a": [{"mirror_topic_name": "t"} | fields]})

    seen = await look(opened(answers, clock), A)

    assert seen.links[0].link == ObservedLink("c1", "a", "ACTIVE", mirrors=(expected,))


@pytest.mark.parametrize(
    ("fields", "state", "error"),
    [
        ({}, None, ""),
        ({"link_state": None, "link_error": None, "link_error_message": None}, None, ""),
        ({"link_error": "NO_ERROR", "link_error_message": "fine"}, None, ""),
        ({"link_error": "TIMEOUT_ERROR"}, None, "TIMEOUT_ERROR"),
        (
            {
                "link_state": "FAILED",
                "link_error": "AUTHENTICATION_ERROR",
                "link_error_message": "x\ny",
            },
            "FAILED",
            "AUTHENTICATION_ERROR: x y",
        ),
    ],
)
async def test_a_link_is_read_as_it_is(
    clock: FakeClock, fields: dict[str, object], state: str | None, error: str
) -> None:
    rows = Reply(200, {"data": [{"link_name": "a"} | fields, {"link_name": ""}, {}]})
    answers = vendor({"a": []}, override=lambda ask: rows if ask.path == BASE else None)

    seen = await look(opened(answers, clock), A)

    found = seen.links[0].link
    assert found is not None
    assert (found.state, found.error) == (state, error)


async def test_a_list_that_goes_on_is_followed_on_the_same_host(clock: FakeClock) -> None:
    def pages(request: Request) -> Reply | None:
        if request.path != f"{BASE}/a/mirrors":
            return None
        if request.query:
            return Reply(200, {"data": [mirror("t2")], "metadata": {"self": "x"}})
        following = f"http://sandbox{BASE}/a/mirrors?page_token=x%3D"
        return Reply(200, {"data": [mirror("t1")], "metadata": {"next": following}})

    answers = vendor({"a": []}, override=pages)

    seen = await look(opened(answers, clock), A)

    assert seen.links[0].link == ObservedLink(
        "c1", "a", "ACTIVE", mirrors=(Mirror("t1", "ACTIVE"), Mirror("t2", "ACTIVE"))
    )
    assert answers.requests[-1].query == {"page_token": "x="}


async def test_while_something_settles_only_mirrors_are_read(clock: FakeClock) -> None:
    answers = vendor({"a": [mirror("t")], "b": []}, {"a": "PAUSED"})

    seen = await look(opened(answers, clock), A, B, states_only=True)

    assert seen.links == (
        LinkView(A, ObservedLink("c1", "a", None, mirrors=(Mirror("t", "ACTIVE"),))),
        LinkView(B, ObservedLink("c1", "b", None, mirrors=())),
    )
    assert paths(answers) == ["/a/mirrors", "/b/mirrors"]


async def test_once_the_links_were_counted_one_list_serves_most_of_them(clock: FakeClock) -> None:
    answers = vendor({"a": [mirror("t")], "b": [], "c": []})
    provider = opened(answers, clock)
    await look(provider, A)
    answers.requests.clear()

    await look(provider, A, B, states_only=True)
    await look(provider, A, states_only=True)

    assert paths(answers) == ["/-/mirrors", "/a/mirrors"]


async def test_the_vendor_s_clock_counts(clock: FakeClock) -> None:
    late = Reply(200, {"data": []}, {"date": "Sun, 22 Nov 2026 13:00:00 GMT"})
    provider = opened(vendor({}, override=lambda _: late), clock)

    seen = await look(provider, A)

    assert (seen.now, len(seen.warnings)) == (datetime(2026, 11, 22, 13, tzinfo=UTC), 1)


async def test_a_change_is_sent_as_it_was_rendered(clock: FakeClock) -> None:
    done = Reply(200, {"data": [{"mirror_topic_name": "t"}]}, {"x-request-id": "r1"})
    answers = vendor({}, override=lambda ask: done if ask.method == "POST" else None)
    provider = opened(answers, clock)
    provider.permit_writes()
    change = Pause("c1", "a", ("t",))

    receipt = await provider.send(change, provider.render(change))

    assert (receipt.reply, receipt.request_id) == (Word.ACCEPTED, "r1")
    assert (answers.log, answers.requests[0].body) == (
        [f"POST {BASE}/a/mirrors:pause"],
        {"mirror_topic_names": ["t"]},
    )
    assert provider.traffic() == Traffic(calls=1)


async def test_sources_are_none_of_confluent_s(clock: FakeClock) -> None:
    provider = opened(vendor({}), clock)

    assert await provider.topics(["s1"], Purpose.READS, seen_runs=True) == ()
    assert not provider.db_ids_known("s1")
