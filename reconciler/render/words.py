"""Counts, costs and closing sentences, the same in text and in Markdown."""

import math
from collections.abc import Sequence
from datetime import timedelta

from reconciler.core.outcomes import drifted, in_doubt, known_drift
from reconciler.core.words import moment, plural, span
from reconciler.model.call import Call
from reconciler.model.change import Action, Change, Form, Pause, Resume, Start, Stop
from reconciler.model.outcome import ApplyReport, Result, Traffic
from reconciler.model.plan import Plan, Step
from reconciler.model.verdict import Cause, Finding, Risk, Verdict
from reconciler.render.groups import RESULT_ORDER, SHORT, VERDICT_ORDER
from reconciler.render.left_behind import with_left

VERDICT_WORDS = {
    Verdict.IN_SYNC: "in sync",
    Verdict.CHANGE: "to change",
    Verdict.IN_PROGRESS: "in progress",
    Verdict.DEFERRED: "deferred",
    Verdict.SCHEDULED: "scheduled",
    Verdict.BLOCKED: "blocked",
    Verdict.UNOBSERVED: "unobserved",
    Verdict.UNKNOWN: "unknown",
    Verdict.UNMANAGED: "unmanaged",
}
CAUSE_WORDS = {
    Cause.DRIFT: "drift: it moved",
    Cause.PENDING: "pending: the spec moved",
    Cause.DUE: "due: its time has come",
    Cause.DIFFERS: "",
}
NOTHING_LEFT = "Nothing to do: no declared topic was found here."
NOTHING_DECLARED = (
    "Nothing to do: no declared topic was found; `reconciler dump` writes specs for what exists."
)
NOTHING_SEEN = "nothing seen"
AS_DECLARED = "as declared"
RESULT_WORDS = {
    Result.SETTLED: "settled",
    Result.STARTED: "started",
    Result.ACCEPTED: "accepted",
    Result.DONE: "already as wanted",
    Result.STALE: "stale",
    Result.LOCKED: "held by another apply",
    Result.HELD: "held back",
    Result.DEFERRED: "deferred",
    Result.FAILED: "failed",
    Result.UNKNOWN: "unknown",
    Result.NOT_RUN: "not sent",
}
NOT_DONE = frozenset(
    {
        Result.UNKNOWN,
        Result.FAILED,
        Result.STALE,
        Result.LOCKED,
        Result.HELD,
        Result.DEFERRED,
        Result.NOT_RUN,
    },
)
_TO_DO = {
    Result.UNKNOWN: "plan again: it looks first, and what is still needed may be sent again",
    Result.FAILED: "mend the cause, then plan again",
    Result.STALE: "plan again: it moved, or its time is over",
    Result.LOCKED: "plan and apply again when the other apply has ended, or wait with --wait-lease",
    Result.HELD: "",
    Result.DEFERRED: "plan and apply again when the other run has ended",
    Result.NOT_RUN: "plan and apply again",
    Result.ACCEPTED: "",
    Result.STARTED: "",
    Result.SETTLED: "",
    Result.DONE: "",
}
INTERRUPTED = (
    "Interrupted before everything was seen; nothing is rolled back. Plan and apply again to go on."
)
_NOUNS = {
    Action.START: "snapshot",
    Action.STOP: "snapshot",
    Action.PAUSE: "mirror",
    Action.RESUME: "mirror",
}


def changes_in_words(findings: tuple[Finding, ...]) -> str:
    """`5 snapshots to start, 3 mirrors to pause, 1 to resume`; empty where there are none.

    Args:
        findings: Of a plan.
    """
    parts: list[str] = []
    noun = ""
    for action in (Action.START, Action.STOP, Action.PAUSE, Action.RESUME):
        chosen = (f for f in findings if f.verdict is Verdict.CHANGE and f.action is action)
        count = sum(finding.covers for finding in chosen)
        if not count:
            continue
        counted = str(count) if noun == _NOUNS[action] else plural(count, _NOUNS[action])
        noun = _NOUNS[action]
        parts.append(f"{counted} to {action}")
    return ", ".join(parts)


def others_in_words(plan: Plan) -> str:
    """`2 blocked; 9 in sync`: every verdict but the changes; empty where there are none."""
    counts = plan.counts()
    words = (w for w in VERDICT_ORDER if w is not Verdict.CHANGE and counts[w])
    return "; ".join(f"{counts[word]} {VERDICT_WORDS[word]}" for word in words)


def plan_summary(plan: Plan) -> str:
    """One line that says everything in figures; it tells nothing to do from nothing possible."""
    return with_left(_plan_summary(plan), plan)


