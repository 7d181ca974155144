"""`status --watch` as text: a screen that is drawn again, or a line for every change."""

from collections.abc import Sequence
from datetime import datetime

from reconciler.core.watching import CALM, News, by_urgency
from reconciler.core.words import moment
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding
from reconciler.records import Struct
from reconciler.render.lines import EMPTY, Line, Style, Styled, line
from reconciler.render.text_parts import sign
from reconciler.render.words import finding_word, status_summary

LEAST = 3
"""Rows that are always shown below the head, however low the terminal."""


class Watched(Struct, frozen=True):
    """What a watch shows at a moment.

    Attributes:
        plan: What the last look that succeeded shows, or None before the first.
        at: When that was.
        trouble: Why the last look showed nothing, or empty.
        waits: Seconds until the next look; 0 while one is under way.
    """

    plan: Plan | None = None
    at: datetime | None = None
    trouble: str = ""
    waits: int = 0


def screen(watched: Watched, height: int) -> list[Line]:
    """Everything that fits: what is in doubt first, what is in sync last and only as a number.

    Args:
        watched: What is shown.
        height: Rows of the terminal.
    """
    rows = [_head(watched)]
    rows += [line(Styled(f"The last look failed: {watched.trouble}", Style.BAD))] * bool(
        watched.trouble
    )
    if watched.plan is None:
        return rows
    rows.append(line(Styled(status_summary(watched.plan), Style.HEADING)))
    rows += [line(Styled(f"INCOMPLETE: {text}", Style.BAD)) for text in watched.plan.incomplete[:2]]
    rows.append(EMPTY)
    found = [f for f in by_urgency(watched.plan.findings) if f.verdict not in CALM]
    room = max(LEAST, height - len(rows) - 1)
    shown = found if len(found) <= room else found[: room - 1]
    rows += [_row(finding) for finding in shown]
    if len(found) > len(shown):
        text = f"  ... and {len(found) - len(shown)} more; --select shows a part"
        rows.append(line(Styled(text, Style.FAINT)))
    return rows


def _head(watched: Watched) -> Line:
    seen = f"as of {moment(watched.at)}" if watched.at else "nothing seen yet"
    then = f"next look in {watched.waits}s" if watched.waits else "looking"
    return line(Styled(f"{seen}, {then}; Ctrl-C ends", Style.FAINT))


def _row(finding: Finding) -> Line:
    mark, style = sign(finding)
    levels = " → ".join(part for part in (finding.before, finding.after) if part)
    text = f" {finding_word(finding)}: {levels}" if levels else f" {finding_word(finding)}"
    return line(
        Styled(f"{mark} {finding.address}", style),
        text,
        Styled(f" · {finding.reason}", Style.FAINT),
    )


def changes(news: News, at: datetime, *, plan: Plan, is_first: bool) -> list[Line]:
    """A line for everything that is new.

    Args:
        news: What is new.
        at: When it was seen.
        plan: What the look shows.
        is_first: Whether there was no look before.
    """
    when = f"{moment(at)} "
    rows = [line(when, Styled(f"INCOMPLETE: {text}", Style.BAD)) for text in news.incomplete]
    rows += [line(when, "everything is observed again")] * news.is_whole_again
    rows += [line(when, *_row(finding).spans) for finding in news.changed]
    rows += [line(when, f"{address}: no longer shown") for address in news.gone]
    return [*rows, line(when, status_summary(plan))] if is_first or rows else rows


def failure(text: str, at: datetime) -> Sequence[Line]:
    """The line for a look that showed nothing.

    Args:
        text: Why.
        at: When that was.
    """
    return [line(f"{moment(at)} ", Styled(f"the look failed: {text}", Style.BAD))]
