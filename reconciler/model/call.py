"""One HTTP request that changes something, as data."""

from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Call:
    """A request as it will be sent, without host and credential.

    Attributes:
        connection: Name of the Connection that sends it.
        method: HTTP method.
        path: Path with every segment percent-encoded.
        body: JSON body.
        query: Query parameters, in order.
    """

    connection: str
    method: str
    path: str
    body: "dict[str, Json]" = field(hash=False)
    query: tuple[tuple[str, str], ...] = ()
