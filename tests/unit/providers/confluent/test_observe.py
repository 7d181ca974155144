from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from reconciler.errors import AuthFailed, Unreachable
from reconciler.model.change import Pause
from reconciler.model.desired import ProviderName
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    Mirror,
    ObservedConnection,
    ObservedLink,
    ObserveRequest,
    Problem,
    ProblemKind,
)
from reconciler.model.outcome import Reply as Word
from reconciler.model.outcome import Traffic
from reconciler.model.secret import Secret
from reconciler.providers.confluent import ConfluentProvider
from reconciler.providers.credential import ApiKey
from reconciler.providers.protocol import Purpose
from tests.support.clock import START, FakeClock
from tests.support.vendor import Reply, Request, Vendor, connection, limiter

pytestmark = pytest.mark.anyio
CREDENTIAL = ApiKey(Secret("key"), Secret("s3cret"))
BASE = "/kafka/v3/clusters/c1/links"
A = LinkTarget("c1", "a")
B = LinkTarget("c1", "b")
Override = Callable[[Request], Reply | Exception | None]


def mirror(topic: str, **fields: object) -> dict[str, object]:
    return {"mirror_topic_name": topic, "mirror_status": "ACTIVE"} | fields


def vendor(
    links: Mapping[str, list[dict[str, object]]],
    states: Mapping[str, str] | None = None,
    override: Override = lambda _: None,
) -> Vendor:
    """Cluster c1 with links and their mirrors."""

    def answer(request: Request) -> Reply | Exception:
        given = override(request)
        if given is not None:
            return given
        if not request.path.startswith(BASE):
            return Reply(404, {"error_code": 404, "message": "Cluster cannot be found."})
        name = request.path.removeprefix(BASE).removeprefix("/").removesuffix("/mirrors")
        if not name:
            rows = [
                {"link_name": link, "link_state": (states or {}).get(link, "ACTIVE")}
                for link in links
            ]
            return Reply(200, {"data": rows, "metadata": {"next": None}})
        wanted = links if name == "-" else {name: links[name]}
        rows = [row | {"link_name": link} for link, all_of in wanted.items() for row in all_of]
        return Reply(200, {"data": rows})

    return Vendor(answer)


def opened(answers: Vendor, clock: FakeClock) -> ConfluentProvider:
    declared = connection(ProviderName.CONFLUENT, base_path="/kafka/v3")
    return ConfluentProvider.open(declared, CREDENTIAL, limiter(clock), answers)


async def look(
    provider: ConfluentProvider, *targets: LinkTarget, states_only: bool = False
) -> ObservedConnection:
    request = ObserveRequest(links=targets, states_only=states_only)
    return await provider.observe(request, Purpose.READS)


def paths(answers: Vendor) -> list[str]:
    return sorted(request.path.removeprefix(BASE) for request in answers.requests)


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


@pytest.mark.parametrize(
    ("link", "advice"),
    [("east-to-wst", "did you mean 'east-to-west'?"), ("zzz", "check link and clusterId")],
)
async def test_a_link_that_is_not_listed_comes_with_the_nearest(
    clock: FakeClock, link: str, advice: str
) -> None:
    seen = await look(opened(vendor({"east-to-west": []}), clock), LinkTarget("c1", link))

    assert seen.links[0].problem == Problem(
        ProblemKind.NOT_FOUND, f"cluster c1 has no link {link!r}", advice
    )


async def test_a_cluster_that_does_not_exist_is_not_found(clock: FakeClock) -> None:
    other = LinkTarget("c2", "a")

    seen = await look(opened(vendor({"a": []}), clock), other, A)

    assert seen.links == (
        LinkView(
            other,
            None,
            Problem(
                ProblemKind.NOT_FOUND,
                "no cluster c2 at this endpoint (404: 404 Cluster cannot be found.)",
                "check clusterId, and basePath of the connection",
            ),
        ),
        LinkView(A, ObservedLink("c1", "a", "ACTIVE", mirrors=())),
    )


async def test_links_that_cannot_be_listed_are_unreadable(clock: FakeClock) -> None:
    no = Reply(403, {"error_code": 40301, "message": "Request is not authorized"})
    answers = vendor({}, override=lambda ask: no if ask.path == BASE else None)

    seen = await look(opened(answers, clock), A)

    assert seen.links[0].problem == Problem(
        ProblemKind.UNREADABLE,
        f"GET {BASE}: 403: 40301 Request is not authorized",
        "check what the credential may do",
    )


