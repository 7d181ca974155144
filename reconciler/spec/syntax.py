"""Errors of YAML's grammar in words for the people who write specs."""

import re

import yaml
from yaml._yaml import Mark as CMark

from reconciler.spec.faults import Fault, Spot

_UNPRINTABLE = (
    "[^\\x09\\x0a\\x0d\\x20-\\x7e\\x85\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
)
_QUOTE = ("a quoted text is not closed", "add the closing quote")
_ALIAS = (
    "an alias refers to an anchor that this document does not have",
    "put values that begin with `*` in quotes",
)
_TAB = ("a tab stands where the indentation is", "indent with spaces")
_CLOSE = "close it, or put the value in quotes"
_INDENT = "check the indentation, and put values that hold signs such as `: ` in quotes"

# What libyaml says, and what we say instead. Nothing of the text is quoted: it may be a secret.
_PROBLEMS = {
    "block sequence entries are not allowed in this context": (
        "a list item `- ` stands where none can begin",
        "begin the list on a line of its own",
    ),
    "could not find expected ':'": ("a field has no `:`", "write `field: value`"),
    "did not find expected ',' or ']'": ("a list `[` is not closed", "add `,` or `]`"),
    "did not find expected ',' or '}'": ("a mapping `{` is not closed", "add `,` or `}`"),
    "did not find expected '-' indicator": ("expected a list item `- ` here", _INDENT),
    "did not find expected key": ("expected a field here", _INDENT),
    "did not find expected node content": (
        "a list `[` or mapping `{` is not closed, or a value is missing",
        _CLOSE,
    ),
    "found character that cannot start any token": (
        "a tab, or a sign that no value may begin with",
        "indent with spaces, and put values that begin with `%`, `@` or a backquote in quotes",
    ),
    "did not find expected <document start>": (
        "a document begins here without `---`",
        "write `---` on the line above",
    ),
    "found a tab character that violates indentation": _TAB,
    "found a tab character where an indentation space is expected": _TAB,
    "found undefined alias": _ALIAS,
    "did not find expected alphabetic or numeric character": _ALIAS,
    "found unexpected document indicator": _QUOTE,
    "found unexpected end of stream": _QUOTE,
    "found unknown escape character": (
        "a text in double quotes holds an unknown escape",
        "use single quotes, or write two backslashes for one",
    ),
    "mapping values are not allowed in this context": (
        "a `:` stands where no field can begin",
        _INDENT,
    ),
    "second occurrence": ("an anchor is defined twice", "give each anchor its own name"),
}
# Inside brackets, YAML reads the `{` of `${NAME}` as one of them.
_NOT_CLOSED = frozenset({"did not find expected ',' or ']'", "did not find expected ',' or '}'"})
# Where the mistake began helps more than where the parser noticed.
_FROM_THE_START = frozenset(
    {
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "found unexpected document indicator",
        "found unexpected end of stream",
    }
)


def spot_at(mark: yaml.Mark | CMark | None, before: int) -> Spot:
    """Where a mark of the parser stands in the file.

    Args:
        mark: A place in what was parsed; None stands for its beginning.
        before: Lines of the file before that text.
    """
    return Spot(before + mark.line + 1, mark.column + 1) if mark else Spot(before + 1, 1)


def syntax_fault(error: yaml.YAMLError, text: str, before: int) -> Fault:
    """An error of the YAML parser as a fault.

    Args:
        error: What the parser raised.
        text: What it was parsing.
        before: Lines of the file before that text.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        return _unprintable(text, before)
    problem = error.problem or ""
    mark = error.context_mark if problem in _FROM_THE_START else None
    mark = mark or error.problem_mark or error.context_mark
    message, advice = _PROBLEMS.get(problem, (problem, "correct the YAML"))
    if problem in _NOT_CLOSED and "${" in text:
        advice += ", and put `${NAME}` in quotes"
    return Fault(spot_at(mark, before), message=f"not YAML: {message}", advice=advice)


def _unprintable(text: str, before: int) -> Fault:
    """The fault of a character that YAML allows nowhere."""
    match = re.search(_UNPRINTABLE, text)
    place = match.start() if match else 0
    line = text.count("\n", 0, place)
    column = place - (text.rfind("\n", 0, place) + 1)
    message = f"not YAML: the character U+{ord(text[place]):04X} is not allowed"
    return Fault(Spot(before + line + 1, column + 1), message=message, advice="remove it")
