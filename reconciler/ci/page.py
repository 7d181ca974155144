"""The body of a comment: a marker, a heading, the page that `render` made, and where the rest is."""

import re

from reconciler.ci.marker import Marker, Told
from reconciler.records import Struct
from reconciler.render.escape import code

_SHORT = 10  # characters of a commit that are shown
_CUT = "_Cut here for want of room._"
_LINK = re.compile(r"https?://[^\s()<>]+", re.ASCII)
_TITLES = {Told.PLAN: "Plan", Told.APPLY: "Apply", Told.DRIFT: "Drift"}


class Links(Struct, frozen=True):
    """Where more is to be seen.

    Attributes:
        run: Page of the run, or empty.
        artifact: What the run has kept, or empty.
    """

    run: str = ""
    artifact: str = ""


def body_of(marker: Marker, text: str, links: Links, limit: int) -> str:
    """A comment that fits.

    Args:
        marker: Its first line.
        text: Markdown, one row a line.
        links: Where more is to be seen.
        limit: Characters, at least 2,000.
    """
    head = f"{marker}\n### {_TITLES[marker.told]} of {code(marker.environment)}\n\n"
    foot = f"\n{_footer(marker, links)}\n"
    return head + cut(text.strip("\n") + "\n", limit - len(head) - len(foot)) + foot


def cut(text: str, limit: int) -> str:
    """A page of at most so many characters that ends with a whole line, and says that it was cut.

    What was open stays readable: a folded part is closed again.

    Args:
        text: Markdown.
        limit: Characters.
    """
    if _width(text) <= limit:
        return text
    closing = f"\n{_CUT}\n"
    room = limit - _width(closing) - len("\n</details>\n")
    lines: list[str] = []
    opened = 0
    for line in text.splitlines(keepends=True):
        room -= _width(line)
        if room < 0:
            break
        lines.append(line)
        opened += line.count("<details>") - line.count("</details>")
    return "".join(lines) + ("\n</details>\n" if opened > 0 else "") + closing


def quiet(marker: Marker) -> str:
    """What an existing comment says once there is nothing more to tell.

    Args:
        marker: Its first line.
    """
    match marker.told:
        case Told.PLAN:
            return "**Nothing to change any more**: everything is as these specs want it, or waits."
        case Told.DRIFT:
            return "**No drift any more**: everything is as the specs want it."
        case Told.APPLY:
            return "**Nothing was to be done.**"


def _footer(marker: Marker, links: Links) -> str:
    parts = [f"Commit {code(marker.commit[:_SHORT])}"] if marker.commit else []
    for name, url in (("run", links.run), ("plan file", links.artifact)):
        if _LINK.fullmatch(url):
            parts.append(f"[{name}]({url})")
    return f"<sub>{' · '.join(parts)}</sub>" if parts else ""


def _width(text: str) -> int:
    """Size as the strictest counts it: GitHub's limit is met in UTF-16 units as in characters."""
    return len(text.encode("utf-16-le")) // 2
