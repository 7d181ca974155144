"""JSON Schema of a document, made from the models.

pydantic's schema is made plainer: an optional field is one that may be left out, not one that may be
null, and titles that only repeat a name are dropped. draft-07 is for editors that know no newer dialect:
there, `$ref` hides its neighbours, so it is wrapped.
"""

from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from reconciler.model.call import Json
from reconciler.spec.documents import Document

Dialect: TypeAlias = Literal["2020-12", "draft-07"]
_Schema: TypeAlias = dict[str, Json]
_Change: TypeAlias = Callable[[_Schema], _Schema]

_URIS = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-07": "http://json-schema.org/draft-07/schema#",
}
_TITLE = "A document of the streaming reconciler"
_NULL: Json = {"type": "null"}
# Fields of a schema that hold schemas by name, where no word is a keyword.
_BY_NAME = ("properties", "$defs", "patternProperties")
_NOT_SCHEMAS = ("const", "default", "enum", "examples", "required", "type")


def document_schema(dialect: Dialect) -> _Schema:
    """JSON Schema of one document of any kind.

    Args:
        dialect: `2020-12` or `draft-07`.

    Returns:
        A fresh schema.
    """
    return in_dialect(dialect, _TITLE, _document())


def in_dialect(dialect: Dialect, title: str, schema: _Schema) -> _Schema:
    """A whole schema as readers of a dialect know it.

    Args:
        dialect: `2020-12` or `draft-07`.
        title: What it describes.
        schema: In the words of 2020-12, with its `$defs`.
    """
    if dialect == "draft-07":
        schema = _each(schema, _older)
        schema["definitions"] = schema.pop("$defs")
    return {"$schema": _URIS[dialect], "title": title, **schema}


def definitions() -> dict[str, Json]:
    """Every part of every document by the name of its model, in the words of 2020-12."""
    found = _document()["$defs"]
    return found if isinstance(found, dict) else {}


def _document() -> _Schema:
    adapter: TypeAdapter[Document] = TypeAdapter(Annotated[Document, Field(discriminator="kind")])
    made: _Schema = adapter.json_schema()
    return _each(made, _plainer)


def _plainer(schema: _Schema) -> _Schema:
    """One schema without nulls, default nulls and titles made from names."""
    dropped = {"title", "discriminator"} | ({"default"} if schema.get("default") is None else set())
    kept = {key: value for key, value in schema.items() if key not in dropped}
    choices = kept.get("anyOf")
    if isinstance(choices, list) and _NULL in choices:
        del kept["anyOf"]
        others = [choice for choice in choices if choice != _NULL]
        only = others[0] if len(others) == 1 else {"anyOf": others}
        return {**only, **kept} if isinstance(only, dict) else kept
    return kept


def _older(schema: _Schema) -> _Schema:
    """One schema as draft-07 reads it."""
    found = schema.get("$ref")
    if not isinstance(found, str):
        return schema
    target: _Schema = {"$ref": found.replace("#/$defs/", "#/definitions/")}
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    return {"allOf": [target], **rest} if rest else target


def _each(schema: _Schema, change: _Change) -> _Schema:
    """A schema with a change made to it and to every schema in it, inner ones first."""
    return change({key: _inside(key, value, change) for key, value in schema.items()})


def _inside(key: str, value: Json, change: _Change) -> Json:
    """The value of a keyword with a change made to the schemas in it."""
    if isinstance(value, dict):
        if key in _BY_NAME:
            return {name: _inside("", item, change) for name, item in value.items()}
        return value if key in _NOT_SCHEMAS else _each(value, change)
    if isinstance(value, list) and key not in _NOT_SCHEMAS:
        return [_inside("", item, change) for item in value]
    return value
