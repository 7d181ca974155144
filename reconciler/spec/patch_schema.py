"""JSON Schema of a values file: names with their values, and patches of every kind of document."""

from reconciler.model.address import Kind
from reconciler.model.call import Json
from reconciler.spec import variables
from reconciler.spec.schema import Dialect, definitions, in_dialect
from reconciler.spec.values import OVERLAYS, VALUES

_TITLE = "Values and overlays of an environment of the streaming reconciler"
_DEFINED = "#/$defs/"
_NULL: Json = {"type": "null"}


def patch_schema(dialect: Dialect) -> dict[str, Json]:
    """JSON Schema of a values file.

    Args:
        dialect: `2020-12` or `draft-07`.

    Returns:
        A fresh schema.
    """
    patches = _Patches(definitions())
    overlays: dict[str, Json] = {f"^{kind}/.": patches.overlay(kind) for kind in Kind}
    schema: dict[str, Json] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            VALUES: {
                "type": "object",
                "description": "What `${NAME}` in a spec stands for. Never a secret.",
                "additionalProperties": False,
                "patternProperties": {
                    f"^{variables.NAME}$": {"type": ["string", "number", "boolean"]}
                },
            },
            OVERLAYS: {
                "type": "object",
                "description": "JSON merge patches by the address of a document, `Kind/name`: a "
                "mapping is merged, `null` removes a field, anything else replaces it.",
                "additionalProperties": False,
                "patternProperties": overlays,
            },
        },
        "$defs": patches.used(),
    }
    return in_dialect(dialect, _TITLE, schema)


class _Patches:
    """Makes schemas of patches from schemas of what they patch."""

    def __init__(self, defined: dict[str, Json]) -> None:
        self.defined = defined
        self.made: dict[str, Json] = {}

    def overlay(self, kind: Kind) -> dict[str, Json]:
        """What may be laid over a document."""
        fields = _mapping(_mapping(self.defined[f"{kind}Document"])["properties"])
        labels = _mapping(_mapping(self.defined["Metadata"])["properties"])["labels"]
        metadata: dict[str, Json] = {
            "type": "object",
            "additionalProperties": False,
            "properties": {"labels": self._optional(labels)},
        }
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {"metadata": metadata, "spec": self._patch(_mapping(fields["spec"]))},
        }

    def used(self) -> dict[str, Json]:
        """The patches, and everything whole that they refer to."""
        kept, waiting = dict(self.made), list(_references(list(self.made.values())))
        while waiting:
            name = waiting.pop()
            if name not in kept:
                kept[name] = self.defined[name]
                waiting += _references(self.defined[name])
        return dict(sorted(kept.items()))

    def _patch(self, schema: dict[str, Json]) -> dict[str, Json]:
        match schema:
            case {"$ref": str(target)}:
                return {**schema, "$ref": _DEFINED + self._named(target.removeprefix(_DEFINED))}
            case {"properties": dict(fields)}:
                kept: dict[str, Json] = {
                    key: schema[key] for key in ("type", "description") if key in schema
                }
                patched: dict[str, Json] = {n: self._optional(f) for n, f in fields.items()}
                return {**kept, "additionalProperties": False, "properties": patched}
            case {"patternProperties": dict(fields)}:
                patched = {n: self._optional(f) for n, f in fields.items()}
                return {**schema, "patternProperties": patched}
            case {"anyOf": list(choices)} | {"oneOf": list(choices)}:
                rest = {
                    key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}
                }
                return {**rest, "anyOf": [self._patch(_mapping(choice)) for choice in choices]}
            case _:
                return schema

    def _named(self, name: str) -> str:
        patch = f"{name}Patch"
        if patch not in self.made:
            self.made[patch] = None  # so that a model that holds itself would end
            self.made[patch] = self._patch(_mapping(self.defined[name]))
        return patch

    def _optional(self, field: Json) -> dict[str, Json]:
        schema = self._patch(_mapping(field))
        told = {"description": schema.pop("description")} if "description" in schema else {}
        return {**told, "anyOf": [schema, _NULL]}


def _references(schema: Json) -> list[str]:
    """The names of all that a schema refers to."""
    match schema:
        case {"$ref": str(target)}:
            return [target.removeprefix(_DEFINED)]
        case dict():
            return [name for item in schema.values() for name in _references(item)]
        case list():
            return [name for item in schema for name in _references(item)]
        case _:
            return []


def _mapping(value: Json) -> dict[str, Json]:
    """A value that the schema promises to be a mapping."""
    return dict(value) if isinstance(value, dict) else {}
