"""A secret that does not show itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A resolved secret; `reveal()` is the only way out, `repr` and `str` show nothing.

    Attributes:
        _value: The secret.
    """

    _value: str = field(repr=False)

    def reveal(self) -> str:
        """The secret itself, for the moment a request is signed."""
        return self._value

    def __str__(self) -> str:
        return "**redacted**"
