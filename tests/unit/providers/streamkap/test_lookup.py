import pytest

from reconciler.errors import AuthFailed
from reconciler.model.observed import ObserveRequest, Problem, ProblemKind, SourceTarget
from reconciler.providers.advice import advice_for
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap.provider import StreamkapProvider
from tests.support.clock import FakeClock
from tests.support.streamkap import Streamkap, opened, source
from tests.support.vendor import Reply, Request

pytestmark = pytest.mark.anyio


def by_id(*ids: str) -> tuple[SourceTarget, ...]:
    return tuple(SourceTarget(source_id=item, wants_runs=False) for item in ids)


def by_name(*names: str) -> tuple[SourceTarget, ...]:
    return tuple(SourceTarget(name=item, wants_runs=False) for item in names)


async def find(
    provider: StreamkapProvider, targets: tuple[SourceTarget, ...]
) -> list[str | Problem | None]:
    seen = await provider.observe(ObserveRequest(sources=targets), Purpose.READS)
    return [view.source.id if view.source else view.problem for view in seen.sources]


def fleet(count: int) -> list[dict[str, object]]:
    return [source(f"s{number:04}") for number in range(count)]


async def test_one_id_is_one_request(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap(fleet(300)), clock)

    assert await find(provider, by_id("s0250")) == ["s0250"]
    assert vendor.log[1:] == ["GET /sources/s0250"]


async def test_one_name_is_one_request_and_matches_exactly(clock: FakeClock) -> None:
    sources = [source("s1", "orders"), source("s2", "orders-eu"), source("s3", "old-orders")]
    provider, vendor = opened(Streamkap(sources), clock)

    assert await find(provider, by_name("orders")) == ["s1"]
    assert [request.query for request in vendor.requests[1:]] == [
        {"partial_name": "orders", "page": "1", "page_size": "100"}
    ]


async def test_a_name_that_many_contain_is_looked_for_on_every_page(clock: FakeClock) -> None:
    sources = [*(source(f"s{n:03}", f"orders-{n}") for n in range(250)), source("x", "orders")]
    provider, vendor = opened(Streamkap(sources), clock)

    assert await find(provider, by_name("orders")) == ["x"]
    assert len(vendor.log) == 1 + 3


async def test_several_targets_are_found_on_the_first_page(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap(fleet(100)), clock)
    targets = (*by_id("s0003"), *by_name("name-s0001", "name-s0002"))

    assert await find(provider, targets) == ["s0003", "s0001", "s0002"]
    assert vendor.log[1:] == ["GET /sources"]


@pytest.mark.parametrize(
    ("missing", "requests"),
    [(1, 1 + 1), (4, 1 + 4), (5, 1 + 4)],
    ids=["look up one", "as many as pages", "pages"],
)
async def test_what_the_first_page_lacks_is_found_in_the_fewer_requests(
    clock: FakeClock, missing: int, requests: int
) -> None:
    provider, vendor = opened(Streamkap(fleet(500)), clock)
    ids = ["s0000", *(f"s{499 - number:04}" for number in range(missing))]

    assert await find(provider, by_id(*ids)) == ids
    assert len(vendor.log) == 1 + requests


async def test_pages_end_where_everything_was_found(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap(fleet(900)), clock)
    ids = [f"s{number:04}" for number in range(90, 110)]

    assert await find(provider, by_id(*ids)) == ids
    assert len(vendor.log) == 1 + 2


@pytest.mark.parametrize("total", [0, 100, 150, 10**6])
async def test_a_total_that_lies_hides_nothing(clock: FakeClock, total: int) -> None:
    provider, _ = opened(Streamkap(fleet(250), total=total), clock)

    found = await find(provider, by_id("s0001", "s0249", "s0120", "nobody"))

    assert found[:3] == ["s0001", "s0249", "s0120"]
    assert isinstance(found[3], Problem)