def _plan_summary(plan: Plan) -> str:
    changes, others = changes_in_words(plan.findings), others_in_words(plan)
    if changes:
        return f"Plan: {'; '.join(part for part in (changes, others) if part)}."
    if not others:
        return NOTHING_LEFT if plan.partial else NOTHING_DECLARED
    counts = plan.counts()
    stuck = counts[Verdict.BLOCKED] + counts[Verdict.UNKNOWN] + counts[Verdict.UNOBSERVED]
    waiting = counts[Verdict.IN_PROGRESS] + counts[Verdict.DEFERRED] + counts[Verdict.SCHEDULED]
    if stuck:
        return f"No changes, but not all is well: {others}."
    if waiting:
        return f"Nothing to do now: {others}."
    return _all_in_sync(counts[Verdict.IN_SYNC], counts[Verdict.UNMANAGED], others)


def _all_in_sync(in_sync: int, unmanaged: int, others: str) -> str:
    if not in_sync:
        return f"Nothing to do: {others}."
    tail = f" ({unmanaged} unmanaged)" if unmanaged else ""
    if in_sync == 1:
        return f"Nothing to do: the declared topic is in sync{tail}."
    return f"Nothing to do: all {in_sync} declared topics are in sync{tail}."


def drift_summary(plan: Plan) -> str:
    """One line for `drift`: what moved or failed, and what else there is."""
    return with_left(_drift_summary(plan), plan)


def _drift_summary(plan: Plan) -> str:
    found = drifted(plan)
    failed = sum(f.covers for f in found if f.failed)
    moved = sum(f.covers for f in found if not f.failed and f.cause is Cause.DRIFT)
    differ = sum(f.covers for f in found if not f.failed and f.cause is Cause.DIFFERS)
    counts = [f"{plural(moved, 'topic')} moved"] if moved else []
    counts += [plural(differ, "topic differs", "topics differ")] if differ else []
    counts += [f"{failed} failed or overdue"] if failed else []
    if counts:
        doubt = sum(f.covers for f in in_doubt(plan))
        counts += [f"{doubt} cannot be judged"] if doubt else []
        known = f"; {_known(plan)}" if _known(plan) else ""
        return f"Drift: {', '.join(counts)}{known}; {plan.counts()[Verdict.IN_SYNC]} in sync."
    if plan.incomplete:
        return "No drift was seen, but not everything could be observed."
    if in_doubt(plan):
        return f"No drift was seen, but not all is well: {others_in_words(plan)}."
    others = others_in_words(plan)
    changes = [f for f in plan.findings if f.verdict is Verdict.CHANGE and not f.known]
    figures = "; ".join(part for part in (_known(plan), _not_drifted(changes), others) if part)
    return f"No drift: {figures}." if figures else "No drift: nothing is declared here."


def _known(plan: Plan) -> str:
    """How much drift is acknowledged; empty where none is."""
    count = sum(finding.covers for finding in known_drift(plan))
    return f"{count} known and let be" if count else ""


def _not_drifted(changes: Sequence[Finding]) -> str:
    """Changes that are no drift: by an edit, by a date, or of what was never seen to hold."""
    count = sum(finding.covers for finding in changes)
    new = any(finding.cause is Cause.DIFFERS for finding in changes)
    return (
        f"{plural(count, 'change')} due{', pending or new' if new else ' or pending'}"
        if count
        else ""
    )


def status_summary(plan: Plan) -> str:
    """One line for `status`: how many topics have each verdict."""
    counts = plan.counts()
    parts = [f"{counts[word]} {VERDICT_WORDS[word]}" for word in VERDICT_ORDER if counts[word]]
    text = f"Status: {'; '.join(parts)}." if parts else "Status: nothing is declared here."
    return with_left(text, plan)


def calls_in_words(plan: Plan) -> str:
    """What the calls cost: against the least possible, with the reason for more, and in time."""
    cost = plan.cost
    text = plural(cost.calls, "call")
    if cost.calls:
        fewest = cost.bound >= cost.calls
        text += ", the fewest possible" if fewest else f", at least {cost.bound} are needed"
        text += f" ({cost.gap})" if cost.gap and not fewest else ""
    if cost.naive > cost.calls:
        text += f"; a call per topic would be {cost.naive}"
    if cost.at_limit.total_seconds() >= 1:
        whole = timedelta(seconds=math.ceil(cost.at_limit.total_seconds()))
        text += f"; about {span(whole)} with the reads"
        text += f" at {_rate(cost.rate)}" if cost.rate else ""
    return text


def _rate(rate: float) -> str:
    return f"{rate:g} {'request' if rate == 1 else 'requests'} a second"


def reads_in_words(plan: Plan) -> str:
    """`6 requests to observe: 4 to streamkap-prod, 2 to confluent-west`."""
    busy = [item for item in plan.connections if item.reads]
    text = f"{plural(plan.cost.reads, 'request')} to observe"
    if len(busy) > 1:
        text += ": " + ", ".join(f"{item.reads} to {item.name}" for item in busy)
    return text


