"""The door to the platform: one request over HTTP, and its answer as a JSON value.

It is apart from the vendors' transport, which paces credentials, counts for the plan and refuses
writes: none of that fits a comment. What is shared is httpx itself, imported without its command.
"""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from reconciler.ci.parts import rows_of, text_at
from reconciler.errors import ReconcilerError
from reconciler.model.call import Json
from reconciler.providers.transport.lean import httpx
from reconciler.records import Struct

_TIMEOUT = 30.0
_LONGEST = 200  # characters of an answer that are quoted
_MOST_PAGES = 100
_PASSING = frozenset({429, 500, 502, 503, 504})
_AGENT = {"User-Agent": "streaming-reconciler", "Accept": "application/json"}


class PlatformFailed(ReconcilerError):
    """The platform said no, or something that cannot be read."""


class PlatformRefused(PlatformFailed):
    """The token may not do that; on a pull request of a fork it never may."""


class PlatformPassed(PlatformFailed):
    """It may be otherwise a moment later: no connection, too many requests, an error of its own.

    Attributes:
        seconds: How long it asks to be left alone, or None.
    """

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Answered(Struct, frozen=True):
    """An answer that says yes.

    Attributes:
        body: Its JSON value, or None where it is no JSON.
        text: Its body as it came.
        location: Where it redirects to, or empty.
        next_page: What asks for the rest of a list: a number of a page, or empty.
    """

    body: object
    text: str
    location: str
    next_page: str


class Api:
    """One API with one token."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        """Prepare, without connecting.

        Args:
            base: URL that paths are appended to.
            headers: What every request carries, among them the signature.
        """
        self._base = base
        self._client = httpx.Client(headers={**_AGENT, **headers}, timeout=_TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Json] | None = None,
    ) -> Answered:
        """Send one request; redirects are not followed.

        Args:
            method: Of HTTP.
            path: Behind the base.
            query: What stands behind the question mark.
            body: Sent as JSON.

        Raises:
            PlatformRefused: 401, 403 or 404.
            PlatformPassed: No answer, 429, 5xx.
            PlatformFailed: Any other answer that is no yes.
        """
        what = f"{method} {path}"
        try:
            response = self._client.request(
                method, f"{self._base}{path}", params=query, json=dict(body) if body else None
            )
        except httpx.InvalidURL as error:
            raise PlatformFailed(f"{method}: the path cannot be asked for") from error
        except httpx.HTTPError as error:
            # Its text may quote the request, and with it the token.
            raise PlatformPassed(f"{what}: no answer ({type(error).__name__})") from error
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            raise _failed(what, response)
        return Answered(
            _json(response.text),
            response.text,
            response.headers.get("location", ""),
            _next_page(response),
        )

    def pages(self, path: str, query: Mapping[str, str] | None = None) -> Iterator[object]:
        """Every item of a list, page after page.

        Args:
            path: Behind the base.
            query: What stands behind the question mark, beside the page.

        Raises:
            PlatformFailed: As `ask`, or the list has no end.
        """
        page = "1"
        for _ in range(_MOST_PAGES):
            answer = self.ask("GET", path, {**(query or {}), "per_page": "100", "page": page})
            yield from rows_of(answer.body)
            if not answer.next_page:
                return
            page = answer.next_page
        raise PlatformFailed(f"GET {path}: the list does not end after {_MOST_PAGES} pages")


def fetched(url: str) -> str:
    """What a redirect of the platform leads to, asked without any credential.

    Args:
        url: Absolute; it is signed, and never part of a message.

    Raises:
        PlatformFailed: It cannot be had.
    """
    if not url.startswith("https://"):
        raise PlatformFailed("the platform redirects to a place without TLS")
    try:
        response = httpx.get(url, headers=_AGENT, timeout=_TIMEOUT)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unanswered(error) from error
    _check(response.status_code)
    return response.text


def deliver(url: str, text: str, content_type: str) -> None:
    """Post a text. Of the answer nothing but the status is read, so that none is too long or too slow.

    Args:
        url: May hold a secret, and is never part of a message.
        text: The body.
        content_type: Of the body.

    Raises:
        PlatformPassed: No answer, 429, 5xx.
        PlatformFailed: Any other answer that is no yes, a redirect among them.
    """
    headers = {**_AGENT, "Content-Type": content_type}
    try:
        with httpx.stream(
            "POST", url, content=text.encode(), headers=headers, timeout=_TIMEOUT
        ) as response:
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _unanswered(error) from error
    _check(status)


def _unanswered(error: Exception) -> PlatformPassed:
    """Of an address that may be secret, which the text of the error may quote."""
    return PlatformPassed(f"no answer ({type(error).__name__})")


def _check(status: int) -> None:
    if not httpx.codes.is_success(status):
        kind = PlatformPassed if status in _PASSING else PlatformFailed
        raise kind(f"HTTP {status}")


def _failed(what: str, response: httpx.Response) -> PlatformFailed:
    status = response.status_code
    told = text_at(_json(response.text), "message")[:_LONGEST]
    message = f"{what}: HTTP {status}{': ' if told else ''}{told}"
    wait = response.headers.get("retry-after", "")
    seconds = float(wait) if wait.isascii() and wait.isdigit() else None
    is_paced = status == HTTPStatus.FORBIDDEN and seconds is not None
    if is_paced or status == HTTPStatus.TOO_MANY_REQUESTS:
        return PlatformPassed(message, seconds)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PlatformPassed(message, seconds)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
        return PlatformRefused(message)
    return PlatformFailed(message)


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found


def _next_page(response: httpx.Response) -> str:
    """GitLab says the number; GitHub links to the page, of which the number is taken."""
    if number := str(response.headers.get("x-next-page", "")):
        return number
    link = response.links.get("next", {}).get("url", "")
    return dict(parse_qsl(urlsplit(link).query)).get("page", "")