async def test_pages_that_repeat_themselves_end(clock: FakeClock) -> None:
    first = Reply(200, {"result": fleet(100), "total": 300})
    provider, vendor = opened(
        Streamkap(override=lambda ask: first if ask.path == "/sources" else None), clock
    )
    targets = by_name(*(f"nobody-{number}" for number in range(9)))

    found = await find(provider, targets)

    assert {item.kind for item in found if isinstance(item, Problem)} == {ProblemKind.NOT_FOUND}
    assert vendor.log[1:] == ["GET /sources", "GET /sources"]


async def test_a_short_page_size_of_the_vendor_is_a_full_page(clock: FakeClock) -> None:
    def small(request: Request) -> Reply | None:
        if request.path != "/sources":
            return None
        number = int(request.query["page"])
        rows = fleet(60)[(number - 1) * 25 : number * 25]
        return Reply(200, {"result": rows, "page_size": 25, "total": 60})

    provider, _ = opened(Streamkap(override=small), clock)

    ids = [f"s{number:04}" for number in range(10, 60)]
    assert await find(provider, by_id(*ids)) == ids


@pytest.mark.parametrize("answer", ["empty", "404"])
async def test_an_id_that_does_not_exist_is_not_found(clock: FakeClock, answer: str) -> None:
    gone = Reply(404, {"detail": "Source not found"})
    is_404 = answer == "404"
    streamkap = Streamkap(
        override=lambda ask: gone if is_404 and ask.path == "/sources/s9" else None
    )
    provider, _ = opened(streamkap, clock)

    assert await find(provider, by_id("s9")) == [
        Problem(
            ProblemKind.NOT_FOUND,
            "no source has the id s9",
            "check sourceId and the project of the token",
        )
    ]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("order", "did you mean 'orders'?"),
        ("zzz", "check the name and the project of the token"),
    ],
)
async def test_a_name_that_does_not_exist_comes_with_the_nearest(
    clock: FakeClock, name: str, advice: str
) -> None:
    provider, _ = opened(Streamkap([source("s1", "orders"), source("s2", "other")]), clock)

    found = await find(provider, by_name(name, "other"))

    problem = Problem(ProblemKind.NOT_FOUND, f"no source is named {name!r}", advice)
    assert found == [problem, "s2"]


async def test_a_name_that_exists_twice_is_ambiguous(clock: FakeClock) -> None:
    provider, _ = opened(Streamkap([source("s2", "orders"), source("s1", "orders")]), clock)

    assert await find(provider, by_name("orders")) == [
        Problem(
            ProblemKind.AMBIGUOUS,
            "2 sources are named 'orders': s1, s2",
            "name one of them by sourceId",
        )
    ]


async def test_a_source_without_a_name_is_found_by_id(clock: FakeClock) -> None:
    provider, _ = opened(Streamkap([source("s1", "orders"), source("s2") | {"name": None}]), clock)

    assert await find(provider, by_id("s2", "s1")) == ["s2", "s1"]


async def test_a_source_of_another_project_is_blocked(clock: FakeClock) -> None:
    streamkap = Streamkap(
        [source("s1"), source("s2", service_id="p2"), source("s3", service_id=None)]
    )
    provider, _ = opened(streamkap, clock, project="p1")

    assert await find(provider, by_id("s1", "s2", "s3")) == [
        "s1",
        Problem(
            ProblemKind.OTHER_PROJECT,
            "source s2 belongs to project p2, not to p1",
            "check spec.project of the connection, and the credential",
        ),
        Problem(
            ProblemKind.UNREADABLE,
            "Streamkap does not say which project source s3 belongs to",
        ),
    ]


