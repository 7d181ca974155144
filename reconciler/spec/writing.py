"""Values to YAML: the other way through this room, for documents that nobody has written yet.

What is written here is read back by the strict reader as it was meant: only words that every reader of
YAML takes for text stand without quotes. The same documents give the same bytes.
"""

import json
import re
from collections.abc import Sequence

from reconciler.core.adopting import FoundRule
from reconciler.core.dumping import FoundDocument
from reconciler.core.words import plural
from reconciler.model.address import Kind
from reconciler.model.desired import MirrorRule, MirrorState, SnapshotRule
from reconciler.spec.variables import escaped

API_VERSION = "reconciler.dev/v1alpha1"
SCHEMA = "../schemas/reconciler.schema.json"
_WIDTH = 96
_LONGEST_REMARK = 240
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*", re.ASCII)
NO_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_RULES = {Kind.SOURCE: "snapshots", Kind.CLUSTER_LINK: "mirrors"}


def scalar(text: str) -> str:
    """A text as YAML that every reader takes for that text.

    Args:
        text: Printable.
    """
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in NO_TEXT
    return text if is_plain else json.dumps(escaped(text), ensure_ascii=False)


def modeline(schema: str = SCHEMA) -> str:
    """The comment that tells editors where the schema is.

    Args:
        schema: From the file's folder.
    """
    return f"# yaml-language-server: $schema={schema}\n"


def comment(text: str, indent: str = "") -> str:
    """A text of a vendor or of ours as lines of comment: printable, and not endless.

    Args:
        text: Anything.
        indent: What each line begins with.
    """
    signs = (sign if sign.isprintable() else " " for sign in text)
    words = "".join(signs).split(" ")
    clean = " ".join(word for word in words if word)
    if len(clean) > _LONGEST_REMARK:
        clean = f"{clean[: _LONGEST_REMARK - 1]}…"
    lines: list[str] = []
    for word in clean.split(" "):
        if lines and len(indent) + len(lines[-1]) + len(word) < _WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "".join(f"{indent}# {line}\n" for line in lines)


def document(found: FoundDocument) -> str:
    """One document, from its `---`.

    Args:
        found: What it says.
    """
    fields = "".join(f"  {name}: {scalar(text)}\n" for name, text in found.fields)
    rules = "".join(_rule(rule) for rule in found.rules)
    kind = found.address.kind
    return (
        f"---\n{comment(found.remark)}"
        f"apiVersion: {API_VERSION}\nkind: {kind}\nmetadata:\n  name: {scalar(found.address.name)}\n"
        f"spec:\n{fields}  {_RULES[kind]}:\n{rules}"
    )


def _rule(found: FoundRule) -> str:
    rule = found.rule
    told = f"{plural(found.count, 'topic')}: {found.remark}" if found.count else found.remark
    rows = [f"state: {rule.state}", *_level(rule)]
    lines = "".join(f"      {row}\n" for row in rows)
    return comment(told, "    ") + _topics([p.text for p in rule.topics]) + lines


def _level(rule: SnapshotRule | MirrorRule) -> list[str]:
    if isinstance(rule, SnapshotRule):
        if rule.since is None:
            return []
        return [f"since: {rule.since.isoformat().replace('+00:00', 'Z')}"]
    if rule.state is not MirrorState.PAUSED:
        return []
    return ["until: never", f"reason: {scalar(rule.reason)}"]


def _topics(texts: Sequence[str]) -> str:
    """On one line where they fit, else one on each."""
    spelt = [scalar(text) for text in texts]
    row = f"    - topics: [{', '.join(spelt)}]\n"
    if len(row) <= _WIDTH:
        return row
    return "    - topics:\n" + "".join(f"        - {text}\n" for text in spelt)


def file_head(intro: str, schema: str = SCHEMA) -> str:
    """What a file begins with.

    Args:
        intro: What to tell whoever opens it.
        schema: From the file's folder.
    """
    return f"{modeline(schema)}#\n{comment(intro)}"
