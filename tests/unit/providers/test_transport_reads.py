import json
from datetime import UTC, datetime, timedelta

import anyio
import pytest

from reconciler.errors import AuthFailed, ReadFailed
from reconciler.model.outcome import Traffic
from reconciler.model.secret import Secret
from reconciler.providers.advice import LOST, UNREADABLE, advice_for
from reconciler.providers.confluent.auth import FixedSigner
from reconciler.providers.credential import BearerToken
from reconciler.providers.exchange import Answer, Ask, GarbledAnswer, Seen, UnreadableAnswer
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap.client import DIALECT
from reconciler.providers.transport import Transport
from reconciler.providers.transport.answers import scrubbed
from reconciler.records import replace
from tests.support.clock import START, FakeClock
from tests.support.vendor import UNLIMITED, Reply, Vendor, connection, in_turn, limiter

pytestmark = pytest.mark.anyio
ASK = Ask("GET", "/sources", (("page", "1"),))
HTML = Reply(200, b"<html>sign in</html>")


def decode(body: bytes) -> object:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise GarbledAnswer("no JSON") from error
    if "result" not in found:
        raise UnreadableAnswer("no result")
    return found["result"]


def transport(vendor: Vendor, clock: FakeClock, given: str = "t0ken-value") -> Transport:
    signer = FixedSigner(BearerToken(Secret(given)))
    return Transport(connection(), DIALECT, signer, limiter(clock), vendor)


GOOD = Reply(200, {"result": 7})


async def test_a_read_is_signed_and_asks_for_json(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(GOOD))

    found = await transport(vendor, clock).read(ASK, Purpose.READS, decode)

    request = vendor.requests[0]
    assert found == 7
    assert (str(request), request.query) == ("GET /sources", {"page": "1"})
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == "Bearer t0ken-value"


@pytest.mark.parametrize(
    "first",
    [
        Reply(429, b"<html>slow down</html>"),
        Reply(429, {"detail": "slow down"}),
        Reply(429, b"", {"retry-after": "3"}),
        Reply(500, {"detail": "timed out on all nodes"}),
        Reply(502, b"<html>bad gateway</html>"),
        Reply(503, b"", {"retry-after": "Sun, 22 Nov 2026 12:00:05 GMT"}),
        Reply(504, b""),
        Reply(404, {"detail": "Kafka Connect API call failed with status code 404 and response x"}),
        Reply(409, {"detail": "Kafka Connect API call failed with status code 409 and response x"}),
        HTML,
        Reply(200, b'{"resu'),
        ConnectionResetError("reset"),
        TimeoutError(),
    ],
    ids=[
        "429-html",
        "429-json",
        "429-retry-after",
        "500",
        "502",
        "503-date",
        "504",
        "rebalance-404",
        "rebalance-409",
        "page-of-a-gateway",
        "cut-short",
        "reset",
        "timeout",
    ],
)
async def test_what_passes_is_read_again(clock: FakeClock, first: Reply | Exception) -> None:
    vendor = Vendor(in_turn(first, GOOD))
    link = transport(vendor, clock)

    found = await link.read(ASK, Purpose.SETTLE, decode)

    assert (found, link.traffic()) == (7, Traffic(settle=1, retries=1))


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [("3", 3.0), ("Sun, 22 Nov 2026 12:00:05 GMT", 5.0), ("soon", 1.0), ("", 1.0)],
)
async def test_a_429_waits_as_long_as_it_asks(
    clock: FakeClock, retry_after: str, waited: float
) -> None:
    vendor = Vendor(in_turn(Reply(429, b"", {"retry-after": retry_after}), GOOD))

    await transport(vendor, clock).read(ASK, Purpose.READS, decode)

    assert sum(clock.slept) == pytest.approx(waited, abs=0.3)


