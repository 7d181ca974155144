import ssl

import httpx
import pytest

from reconciler.errors import AnswerLost, ReadFailed, Unreachable
from reconciler.providers.exchange import Ask
from reconciler.providers.transport.failures import FAILURES, PassingFailure, mapped, may_pass

ASK = Ask("GET", "/sources")
PUBLIC = [
    value
    for value in (getattr(httpx, name) for name in httpx.__all__)
    if isinstance(value, type) and issubclass(value, Exception)
]


@pytest.mark.parametrize("error", PUBLIC, ids=lambda error: error.__name__)
def test_every_exception_of_httpx_has_a_row_of_its_own(error: type[Exception]) -> None:
    assert error in {theirs for theirs, _, _ in FAILURES}


def test_no_row_hides_behind_a_wider_one() -> None:
    rows = [theirs for theirs, _, _ in FAILURES]

    hidden = [
        (later, earlier)
        for at, later in enumerate(rows)
        for earlier in rows[:at]
        if issubclass(later, earlier)
    ]

    assert hidden == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.ConnectTimeout(""), Unreachable),
        (httpx.PoolTimeout(""), Unreachable),
        (httpx.ProxyError("407"), Unreachable),
        (httpx.UnsupportedProtocol(""), Unreachable),
        (httpx.InvalidURL(""), Unreachable),
        (httpx.ReadTimeout(""), AnswerLost),
        (httpx.WriteTimeout(""), AnswerLost),
        (httpx.ReadError("reset"), AnswerLost),
        (httpx.WriteError("reset"), AnswerLost),
        (httpx.RemoteProtocolError(""), AnswerLost),
        (httpx.LocalProtocolError(""), AnswerLost),
        (httpx.DecodingError(""), AnswerLost),
        (TimeoutError(), AnswerLost),
        (RuntimeError("dropped"), AnswerLost),
    ],
)
def test_whether_the_vendor_may_have_acted_decides(error: Exception, kind: type) -> None:
    assert type(mapped("here", ASK, error)) is kind


def test_the_cause_of_a_broken_connection_is_said() -> None:
    error = mapped("here", ASK, httpx.ConnectError("[Errno -2] Name or service not known"))

    assert str(error) == (
        "here: GET /sources: no connection: [Errno -2] Name or service not known;"
        " check endpoint, network, proxy and tls.caFile"
    )


def test_text_that_may_quote_the_signature_is_not_repeated() -> None:
    error = mapped("here", ASK, httpx.LocalProtocolError("Illegal header value b'Bearer hunter2'"))

    assert "hunter2" not in str(error)


def _chained(cause: Exception) -> Unreachable:
    error = Unreachable("here", "GET /", "no connection")
    error.__cause__ = httpx.ConnectError("tls")
    error.__cause__.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (AnswerLost("here", "GET /", "reset"), True),
        (PassingFailure("here", "GET /", "503"), True),
        (ReadFailed("here", "GET /", "404"), False),
        (Unreachable("here", "GET /", "no connection"), True),
        (_chained(OSError("refused")), True),
        (_chained(ssl.SSLCertVerificationError("self-signed")), False),
        (_chained(httpx.UnsupportedProtocol("ftp")), False),
        (ValueError("a bug"), False),
    ],
    ids=["lost", "passing", "refused", "name", "port", "certificate", "protocol", "bug"],
)
def test_what_may_pass_is_read_again(error: Exception, again: bool) -> None:
    assert may_pass(error) is again