async def test_one_look_up_that_fails_keeps_the_others(clock: FakeClock) -> None:
    broken = Reply(500, {"detail": "broken"}, {"x-request-id": "r1"})
    streamkap = Streamkap(
        fleet(500), override=lambda ask: broken if ask.path == "/sources/s0300" else None
    )
    provider, _ = opened(streamkap, clock)

    assert await find(provider, by_id("s0000", "s0300", "s0400")) == [
        "s0000",
        Problem(
            ProblemKind.UNREADABLE,
            "here: GET /sources/s0300: 500: broken (request id r1)",
            advice_for(500),
        ),
        "s0400",
    ]


async def test_a_list_that_fails_makes_what_is_missing_unreadable(clock: FakeClock) -> None:
    def second_page_fails(request: Request) -> Reply | None:
        is_second = request.query.get("page") == "2"
        return Reply(403, {"detail": "no"}) if is_second else None

    provider, _ = opened(Streamkap(fleet(300), override=second_page_fails), clock)

    found = await find(provider, by_id("s0001", "s0201", "s0202", "s0203"))

    problem = Problem(
        ProblemKind.UNREADABLE, "here: GET /sources: 403: no", "check what the credential may do"
    )
    assert found == ["s0001", problem, problem, problem]


async def test_a_refused_credential_is_one_error(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap(override=lambda _: Reply(401, {"detail": "no"})), clock)

    with pytest.raises(AuthFailed):
        await find(provider, by_name("a", "b", "c"))

    assert len(vendor.log) == 1


async def test_a_credential_that_is_refused_after_signing_in_is_one_error(clock: FakeClock) -> None:
    refusing = lambda ask: Reply(401, {}) if ask.path == "/sources" else None  # noqa: E731
    provider, _ = opened(Streamkap(override=refusing), clock)

    with pytest.raises(AuthFailed):
        await find(provider, by_name("a", "b", "c"))


async def test_who_looks_again_asks_for_each_at_once_where_pages_would_be_no_fewer(
    clock: FakeClock,
) -> None:
    """The first look reads a page in vain and asks for both; the second knows."""
    provider, vendor = opened(Streamkap(fleet(900)), clock)

    first = await find(provider, by_name("name-s0500", "name-s0700"))
    asked = len(vendor.log)
    again = await find(provider, by_id("s0500", "s0700"))

    assert first == again == ["s0500", "s0700"]
    assert vendor.log[1:asked].count("GET /sources") == 1 + 2
    assert vendor.log[asked:] == ["GET /sources/s0500", "GET /sources/s0700"]


async def test_who_looks_again_reads_the_pages_where_they_are_fewer(clock: FakeClock) -> None:
    provider, vendor = opened(Streamkap(fleet(150)), clock)
    ids = [f"s{number:04}" for number in range(90, 110)]

    await find(provider, by_id(*ids))
    asked = len(vendor.log)

    assert await find(provider, by_id(*ids)) == ids
    assert vendor.log[asked:] == ["GET /sources", "GET /sources"]


async def test_a_name_that_another_is_part_of_comes_with_its_answer(clock: FakeClock) -> None:
    sources = [*fleet(300), source("x", "orders"), source("y", "orders-eu")]
    provider, vendor = opened(Streamkap(sources), clock)

    assert await find(provider, by_name("orders", "orders-eu")) == ["x", "y"]
    assert [request.query.get("partial_name") for request in vendor.requests[1:]] == [
        None,
        "orders",
    ]


async def test_what_did_not_come_with_another_answer_is_asked_for(clock: FakeClock) -> None:
    """A vendor whose `partial_name` compares whole names."""
    sources = [*fleet(300), source("x", "orders"), source("y", "orders-eu")]

    def exact(request: Request) -> Reply | None:
        name = request.query.get("partial_name", "")
        rows = [row for row in sources if row["name"] == name]
        return Reply(200, {"result": rows, "total": len(rows)}) if name else None

    provider, vendor = opened(Streamkap(sources, override=exact), clock)

    assert await find(provider, by_name("orders", "orders-eu")) == ["x", "y"]
    assert [request.query.get("partial_name") for request in vendor.requests[1:]] == [
        None,
        "orders",
        "orders-eu",
    ]
