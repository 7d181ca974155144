"""Nouns of one HTTP exchange, free of any HTTP library, and the two things a vendor brings along.

A vendor is a `Dialect` (which POSTs only read, how its errors read) and a `Signer` (how a request is
signed); everything else about HTTP is the transport's.
"""

from collections.abc import Awaitable, Callable, Generator, MutableMapping
from datetime import datetime
from typing import Protocol, TypeAlias
from urllib.parse import quote

from reconciler.errors import ProviderError
from reconciler.model.call import Json
from reconciler.records import Struct

Scope: TypeAlias = MutableMapping[str, object]
AsgiApp: TypeAlias = Callable[
    [Scope, Callable[[], Awaitable[Scope]], Callable[[Scope], Awaitable[None]]], Awaitable[None]
]

SHORT = 200
_JSON = "application/json"
_SUCCESS = 2
_ERRORS = (4, 5)


class UnreadableAnswer(ValueError):
    """JSON of another shape than the one expected; asking again would not help."""


class GarbledAnswer(UnreadableAnswer):
    """Not JSON at all: cut short, or a page of a gateway; asking again may help."""


class Ask(Struct, frozen=True):
    """A request before it is signed and sent.

    Attributes:
        method: HTTP method.
        path: Path with every segment percent-encoded, without host.
        query: Query parameters, in order.
        body: JSON body, or None for none; not shown, it may hold a secret.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: dict[str, Json] | None = None

    def __repr__(self) -> str:
        return f"{self.method} {self.path}"


class Answer(Struct, frozen=True):
    """A response, read to its end.

    Attributes:
        status: HTTP status.
        body: Its bytes.
        content_type: `Content-Type` without parameters, or empty.
        request_id: `X-Request-Id`, or None.
        date: `Date`, or None where it is absent or unreadable.
        retry_after: Seconds that `Retry-After` asks for, or None.
        location: `Location`, or empty.
    """

    status: int
    body: bytes = b""
    content_type: str = ""
    request_id: str | None = None
    date: datetime | None = None
    retry_after: float | None = None
    location: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return self.status // 100 == _SUCCESS

    @property
    def is_inconclusive(self) -> bool:
        """Whether the status is neither a success nor an error, such as a redirect."""
        return self.status // 100 not in _ERRORS and not self.is_success


class Seen(Struct, frozen=True):
    """The vendor's clock, as an answer told it.

    Attributes:
        vendor: Its `Date`.
        ours: Our clock at that moment.
    """

    vendor: datetime
    ours: datetime


class Sent(Struct, frozen=True):
    """What became of a request that changes something.

    Attributes:
        outcome: The last answer, or why none came.
        attempts: Requests that left.
    """

    outcome: Answer | ProviderError
    attempts: int = 1


class Signer(Protocol):
    """Signs requests, without sending anything itself."""

    def flow(self, refused: str, now: float, /) -> Generator[Ask, Answer, str]:
        """Get the `Authorization` header: yields requests for a token, is sent their answers.

        Args:
            refused: A header that was just answered with 401, or empty.
            now: Seconds on a monotonic clock.

        Returns:
            The header; `refused` itself where no other can be had.
        """
        ...

    def check(self, answer: Answer, /) -> None:
        """See whether an answer holds a token, before the flow is sent it.

        Raises:
            UnreadableAnswer: It does not.
        """
        ...

    def secrets(self) -> tuple[str, ...]:
        """Everything that may not appear in an error, should a vendor echo it."""
        ...


class Dialect(Struct, frozen=True):
    """How one vendor speaks HTTP.

    Attributes:
        explain: The API's own error text in a body, or empty where the body is something else.
        read_posts: Exact paths of POSTs that change nothing.
        is_passing: Whether an error text tells of something that passes by itself.
    """

    explain: Callable[[bytes], str]
    read_posts: frozenset[str] = frozenset()
    is_passing: Callable[[str], bool] = lambda _text: False

    def is_read(self, ask: Ask) -> bool:
        """Whether a request can change nothing."""
        return ask.method == "GET" or (ask.method == "POST" and ask.path in self.read_posts)


def segment(text: str) -> str:
    """One path segment, percent-encoded so that no name can become another path.

    Args:
        text: A name or an id; `.` and `..` are encoded too, or a client would resolve them.
    """
    encoded = quote(text, safe="")
    return encoded.replace(".", "%2E") if encoded in {".", ".."} else encoded


def short(text: str) -> str:
    """Text for a person: one line, without control characters, at most about 200 characters."""
    clean = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return clean if len(clean) <= SHORT else clean[: SHORT - 1] + "…"


def cannot_be_read(answer: Answer, error: Exception, explain: Callable[[bytes], str]) -> str:
    """What is known of a 2xx answer that is not what was asked for: often it is an error after all.

    Args:
        answer: The answer, without secrets.
        error: Why it could not be read.
        explain: The vendor's reading of its own error shape.
    """
    if explain(answer.body):
        return f"the answer is an error in spite of its status: {describe(answer, explain)}"
    is_page = answer.content_type not in ("", _JSON)
    return f"the answer cannot be read: {describe(answer, explain) if is_page else error}"


def describe(answer: Answer, explain: Callable[[bytes], str]) -> str:
    """What an answer says, for an error message: status and the API's own text, else a snippet.

    Args:
        answer: An answer that was an error, or could not be read.
        explain: The vendor's reading of its own error shape.
    """
    own = short(explain(answer.body))
    if own:
        return f"{answer.status}: {own}"
    kind = answer.content_type or "no content type"
    snippet = short(answer.body[: 4 * SHORT].decode("utf-8", "replace"))
    return f"{answer.status} ({kind}){f': {snippet}' if snippet else ''}"
