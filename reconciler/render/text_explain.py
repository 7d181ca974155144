"""Why a verdict is what it is, as text: the rule, the look, the ledger, the row, the call."""

import json
from collections.abc import Iterable, Sequence

from reconciler.core.explain import Explained, origin_of
from reconciler.core.rows import told
from reconciler.core.words import moment, plural, span
from reconciler.model.observed import Mirror, ObservedSource, Run
from reconciler.model.plan import Step
from reconciler.model.verdict import Verdict
from reconciler.render.advice import spelled_out
from reconciler.render.explained import Book, Page
from reconciler.render.lines import EMPTY, Line, Style, Styled, line
from reconciler.render.text_history import history
from reconciler.render.text_parts import bullets, finish, paragraph, sign, todo
from reconciler.render.view import View
from reconciler.render.words import CAUSE_WORDS, finding_word, request_line, step_marks

MANY_PAGES = 20
MANY_REQUESTS = 12
MANY_RUNS = 5


def explain(book: Book, view: View) -> list[Line]:
    """Every address with what stands behind its verdict; those that are not in sync first.

    Args:
        book: What is explained.
        view: Width, and whether nothing is folded.
    """
    pages = sorted(book.pages, key=lambda p: p.explained.finding.verdict is Verdict.IN_SYNC)
    shown = pages if view.verbose else pages[:MANY_PAGES]
    rows = bullets("INCOMPLETE", book.incomplete, view, Style.BAD)
    for page in shown:
        rows += [*_page(page, book, view), EMPTY]
    if len(pages) > len(shown):
        text = f"... and {plural(len(pages) - len(shown), 'more topic')}, -v shows them"
        rows += [line(Styled(text, Style.FAINT)), EMPTY]
    return finish([*rows, *_requests(book, view)], view)


def _page(page: Page, book: Book, view: View) -> list[Line]:
    explained, finding = page.explained, page.explained.finding
    mark, style = sign(finding)
    rows = [line(Styled(f"{mark} {finding.address}", style))]
    rows += [_head("Wanted", finding.after or _no_rule(explained)), *_rule(page)]
    rows += [_head("Observed", finding.before or "nothing that tells its level")]
    rows += [line(f"    {text}") for text in seen_of(explained, verbose=view.verbose)]
    rows += _ledger(page, book, view)
    rows += [_head("Row", ""), *paragraph(_row(explained), 4, view)]
    rows += [_head("Verdict", finding_word(finding)), *paragraph(finding.reason, 4, view)]
    cause = CAUSE_WORDS.get(finding.cause, "") if finding.cause else ""
    rows += [line(f"    cause: {cause}")] if cause else []
    rows += [line(f"    risk: {finding.risk}")] if finding.risk else []
    rows += paragraph(f"note: {finding.note}", 4, view) if finding.note else []
    rows += todo(spelled_out(finding.advice, finding.address), 4, view)
    return [*rows, *_call(explained, view)]


def _head(word: str, text: str) -> Line:
    return line("  ", Styled(f"{word}:", Style.HEADING), f" {text}" if text else "")


def _no_rule(explained: Explained) -> str:
    return "no rule names it" if explained.finding.verdict is Verdict.UNMANAGED else "see its rules"


def _row(explained: Explained) -> str:
    if explained.rule is None and explained.finding.verdict is Verdict.UNMANAGED:
        return "none: what no rule names is not judged, and never touched"
    return told(explained.finding.row)


def _rule(page: Page) -> list[Line]:
    place = origin_of(page.explained)
    rows = [line(Styled(f"    {place}", Style.FAINT))]
    return [*rows, *(line(Styled("    | ", Style.FAINT), text) for text in page.quote)]


