"""Parts of a JSON answer by their path; what is not there, or of another type, is empty."""

from collections.abc import Iterator


def text_at(value: object, *path: str) -> str:
    """A text, or empty.

    Args:
        value: A JSON value.
        path: Keys of objects, from the outside.
    """
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def number_at(value: object, *path: str) -> int | None:
    """A whole number, or None.

    Args:
        value: A JSON value.
        path: Keys of objects, from the outside.
    """
    found = _at(value, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def rows_of(value: object) -> Iterator[object]:
    """The items of a list; nothing of anything else.

    Args:
        value: A JSON value.
    """
    if isinstance(value, list):
        yield from value


def _at(value: object, path: tuple[str, ...]) -> object:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
