"""One HTTP request that changes something, as data."""

from typing import TypeAlias

from reconciler.records import Struct

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class Call(Struct, frozen=True):
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
    body: "dict[str, Json]"
    query: tuple[tuple[str, str], ...] = ()
