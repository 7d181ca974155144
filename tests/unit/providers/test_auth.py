import anyio
import pytest

from reconciler.model.outcome import Traffic
from reconciler.model.secret import Secret
from reconciler.providers.confluent.auth import FixedSigner
from reconciler.providers.credential import ApiKey, BearerToken, StreamkapCredential
from reconciler.providers.exchange import Answer, Ask
from reconciler.providers.protocol import Purpose
from reconciler.providers.streamkap.auth import TokenSigner
from reconciler.providers.streamkap.client import DIALECT
from reconciler.providers.transport import Transport
from tests.support.clock import FakeClock
from tests.support.vendor import Reply, Vendor, connection, limiter

CREDENTIAL = StreamkapCredential(Secret("client-id"), Secret("client-secret"))


def drive(signer: TokenSigner, token: str, now: float, refused: str = "") -> tuple[str, list[Ask]]:
    """Run a flow with an answer that holds a token good for an hour."""
    asked: list[Ask] = []
    flow = signer.flow(refused, now)
    try:
        asked.append(next(flow))
        body = f'{{"accessToken": "{token}", "expiresIn": 3600}}'
        flow.send(Answer(200, body.encode()))
    except StopIteration as done:
        return done.value, asked
    raise AssertionError("one token is enough")


def test_a_token_is_asked_for_with_the_credential() -> None:
    header, asked = drive(TokenSigner(CREDENTIAL), "one", 0)

    assert header == "Bearer one"
    assert asked == [
        Ask(
            "POST",
            "/auth/access-token",
            body={"client_id": "client-id", "secret": "client-secret"},
        )
    ]


@pytest.mark.parametrize(("now", "header"), [(3539.0, "Bearer one"), (3540.0, "Bearer two")])
def test_a_token_is_renewed_a_minute_before_it_ends(now: float, header: str) -> None:
    signer = TokenSigner(CREDENTIAL)
    drive(signer, "one", 0)

    assert drive(signer, "two", now)[0] == header


@pytest.mark.parametrize(
    ("expires", "now", "is_renewed"),
    [
        ("100", 89.9, False),
        ("100", 90.0, True),
        ("null", 1e9, False),
        ("0", 1e9, False),
        ("-5", 1e9, False),
    ],
)
def test_the_margin_of_a_short_token_is_a_tenth_and_no_lifetime_is_none(
    expires: str, now: float, is_renewed: bool
) -> None:
    signer = TokenSigner(CREDENTIAL)
    flow = signer.flow("", 0)
    next(flow)
    with pytest.raises(StopIteration):
        flow.send(Answer(200, f'{{"accessToken": "one", "expiresIn": {expires}}}'.encode()))

    assert bool(drive(signer, "two", now)[1]) is is_renewed


def test_a_refused_token_is_renewed_once_for_everybody() -> None:
    signer = TokenSigner(CREDENTIAL)
    drive(signer, "one", 0)

    first = drive(signer, "two", 1, refused="Bearer one")
    second = drive(signer, "three", 1, refused="Bearer one")

    assert (first[0], second) == ("Bearer two", ("Bearer two", []))


def test_secrets_of_a_token_are_known_so_that_they_are_not_repeated() -> None:
    signer = TokenSigner(CREDENTIAL)
    drive(signer, "one", 0)

    assert signer.secrets() == ("client-id", "client-secret", "one")


@pytest.mark.parametrize(
    ("credential", "header", "secrets"),
    [
        (
            ApiKey(Secret("key"), Secret("s:cret")),
            "Basic a2V5OnM6Y3JldA==",
            ("a2V5OnM6Y3JldA==", "s:cret", "key"),
        ),
        (BearerToken(Secret("tok")), "Bearer tok", ("tok",)),
    ],
    ids=["key", "token"],
)
def test_confluent_s_signature_is_fixed(
    credential: ApiKey | BearerToken, header: str, secrets: tuple[str, ...]
) -> None:
    signer = FixedSigner(credential)
    with pytest.raises(StopIteration) as done:
        next(signer.flow(header, 0))
    signer.check(Answer(200))

    assert (done.value.value, signer.secrets()) == (header, secrets)


@pytest.mark.anyio
async def test_requests_that_begin_together_share_one_token(clock: FakeClock) -> None:
    def answer(request) -> Reply:
        is_token = request.path == "/auth/access-token"
        return Reply(200, {"accessToken": "one", "expiresIn": 3600} if is_token else {})

    vendor = Vendor(answer)
    link = Transport(connection(), DIALECT, TokenSigner(CREDENTIAL), limiter(clock), vendor)

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(link.read, Ask("GET", "/sources"), Purpose.READS, bytes)

    assert link.traffic() == Traffic(tokens=1, reads=20)


@pytest.mark.anyio
async def test_requests_that_are_refused_together_share_one_renewal(clock: FakeClock) -> None:
    tokens = iter(["old", "new"])

    def answer(request) -> Reply:
        if request.path == "/auth/access-token":
            return Reply(200, {"accessToken": next(tokens), "expiresIn": 3600})
        return Reply(401 if request.headers["authorization"] == "Bearer old" else 200)

    link = Transport(connection(), DIALECT, TokenSigner(CREDENTIAL), limiter(clock), Vendor(answer))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(link.read, Ask("GET", "/sources"), Purpose.READS, bytes)

    assert link.traffic() == Traffic(tokens=2, reads=20, retries=20)


@pytest.mark.anyio
async def test_a_token_is_asked_for_again_where_that_may_help(clock: FakeClock) -> None:
    replies = iter([Reply(503, b"<html>"), Reply(200, b"<html>"), Reply(200, {"accessToken": "t"})])
    vendor = Vendor(lambda _: next(replies))
    link = Transport(connection(), DIALECT, TokenSigner(CREDENTIAL), limiter(clock), vendor)

    await link.sign_in()

    assert link.traffic() == Traffic(tokens=1, retries=2)
