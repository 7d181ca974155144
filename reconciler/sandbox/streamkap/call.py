"""One request as the endpoints see it, and how they refuse one.

Errors have the two shapes of the vendor (`docs/apis/streamkap.md#errors`): `{"detail": "text"}`, and
422 with a list of what is wrong where. Query and body are checked field by field; fields that nobody
asks for are accepted in silence, as the vendor does.
"""

import math
from collections.abc import Mapping, Sequence

from reconciler.records import Struct
from reconciler.sandbox.context import Context
from reconciler.sandbox.streamkap.state import StreamkapState
from reconciler.sandbox.streamkap.view import View
from reconciler.sandbox.times import parse_time

_ABSENT = object()
_MOST_DIGITS_OF_SECONDS = 11
_BOOLEANS = {
    **dict.fromkeys(("true", "1", "yes", "on", "t", "y"), True),
    **dict.fromkeys(("false", "0", "no", "off", "f", "n"), False),
}


class Refused(Exception):
    """The answer is an error.

    Attributes:
        status: HTTP status.
        detail: What stands under `detail`.
    """

    def __init__(self, status: int, detail: object) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail

    @property
    def sentence(self) -> str:
        """The refusal in one line, as bulk answers carry it."""
        first = self.detail[0] if isinstance(self.detail, list) else self.detail
        return f"{self.status}: {first['msg'] if isinstance(first, dict) else first}"


def invalid(place: Sequence[str | int], kind: str, message: str, value: object) -> Refused:
    """A 422 for one field.

    Args:
        place: Where it stands: `body` or `query`, then the names down to the field.
        kind: Word for the kind of error, such as `missing`.
        message: What is wrong.
        value: What was given.
    """
    item = {"type": kind, "loc": list(place), "msg": message, "input": value}
    return Refused(422, [item])


class Query(Struct, frozen=True):
    """Query parameters; of a repeated one the last counts."""

    values: Mapping[str, str]

    def integer(self, name: str, default: int, least: int = 1, most: float = math.inf) -> int:
        """A whole number within bounds."""
        text = self.values.get(name)
        if text is None:
            return default
        place = ("query", name)
        try:
            number = int(text)
        except ValueError:
            raise invalid(place, "int_parsing", "Input should be a valid integer", text) from None
        if number < least:
            kind = "greater_than_equal"
            raise invalid(place, kind, f"Input should be greater than or equal to {least}", text)
        if number > most:
            kind = "less_than_equal"
            raise invalid(place, kind, f"Input should be less than or equal to {most}", text)
        return number

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean in any of the usual spellings."""
        text = self.values.get(name)
        if text is None:
            return default
        if text.lower() not in _BOOLEANS:
            message = "Input should be a valid boolean, unable to interpret input"
            raise invalid(("query", name), "bool_parsing", message, text)
        return _BOOLEANS[text.lower()]

    def text(self, name: str) -> str | None:
        """A text; an empty one counts as absent."""
        return self.values.get(name) or None

    def names(self, name: str) -> frozenset[str]:
        """Names separated by commas; none where it is absent."""
        return frozenset(part for part in self.values.get(name, "").split(",") if part)

    def word(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed words; the first where it is absent."""
        text = self.values.get(name)
        if text is None:
            return allowed[0]
        if text not in allowed:
            message = f"Input should be {', '.join(repr(word) for word in allowed)}"
            raise invalid(("query", name), "enum", message, text)
        return text

    def moment(self, name: str) -> float | None:
        """A time in seconds since 1970; milliseconds since 1970 are accepted as well."""
        text = self.values.get(name)
        if not text:
            return None
        try:
            if text.isascii() and text.isdigit():
                return parse_time(
                    int(text) / (1000 if len(text) > _MOST_DIGITS_OF_SECONDS else 1), 0.0
                )
            return parse_time(text.replace(" ", "+"), 0.0)
        except (ValueError, OverflowError):
            message = "Input should be a valid datetime"
            raise invalid(("query", name), "datetime_from_date_parsing", message, text) from None

    def page(self) -> tuple[int, int]:
        """Page from 1 and its size up to 100."""
        return self.integer("page", 1), self.integer("page_size", 10, most=100)


