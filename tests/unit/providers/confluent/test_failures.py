import pytest

from reconciler.errors import AuthFailed, Unreachable
from reconciler.model.desired import ProviderName
from reconciler.model.observed import (
    LinkTarget,
    LinkView,
    Mirror,
    ObservedLink,
    Problem,
    ProblemKind,
)
from reconciler.providers.advice import UNREADABLE
from reconciler.providers.confluent import ConfluentProvider
from tests.support.clock import FakeClock
from tests.support.confluent import BASE, CREDENTIAL, A, B, look, mirror, opened, paths, vendor
from tests.support.vendor import Reply, connection, limiter

pytestmark = pytest.mark.anyio


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
                "here: GET /kafka/v3/clusters/c2/links: no cluster c2 at this endpoint (404: 404 Cluster cannot be found.)",
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
        f"here: GET {BASE}: 403: 40301 Request is not authorized",
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
            f"here: GET {BASE}/a/mirrors: the answer cannot be read: Object missing required field"
            " `mirror_topic_name` - at `$.data[0]`",
            UNREADABLE,
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
        (
            Reply(500, {"error_code": 500, "message": "x"}),
            f"here: GET {BASE}/-/mirrors: 500: 500 x",
        ),
        (ConnectionResetError(), f"here: GET {BASE}/-/mirrors: the connection broke"),
        (
            Reply(401, {}),
            f"here: GET {BASE}/-/mirrors: the credential is not accepted: 401 (application/json): {{}}",
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
            f"here: GET {BASE}/a/mirrors: the list goes on at an address that is not followed",
            UNREADABLE,
        ),
    )


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
