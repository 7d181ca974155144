"""Which document goes into which file: one file per cluster, sources in files of a sensible size."""

from collections.abc import Sequence
from itertools import groupby

from reconciler.core.dumping import FoundDocument
from reconciler.core.naming import distinct, slug, surest
from reconciler.spec.writing import SCHEMA, document, file_head

MOST_DOCUMENTS = 50
MOST_SIGNS = 4_000_000
"""A file of more would be near to what `files` refuses to read."""


def files_of(
    documents: Sequence[FoundDocument], connection: str, intro: str, schema: str = SCHEMA
) -> dict[str, str]:
    """The files for documents of one connection.

    Args:
        documents: Sorted by group.
        connection: Its name, with which the names of the files begin.
        intro: What to tell whoever opens one.
        schema: From the folder of the files.

    Returns:
        Text by file name, sorted by name.
    """
    groups = {key: list(found) for key, found in groupby(documents, lambda d: d.group)}
    base = slug(connection, "connection")
    stems = [f"{base}-{slug(key, 'cluster') if key else 'sources'}" for key in groups]
    wishes = [(stem, surest(stem, key)) for stem, key in zip(stems, groups, strict=True)]
    files: dict[str, str] = {}
    for stem, (key, found) in zip(distinct(wishes), groups.items(), strict=True):
        parts = _parts([document(item) for item in found], many=bool(key))
        width = len(str(len(parts)))
        for number, part in enumerate(parts, 1):
            name = stem if len(parts) == 1 else f"{stem}-{number:0{width}}"
            files[f"{name}.yaml"] = file_head(intro, schema) + "".join(part)
    return dict(sorted(files.items()))


def _parts(texts: Sequence[str], *, many: bool) -> list[list[str]]:
    """Texts in order, cut where a file would hold too many or too much."""
    parts: list[list[str]] = []
    size = 0
    for text in texts:
        is_full = parts and (
            size + len(text) > MOST_SIGNS or (not many and len(parts[-1]) == MOST_DOCUMENTS)
        )
        if not parts or is_full:
            parts.append([])
            size = 0
        parts[-1].append(text)
        size += len(text)
    return parts
