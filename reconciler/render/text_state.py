"""What is observed, as text: `drift` says what moved, `status` says how everything stands."""

from reconciler.core.outcomes import drifted, in_doubt, known_drift
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.render.advice import spelled_out
from reconciler.render.groups import by_document, topic_name
from reconciler.render.lines import EMPTY, Line, Style, Styled, line, table
from reconciler.render.text_parts import (
    bullets,
    finish,
    left_behind,
    notices,
    paragraph,
    reminder,
    sign,
    todo,
)
from reconciler.render.view import View
from reconciler.render.words import (
    VERDICT_WORDS,
    drift_summary,
    reason_in_words,
    status_summary,
)

MANY_ROWS = 50


def drift(plan: Plan, view: View) -> list[Line]:
    """What moved without the spec, and what failed: one line each.

    Args:
        plan: Judged from what is observed now.
        view: How to show.
    """
    found = drifted(plan)
    shown = found if view.verbose else found[:MANY_ROWS]
    rows = [*notices(plan, view), *(_moved(finding) for finding in shown)]
    if len(found) > len(shown):
        text = f"... and {len(found) - len(shown)} more, -v shows them"
        rows.append(line(Styled(text, Style.FAINT)))
    doubt = in_doubt(plan)
    told = doubt if view.verbose else doubt[:MANY_ROWS]
    rows += [line(Styled("Cannot be judged:", Style.HEADING))] if doubt else []
    for finding in told:
        rows += [_moved(finding), *todo(spelled_out(finding.advice, finding.address), 4, view)]
    if len(doubt) > len(told):
        text = f"... and {len(doubt) - len(told)} more, -v shows them"
        rows.append(line(Styled(text, Style.FAINT)))
    known = known_drift(plan)
    let_be = known if view.verbose else known[:MANY_ROWS]
    rows += [line(Styled("Known, and not counted:", Style.HEADING))] if known else []
    for finding in let_be:
        rows += [_moved(finding), line("    ", Styled(finding.known, Style.FAINT))]
    if len(known) > len(let_be):
        text = f"... and {len(known) - len(let_be)} more, -v shows them"
        rows.append(line(Styled(text, Style.FAINT)))
    rows += [
        *([EMPTY] if found or doubt or known else []),
        *left_behind(plan, view),
        *bullets("Warnings", plan.warnings, view, Style.WARN),
        line(Styled(drift_summary(plan), Style.HEADING)),
        *reminder(plan),
    ]
    return finish(rows, view)


def _moved(finding: Finding) -> Line:
    mark, style = sign(finding)
    levels = [f"observed {finding.before}"] if finding.before else []
    levels += [f"wanted {finding.after}"] if finding.after else []
    text = f": {', '.join(levels)}" if levels else ""
    tail = f" · {reason_in_words(finding)} ({finding.origin})"
    return line(Styled(f"{mark} {finding.address}", style), text, Styled(tail, Style.FAINT))


def status(plan: Plan, view: View) -> list[Line]:
    """How every declared topic stands: what is wanted, what is observed, the verdict.

    Args:
        plan: Judged from what is observed now.
        view: How to show.
    """
    rows = notices(plan, view)
    for document, findings in by_document(plan.findings):
        rows += [*_document(document, findings, view), EMPTY]
    rows += [
        *left_behind(plan, view),
        *bullets("Warnings", plan.warnings, view, Style.WARN),
        line(Styled(status_summary(plan), Style.HEADING)),
        *reminder(plan),
    ]
    return finish(rows, view)


def _document(document: Address, findings: tuple[Finding, ...], view: View) -> list[Line]:
    shown = _chosen(findings, view)
    cells = [("TOPIC", "WANTED", "OBSERVED", "VERDICT"), *map(_cells, shown)]
    head, *body = table(cells)
    rows = [line(Styled(str(document), Style.HEADING))]
    rows.append(line("    ", Styled("  ".join(head), Style.FAINT)))
    for finding, row in zip(shown, body, strict=True):
        mark, style = sign(finding)
        rows.append(line("  ", Styled(mark, style), " ", "  ".join(row)))
        if finding.verdict is not Verdict.IN_SYNC or view.verbose:
            rows += paragraph(reason_in_words(finding), 6, view, Style.FAINT)
            rows += todo(spelled_out(finding.advice, finding.address), 6, view)
    hidden = len(findings) - len(shown)
    if hidden:
        rows.append(line(Styled(f"    ... and {hidden} more, -v shows them", Style.FAINT)))
    return rows


def _chosen(findings: tuple[Finding, ...], view: View) -> tuple[Finding, ...]:
    """At most so many rows of one document; what is in sync makes room for what is not."""
    if view.verbose or len(findings) <= MANY_ROWS:
        return findings
    calm_last = sorted(findings, key=lambda f: (f.verdict is Verdict.IN_SYNC, f.address))
    return tuple(sorted(calm_last[:MANY_ROWS], key=lambda f: f.address))


def _cells(finding: Finding) -> tuple[str, str, str, str]:
    wanted, observed = finding.after or "-", finding.before or "-"
    return topic_name(finding), wanted, observed, VERDICT_WORDS[finding.verdict]