async def test_one_list_that_is_broken_makes_only_its_link_unreadable(clock: FakeClock) -> None:
    odd = Reply(200, {"data": [{"mirror_status": "ACTIVE"}]})
    answers = vendor(
        {"a": [], "b": [mirror("t")], "c": [], "d": [], "e": []},
        override=lambda ask: odd if ask.path == f"{BASE}/a/mirrors" else None,
    )

    seen = await look(opened(answers, clock), A, B)

    first, second = (view.link for view in seen.links)
    assert first is not None
    assert (first.mirrors, first.problem) == (
        None,
        Problem(
            ProblemKind.UNREADABLE,
            f"GET {BASE}/a/mirrors: the answer cannot be read: Object missing required field"
            " `mirror_topic_name` - at `$.data[0]`",
        ),
    )
    assert second == ObservedLink("c1", "b", "ACTIVE", mirrors=(Mirror("t", "ACTIVE"),))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(400, {"error_code": 400, "message": "no link"}),
        Reply(404, {}),
        Reply(200, {"data": [{"mirror_status": "ACTIVE"}]}),
        Reply(200, {"data": [mirror("t")]}),
    ],
    ids=["400", "404", "one odd row", "no link name"],
)
async def test_where_the_list_of_all_links_is_of_no_use_each_is_listed(
    clock: FakeClock, reply: Reply
) -> None:
    answers = vendor(
        {"a": [mirror("t")], "b": [mirror("u")]},
        override=lambda ask: reply if ask.path == f"{BASE}/-/mirrors" else None,
    )

    seen = await look(opened(answers, clock), A, B)

    assert [view.link.mirrors for view in seen.links if view.link] == [
        (Mirror("t", "ACTIVE"),),
        (Mirror("u", "ACTIVE"),),
    ]
    assert paths(answers) == ["", "/-/mirrors", "/a/mirrors", "/b/mirrors"]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(500, {"error_code": 500, "message": "x"}), f"GET {BASE}/-/mirrors: 500: 500 x"),
        (ConnectionResetError(), f"GET {BASE}/-/mirrors: the connection broke"),
        (
            Reply(401, {}),
            f"GET {BASE}/-/mirrors: the credential is not accepted: 401 (application/json): {{}}",
        ),
    ],
    ids=["500", "reset", "401"],
)
async def test_an_outage_of_the_list_of_all_links_is_not_asked_link_by_link(
    clock: FakeClock, reply: Reply | Exception, message: str
) -> None:
    answers = vendor(
        {"a": [], "b": []}, override=lambda ask: reply if ask.path == f"{BASE}/-/mirrors" else None
    )

    seen = await look(opened(answers, clock), A, B)

    problems = {view.link.problem for view in seen.links if view.link}
    assert {problem.message for problem in problems if problem} == {message}
    assert set(paths(answers)) == {"", "/-/mirrors"}


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


@pytest.mark.parametrize("following", ["https://evil.example/next", f"{BASE}/a/mirrors"])
async def test_a_list_that_goes_on_elsewhere_or_in_a_circle_is_unreadable(
    clock: FakeClock, following: str
) -> None:
    reply = Reply(200, {"data": [mirror("t")], "metadata": {"next": following}})
    answers = vendor(
        {"a": []}, override=lambda ask: reply if ask.path == f"{BASE}/a/mirrors" else None
    )

    seen = await look(opened(answers, clock), A)

    found = seen.links[0].link
    assert found is not None
    assert (found.mirrors, found.problem) == (
        None,
        Problem(
            ProblemKind.UNREADABLE,
            f"GET {BASE}/a/mirrors: the list goes on at an address that is not followed",
        ),
    )


async def test_while_something_settles_only_mirrors_are_read(clock: FakeClock) -> None:
    answers = vendor({"a": [mirror("t")], "b": []}, {"a": "PAUSED"})

    seen = await look(opened(answers, clock), A, B, states_only=True)

    assert seen.links == (
        LinkView(A, ObservedLink("c1", "a", None, mirrors=(Mirror("t", "ACTIVE"),))),
        LinkView(B, ObservedLink("c1", "b", None, mirrors=())),
    )
    assert paths(answers) == ["/a/mirrors", "/b/mirrors"]


@pytest.mark.parametrize("states_only", [False, True])
async def test_a_refused_credential_is_one_error(clock: FakeClock, states_only: bool) -> None:
    answers = vendor({}, override=lambda _: Reply(401, {"error_code": 40101, "message": "no"}))

    with pytest.raises(AuthFailed):
        await look(opened(answers, clock), A, LinkTarget("c2", "a"), states_only=states_only)


async def test_an_endpoint_that_cannot_be_reached_is_one_error(
    clock: FakeClock, unused_tcp_port_here: int
) -> None:
    declared = connection(
        ProviderName.CONFLUENT, endpoint=f"http://127.0.0.1:{unused_tcp_port_here}", base_path="/v3"
    )
    provider = ConfluentProvider.open(declared, CREDENTIAL, limiter(clock))

    with pytest.raises(Unreachable):
        await look(provider, A, LinkTarget("c2", "a"))
    await provider.aclose()


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
