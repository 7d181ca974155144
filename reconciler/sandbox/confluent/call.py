"""One request as the operations see it, and how its parts are read: strictly, refusing in 400s."""

from collections.abc import Mapping

from reconciler.records import Struct
from reconciler.sandbox.confluent.errors import (
    bad_link_name,
    malformed,
    no_cluster,
    no_link,
)
from reconciler.sandbox.confluent.nouns import Cluster, Link
from reconciler.sandbox.confluent.state import ConfluentState
from reconciler.sandbox.context import Context
from reconciler.sandbox.json_text import decode

_SWITCH = {"true": True, "false": False}


class Call(Struct, frozen=True):
    """A request that was let in.

    Attributes:
        state: Everything the Confluent side knows.
        context: Time, quirks and randomness.
        values: What stands in the path, decoded: `cluster_id`, `link_name` and so on.
        query: First value of each parameter.
        content: The body's bytes.
        base: URL up to and without `/clusters`, for `metadata.self`.
    """

    state: ConfluentState
    context: Context
    values: Mapping[str, str]
    query: Mapping[str, str]
    content: bytes
    base: str

    def cluster(self) -> Cluster:
        """The cluster of the path.

        Raises:
            Refused: 404, there is none.
        """
        name = self.values["cluster_id"]
        if name not in self.state.clusters:
            raise no_cluster(name)
        return self.state.clusters[name]

    def link(self) -> Link:
        """The link of the path.

        Raises:
            Refused: 400 for an empty name (observed), 404 where there is none.
        """
        cluster, name = self.cluster(), self.values["link_name"]
        if not name:
            raise bad_link_name()
        if name not in cluster.links:
            raise no_link(name)
        return cluster.links[name]

    def switch(self, name: str, *, default: bool = False) -> bool:
        """A boolean of the query.

        Args:
            name: The parameter.
            default: Its value where it is not given.

        Raises:
            Refused: 400, neither true nor false.
        """
        if name not in self.query:
            return default
        if self.query[name].lower() not in _SWITCH:
            raise malformed(f"Cannot deserialize value of type `boolean` from query '{name}'")
        return _SWITCH[self.query[name].lower()]

    def body(self, *, may_be_empty: bool = False) -> Mapping[str, object]:
        """The body as a JSON object.

        Args:
            may_be_empty: Whether no body means an empty object.

        Raises:
            Refused: 400, it is something else.
        """
        if may_be_empty and not self.content.strip():
            return {}
        try:
            found = decode(self.content)
        except ValueError as error:
            raise malformed("Cannot deserialize the body: it is not JSON") from error
        if not isinstance(found, dict):
            raise malformed("Cannot deserialize the body: it is not an object")
        return found


def text_of(body: Mapping[str, object], name: str) -> str | None:
    """A text of a body; absent and null are None.

    Args:
        body: The object.
        name: The property.

    Raises:
        Refused: 400, it has another type.
    """
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise malformed(f"Cannot deserialize value of type `String` from '{name}'")
    return value


def items_of(body: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """A list of objects of a body; absent and null are an empty list.

    Args:
        body: The object.
        name: The property.

    Raises:
        Refused: 400, it is something else.
    """
    value = body.get(name)
    items = [] if value is None else value
    if not isinstance(items, list):
        raise malformed(f"Cannot deserialize value of type `List` from '{name}'")
    found: list[Mapping[str, object]] = []
    for item in items:
        if not isinstance(item, dict):
            raise malformed(f"Cannot deserialize an element of '{name}': it is not an object")
        found.append(item)
    return found
