"""A plan as text: what changes and why, what needs a person, what it costs, how to carry it out."""

from itertools import groupby

from reconciler.core.gates import MAX_STARTS, sources_starting
from reconciler.core.words import plural
from reconciler.model.address import Address
from reconciler.model.plan import Plan, Step
from reconciler.model.verdict import Finding, Risk, Verdict
from reconciler.render.groups import QUIET, Group, by_document, grouped
from reconciler.render.impact import impact_in_words, toll_in_words
from reconciler.render.lines import EMPTY, Line, Style, Styled, line, wrapped
from reconciler.render.text_parts import (
    MANY_LINES,
    bullets,
    finish,
    left_behind,
    names_lines,
    notices,
    paragraph,
    reminder,
    sign,
    todo,
)
from reconciler.render.view import View, apply_command
from reconciler.render.words import (
    AS_DECLARED,
    NOTHING_SEEN,
    VERDICT_WORDS,
    calls_in_words,
    change_in_words,
    finding_word,
    plan_summary,
    reads_in_words,
    reason_in_words,
    request_line,
    step_marks,
    stopped_topics,
)

MANY_GROUPS = 12


def plan(plan: Plan, view: View) -> list[Line]:
    """A plan for a person who decides about it.

    Args:
        plan: The plan.
        view: How to show, and what the command at the end has to repeat.

    Returns:
        Lines from top to bottom; the last ones are the summary and the command that carries it out.
    """
    rows = [
        *notices(plan, view),
        *_documents(plan, view),
        *_calls(plan, view),
        *left_behind(plan, view),
        *bullets("Warnings", plan.warnings, view, Style.WARN),
        line(Styled(plan_summary(plan), Style.HEADING)),
        *reminder(plan),
        *_next(plan, view),
    ]
    return finish(rows, view)


def _documents(plan: Plan, view: View) -> list[Line]:
    rows: list[Line] = []
    quiet = 0
    for document, findings in by_document(plan.findings):
        if not view.verbose and all(finding.verdict in QUIET for finding in findings):
            quiet += 1
            continue
        rows += [*_document(document, findings, view), EMPTY]
    if quiet:
        seen = "is" if quiet == 1 else "are"
        other = "other " if rows else ""
        text = f"{plural(quiet, f'{other}document')} {seen} in sync, -v shows them."
        rows += [line(Styled(text, Style.FAINT)), EMPTY]
    return rows


def _document(document: Address, findings: tuple[Finding, ...], view: View) -> list[Line]:
    groups = grouped(findings, exact=view.verbose)
    width = max(len(finding_word(group.first)) for group in groups)
    rows = [line(Styled(str(document), Style.HEADING))]
    for verdict, same in groupby(groups, key=lambda group: group.first.verdict):
        chosen = list(same)
        many = len(chosen) if view.verbose else MANY_GROUPS
        for group in chosen[:many]:
            rows += _group(group, width, view)
        hidden = sum(group.covers for group in chosen[many:])
        if hidden:
            text = f"  ... and {hidden} more {VERDICT_WORDS[verdict]}, -v shows them"
            rows.append(line(Styled(text, Style.FAINT)))
    return rows


def _group(group: Group, width: int, view: View) -> list[Line]:
    first = group.first
    mark, style = sign(first)
    word = Styled(f"{mark} {finding_word(first):<{width}}", style)
    indent = width + 6
    if first.verdict in QUIET and not view.verbose:
        return [line("  ", word, "  ", plural(group.covers, "topic"))]
    rows = names_lines(group.names, line("  ", word, "  "), indent, view)
    rows += paragraph(_levels(group), indent, view)
    rows += paragraph(impact_in_words(group.findings), indent, view)
    if first.risk is Risk.DISRUPTIVE and first.action:
        text = "disruptive" if view.allow_disruptive else "disruptive, needs --allow disruptive"
        rows += paragraph(text, indent, view, Style.BAD)
    rows += _why(group, indent, view)
    rows += paragraph(f"note: {first.note}" if first.note else "", indent, view)
    return rows + todo(group.advice, indent, view)


