import httpx
import pytest

from reconciler.errors import (
    AnswerLost,
    AuthFailed,
    ReadFailed,
    Unreachable,
    Withheld,
    WriteRefused,
)
from reconciler.model.outcome import Traffic
from reconciler.model.secret import Secret
from reconciler.providers.credential import StreamkapCredential
from reconciler.providers.exchange import Answer, Ask
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap.auth import TokenSigner
from reconciler.providers.streamkap.client import DIALECT
from reconciler.providers.transport import Transport
from tests.support.clock import FakeClock
from tests.support.vendor import Reply, Vendor, connection, in_turn, limiter

pytestmark = pytest.mark.anyio
WRITE = Ask("POST", "/sources/snapshot", body={"source_id": "s"})
TOKEN = Reply(200, {"accessToken": "first-token", "expiresIn": 3600})
SECOND = Reply(200, {"accessToken": "second-token", "expiresIn": 3600})
CREDENTIAL = StreamkapCredential(Secret("client-id"), Secret("client-secret"))


def transport(vendor: Vendor, clock: FakeClock) -> Transport:
    return Transport(connection(), DIALECT, TokenSigner(CREDENTIAL), limiter(clock), vendor)


def writing(vendor: Vendor, clock: FakeClock) -> Transport:
    link = transport(vendor, clock)
    link.permit_writes()
    return link


NOT_READS = [
    Ask("POST", path)
    for path in (
        "/sources",
        "/sources/snapshot",
        "/sources/cancel_snapshot",
        "/sources/stop_incremental_snapshot",
        "/sources/stop_blocking_snapshot",
        "/topics/bulk/snapshot",
        "/topics/bulk/stop-snapshot",
        "/auth/access-token/",
        "/auth/access-token?x",
        "/sources/search/../snapshot",
        "/dashboard/lineage/topics/batch/x",
        "/kafka/v3/clusters/c/links/l/mirrors:pause",
    )
] + [
    Ask(method, path)
    for method in ("PUT", "DELETE", "PATCH", "get", "HEAD", "OPTIONS")
    for path in ("/sources/1", "/auth/access-token", "/sources/search")
]


@pytest.mark.parametrize("ask", NOT_READS, ids=str)
async def test_until_writes_are_permitted_nothing_but_reads_leaves(
    clock: FakeClock, ask: Ask
) -> None:
    vendor = Vendor(in_turn(TOKEN))
    link = transport(vendor, clock)

    with pytest.raises(WriteRefused):
        await link.write(ask)
    with pytest.raises(WriteRefused):
        await link.read(ask, Purpose.READS, bytes)

    assert [request for request in vendor.log if request != "POST /auth/access-token"] == []


@pytest.mark.parametrize(
    "path",
    [
        "/auth/access-token",
        "/auth/access-token/refresh",
        "/sources/search",
        "/dashboard/lineage/topics/batch",
    ],
)
async def test_posts_that_only_read_may_leave(clock: FakeClock, path: str) -> None:
    vendor = Vendor(in_turn(TOKEN))

    await transport(vendor, clock).read(Ask("POST", path, body={}), Purpose.READS, bytes)

    assert vendor.log[-1] == f"POST {path}"


async def test_a_write_is_sent_once_it_is_permitted(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(TOKEN, Reply(200, {}, {"x-request-id": "r1"})))
    link = writing(vendor, clock)

    sent = await link.write(WRITE)

    assert isinstance(sent.outcome, Answer)
    assert (sent.outcome.status, sent.outcome.request_id, sent.attempts) == (200, "r1", 1)
    assert link.traffic() == Traffic(tokens=1, calls=1)


async def test_what_a_write_was_answered_may_be_quoted(clock: FakeClock) -> None:
    """The token is cut out of a 200 as well: it may turn out to be no JSON."""
    vendor = Vendor(in_turn(TOKEN, Reply(200, b"<p>first-token</p>")))

    sent = await writing(vendor, clock).write(WRITE)

    assert isinstance(sent.outcome, Answer)
    assert sent.outcome.body == b"<p>**redacted**</p>"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 403, 404, 409, 422, 500, 502, 503, 504])
async def test_a_write_that_was_answered_is_never_sent_again(clock: FakeClock, status: int) -> None:
    vendor = Vendor(in_turn(TOKEN, Reply(status, {}, {"location": "/elsewhere"})))

    sent = await writing(vendor, clock).write(WRITE)

    assert isinstance(sent.outcome, Answer)
    assert sent.outcome.status == status
    assert vendor.log == ["POST /auth/access-token", "POST /sources/snapshot"]


class Counted:
    """A gate that counts attempts, and those that it hears changed nothing."""

    def __init__(self, most: int = 99) -> None:
        self._most = most
        self.passed = self.refusals = 0

    async def __call__(self) -> None:
        """Let so many attempts leave."""
        if self.passed == self._most:
            raise Withheld("sk", str(WRITE), "its lease was lost")
        self.passed += 1

    def refused(self) -> None:
        """See `Gate.refused`."""
        self.refusals += 1


