"""Plan, report, drift and status for a comment on a pull request.

The first line says everything in figures. Whatever comes from outside goes through `code` or
`prose`, so that no name breaks a table, pings a person or loads a picture. The page fits its budget.
"""

from collections.abc import Iterable, Sequence

from reconciler.core.outcomes import drifted, in_doubt, known_drift
from reconciler.core.words import plural
from reconciler.model.outcome import ApplyReport, CallOutcome
from reconciler.model.plan import Plan, Step
from reconciler.model.verdict import Finding, Risk, Verdict
from reconciler.records import replace
from reconciler.render.advice import spelled_out
from reconciler.render.budget import Block, fitted
from reconciler.render.escape import code, prose, short
from reconciler.render.groups import (
    PERSON,
    QUIET,
    Group,
    OutcomeGroup,
    by_document,
    grouped,
    grouped_outcomes,
    topic_name,
)
from reconciler.render.impact import impact_in_words, toll_in_words
from reconciler.render.left_behind import TITLE, left_groups
from reconciler.render.view import View, apply_command
from reconciler.render.words import (
    AS_DECLARED,
    INTERRUPTED,
    NOTHING_SEEN,
    RESULT_WORDS,
    calls_in_words,
    change_in_words,
    drift_summary,
    finding_word,
    plan_summary,
    reads_in_words,
    reason_in_words,
    report_summary,
    request_line,
    status_summary,
    step_marks,
    stopped_topics,
    traffic_in_words,
    what_to_do,
)

BUDGET = 60_000
_NAMES = 10
_STOPPED = 200  # a stop may hit topics that are not ours
_NAME = 120
_SENTENCE = 400
_COMMAND = 1_000


def plan(plan: Plan, view: View, budget: int = BUDGET) -> str:
    """A plan for a pull request.

    Args:
        plan: The plan.
        view: What the command to copy has to repeat.
        budget: Largest size in bytes.
    """
    groups = [
        group
        for _, findings in by_document(plan.findings)
        for group in grouped(findings, exact=False)
    ]
    changes = [g for g in groups if g.first.verdict is Verdict.CHANGE]
    person = [g for g in groups if g.first.verdict in PERSON]
    waiting = [
        g for g in groups if g.first.verdict not in PERSON | QUIET | frozenset({Verdict.CHANGE})
    ]
    blocks = [
        *_notices(plan),
        *_snapshots(plan),
        *_command(plan, view),
        _table("change", "### Changes", _CHANGE, [_change_row(g, view) for g in changes]),
        _table("open finding", "### Needs a person", _PERSON, map(_row, person)),
        _left_behind(plan, view),
        _warnings(plan.warnings),
        _details("waiting finding", "What waits", _PERSON, map(_row, waiting)),
        _details("call", calls_in_words(plan), _CALL, [_step(s, view) for s in plan.steps]),
        Block("line", (), (_sentence(f"{reads_in_words(plan)}."),)),
    ]
    return fitted(f"**{plan_summary(plan)}**", blocks, budget)


def report(report: ApplyReport, plan: Plan, budget: int = BUDGET) -> str:
    """What an apply did, for the pull request or the summary of a job.

    Args:
        report: What apply did.
        plan: What it was asked to do.
        budget: Largest size in bytes.
    """
    rows = [_outcome(group) for _, groups in grouped_outcomes(report.items) for group in groups]
    stopped = (INTERRUPTED,) if report.interrupted else ()
    blocks = [
        Block("line", (), stopped),
        *_notices(plan),
        _table("result", "### Results", _RESULT, rows),
        _warnings(report.warnings),
        _details("call", plural(len(report.calls), "call"), _SENT, map(_call, report.calls)),
        Block("line", (), (_sentence(f"{traffic_in_words(report.traffic)}."),)),
    ]
    return fitted(f"**{report_summary(report, plan)}**", blocks, budget)


def drift(plan: Plan, view: View, budget: int = BUDGET) -> str:
    """What moved without the spec, and what failed.

    Args:
        plan: Judged from what is observed now.
        view: What a command to copy has to repeat.
        budget: Largest size in bytes.
    """
    rows = map(_state, drifted(plan))
    blocks = [
        *_notices(plan),
        _table("finding", "### Drift", _STATE, rows),
        _table("doubt", "### Cannot be judged", _STATE, list(map(_state, in_doubt(plan)))),
        _table(
            "known", "### Known, and not counted", _STATE, list(map(_let_be, known_drift(plan)))
        ),
        _left_behind(plan, view),
        _warnings(plan.warnings),
    ]
    return fitted(f"**{drift_summary(plan)}**", blocks, budget)


def status(plan: Plan, view: View, budget: int = BUDGET) -> str:
    """How everything stands; what is in sync is counted only, unless all is asked for.

    Args:
        plan: Judged from what is observed now.
        view: Whether what is in sync is listed.
        budget: Largest size in bytes.
    """
    findings = [f for f in plan.findings if view.verbose or f.verdict not in QUIET]
    tables = (
        _table("finding", f"### {code(str(document))}", _STATE, map(_state, rows))
        for document, rows in by_document(findings)
    )
    blocks = [*_notices(plan), *tables, _left_behind(plan, view), _warnings(plan.warnings)]
    return fitted(f"**{status_summary(plan)}**", blocks, budget)


_CHANGE = ("Change", "Topics", "Of", "Observed → wanted", "Why", "Where")
_PERSON = ("Verdict", "Topics", "Of", "Why", "What to do", "Where")
_CALL = ("Step", "Request", "What it carries")
_STATE = ("Verdict", "Topic", "Observed", "Wanted", "Why", "Where")
_LEFT = ("What", "Topics", "Of", "Since", "What to do")
_RESULT = ("Result", "Topics", "Of", "Seen", "Why", "What to do")
_SENT = ("Step", "Request", "Answer", "Request id", "By")


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cell or '–' for cell in cells)} |"


