"""Pieces that every text has: signs, a folded list of names, notices at the top and the bottom."""

from collections.abc import Iterable, Sequence

from reconciler.core.words import plural
from reconciler.model.change import Action
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.render.groups import folded
from reconciler.render.left_behind import TITLE, left_groups
from reconciler.render.lines import EMPTY, Line, Style, Styled, asciified, line, wrapped
from reconciler.render.view import View

_ACTION_SIGNS = {
    Action.START: ("+", Style.GOOD),
    Action.STOP: ("-", Style.BAD),
    Action.PAUSE: ("‖", Style.WARN),
    Action.RESUME: ("▶", Style.GOOD),
}
_VERDICT_SIGNS = {
    Verdict.IN_SYNC: ("=", Style.FAINT),
    Verdict.CHANGE: ("+", Style.GOOD),
    Verdict.IN_PROGRESS: ("~", Style.ACCENT),
    Verdict.DEFERRED: ("…", Style.FAINT),
    Verdict.SCHEDULED: ("@", Style.FAINT),
    Verdict.BLOCKED: ("!", Style.BAD),
    Verdict.UNOBSERVED: ("?", Style.BAD),
    Verdict.UNKNOWN: ("?", Style.BAD),
    Verdict.UNMANAGED: ("=", Style.FAINT),
}
MANY_LINES = 20


def sign(finding: Finding) -> tuple[str, Style]:
    """The sign of a finding and its colour: of its action for a change, else of its verdict."""
    if finding.verdict is Verdict.CHANGE and finding.action:
        return _ACTION_SIGNS[finding.action]
    return _VERDICT_SIGNS[finding.verdict]


def names_lines(names: Iterable[str], head: Line, indent: int, view: View) -> list[Line]:
    """A list of names behind a head, folded to one line, or with `-v` wrapped over several.

    Args:
        names: In the order to show.
        head: What stands before the first name; takes `indent` columns.
        indent: Columns before the names.
        view: Width, and whether anything is folded.
    """
    shown, hidden = folded(names, view.width - indent, view)
    if hidden:
        return [
            line(*head.spans, shown, Styled(f" ... and {hidden} more, -v shows them", Style.FAINT))
        ]
    first, *rest = wrapped(shown, view.width - indent) or [""]
    return [line(*head.spans, first), *(line(" " * indent + row) for row in rest)]


def paragraph(text: str, indent: int, view: View, style: Style = Style.PLAIN) -> list[Line]:
    """A sentence wrapped to the width, every line indented.

    Args:
        text: The sentence; empty gives no line.
        indent: Columns before it.
        view: Width.
        style: Of the whole.
    """
    rows = wrapped(text, view.width - indent)
    return [line(" " * indent, Styled(row, style)) for row in rows]


def todo(advice: str, indent: int, view: View) -> list[Line]:
    """What a person can do; a command in it stays on one line, to be copied.

    Args:
        advice: The sentence; empty gives no line.
        indent: Columns before it.
        view: Width.
    """
    rows = wrapped(f"do: {advice}", view.width - indent - 4) if advice else []
    return [
        line(" " * (indent if row is rows[0] else indent + 4), Styled(row, Style.WARN))
        for row in rows
    ]


def bullets(heading: str, sentences: Sequence[str], view: View, style: Style) -> list[Line]:
    """A heading with sentences below it and an empty line after; none gives no line.

    Args:
        heading: Without a colon.
        sentences: In the order to show.
        view: Width.
        style: Of the heading.
    """
    if not sentences:
        return []
    rows = [line(Styled(f"{heading}:", style))]
    for sentence in sentences:
        first, *rest = wrapped(sentence, view.width - 4) or [""]
        rows += [line(f"  - {first}"), *(line(f"    {row}") for row in rest)]
    return [*rows, EMPTY]


def notices(plan: Plan, view: View) -> list[Line]:
    """What a reader must know first: which environment, what was not seen, what was left out."""
    rows = environment(plan)
    rows += bullets(
        "INCOMPLETE, what could not be observed is neither judged nor changed",
        plan.incomplete,
        view,
        Style.BAD,
    )
    if plan.partial:
        text = "Partial: a selection leaves out a part of what is declared."
        rows += [line(Styled(text, Style.WARN)), EMPTY]
    return rows


def environment(plan: Plan) -> list[Line]:
    """Whose values are in the documents; none gives no line."""
    return [line(Styled(f"Environment: {plan.environment}")), EMPTY] if plan.environment else []


def left_behind(plan: Plan, view: View) -> list[Line]:
    """What of ours no spec names any more, with what a person can do; none gives no line.

    Args:
        plan: The plan.
        view: Width, whether anything is folded, and options that a command has to repeat.
    """
    groups = left_groups(plan.left_behind)
    rows = [line(Styled(f"{TITLE}:", Style.WARN))] if groups else []
    shown = groups if view.verbose else groups[:MANY_LINES]
    for group in shown:
        head = line(Styled(f"  & {group.document} ", Style.WARN), f"{group.word}: ")
        indent = sum(len(span.text) for span in head.spans)
        rows += names_lines(group.names, head, indent, view)
        rows += paragraph(group.history, 4, view, Style.FAINT)
        rows += todo(group.advice(view), 4, view)
    hidden = sum(len(group.items) for group in groups[len(shown) :])
    if hidden:
        rows.append(line(Styled(f"  ... and {hidden} more, -v shows them", Style.FAINT)))
    return [*rows, EMPTY] if rows else []


def reminder(plan: Plan) -> list[Line]:
    """The notice of incompleteness once more, for who reads the end only."""
    if not plan.incomplete:
        return []
    missing = plural(len(plan.incomplete), "part")
    return [line(Styled(f"INCOMPLETE: {missing} could not be observed, see the top.", Style.BAD))]


def finish(rows: Iterable[Line], view: View) -> list[Line]:
    """The lines as the output can show them.

    Args:
        rows: From top to bottom.
        view: Whether the output can show ASCII only.
    """
    return asciified(rows) if view.ascii else list(rows)