@pytest.mark.parametrize(
    ("replies", "passed", "refusals"),
    [
        pytest.param((Reply(200, {}),), 1, 0, id="accepted"),
        pytest.param((Reply(429, {}), Reply(429, {}), Reply(200, {})), 3, 2, id="slowed"),
        pytest.param((Reply(401, {}), SECOND, Reply(200, {})), 2, 1, id="new token"),
        pytest.param((httpx.ConnectError("no"),), 3, 3, id="never arrived"),
        pytest.param((Reply(500, {}),), 1, 0, id="may have happened"),
        pytest.param((ConnectionResetError("reset"),), 1, 0, id="lost"),
        pytest.param((Reply(422, {}),), 1, 0, id="refused for good, which the answer says"),
    ],
)
async def test_a_gate_hears_of_attempts_that_surely_changed_nothing(
    clock: FakeClock, replies: tuple[Reply | Exception, ...], passed: int, refusals: int
) -> None:
    gate = Counted()

    await writing(Vendor(in_turn(TOKEN, *replies)), clock).write(WRITE, gate)

    assert (gate.passed, gate.refusals) == (passed, refusals)


@pytest.mark.parametrize(
    ("first", "left"),
    [
        pytest.param((), [], id="before-it-left"),
        pytest.param((Reply(429, {}),), ["POST /sources/snapshot"], id="slowed"),
        pytest.param((Reply(401, {}), SECOND), ["POST /sources/snapshot"], id="new-token"),
    ],
)
async def test_a_gate_that_has_closed_keeps_back_every_further_attempt(
    clock: FakeClock, first: tuple[Reply, ...], left: list[str]
) -> None:
    vendor = Vendor(in_turn(TOKEN, *first, Reply(200, {})))
    link = writing(vendor, clock)

    sent = await link.write(WRITE, Counted(len(left)))

    assert (str(sent.outcome), sent.attempts) == (
        "sk: POST /sources/snapshot: its lease was lost",
        len(left),
    )
    assert [r for r in vendor.log if r == "POST /sources/snapshot"] == left
    assert link.traffic().calls == len(left)


@pytest.mark.parametrize("error", [ConnectionResetError("reset"), TimeoutError()], ids=repr)
async def test_a_write_without_an_answer_is_never_sent_again(
    clock: FakeClock, error: Exception
) -> None:
    vendor = Vendor(in_turn(TOKEN, error))
    link = writing(vendor, clock)

    sent = await link.write(WRITE)

    assert (type(sent.outcome), sent.attempts) == (AnswerLost, 1)
    assert link.traffic() == Traffic(tokens=1, calls=1)


async def test_after_a_429_a_write_is_sent_again_at_most_twice(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(TOKEN, Reply(429, b"<html>")))
    link = writing(vendor, clock)

    sent = await link.write(WRITE)

    assert isinstance(sent.outcome, Answer)
    assert (sent.outcome.status, sent.attempts) == (429, 3)
    assert link.traffic() == Traffic(tokens=1, calls=1, retries=2)
    assert sum(clock.slept) > 2


async def test_a_429_that_passes_is_forgotten(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(TOKEN, Reply(429, {}), Reply(200, {})))

    sent = await writing(vendor, clock).write(WRITE)

    assert isinstance(sent.outcome, Answer)
    assert (sent.outcome.status, sent.attempts) == (200, 2)


async def test_a_429_that_asks_for_an_hour_is_final(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(TOKEN, Reply(429, {}, {"retry-after": "3600"})))

    sent = await writing(vendor, clock).write(WRITE)

    assert sent.attempts == 1


async def test_after_a_401_a_write_is_sent_once_more_with_a_new_token(clock: FakeClock) -> None:
    vendor = Vendor(
        in_turn(TOKEN, Reply(401, {}), Reply(200, {"accessToken": "second"}), Reply(200, {}))
    )
    link = writing(vendor, clock)

    sent = await link.write(WRITE)

    assert isinstance(sent.outcome, Answer)
    assert [request.headers.get("authorization", "") for request in vendor.requests] == [
        "",
        "Bearer first-token",
        "",
        "Bearer second",
    ]
    assert link.traffic() == Traffic(tokens=2, calls=1, retries=1)


async def test_a_second_401_is_final(clock: FakeClock) -> None:
    def renewing(request) -> Reply:
        if request.path != "/auth/access-token":
            return Reply(401, {"detail": "no"})
        return Reply(200, {"accessToken": f"token-{len(vendor.requests)}"})

    vendor = Vendor(renewing)

    sent = await writing(vendor, clock).write(WRITE)

    assert (type(sent.outcome), sent.attempts) == (AuthFailed, 2)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(401, {"detail": "client-secret is wrong"}), AuthFailed),
        (Reply(422, {"detail": []}), AuthFailed),
        (Reply(503, b"client-secret"), ReadFailed),
        (Reply(200, {"expires": "never"}), ReadFailed),
        (ConnectionResetError(), ReadFailed),
    ],
    ids=["401", "422", "503", "no-token", "reset"],
)
async def test_without_a_token_nothing_is_written(
    clock: FakeClock, reply: Reply | Exception, error: type
) -> None:
    vendor = Vendor(in_turn(reply))

    sent = await writing(vendor, clock).write(WRITE)

    assert isinstance(sent.outcome, error)
    assert sent.attempts == 0
    assert set(vendor.log) == {"POST /auth/access-token"}
    assert "client-secret" not in str(sent.outcome)


async def test_what_cannot_be_reached_was_not_sent(
    clock: FakeClock, unused_tcp_port_here: int
) -> None:
    link = Transport(
        connection(endpoint=f"http://127.0.0.1:{unused_tcp_port_here}"),
        DIALECT,
        TokenSigner(CREDENTIAL),
        limiter(clock),
        None,
    )
    link.permit_writes()

    sent = await link.write(WRITE)
    await link.aclose()

    assert isinstance(sent.outcome, Unreachable)
    assert (sent.attempts, link.traffic()) == (0, Traffic())
    assert link.host == "127.0.0.1"
