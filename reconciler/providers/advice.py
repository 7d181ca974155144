"""What a person can do about an answer that helps nobody.

| answer | what to do |
| --- | --- |
| 2xx that cannot be read | try again, then doubt the endpoint, then the version |
| 3xx | doubt the endpoint |
| 401, 403 | look at the credential |
| 404 | doubt endpoint and ids |
| 429 | wait, or ask less |
| 408, 5xx | wait, then ask the vendor |
| any other 4xx | doubt what the specs name, then ask the vendor |
"""

from http import HTTPStatus
from typing import Final

LOST: Final = "try again; if it lasts, look at network, proxy and limits.timeout"
UNREADABLE: Final = "try again; if it lasts, check endpoint, then ask the vendor"
SILENT: Final = "look at the source at Streamkap; if nothing ran there, start with `apply --retry`"
REFUSED: Final = "check spec.auth and what the credential may do"
_LATER: Final = "try again later; if it lasts, ask the vendor"

_OF_STATUS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: REFUSED,
    HTTPStatus.FORBIDDEN: "check what the credential may do",
    HTTPStatus.NOT_FOUND: "check endpoint, basePath and the ids in the specs",
    HTTPStatus.REQUEST_TIMEOUT: _LATER,
    HTTPStatus.TOO_MANY_REQUESTS: "try again later, or lower limits.requestsPerSecond",
}
_OF_CLASS: Final = {
    2: UNREADABLE,
    3: "check endpoint, which leads elsewhere",
    4: "check what the specs name; if it is right, ask the vendor",
}


def advice_for(status: int) -> str:
    """What to do about an answer.

    Args:
        status: Its HTTP status.
    """
    return _OF_STATUS.get(status) or _OF_CLASS.get(status // 100, _LATER)


def with_advice(sentence: str, advice: str) -> str:
    """A sentence and what to do, in one.

    Args:
        sentence: What is known, without a full stop.
        advice: What to do; may be empty.
    """
    return f"{sentence}; {advice}" if advice else sentence