def _sentence(text: str) -> str:
    return prose(short(text, _SENTENCE))


def _names(names: Sequence[str], most: int = _NAMES) -> str:
    shown = ", ".join(code(short(name, _NAME)) for name in names[:most])
    hidden = len(names) - most
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def _document(finding: Finding) -> str:
    return code(short(str(finding.address.document), _NAME))


def _place(text: str) -> str:
    return code(short(text, _SENTENCE))


def _change_row(group: Group, view: View) -> str:
    first = group.first
    word = f"**{finding_word(first)}**"
    if first.risk is Risk.DISRUPTIVE:
        word += ", disruptive" + ("" if view.allow_disruptive else ", needs `--allow disruptive`")
    note = f"; {first.note}" if first.note else ""
    impact = impact_in_words(group.findings)
    before, after = group.before or NOTHING_SEEN, first.after or AS_DECLARED
    return _cells(
        word,
        _names(group.names),
        _document(first),
        f"{_place(before)} → {_place(after)}",
        _sentence(reason_in_words(first) + note) + (f"; {prose(impact)}" if impact else ""),
        _place(group.origins),
    )


def _row(group: Group) -> str:
    first = group.first
    held = f" ({first.action})" if first.action else ""
    return _cells(
        f"**{finding_word(first)}**{held}",
        _names(group.names),
        _document(first),
        _sentence(reason_in_words(first)),
        _sentence(group.advice),
        _place(group.origins),
    )


def _state(finding: Finding) -> str:
    told = (reason_in_words(finding), spelled_out(finding.advice, finding.address))
    return _cells(
        f"**{finding_word(finding)}**",
        _place(finding.address.topic and str(finding.address)) or _whole(finding),
        _place(finding.before),
        _place(finding.after),
        _sentence("; ".join(filter(None, told))),
        _place(str(finding.origin)),
    )


def _let_be(finding: Finding) -> str:
    return _state(replace(finding, advice=finding.known))


def _whole(finding: Finding) -> str:
    return f"{_document(finding)}, {topic_name(finding)}"


def _outcome(group: OutcomeGroup) -> str:
    first = group.first
    return _cells(
        f"**{RESULT_WORDS[first.result]}** ({first.action})",
        _names(group.names),
        code(short(str(first.address.document), _NAME)),
        _place(first.seen),
        _sentence(group.message),
        _sentence(what_to_do(first.result, first.action)),
    )


def _step(step: Step, view: View) -> str:
    marks = step_marks(step, allow_disruptive=view.allow_disruptive)
    text = "; ".join([change_in_words(step.change), *marks])
    carries = _sentence(text.replace("--allow disruptive", "`--allow disruptive`"))
    hit = stopped_topics(step.change)
    ends = f"; ends {_names(hit, _STOPPED)}" if hit else ""
    return _cells(_place(step.id), _place(request_line(step.call)), f"{carries}{ends}")


def _call(call: CallOutcome) -> str:
    word = str(call.reply).replace("_", " ") if call.reply else "left out"
    status = f", HTTP {call.status}" if call.status is not None else ""
    message = f": {_sentence(call.message)}" if call.message else ""
    return _cells(
        _place(call.step),
        _place(call.request),
        f"{word}{status}{message}",
        _place(call.request_id or ""),
        _place(call.connection),
    )


def _notices(plan: Plan) -> list[Block]:
    head = ("**INCOMPLETE**: what could not be observed is neither judged nor changed.", "")
    partial = "Partial: a selection leaves out a part of what is declared."
    named = f"Environment: {code(plan.environment)}"
    return [
        Block("line", (), (named,) if plan.environment else ()),
        Block("unobserved part", head, tuple(map(_bullet, plan.incomplete))),
        Block("line", (), (partial,) if plan.partial else ()),
    ]


def _snapshots(plan: Plan) -> list[Block]:
    text = toll_in_words(plan.findings)
    return [Block("line", (), (f"Snapshots: {_sentence(text)}",))] if text else []


def _command(plan: Plan, view: View) -> list[Block]:
    if not plan.steps:
        return []
    command = code(apply_command(plan, view))
    if len(command) > _COMMAND:
        return []
    approval = f" (approval {code(plan.approval)})" if plan.approval else ""
    return [Block("line", (), (f"To carry it out: {command}{approval}",))]


def _left_behind(plan: Plan, view: View) -> Block:
    rows = (
        _cells(
            f"**{group.word}**",
            _names(group.names),
            code(short(str(group.document), _NAME)),
            _sentence(group.history),
            prose(short(group.advice(view), _COMMAND)),
        )
        for group in left_groups(plan.left_behind)
    )
    return _table("left-behind part", f"### {TITLE}", _LEFT, rows)


def _bullet(sentence: str) -> str:
    return f"- {_sentence(sentence)}"


def _warnings(sentences: Iterable[str]) -> Block:
    return Block("warning", ("### Warnings", ""), tuple(map(_bullet, sentences)))


def _head(columns: Sequence[str]) -> tuple[str, str]:
    return _cells(*columns), f"|{' --- |' * len(columns)}"


def _table(label: str, title: str, columns: Sequence[str], rows: Iterable[str]) -> Block:
    return Block(label, (title, "", *_head(columns)), tuple(rows))


def _details(label: str, title: str, columns: Sequence[str], rows: Iterable[str]) -> Block:
    head = (f"<details><summary>{title}</summary>", "", *_head(columns))
    return Block(label, head, tuple(rows), ("", "</details>"))