async def test_a_read_is_given_up_after_five_attempts(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(Reply(503, b"<h1>down</h1>")))
    link = transport(vendor, clock)

    with pytest.raises(ReadFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert (
        str(caught.value)
        == f"here: GET /sources: 503 (text/html): <h1>down</h1>; {advice_for(503)}"
    )
    assert link.traffic() == Traffic(reads=1, retries=4)


async def test_what_left_is_remembered_with_its_answer_and_without_a_secret(
    clock: FakeClock,
) -> None:
    kap = transport(Vendor(in_turn(Reply(503, b""), ConnectionResetError("reset"), GOOD)), clock)
    await kap.read(ASK, Purpose.READS, decode)

    told = [(request.text, request.status) for request in kap.requests()]
    assert told == [("GET /sources?page=1", status) for status in (503, None, 200)]
    assert {request.at.tzinfo for request in kap.requests()} == {UTC}
    assert "t0ken-value" not in repr(kap.requests())


async def test_of_very_many_requests_the_newest_are_remembered(clock: FakeClock) -> None:
    kap = transport(Vendor(in_turn(*[GOOD] * 103)), clock)
    for page in range(103):
        await kap.read(Ask("GET", f"/{page}"), Purpose.READS, decode)

    assert [request.text for request in kap.requests()] == [f"GET /{n}" for n in range(3, 103)]


async def test_a_lost_answer_to_a_read_is_a_failed_read(clock: FakeClock) -> None:
    link = transport(Vendor(in_turn(ConnectionResetError())), clock)

    with pytest.raises(ReadFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert str(caught.value) == f"here: GET /sources: the connection broke; {LOST}"
    assert link.traffic().total == 5


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 422])
async def test_a_refusal_is_not_asked_again(clock: FakeClock, status: int) -> None:
    reply = Reply(status, {"detail": "no"}, {"x-request-id": "r1"})
    link = transport(Vendor(in_turn(reply)), clock)

    with pytest.raises(ReadFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert (caught.value.status, caught.value.request_id) == (status, "r1")
    assert (caught.value.message, link.traffic().total) == (f"{status}: no", 1)


async def test_403_says_what_to_check(clock: FakeClock) -> None:
    link = transport(Vendor(in_turn(Reply(403, {"detail": "no"}))), clock)

    with pytest.raises(ReadFailed, match=r"; check what the credential may do$"):
        await link.read(ASK, Purpose.READS, decode)


async def test_another_shape_is_not_asked_again(clock: FakeClock) -> None:
    link = transport(Vendor(in_turn(Reply(200, {"items": []}))), clock)

    with pytest.raises(ReadFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert str(caught.value) == (
        f"here: GET /sources: the answer cannot be read: no result; {UNREADABLE}"
    )
    assert link.traffic().total == 1


async def test_who_asks_for_an_hour_is_not_asked_again(clock: FakeClock) -> None:
    link = transport(Vendor(in_turn(Reply(429, b"", {"retry-after": "3600"}))), clock)

    with pytest.raises(ReadFailed, match="it asks to wait 3600 s"):
        await link.read(ASK, Purpose.READS, decode)

    assert link.traffic().total == 1


async def test_a_credential_that_stays_refused_is_said_at_once(clock: FakeClock) -> None:
    reply = Reply(401, {"detail": "who are you"}, {"x-request-id": "r1"})
    link = transport(Vendor(in_turn(reply)), clock)

    with pytest.raises(AuthFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert str(caught.value) == (
        "here: GET /sources: the credential is not accepted: 401: who are you (request id r1);"
        " check spec.auth and what the credential may do"
    )
    assert link.traffic().total == 1


@pytest.mark.parametrize("echoed", ["t0ken-value", "Bearer t0ken-value"])
async def test_a_secret_that_the_vendor_echoes_is_not_repeated(
    clock: FakeClock, echoed: str
) -> None:
    link = transport(Vendor(in_turn(Reply(403, {"detail": f"bad {echoed}!"}))), clock)

    with pytest.raises(ReadFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert "t0ken-value" not in str(caught.value)
    assert "**redacted**!" in caught.value.message


@pytest.mark.parametrize(
    "echoed", [b't0k/"en', b't0k\\/\\"en', b't0k/\\"en', b"t0k%2F%22en", b"t0k/%22en"]
)
def test_nor_is_one_that_it_spells_in_its_own_way(echoed: bytes) -> None:
    """In JSON, where a slash may be escaped, or as in a form or a URL."""
    answer = scrubbed(Answer(400, b"no: " + echoed + b"!"), ('t0k/"en',))

    assert answer.body == b"no: **redacted**!"


@pytest.mark.parametrize(
    "reply", [Reply(200, {"detail": "bad t0ken-value!"}), Reply(200, b"<p>bad t0ken-value!</p>")]
)
async def test_a_secret_in_an_answer_that_says_yes_is_not_repeated_either(
    clock: FakeClock, reply: Reply
) -> None:
    link = transport(Vendor(in_turn(reply)), clock)

    with pytest.raises(ReadFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert "t0ken-value" not in str(caught.value)
    assert "bad **redacted**!" in caught.value.message


async def test_a_secret_that_no_header_can_carry_is_said_without_it(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(GOOD))
    link = transport(vendor, clock, "t0ken-value\n")

    with pytest.raises(AuthFailed) as caught:
        await link.read(ASK, Purpose.READS, decode)

    assert "t0ken-value" not in str(caught.value)
    assert vendor.requests == []


@pytest.mark.parametrize("location", ["/elsewhere?page=2", "http://sandbox/elsewhere?page=2"])
async def test_a_redirect_on_the_same_host_is_followed(clock: FakeClock, location: str) -> None:
    vendor = Vendor(in_turn(Reply(307, b"", {"location": location}), GOOD))
    link = transport(vendor, clock)

    found = await link.read(ASK, Purpose.READS, decode)

    assert (found, vendor.log) == (7, ["GET /sources", "GET /elsewhere"])
    assert vendor.requests[1].query == {"page": "2"}
    assert link.traffic() == Traffic(reads=2)


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://sandbox:8080/",
        "https://sandbox/",
        "",
    ],
)
async def test_a_redirect_to_another_host_is_not(clock: FakeClock, location: str) -> None:
    vendor = Vendor(in_turn(Reply(302, b"", {"location": location})))

    with pytest.raises(ReadFailed):
        await transport(vendor, clock).read(ASK, Purpose.READS, decode)

    assert vendor.log == ["GET /sources"]


async def test_redirects_do_not_go_on_for_ever(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(Reply(302, b"", {"location": "/sources"})))

    with pytest.raises(ReadFailed):
        await transport(vendor, clock).read(ASK, Purpose.READS, decode)

    assert len(vendor.log) == 6


async def test_a_post_that_reads_is_not_redirected(clock: FakeClock) -> None:
    vendor = Vendor(in_turn(Reply(307, b"", {"location": "/sources/snapshot"})))
    ask = Ask("POST", "/dashboard/lineage/topics/batch", body={})

    with pytest.raises(ReadFailed):
        await transport(vendor, clock).read(ask, Purpose.READS, decode)

    assert vendor.log == ["POST /dashboard/lineage/topics/batch"]


@pytest.mark.parametrize(
    ("headers", "seen"),
    [
        (
            {"date": "Sun, 22 Nov 2026 11:59:00 GMT"},
            Seen(datetime(2026, 11, 22, 11, 59, tzinfo=UTC), START),
        ),
        (
            {"date": "Sun, 22 Nov 2026 11:59:00 -0000"},
            Seen(datetime(2026, 11, 22, 11, 59, tzinfo=UTC), START),
        ),
        ({"date": "yesterday"}, None),
        ({}, None),
    ],
    ids=["gmt", "no zone", "unreadable", "absent"],
)
async def test_the_vendor_s_clock_is_that_of_the_newest_answer(
    clock: FakeClock, headers: dict[str, str], seen: Seen | None
) -> None:
    older = Reply(200, {"result": 1}, {"date": "Sun, 22 Nov 2026 11:00:00 GMT"})
    link = transport(Vendor(in_turn(older, Reply(200, {"result": 1}, headers))), clock)

    for _ in range(2):
        await link.read(ASK, Purpose.READS, decode)

    assert link.seen == seen


async def test_patience_ends(clock: FakeClock) -> None:
    async def silent(_scope, _receive, _send) -> None:
        await anyio.sleep_forever()

    limits = replace(UNLIMITED, timeout=timedelta(milliseconds=1))
    link = Transport(
        connection(limits=limits),
        DIALECT,
        FixedSigner(BearerToken(Secret("t"))),
        limiter(clock),
        silent,
    )

    with pytest.raises(ReadFailed, match="no answer in time"):
        await link.read(ASK, Purpose.READS, decode)


async def test_bytes_of_a_body_do_not_depend_on_the_order_of_its_keys(clock: FakeClock) -> None:
    bodies: list[bytes] = []

    async def keeps(_scope, receive, send) -> None:
        bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"result": 0}'})

    link = Transport(
        connection(), DIALECT, FixedSigner(BearerToken(Secret("t"))), limiter(clock), keeps
    )
    for body in ({"b": "é", "a": 1}, {"a": 1, "b": "é"}):
        await link.read(Ask("POST", "/sources/search", body=body), Purpose.READS, decode)

    assert bodies == [b'{"a":1,"b":"\\u00e9"}'] * 2
