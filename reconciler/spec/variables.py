"""`${NAME}` in a text.

| written                     | is                                                       |
| --------------------------- | -------------------------------------------------------- |
| `${NAME}` alone             | the value, with its type, in quotes or not               |
| `a-${NAME}`                 | text: what the values file has there, sign by sign       |
| `$${`                       | the two signs `${`                                       |
| any other `${`              | an error                                                 |
| `$`, `$NAME`, `$$`          | themselves                                               |

What was put in is never looked at again.
"""

import re
from typing import TypeAlias

from reconciler.records import Struct

NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_TOKEN = re.compile(rf"\$\$\{{|\$\{{({NAME})\}}|\$\{{")
_OPEN = "${"
_ESCAPED = "$${"


class Variable(Struct, frozen=True):
    """One `${NAME}`.

    Attributes:
        name: What is asked for.
    """

    name: str


class Stray(Struct, frozen=True):
    """A `${` that begins no variable."""


Token: TypeAlias = str | Variable | Stray


def tokens(text: str) -> tuple[Token, ...]:
    """A text cut into what it means.

    Args:
        text: As a document holds it.

    Returns:
        Plain text, `$${` already undone, and variables, in order; no two plain texts in a row.
    """
    found: list[Token] = []
    plain, end = "", 0
    for match in _TOKEN.finditer(text):
        plain += text[end : match.start()]
        end = match.end()
        if match[0] == _ESCAPED:
            plain += _OPEN
            continue
        if plain:
            found.append(plain)
            plain = ""
        found.append(Variable(match[1]) if match[1] else Stray())
    plain += text[end:]
    return (*found, plain) if plain else tuple(found)


def escaped(text: str) -> str:
    """A text that means itself where variables are looked for.

    Args:
        text: Any text.
    """
    return text.replace(_OPEN, _ESCAPED)


def has_any(text: str) -> bool:
    """Whether a text may mean anything but itself.

    Args:
        text: Any text.
    """
    return _OPEN in text
