"""What an apply did, as text: what is open or failed first, with what to do about it."""

from reconciler.model.outcome import ApplyReport, CallOutcome, Reply, Result
from reconciler.model.plan import Plan
from reconciler.render.advice import spelled_out
from reconciler.render.groups import OutcomeGroup, Stuck, grouped_outcomes, stuck
from reconciler.render.lines import EMPTY, Line, Style, Styled, line
from reconciler.render.text_parts import (
    MANY_LINES,
    bullets,
    finish,
    names_lines,
    notices,
    paragraph,
    reminder,
    todo,
)
from reconciler.render.view import View
from reconciler.render.words import (
    INTERRUPTED,
    RESULT_WORDS,
    report_summary,
    traffic_in_words,
    what_to_do,
)

_SIGNS = {
    Result.UNKNOWN: ("?", Style.BAD),
    Result.FAILED: ("✗", Style.BAD),
    Result.STALE: ("!", Style.WARN),
    Result.LOCKED: ("!", Style.WARN),
    Result.HELD: ("!", Style.WARN),
    Result.DEFERRED: ("…", Style.WARN),
    Result.NOT_RUN: ("!", Style.WARN),
    Result.ACCEPTED: ("~", Style.ACCENT),
    Result.STARTED: ("✓", Style.GOOD),
    Result.SETTLED: ("✓", Style.GOOD),
    Result.DONE: ("✓", Style.FAINT),
}
_HEADINGS = {
    Result.UNKNOWN: "Unknown: it may have taken effect, and is not sent again until you say so",
    Result.FAILED: "Failed",
    Result.STALE: "Left out, it is not as the plan saw it",
    Result.LOCKED: "Left out, another apply holds it",
    Result.HELD: "Held back",
    Result.DEFERRED: "Deferred, another run is in the way",
    Result.NOT_RUN: "Not sent",
    Result.ACCEPTED: "Accepted, not seen yet",
    Result.STARTED: "Started",
    Result.SETTLED: "Settled",
    Result.DONE: "Already as wanted, nothing was sent",
}


MANY_REASONS = 5


def report(report: ApplyReport, plan: Plan, view: View) -> list[Line]:
    """What became of a plan, for a person.

    Args:
        report: What apply did.
        plan: What it was asked to do.
        view: How to show, and what a command to copy has to repeat.

    Returns:
        Lines from top to bottom; the last but for notices says what is done and what is not.
    """
    rows = notices(plan, view)
    for word, groups in grouped_outcomes(report.items):
        rows += [*_section(word, groups, view), EMPTY]
    rows += [
        *_calls(report, view),
        *_blocked(plan, view),
        *bullets("Warnings", report.warnings, view, Style.WARN),
        line(f"{traffic_in_words(report.traffic)}."),
        line(Styled(report_summary(report, plan), Style.HEADING)),
        *([line(Styled(INTERRUPTED, Style.BAD))] if report.interrupted else []),
        *reminder(plan),
    ]
    return finish(rows, view)


def _section(word: Result, groups: list[OutcomeGroup], view: View) -> list[Line]:
    _, style = _SIGNS[word]
    rows = [line(Styled(f"{_HEADINGS[word]}:", style))]
    many = len(groups) if view.verbose else MANY_LINES
    for group in groups[:many]:
        rows += _group(group, view)
    hidden = sum(len(group.items) for group in groups[many:])
    if hidden:
        text = f"  ... and {hidden} more {RESULT_WORDS[word]}, -v shows them"
        rows.append(line(Styled(text, Style.FAINT)))
    return rows


def _group(group: OutcomeGroup, view: View) -> list[Line]:
    first = group.first
    sign, style = _SIGNS[first.result]
    head = line("  ", Styled(f"{sign} {first.action}", style), f"  {first.address.document}")
    told = what_to_do(first.result, first.action)
    advice = spelled_out(told, first.address)
    if advice != told and len(group.items) > 1:
        advice += " (and likewise for the others)"
    return [
        head,
        *names_lines(group.names, line("      "), 6, view),
        *paragraph(f"seen: {first.seen}" if first.seen else "", 6, view),
        *paragraph(group.message, 6, view, Style.FAINT),
        *todo(advice, 6, view),
    ]


def _blocked(plan: Plan, view: View) -> list[Line]:
    """Why the plan left things out, reason by reason: who applies much reads the end of it."""
    groups = stuck(plan.findings)
    rows = [line(Styled("Blocked in the plan:", Style.BAD))] if groups else []
    many = len(groups) if view.verbose else MANY_REASONS
    for group in groups[:many]:
        rows += _stuck(group, view)
    hidden = sum(group.covers for group in groups[many:])
    if hidden:
        rows.append(line(Styled(f"  ... and {hidden} more, -v shows them", Style.FAINT)))
    return [*rows, EMPTY] if rows else []


def _stuck(group: Stuck, view: View) -> list[Line]:
    head = line("  ", Styled(f"! {group.whom}", Style.BAD))
    return [head, *paragraph(group.reason, 6, view), *todo(group.advice, 6, view)]


def _calls(report: ApplyReport, view: View) -> list[Line]:
    """The calls: with `-v` all, else those that did not go well, with the id the vendor asks for."""
    usual = (Reply.ACCEPTED, None)
    shown = [call for call in report.calls if view.verbose or call.reply not in usual]
    if not shown:
        return []
    rows = [line(Styled("Calls:", Style.HEADING))]
    for call in shown:
        rows += _call(call, view)
    return [*rows, EMPTY]


def _call(call: CallOutcome, view: View) -> list[Line]:
    good = call.reply is Reply.ACCEPTED
    word = str(call.reply).replace("_", " ") if call.reply else "left out"
    parts = [
        f"HTTP {call.status}" if call.status is not None else "",
        word,
        f"request id {call.request_id}" if call.request_id else "",
        f"by {call.connection}",
        call.message,
    ]
    text = " · ".join(part for part in parts if part)
    return [
        line(f"  {call.step}  ", Styled(call.request, Style.ACCENT)),
        *paragraph(text, 6, view, Style.PLAIN if good else Style.WARN),
    ]