def seen_of(explained: Explained, *, verbose: bool) -> list[str]:
    """The raw values that were seen, a line each.

    Args:
        explained: The verdict and what stands behind it.
        verbose: Whether every run is told, and not only the newest.
    """
    if explained.mirror is not None:
        return [_mirror(explained.mirror)]
    rows = [_source(explained.source)] if explained.source else []
    topic = explained.topic
    if topic is None:
        return rows
    if topic.runs is None:
        return [*rows, topic.problem.message if topic.problem else "its state was not read"]
    runs = sorted(topic.runs, key=_time, reverse=True)
    shown = runs if verbose else runs[:MANY_RUNS]
    rows += [_run(run) for run in shown] or ["no run is shown"]
    hidden = len(runs) - len(shown)
    return [*rows, f"... and {plural(hidden, 'older run')}, -v shows them"] if hidden else rows


def _time(run: Run) -> float:
    return run.time.timestamp() if run.time else 0.0


def _source(source: ObservedSource) -> str:
    parts = [source.name, source.connector, source.status or ""]
    return f"source {source.id} ({', '.join(part for part in parts if part)})"


def _run(run: Run) -> str:
    times = (("submitted", run.submitted), ("started", run.started), ("ended", run.ended))
    parts = [str(run.type)] if run.type else []
    parts += [f"{word} {moment(time)}" for word, time in times if time]
    if run.rows_scanned is not None:
        total = "" if run.rows_total is None else f" of {run.rows_total:,}"
        parts.append(f"{run.rows_scanned:,}{total} rows")
    parts += [f"about {span(run.eta)} left"] if run.eta else []
    parts += [run.trace] if run.trace else []
    return f"run {run.status}: {', '.join(parts) or 'undated'}"


def _mirror(mirror: Mirror) -> str:
    parts = [f"mirror topic {mirror.status or 'without a status'}"]
    parts += [f"since {moment(mirror.state_time)}"] if mirror.state_time else []
    parts += [f"{mirror.lag:,} messages behind"] if mirror.lag is not None else []
    parts += [mirror.error] if mirror.error else []
    return ", ".join(parts)


def _ledger(page: Page, book: Book, view: View) -> list[Line]:
    if not book.place:
        return [_head("Ledger", "none is kept")]
    if not page.entries:
        return [_head("Ledger", f"nothing is known of it at {book.place}")]
    told_rows = history(page.entries, book.place, len(page.entries), verbose=view.verbose)
    return [_head("Ledger", book.place), *(line("    ", *row.spans) for row in told_rows)]


def _call(explained: Explained, view: View) -> list[Line]:
    if explained.step is None:
        return [_head("Call", "none")]
    step = explained.step
    rows = [_head("Call", f"{step.id}, {request_line(step.call)}")]
    rows += [line(f"    {row}") for row in _body(step, verbose=view.verbose)]
    marks = step_marks(step, allow_disruptive=view.allow_disruptive)
    rows += [line(f"    {mark}") for mark in marks]
    others = len(step.items) - 1
    return [*rows, *_with(others)]


def _with(others: int) -> list[Line]:
    return [line(f"    together with {plural(others, 'other topic')}")] if others else []


def _body(step: Step, *, verbose: bool) -> Iterable[str]:
    text = json.dumps(step.call.body, indent=2, sort_keys=True, ensure_ascii=False)
    rows = text.splitlines() if step.call.body else []
    if verbose or len(rows) <= MANY_PAGES:
        return rows
    return [*rows[:MANY_PAGES], f"... and {len(rows) - MANY_PAGES} more lines, -v shows them"]


def _requests(book: Book, view: View) -> list[Line]:
    if book.connection is None and not book.requests:
        return [line(Styled("Nothing was asked of the vendor.", Style.FAINT))]
    clock = f", whose clock said {moment(book.connection.now)}" if book.connection else ""
    name = book.connection.name if book.connection else "the connection"
    rows = [line(Styled("Asked", Style.HEADING), f" of {name}{clock}:")]
    shown: Sequence[object] = book.requests if view.verbose else book.requests[:MANY_REQUESTS]
    for request in book.requests[: len(shown)]:
        status = request.status or "no answer"
        rows.append(line(f"  {moment(request.at)}  {status}  {request.text}"))
    if len(book.requests) > len(shown):
        hidden = len(book.requests) - len(shown)
        rows.append(line(Styled(f"  ... and {hidden} more, -v shows them", Style.FAINT)))
    return rows
