"""A document as it was probably meant, so that one misspelt word does not hide other errors."""

import re
from copy import deepcopy

from pydantic import ValidationError

from reconciler.core.match import nearest
from reconciler.model.call import Json

_QUOTED = re.compile(r"'([^']*)'")


def as_meant(value: Json, error: ValidationError) -> Json:
    """The document with misspelt tags of variants replaced by the words they look like.

    Args:
        value: The document as written.
        error: What pydantic found.

    Returns:
        A copy, or None where no tag looks like a known one.
    """
    meant: Json = None
    for item in error.errors(include_url=False):
        if item["type"] != "union_tag_invalid":
            continue
        tag, known = str(item["ctx"]["tag"]), _QUOTED.findall(item["ctx"]["expected_tags"])
        word = nearest(tag, known)
        if word:
            meant = deepcopy(value) if meant is None else meant
            _put(meant, (*item["loc"], item["ctx"]["discriminator"].strip("'")), word)
    return meant


def _put(value: Json, path: tuple[int | str, ...], word: str) -> None:
    """Write a word at a path of mappings and lists that exist."""
    *parents, last = path
    for part in parents:
        if isinstance(value, dict):
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
    if isinstance(value, dict):
        value[str(last)] = word
