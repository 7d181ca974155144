"""Reading documents strictly: every field is asked for by name, and what nobody asked for is wrong."""

import difflib
from collections.abc import Mapping, Sequence

from reconciler.records import Struct, field
from reconciler.sandbox.problems import WorldInvalid
from reconciler.sandbox.times import parse_duration, parse_time

_NOTHING = object()
_LARGEST = 1e15
_SHOWN = 60


class Section(Struct):
    """One mapping of a document, and where it stands.

    Attributes:
        place: Path for messages, such as `streamkap.sources[0]`.
        values: The mapping.
        asked: Names that were read, in order; `finish` refuses all others.
    """

    place: str
    values: Mapping[str, object]
    asked: list[str] = field(default_factory=list)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty; without a default it must be there."""
        value = self._value(name)
        if value is _NOTHING and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.wrong(name, "a text", value)
        return value

    def maybe_text(self, name: str) -> str | None:
        """A text, or None where it is null or absent."""
        value = self._value(name)
        if value is None or value is _NOTHING:
            return None
        if not isinstance(value, str):
            raise self.wrong(name, "a text", value)
        return value

    def word(self, name: str, allowed: Sequence[str], default: str) -> str:
        """One of the allowed words."""
        value = self.text(name, default)
        if value not in allowed:
            raise self.wrong(name, f"one of {', '.join(allowed)}", value)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._value(name)
        if value is _NOTHING:
            return default
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false", value)
        return value

    def count(self, name: str, default: int) -> int:
        """A whole number that is not negative."""
        value = self._value(name)
        if value is _NOTHING:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**63:
            raise self.wrong(name, "a whole number from 0", value)
        return value

    def maybe_count(self, name: str) -> int | None:
        """A whole number that is not negative, or None where it is null or absent."""
        if self.values.get(name) is None:
            self.asked.append(name)
            return None
        return self.count(name, 0)

    def number(self, name: str, default: float) -> float:
        """A number that is not negative."""
        value = self._value(name)
        if value is _NOTHING:
            return default
        if (
            isinstance(value, bool)
            or not isinstance(value, (int, float))
            or not 0 <= value < _LARGEST
        ):
            raise self.wrong(name, "a number from 0", value)
        return float(value)

    def maybe_number(self, name: str) -> float | None:
        """A number that is not negative, or None where it is null or absent."""
        if self.values.get(name) is None:
            self.asked.append(name)
            return None
        return self.number(name, 0.0)

    def time(self, name: str, start: float, default: float) -> float:
        """A moment in seconds since 1970; offsets count from `start`."""
        moment = self.maybe_time(name, start)
        return default if moment is None else moment

    def maybe_time(self, name: str, start: float) -> float | None:
        """A moment in seconds since 1970, or None where it is null or absent."""
        value = self._value(name)
        if value is None or value is _NOTHING:
            return None
        try:
            return parse_time(value, start)
        except ValueError as error:
            raise WorldInvalid(f"{self.place}.{name}: {error}") from error

    def duration(self, name: str) -> float:
        """A duration in seconds; it must be there."""
        try:
            return parse_duration(self._value(name))
        except ValueError as error:
            raise WorldInvalid(f"{self.place}.{name}: {error}") from error

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; absent or null is none."""
        found: list[str] = []
        for value in self._list(name):
            if not isinstance(value, str):
                raise self.wrong(name, "a list of texts", value)
            found.append(value)
        return tuple(found)

    def mapping(self, name: str) -> dict[str, object]:
        """A mapping with text keys; absent or null is an empty one."""
        value = self._value(name)
        if value is None or value is _NOTHING:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise self.wrong(name, "a mapping with text keys", value)
        return dict(value)

    def section(self, name: str) -> "Section":
        """A mapping inside, to be read field by field; absent or null is an empty one."""
        return Section(f"{self.place}.{name}".lstrip("."), self.mapping(name))

    def sections(self, name: str) -> list["Section"]:
        """A list of mappings; absent or null is none."""
        place = f"{self.place}.{name}".lstrip(".")
        return [section(f"{place}[{at}]", value) for at, value in enumerate(self._list(name))]

    def finish(self) -> None:
        """Refuse fields that nobody asked for.

        Raises:
            WorldInvalid: There is one; the message names the nearest that is known.
        """
        for name in self.values:
            if name not in self.asked:
                near = difflib.get_close_matches(name, self.asked, n=1)
                advice = f"did you mean {near[0]}?" if near else f"known: {', '.join(self.asked)}"
                raise WorldInvalid(f"{self.place or 'world'}: unknown field {name!r}; {advice}")

    def wrong(self, name: str, expected: str, value: object) -> WorldInvalid:
        """The error for a field that is not what was expected."""
        place = f"{self.place}.{name}".lstrip(".")
        shown = "nothing" if value is _NOTHING else shorten(value)
        return WorldInvalid(f"{place}: expected {expected}, got {shown}")

    def _value(self, name: str) -> object:
        self.asked.append(name)
        return self.values.get(name, _NOTHING)

    def _list(self, name: str) -> list[object]:
        value = self._value(name)
        if value is None or value is _NOTHING:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "a list", value)
        return list(value)


def section(place: str, value: object) -> Section:
    """A value that must be a mapping with text keys, ready to be read.

    Raises:
        WorldInvalid: It is not.
    """
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        name = place or "world"
        raise WorldInvalid(f"{name}: expected a mapping with text keys, got {shorten(value)}")
    return Section(place, value)


def shorten(value: object) -> str:
    """A value for a message, shortened."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
