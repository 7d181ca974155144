"""JSON Schema for what joins fields; `checks` holds the same rules in words for people."""

from pydantic.config import JsonDict


def one_of(*groups: tuple[str, ...]) -> JsonDict:
    """Exactly one of these groups of fields must be written, and no field of another."""
    everything = [name for group in groups for name in group]
    return {
        "oneOf": [
            {
                "required": list(group),
                "not": {
                    "anyOf": [{"required": [name]} for name in everything if name not in group]
                },
            }
            for group in groups
        ]
    }


def any_of(*names: str) -> JsonDict:
    """At least one of these fields must be written."""
    return {"anyOf": [{"required": [name]} for name in names]}


AUTH_UNLESS_SANDBOX: JsonDict = {
    "if": {"properties": {"endpoint": {"const": "sandbox"}}},
    "else": {"required": ["auth"]},
}
COMPLETED: JsonDict = {
    **one_of(("since",), ("maxAge",)),
    "dependentRequired": {"spread": ["maxAge"]},
    "if": {"properties": {"type": {"const": "blocking"}}, "required": ["type"]},
    "then": {"not": {"anyOf": [{"required": ["filter"]}, {"required": ["surrogateKey"]}]}},
}
