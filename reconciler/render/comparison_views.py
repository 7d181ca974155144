"""A comparison of two plans for a terminal, a program and a pull request."""

from collections.abc import Iterable

from reconciler import __version__
from reconciler.core.words import moment, plural
from reconciler.model.call import Json
from reconciler.render.budget import Block, fitted
from reconciler.render.comparison import (
    Comparison,
    Difference,
    FieldChange,
    StepDifference,
    VerdictDifference,
)
from reconciler.render.escape import code, prose, short
from reconciler.render.json_parts import step as step_json
from reconciler.render.json_parts import time_text
from reconciler.render.lines import EMPTY, Line, Style, Styled, line
from reconciler.render.markdown import BUDGET
from reconciler.render.text_parts import MANY_LINES, finish, paragraph
from reconciler.render.view import View
from reconciler.render.words import change_in_words, request_line

_SIGNS = {
    Difference.ADDED: ("+", Style.GOOD),
    Difference.REMOVED: ("-", Style.BAD),
    Difference.CHANGED: ("~", Style.WARN),
}
_LONG = 200
NOTHING = "nothing"


def summary(comparison: Comparison) -> str:
    """One line that says what matters: whether an approval holds, and what differs.

    Args:
        comparison: Of two plans.
    """
    calls = [item.difference for item in comparison.steps]
    counted = [f"{calls.count(word)} {word}" for word in Difference if word in calls]
    parts = [", ".join([*counted, f"{comparison.same} the same"])]
    if comparison.verdicts:
        parts.append(f"{plural(len(comparison.verdicts), 'verdict')} changed")
    word = "holds" if comparison.is_approved else "does not hold"
    return f"The approval {word}. Calls: {'; '.join(parts)}."


def text(comparison: Comparison, view: View) -> list[Line]:
    """A comparison for a person.

    Args:
        comparison: Of two plans.
        view: How to show.
    """
    old, new = map(moment, comparison.made)
    rows = [line(Styled(f"The plan of {old} and the plan of {new}", Style.HEADING)), EMPTY]
    for step in comparison.steps:
        rows += [*_step_rows(step, view), EMPTY]
    rows += _folded(comparison.verdicts, view)
    rows.append(line(Styled(summary(comparison), Style.HEADING)))
    if not comparison.is_approved:
        rows.append(line(Styled(f"Approved then: {comparison.approvals[0]}", Style.FAINT)))
        rows.append(line(Styled(f"Asked for now: {comparison.approvals[1]}", Style.FAINT)))
    return finish(rows, view)


def _step_rows(item: StepDifference, view: View) -> list[Line]:
    sign, style = _SIGNS[item.difference]
    step = item.step
    told = f"{change_in_words(step.change)}, by {step.call.connection}{_was(item)}"
    return [
        line(Styled(f"{sign} {item.difference}", style), f"  {step.id}  {request_line(step.call)}"),
        *paragraph(told, 4, view),
        *_field_rows(item.fields),
    ]


def _was(item: StepDifference) -> str:
    return f" (it was {item.was.id})" if item.was and item.was.id != item.step.id else ""


def _folded(verdicts: tuple[VerdictDifference, ...], view: View) -> list[Line]:
    if not verdicts:
        return []
    many = len(verdicts) if view.verbose else MANY_LINES
    rows = [line(Styled("Verdicts:", Style.HEADING))]
    for item in verdicts[:many]:
        sign, style = _SIGNS[item.difference]
        rows.append(line("  ", Styled(f"{sign} {item.address}", style)))
        rows += _field_rows(item.fields)
    hidden = len(verdicts) - many
    if hidden > 0:
        rows.append(line(Styled(f"  ... and {hidden} more, -v shows them", Style.FAINT)))
    return [*rows, EMPTY]


def _field_rows(fields: Iterable[FieldChange]) -> list[Line]:
    return [line(f"      {_path(field)}: {_levels(field)}") for field in fields]


def _path(field: FieldChange) -> str:
    return " ".join(field.path)


def _levels(field: FieldChange) -> str:
    before, after = short(field.before, _LONG), short(field.after, _LONG)
    return f"{before or NOTHING} → {after or NOTHING}"


def document(comparison: Comparison) -> dict[str, Json]:
    """A comparison for a program.

    Args:
        comparison: Of two plans.
    """
    plans: list[Json] = [
        {"created_at": time_text(made), "approval": approval}
        for made, approval in zip(comparison.made, comparison.approvals, strict=True)
    ]
    return {
        "format_version": 1,
        "reconciler_version": __version__,
        "old": plans[0],
        "new": plans[1],
        "approval_holds": comparison.is_approved,
        "steps": {
            "same": comparison.same,
            "different": [_step_document(item) for item in comparison.steps],
        },
        "resources": [
            {
                "address": item.address,
                "difference": str(item.difference),
                "fields": _field_documents(item.fields),
            }
            for item in comparison.verdicts
        ],
    }


def _step_document(item: StepDifference) -> Json:
    return {
        "difference": str(item.difference),
        "step": step_json(item.step),
        "was": step_json(item.was) if item.was else None,
        "fields": _field_documents(item.fields),
    }


def _field_documents(fields: Iterable[FieldChange]) -> list[Json]:
    return [
        {"path": list(f.path), "before": f.before or None, "after": f.after or None} for f in fields
    ]


def markdown(comparison: Comparison, budget: int = BUDGET) -> str:
    """A comparison for a pull request.

    Args:
        comparison: Of two plans.
        budget: Largest size in bytes.
    """
    calls = tuple(row for item in comparison.steps for row in _step_bullets(item))
    verdicts = tuple(
        f"- **{item.difference}** {code(short(item.address, _LONG))}{_inline(item.fields)}"
        for item in comparison.verdicts
    )
    blocks = [
        Block("call", ("### Calls", ""), calls),
        Block("verdict", ("### Verdicts", ""), verdicts),
    ]
    return fitted(f"**{summary(comparison)}**", blocks, budget)


def _step_bullets(item: StepDifference) -> list[str]:
    step = item.step
    told = prose(f"{change_in_words(step.change)}, by {step.call.connection}{_was(item)}")
    head = f"- **{item.difference}** {code(step.id)} {code(request_line(step.call))}: {told}"
    return [head, *(f"  - {_bullet(field)}" for field in item.fields)]


def _inline(fields: tuple[FieldChange, ...]) -> str:
    return "".join(f"; {_bullet(field)}" for field in fields)


def _bullet(field: FieldChange) -> str:
    before, after = short(field.before, _LONG), short(field.after, _LONG)
    levels = f"{code(before) or NOTHING} → {code(after) or NOTHING}"
    return f"{code(_path(field))}: {levels}"