def _why(group: Group, indent: int, view: View) -> list[Line]:
    """Reason and origin: on one line where they fit, so that a place is never torn apart."""
    reason = reason_in_words(group.first)
    together = f"{reason} · {group.origins}"
    if indent + len(together) <= view.width:
        return paragraph(together, indent, view, Style.FAINT)
    rows = paragraph(reason, indent, view, Style.FAINT)
    return [*rows, line(" " * indent, Styled(group.origins, Style.FAINT))]


def _levels(group: Group) -> str:
    first = group.first
    if first.action is None or not (first.before or first.after):
        return ""
    held = "" if first.verdict is Verdict.CHANGE else f"would {first.action}: "
    return f"{held}{group.before or NOTHING_SEEN} → {first.after or AS_DECLARED}"


def _snapshots(plan: Plan, view: View) -> list[Line]:
    text = toll_in_words(plan.findings)
    return _headed("Snapshots: ", text, view) if text else []


def _calls(plan: Plan, view: View) -> list[Line]:
    rows = _snapshots(plan, view)
    rows += _headed("Calls: ", calls_in_words(plan), view) if plan.steps else []
    many = len(plan.steps) if view.verbose else MANY_LINES
    width = max((len(step.id) for step in plan.steps[:many]), default=0)
    for step in plan.steps[:many]:
        rows += _step(step, width, view)
    hidden = len(plan.steps) - many
    if hidden > 0:
        text = f"  ... and {plural(hidden, 'more call', 'more calls')}, -v shows them"
        rows.append(line(Styled(text, Style.FAINT)))
    if plan.cost.reads or plan.steps:
        rows += _headed("Reads: ", reads_in_words(plan), view)
    if view.verbose:
        rows += [line(f"  {item.name}: {item.identity}") for item in plan.connections]
    return [*rows, EMPTY] if rows else []


def _headed(head: str, text: str, view: View) -> list[Line]:
    first, *rest = wrapped(text, view.width - len(head))
    rows = [line(Styled(head, Style.HEADING), first)]
    return [*rows, *(line(" " * len(head), row) for row in rest)]


def _step(step: Step, width: int, view: View) -> list[Line]:
    call = step.call
    hit = stopped_topics(step.change)  # never folded: a stop may hit topics that are not ours
    marks = step_marks(step, allow_disruptive=view.allow_disruptive)
    text = " · ".join([f"{change_in_words(step.change)}, by {call.connection}", *marks])
    return [
        line(f"  {step.id:<{width}}  ", Styled(request_line(call), Style.ACCENT)),
        *paragraph(text, width + 4, view),
        *paragraph(f"ends: {', '.join(hit)}" if hit else "", width + 4, view, Style.WARN),
    ]


def _next(plan: Plan, view: View) -> list[Line]:
    if not plan.steps or view.applying:
        return []
    rows = [
        EMPTY,
        line("To carry it out:"),
        line("  ", Styled(apply_command(plan, view), Style.ACCENT)),
    ]
    if plan.is_disruptive:
        risks = [item.risk for step in plan.steps for item in step.items]
        safe, total = risks.count(Risk.SAFE), plural(len(risks), "change")
        text = f"Without --allow disruptive it carries out only what is safe: {safe} of {total}."
        rows += paragraph(text, 0, view, Style.FAINT)
    starting = sources_starting(plan)
    if starting > MAX_STARTS:
        text = f"{MAX_STARTS} of {starting} sources start now, the others with later applies."
        rest = "a saved plan with so many starts is refused." if view.plan_file else text
        rows += paragraph(f"Without --max-starts {starting}: {rest}", 0, view, Style.FAINT)
    if view.plan_file and plan.approval:
        rows.append(line(Styled(f"Approval of these calls: {plan.approval}", Style.FAINT)))
    return rows