def finding_word(finding: Finding) -> str:
    """The word of a finding: its action for a change, else its verdict."""
    if finding.verdict is Verdict.CHANGE and finding.action:
        return str(finding.action)
    return VERDICT_WORDS[finding.verdict]


def reason_in_words(finding: Finding) -> str:
    """The reason of a finding, with the cause of its change where one is known."""
    cause = CAUSE_WORDS[finding.cause] if finding.cause else ""
    return f"{finding.reason} ({cause})" if cause else finding.reason


def request_line(call: Call) -> str:
    """Method and path of a call, with its query."""
    query = "&".join(f"{key}={value}" for key, value in call.query)
    return f"{call.method} {call.path}?{query}" if query else f"{call.method} {call.path}"


def change_in_words(change: Change) -> str:
    """What a call carries: the verb, how much, and where."""
    match change:
        case Pause() | Resume():
            verb = "pause" if isinstance(change, Pause) else "resume"
            return f"{verb} {plural(len(change.topics), 'mirror topic')} of {change.link}"
        case Start():
            count = sum(len(source.topics) for source in change.sources)
            filters = any(topic.filter for source in change.sources for topic in source.topics)
            extra = " (filtered)" if filters else ""
            kind = f"{change.type} {'bulk ' if change.form is Form.BULK else ''}snapshot"
            return f"start {kind} of {plural(count, 'topic')}{extra}{_on(len(change.sources))}"
        case Stop():
            count = sum(len(source.topics) for source in change.sources)
            return f"stop everything that runs{_on(len(change.sources))}: {plural(count, 'topic')}"


def _on(sources: int) -> str:
    return f" on {plural(sources, 'source')}"


def stopped_topics(change: Change) -> tuple[str, ...]:
    """Every topic whose run a stop ends, declared or not; empty for another change."""
    if not isinstance(change, Stop):
        return ()
    return tuple(sorted(topic for source in change.sources for topic in source.topics))


def step_marks(step: Step, *, allow_disruptive: bool) -> tuple[str, ...]:
    """What a reviewer has to know of a call beside what it carries.

    Args:
        step: A step of a plan.
        allow_disruptive: Whether `--allow disruptive` was given.
    """
    marks = []
    if step.canary:
        marks.append("canary: the other starts wait until it is seen to cover exactly its topics")
    if step.risk is Risk.DISRUPTIVE:
        marks.append("disruptive" if allow_disruptive else "disruptive, needs --allow disruptive")
    if step.needs:
        marks.append(f"after {', '.join(step.needs)}")
    if step.not_before:
        marks.append(f"not before {moment(step.not_before)}")
    if step.not_after:
        marks.append(f"not after {moment(step.not_after)}")
    return tuple(marks)


def traffic_in_words(traffic: Traffic) -> str:
    """`21 requests: 1 token, 6 reads, 4 second look, 3 calls`; purposes without any are left out."""
    counted = (
        (traffic.tokens, "token", "tokens"),
        (traffic.reads, "read", "reads"),
        (traffic.second_look, "second look", "second look"),
        (traffic.calls, "call", "calls"),
        (traffic.retries, "retry", "retries"),
        (traffic.canary, "canary", "canary"),
        (traffic.settle, "settle", "settle"),
    )
    parts = ", ".join(plural(count, one, many) for count, one, many in counted if count)
    total = plural(traffic.total, "request")
    return f"{total}: {parts}" if parts else total


def what_to_do(result: Result, action: Action) -> str:
    """What a person does about an outcome; empty where nothing is needed.

    Args:
        result: The word.
        action: What was planned.
    """
    if result is Result.UNKNOWN and action is Action.START:
        return (
            "look at the source at Streamkap, then say what happened with `reconciler ledger "
            "resolve`, or start once more with `apply --retry`"
        )
    return _TO_DO[result]


def report_summary(report: ApplyReport, plan: Plan) -> str:
    """The closing line of an apply: what is done, what is not, what the plan could not touch."""
    counts = dict.fromkeys(RESULT_ORDER, 0)
    for item in report.items:
        counts[item.result] += 1
    shown = [
        (word, f"{counts[word]} {RESULT_WORDS[word]}") for word in RESULT_ORDER if counts[word]
    ]
    done = ", ".join(text for word, text in reversed(shown) if word not in NOT_DONE)
    undone = ", ".join(text for word, text in shown if word in NOT_DONE)
    short = sum(item.short for item in report.items)
    counted = plan.counts()
    blocked, deferred = counted[Verdict.BLOCKED], counted[Verdict.DEFERRED]
    parts = [
        done,
        f"not done: {undone}" if undone else "",
        f"{short} {SHORT}" if short else "",
        f"{blocked} blocked in the plan" if blocked else "",
        f"{deferred} deferred in the plan" if deferred else "",
    ]
    if not report.items:
        parts[0] = "nothing was planned"
    took = span(report.ended_at - report.started_at)
    return f"Apply: {'; '.join(part for part in parts if part)} ({took})."
