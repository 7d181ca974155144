"""What an operation answers."""

from reconciler.records import Struct, field


class Answer(Struct, frozen=True):
    """Status and body.

    Attributes:
        status: HTTP status.
        body: The JSON; None sends no content at all.
        headers: Besides those of the body.
    """

    status: int
    body: dict[str, object] | None = None
    headers: dict[str, str] = field(default_factory=dict)
