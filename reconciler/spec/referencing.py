"""The reference of the format as Markdown, made from the schema so that it cannot fall behind."""

from collections.abc import Iterator

from reconciler.model.call import Json
from reconciler.spec.prose import DOCUMENTS, INTRODUCTION, Section
from reconciler.spec.scalars import DURATION_PATTERN, TIME_PATTERN
from reconciler.spec.schema import document_schema

_PATTERNS = {DURATION_PATTERN: "duration", TIME_PATTERN: "time"}
_WORDS = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "`true` or `false`",
    "object": "mapping of text to text",
}


def spec_reference() -> str:
    """Markdown text of `docs/spec-reference.md`."""
    schema = document_schema("2020-12")
    definitions = _mapping(schema.get("$defs"))
    lines = [INTRODUCTION.strip(), ""]
    for section in DOCUMENTS:
        lines.extend(_section(section, _mapping(definitions[section.model])))
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section, model: dict[str, Json]) -> Iterator[str]:
    """Heading, what it is for, its fields, and an example where there is one."""
    yield f"{'#' * section.level} {section.heading}"
    yield ""
    yield " ".join(str(model["description"]).split())
    yield ""
    required = model.get("required")
    yield "| field | value | | meaning |"
    yield "| --- | --- | --- | --- |"
    for name, item in _mapping(model.get("properties")).items():
        is_required = isinstance(required, list) and name in required
        yield _row(name, _mapping(item), is_required=is_required)
    yield ""
    if section.example:
        yield f"```yaml\n{section.example.strip()}\n```"
        yield ""


def _row(name: str, field: dict[str, Json], *, is_required: bool) -> str:
    """One field as a row of a table."""
    meaning = str(field.get("description", ""))
    examples = field.get("examples")
    if isinstance(examples, list) and all(isinstance(item, str) for item in examples):
        meaning += f" Such as {', '.join(f'`{item}`' for item in examples)}."
    word = "required" if is_required else ""
    return f"| `{name}` | {_kind(field)} | {word} | {meaning.replace('|', '&#124;')} |"


def _kind(field: dict[str, Json]) -> str:
    """What a value may be, in a few words."""
    match field:
        case {"$ref": str(target)}:
            return _link(target.rsplit("/", 1)[-1])
        case {"const": value}:
            return f"`{value}`"
        case {"enum": list(values)}:
            return ", ".join(f"`{value}`" for value in values)
        case {"anyOf": list(choices)} | {"oneOf": list(choices)}:
            return " or ".join(_kind(_mapping(choice)) for choice in choices)
        case {"items": dict(items)}:
            return f"list of {_kind(items)}"
        case _:
            return _PATTERNS.get(str(field.get("pattern")), _WORDS[str(field["type"])])


def _link(model: str) -> str:
    """A link to the section of a model."""
    heading = next(section.heading for section in DOCUMENTS if section.model == model)
    anchor = "".join(sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return f"[{heading.replace('`', '')}](#{anchor.replace(' ', '-')})"


def _mapping(value: Json) -> dict[str, Json]:
    """A value that the schema promises to be a mapping."""
    return value if isinstance(value, dict) else {}
