import math

import anyio
import pytest

from reconciler.errors import Withheld
from reconciler.model.desired import Limits
from reconciler.model.secret import Secret
from reconciler.providers.credential import BearerToken
from reconciler.providers.pace import Limiter, Limiters
from reconciler.records import replace
from tests.support.clock import FakeClock

pytestmark = pytest.mark.anyio
TWO = Limits(requests_per_second=2, burst=3, concurrency=0)
FREE = Limits(requests_per_second=0, burst=0, concurrency=0)


async def _ask(limiter: Limiter, times: int) -> None:
    for _ in range(times):
        async with limiter.slot():
            pass


async def test_a_burst_goes_at_once_and_then_the_rate_holds(clock: FakeClock) -> None:
    limiter = Limiter(TWO, clock)

    await _ask(limiter, 5)

    assert clock.monotonic() == pytest.approx(1.0)


async def test_the_bucket_fills_while_nobody_asks_but_never_over_the_burst(
    clock: FakeClock,
) -> None:
    limiter = Limiter(TWO, clock)
    await _ask(limiter, 3)
    clock.advance(100)

    await _ask(limiter, 4)

    assert clock.monotonic() == pytest.approx(100.5)


async def test_a_turn_that_is_not_used_is_the_next_ones(clock: FakeClock) -> None:
    limiter = Limiter(TWO, clock)
    await _ask(limiter, 3)

    for _ in range(5):
        with pytest.raises(Withheld):
            async with limiter.slot():
                raise Withheld("c", "POST /x", "interrupted")
    await _ask(limiter, 1)

    assert clock.monotonic() == pytest.approx(0.5)


@pytest.mark.parametrize("limits", [FREE, replace(FREE, burst=1), replace(TWO, burst=0)])
async def test_zero_lifts_a_limit(clock: FakeClock, limits: Limits) -> None:
    await _ask(Limiter(limits, clock), 200)

    assert clock.slept == []


async def test_only_as_many_requests_are_under_way_as_allowed(clock: FakeClock) -> None:
    limiter = Limiter(replace(FREE, concurrency=2), clock)
    under_way = 0
    most = 0

    async def request() -> None:
        nonlocal under_way, most
        async with limiter.slot():
            under_way += 1
            most = max(most, under_way)
            await anyio.lowlevel.checkpoint()
            under_way -= 1

    async with anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(request)

    assert most == 2


async def test_a_429_pauses_a_second_and_halves_the_rate(clock: FakeClock) -> None:
    limiter = Limiter(TWO, clock)

    limiter.heed(429, None)
    await _ask(limiter, 1)

    assert (limiter.rate, clock.monotonic()) == (1.0, 1.0)


async def test_a_429_s_pause_doubles_while_it_goes_on(clock: FakeClock) -> None:
    limiter = Limiter(FREE, clock)

    for _ in range(3):
        limiter.heed(429, None)
        await _ask(limiter, 1)

    assert clock.monotonic() == pytest.approx(1 + 2 + 4, abs=0.6)


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_honoured(clock: FakeClock, status: int) -> None:
    limiter = Limiter(FREE, clock)

    limiter.heed(status, 30.0)
    await _ask(limiter, 1)

    assert clock.monotonic() == pytest.approx(30.0)


async def test_no_pause_is_longer_than_two_minutes(clock: FakeClock) -> None:
    limiter = Limiter(FREE, clock)

    limiter.heed(503, 86400.0)
    await _ask(limiter, 1)

    assert clock.monotonic() == pytest.approx(120.0)


async def test_retry_after_of_a_good_answer_means_nothing(clock: FakeClock) -> None:
    limiter = Limiter(FREE, clock)

    limiter.heed(200, 30.0)
    await _ask(limiter, 1)

    assert clock.slept == []


def test_the_rate_comes_back_slowly_and_not_further_than_configured(clock: FakeClock) -> None:
    limiter = Limiter(TWO, clock)
    limiter.heed(429, None)

    limiter.heed(200, None)
    after_one = limiter.rate
    for _ in range(50):
        limiter.heed(200, None)

    assert (after_one, limiter.rate) == (1.05, 2.0)


def test_a_pace_without_limit_gets_one_with_a_429_and_loses_it_again(clock: FakeClock) -> None:
    limiter = Limiter(FREE, clock)
    limiter.heed(429, None)
    slowed = limiter.rate

    for _ in range(100):
        limiter.heed(200, None)

    assert (slowed, limiter.rate) == (5.0, math.inf)


def test_the_rate_never_falls_to_nothing(clock: FakeClock) -> None:
    limiter = Limiter(TWO, clock)

    for _ in range(100):
        limiter.heed(429, None)

    assert limiter.rate == 0.1


async def test_a_shared_credential_has_one_limiter_with_the_stricter_limits(
    clock: FakeClock,
) -> None:
    limiters = Limiters(clock)
    first = limiters.limiter_for("https://a", BearerToken(Secret("t")), FREE)

    second = limiters.limiter_for("https://a", BearerToken(Secret("t")), TWO)
    await _ask(first, 5)

    assert first is second
    assert clock.monotonic() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("endpoint", "token"), [("https://b", "t"), ("https://a", "other")], ids=["host", "credential"]
)
def test_other_credentials_and_hosts_have_limiters_of_their_own(
    clock: FakeClock, endpoint: str, token: str
) -> None:
    limiters = Limiters(clock)
    first = limiters.limiter_for("https://a", BearerToken(Secret("t")), TWO)

    assert limiters.limiter_for(endpoint, BearerToken(Secret(token)), TWO) is not first


async def test_a_429_slows_all_who_sign_with_a_credential_and_nobody_else(clock: FakeClock) -> None:
    limiters = Limiters(clock)
    ours, theirs = BearerToken(Secret("t")), BearerToken(Secret("other"))
    first = limiters.limiter_for("https://a", ours, TWO)
    second = limiters.limiter_for("https://a", ours, TWO)
    stranger = limiters.limiter_for("https://a", theirs, TWO)

    first.heed(429, None)
    await _ask(stranger, 1)
    at_once = clock.monotonic()
    await _ask(second, 1)

    assert (at_once, clock.monotonic()) == (0.0, 1.0)
    assert (second.rate, stranger.rate) == (1.0, 2.0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["stricter last", "stricter first"])
async def test_each_limit_of_a_shared_credential_is_the_smallest_of_any_connection(
    clock: FakeClock, order: tuple[int, int]
) -> None:
    """One is slow, the other may send few at once and has few under way."""
    both = (
        Limits(requests_per_second=1, burst=9, concurrency=9),
        Limits(requests_per_second=4, burst=2, concurrency=1),
    )
    limiters = Limiters(clock)
    key = BearerToken(Secret("t"))
    first, second = (limiters.limiter_for("https://a", key, both[index]) for index in order)
    under_way: list[int] = []

    async def ask(limiter: Limiter) -> None:
        async with limiter.slot():
            under_way.append(1)
            await anyio.lowlevel.checkpoint()
            assert sum(under_way) == 1
            under_way.pop()

    async with anyio.create_task_group() as group:
        for limiter in (first, second) * 3:
            group.start_soon(ask, limiter)

    assert clock.monotonic() == pytest.approx(4.0)
