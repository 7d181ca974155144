r"""Nothing from outside may steer a terminal or a page.

Names, messages and traces come from files and from vendors. Three rules make them harmless:

- On a terminal every character that does not print (control, bidi override, zero width, lone
  surrogate, odd space) is written as its escape, such as `\x1b` or `\u202e`.
- In Markdown a name is a code span: GitHub and GitLab neither ping, link, load nor format there.
  What could end the span or its table cell, the backtick and the pipe, is written as `\x60`, `\x7c`.
- In Markdown a sentence stays prose as far as its words are plain ones; every other word becomes a
  code span. The list says what is plain, not what is dangerous, so nothing can be forgotten.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

_MARKDOWN = str.maketrans({"`": "\\x60", "|": "\\x7c"})
_PLAIN_WORD = re.compile(
    r"""
    [("]*                                # may open a bracket or a quotation
    (?: [^\W\d_]+ (?: [-'] [^\W\d_]+ )*  # a word of letters, such as: didn't, first-run
      | \d{1,6} (?: [.,] \d{1,6} )? %?   # a short number; a long one may be a commit
      | [→·–%]
    )?
    [)".,;:?!]*                          # may close what was opened
    """,
    re.VERBOSE,
)
_OPENERS, _CLOSERS = '("', ')".,;:?!'
_QUOTED = re.compile(r"""(?<![^\s("])`([^`]+)`(?![^\s).,;:?!"])""")  # not the signs inside a name
_CLOSING = re.compile(r"[).,;:?!]+(?:\s|$)")  # belongs to the word before it, without a gap


def _visible(sign: str) -> str:
    code = ord(sign)
    if code < 0x100:  # noqa: PLR2004 -- the width of the escape, not a tunable figure
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(sign, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 -- same


def printable(text: str) -> str:
    """Text in which every character prints; the others are written as escapes.

    Args:
        text: Anything, also text that went through here before: it stays as it is.
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _visible(sign) for sign in text)


def short(text: str, limit: int) -> str:
    """Text of at most so many characters, with a sign where the rest was.

    Args:
        text: Anything.
        limit: Characters, at least 1.
    """
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def code(text: str) -> str:
    """A Markdown code span that also holds in a table cell; an empty text is an empty string.

    Args:
        text: Anything from outside.
    """
    harmless = printable(text).translate(_MARKDOWN)
    if not harmless.strip():
        return f"`'{harmless}'`" if harmless else ""
    return f"`{harmless}`"


def prose(text: str) -> str:
    """A Markdown sentence whose words are plain, or code spans; what stands in backticks is code.

    Args:
        text: One sentence that may hold names and messages from outside.
    """
    result = ""
    for number, part in enumerate(_QUOTED.split(printable(text))):
        piece = code(part) if number % 2 else _words(part)
        gap = " " if result and piece and not _CLOSING.match(part) else ""
        result += gap + piece
    return result


def _words(text: str) -> str:
    runs = groupby(text.split(), key=lambda word: bool(_PLAIN_WORD.fullmatch(word)))
    return " ".join(" ".join(run if plain else _odd(run)) for plain, run in runs)


def _odd(words: Iterable[str]) -> Iterator[str]:
    """Code spans of odd words that stand side by side; punctuation around them stays outside."""
    opened, inside = "", ""
    for word in words:
        begins = len(word) - len(word.lstrip(_OPENERS))
        core = word[begins:].rstrip(_CLOSERS)
        if begins and inside:
            yield opened + code(inside)
            inside = ""
        opened = opened if inside else word[:begins]
        inside = f"{inside} {core}".lstrip()
        if closed := word[begins + len(core) :]:
            yield opened + code(inside) + closed
            opened, inside = "", ""
    if inside:
        yield opened + code(inside)
