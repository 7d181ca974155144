"""What an operation answers."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body.

    Attributes:
        status: HTTP status.
        body: The JSON; None sends no content at all.
        headers: Besides those of the body.
    """

    status: int
    body: dict[str, object] | None = None
    headers: dict[str, str] = field(default_factory=dict)