class Body(Struct, frozen=True):
    """A JSON object of the request, and where it stands in the body."""

    values: Mapping[str, object]
    place: tuple[str | int, ...] = ("body",)

    def has(self, name: str) -> bool:
        """Whether a field is there at all."""
        return name in self.values

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self._needed(name)
        if not isinstance(value, str):
            raise self._wrong(name, "string_type", "Input should be a valid string")
        return value

    def maybe_text(self, name: str) -> str | None:
        """A text, or None where it is null or absent."""
        return None if self.values.get(name) is None else self.text(name)

    def word(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed words; the first where it is absent."""
        value = self.values.get(name, allowed[0])
        if not isinstance(value, str) or value not in allowed:
            message = f"Input should be {', '.join(repr(word) for word in allowed)}"
            raise self._wrong(name, "enum", message)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, "bool_type", "Input should be a valid boolean")
        return value

    def maybe_integer(self, name: str) -> int | None:
        """A whole number, or None where it is null or absent."""
        value = self.values.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self._wrong(name, "int_type", "Input should be a valid integer")
        return value

    def texts(self, name: str, least: int = 0, most: float = math.inf) -> tuple[str, ...]:
        """A list of texts that must be there, within bounds on its length."""
        value = self._needed(name)
        if not isinstance(value, list):
            raise self._wrong(name, "list_type", "Input should be a valid list")
        for at, item in enumerate(value):
            if not isinstance(item, str):
                place = (*self.place, name, at)
                raise invalid(place, "string_type", "Input should be a valid string", item)
        if len(value) < least:
            raise self._wrong(name, "too_short", f"List should have at least {least} item")
        if len(value) > most:
            raise self._wrong(name, "too_long", f"List should have at most {most} items")
        return tuple(value)

    def maybe_texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts, or None where it is null or absent."""
        return None if self.values.get(name) is None else self.texts(name)

    def csv_or_list(self, name: str) -> frozenset[str] | None:
        """A list of texts or one text with commas; None where it is null or absent."""
        value = self.values.get(name)
        if isinstance(value, str):
            return frozenset(part for part in value.split(",") if part)
        found = self.maybe_texts(name)
        return None if found is None else frozenset(found)

    def objects(self, name: str) -> list["Body"]:
        """A list of objects; absent or null is none."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._wrong(name, "list_type", "Input should be a valid list")
        return [body(item, (*self.place, name, at)) for at, item in enumerate(value)]

    def inner(self, name: str) -> "Body":
        """An object that must be there."""
        return body(self._needed(name), (*self.place, name))

    def refuse(self, name: str, message: str) -> Refused:
        """A 422 that blames a field for what it means."""
        return self._wrong(name, "value_error", message)

    def _needed(self, name: str) -> object:
        value = self.values.get(name, _ABSENT)
        if value is _ABSENT:
            raise invalid((*self.place, name), "missing", "Field required", dict(self.values))
        return value

    def _wrong(self, name: str, kind: str, message: str) -> Refused:
        return invalid((*self.place, name), kind, message, self.values.get(name))


def body(value: object, place: tuple[str | int, ...] = ("body",)) -> Body:
    """A JSON value that must be an object.

    Raises:
        Refused: It is not: 422.
    """
    if not isinstance(value, dict):
        message = "Input should be a valid dictionary or object"
        raise invalid(place, "model_attributes_type", message, value)
    return Body(value, place)


class Call(Struct, frozen=True):
    """One request.

    Attributes:
        state: What it reads and changes.
        context: Its surroundings.
        query: Its query.
        path: Parts of its path by name.
        body: Its JSON object; an empty one where the endpoint takes none.
    """

    state: StreamkapState
    context: Context
    query: Query
    path: Mapping[str, str]
    body: Body

    @property
    def now(self) -> float:
        """The sandbox's time."""
        return self.context.now

    @property
    def view(self) -> View:
        """What reads of this request show."""
        return View(self.state, self.context)
