"""httpx's exceptions as ours, at one place.

The question behind every row is whether the vendor may have acted: `Unreachable` is no, `AnswerLost`
is perhaps. What is not surely the former is the latter.
"""

import ssl

from reconciler.errors import AnswerLost, ProviderError, ReadFailed, Unreachable
from reconciler.providers.exchange import Ask, short
from reconciler.providers.transport.lean import httpx

# Most specific first: the first row that an exception is an instance of counts.
FAILURES: tuple[tuple[type[Exception], type[ProviderError], str], ...] = (
    (httpx.InvalidURL, Unreachable, "the address is not a URL"),
    (httpx.UnsupportedProtocol, Unreachable, "the address has no protocol that can be spoken"),
    (httpx.ProxyError, Unreachable, "the proxy refused the connection"),
    (httpx.ConnectTimeout, Unreachable, "no connection in time"),
    (httpx.ConnectError, Unreachable, "no connection"),
    (httpx.PoolTimeout, Unreachable, "no free connection in time"),
    (httpx.ReadTimeout, AnswerLost, "no answer in time"),
    (httpx.WriteTimeout, AnswerLost, "the request could not be sent to its end in time"),
    (httpx.TimeoutException, AnswerLost, "no answer in time"),
    (httpx.ReadError, AnswerLost, "the connection broke before the answer was complete"),
    (httpx.WriteError, AnswerLost, "the connection broke while the request was sent"),
    (httpx.CloseError, AnswerLost, "the connection could not be closed"),
    (httpx.NetworkError, AnswerLost, "the connection broke"),
    (httpx.RemoteProtocolError, AnswerLost, "the answer broke off or is not HTTP"),
    (httpx.LocalProtocolError, AnswerLost, "the request could not be written as HTTP"),
    (httpx.ProtocolError, AnswerLost, "the answer is not HTTP"),
    (httpx.DecodingError, AnswerLost, "the answer's compression is broken"),
    (httpx.TooManyRedirects, AnswerLost, "the answers redirect without end"),
    (httpx.HTTPStatusError, AnswerLost, "the answer is an error"),
    (httpx.TransportError, AnswerLost, "the exchange broke"),
    (httpx.RequestError, AnswerLost, "the exchange broke"),
    (httpx.HTTPError, AnswerLost, "the exchange broke"),
    (httpx.StreamConsumed, AnswerLost, "the answer was already read"),
    (httpx.StreamClosed, AnswerLost, "the answer was closed before it was read"),
    (httpx.RequestNotRead, AnswerLost, "the request was not read"),
    (httpx.ResponseNotRead, AnswerLost, "the answer was not read"),
    (httpx.StreamError, AnswerLost, "the answer could not be read"),
    (httpx.CookieConflict, AnswerLost, "the answer's cookies contradict each other"),
    (TimeoutError, AnswerLost, "no answer in time"),
    (Exception, AnswerLost, "the connection broke"),
)


class PassingFailure(ReadFailed):
    """An answer that may be another one next time: 429, 5xx, a gateway's page, a rebalance."""


def mapped(connection: str, ask: Ask, error: Exception, place: str = "") -> ProviderError:
    """Our exception for a foreign one.

    Args:
        connection: Name of the Connection.
        ask: What was being asked.
        error: What was raised.
        place: Base URL of who was asked, or empty.

    Returns:
        The exception to raise from it.
    """
    kind, sentence = next(
        (ours, text) for theirs, ours, text in FAILURES if isinstance(error, theirs)
    )
    # Only these say something useful; others may quote the request, with its signature.
    detail = short(str(error)) if isinstance(error, httpx.NetworkError | httpx.ProxyError) else ""
    if place and kind is Unreachable:
        sentence = f"{sentence} to {place}"
    message = f"{sentence}: {detail}" if detail else sentence
    advice = "" if kind is AnswerLost else "check endpoint, network, proxy and tls.caFile"
    return kind(connection, str(ask), message, advice)


def may_pass(error: Exception) -> bool:
    """Whether sending the same read again may help.

    Args:
        error: What reading raised.
    """
    if isinstance(error, Unreachable):
        return not _is_hopeless(error)
    return isinstance(error, PassingFailure | AnswerLost)


def _is_hopeless(error: BaseException) -> bool:
    """Whether a certificate or an address is wrong, which no patience mends."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(
            cause, ssl.SSLCertVerificationError | httpx.InvalidURL | httpx.UnsupportedProtocol
        ):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
