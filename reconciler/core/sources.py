"""Judge every topic of one source; what may go now is decided later, over all sources (`gates`)."""

from collections.abc import Sequence
from datetime import datetime

from reconciler.core.dating import date_runs
from reconciler.core.documents import (
    Claim,
    Group,
    calm_findings,
    contested,
    document_finding,
    group_of,
    missing,
    topic_finding,
)
from reconciler.core.impact import start_impact
from reconciler.core.judge_runs import RunAsk, judge_runs
from reconciler.core.levels import level_of
from reconciler.core.ruling import Ruling
from reconciler.core.select import Selector
from reconciler.core.stops import ActiveTopic, judge_stop
from reconciler.core.words import moment, span
from reconciler.model.change import Action
from reconciler.model.desired import Connection, DesiredSource, SnapshotRule, SnapshotState
from reconciler.model.ledger import LedgerView
from reconciler.model.observed import (
    ObservedSource,
    ObservedTopic,
    Problem,
    ProblemKind,
    SourceView,
)
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct, replace


class Candidate(Struct, frozen=True):
    """One topic that wants a start.

    Attributes:
        finding: A change, or one held back by a halt.
        rule: The rule behind it.
        topic: As people see it.
        rank: Index of the document and of the rule, for the order of successive runs.
        level: The time its snapshot must have started at or after.
        first_run: Whether it rests on "never run".
    """

    finding: Finding
    rule: SnapshotRule
    topic: str
    rank: tuple[int, int]
    level: datetime
    first_run: bool


class JudgedSource(Struct, frozen=True):
    """One source, judged.

    Attributes:
        connection: Name of the Connection that speaks for it.
        source: The source, or None where it could not be judged.
        findings: Everything but the starts, in no order.
        starts: The starts, before any gate.
        active: Topics with a run under way, sorted.
        unmanaged: Topics listed that no rule names.
        warnings: Sentences with their place.
    """

    connection: str
    source: ObservedSource | None
    findings: tuple[Finding, ...]
    starts: tuple[Candidate, ...] = ()
    active: tuple[str, ...] = ()
    unmanaged: int = 0
    warnings: tuple[str, ...] = ()


class SourceAsk(Struct, frozen=True):
    """One source's question.

    Attributes:
        documents: Every document of that source, also those that a selection leaves out.
        view: What was seen.
        connection: The connection that speaks for it.
        now: The vendor's clock.
        ledger: What our own memory says.
        listed: Topics that a second witness lists under any snapshot status; None where it was not
            asked yet.
        witness: Why the second witness could not be read, or None.
        retry: What a person wants one more start of.
    """

    documents: tuple[DesiredSource, ...]
    view: SourceView
    connection: Connection
    now: datetime
    ledger: LedgerView
    listed: frozenset[str] | None = None
    witness: Problem | None = None
    retry: tuple[Selector, ...] = ()


def judge_source(ask: SourceAsk) -> JudgedSource:
    """Judge all documents of one source together.

    Args:
        ask: The question.
    """
    problem = ask.view.problem or _other_id(ask)
    source = ask.view.source
    if problem is not None or source is None:
        reason = problem or Problem(ProblemKind.UNREADABLE, "it could not be read", "plan again")
        return JudgedSource(
            ask.connection.name,
            None,
            tuple(document_finding(d.address, d.origin, reason) for d in ask.documents),
        )
    return _judge_topics(ask, source, group_of(ask.documents, ask.connection.suspend, ask.now))


def _other_id(ask: SourceAsk) -> Problem | None:
    """A name that means another source than last time."""
    source, name = ask.view.source, ask.view.target.name
    bound = ask.ledger.bindings.get((ask.connection.endpoint, name)) if name else None
    if source is None or bound is None or bound == source.id:
        return None
    return Problem(
        ProblemKind.AMBIGUOUS,
        f"{name} is now source {source.id}; it was {bound} last time",
        f"name the right one with sourceId, or let the name mean the new one with `reconciler ledger "
        f"forget {ask.documents[0].address}`",
    )


def _judge_topics(
    ask: SourceAsk, source: ObservedSource, group: Group[SnapshotRule]
) -> JudgedSource:
    findings: list[Finding] = []
    warnings: list[str] = []
    if source.sifted is not None:
        findings, warnings = [*source.sifted.findings], [*source.sifted.warnings]
    elif source.topics_known:
        findings, warnings = missing(group, [t.name for t in source.topics], "Streamkap")
    findings.extend(calm_findings(ask.documents, source.sifted))
    starts: list[Candidate] = []
    active: list[ActiveTopic] = []
    stops: list[tuple[Claim[SnapshotRule], Finding]] = []
    unmanaged = source.sifted.unmanaged if source.sifted else 0
    for topic in source.topics:
        claims = group.claims(topic.name)
        active.extend(_active(topic, claims, source, ask.ledger))
        if not claims:
            unmanaged += 1
        elif len(claims) > 1:
            findings.extend(contested(claims, topic.name))
        else:
            claim, (ruling, finding) = claims[0], _judge_one(ask, claims[0], source, topic)
            if ruling.action is Action.START:
                starts.append(_candidate(claim, topic.name, ruling, finding, ask.now))
            elif ruling.action is Action.STOP:
                stops.append((claim, finding))
            else:
                findings.append(finding)
    findings.extend(judge_stop(stops, active))
    return JudgedSource(
        ask.connection.name,
        source,
        tuple(findings),
        tuple(starts),
        tuple(sorted(a.name for a in active)),
        unmanaged,
        tuple(warnings),
    )


def _judge_one(
    ask: SourceAsk, claim: Claim[SnapshotRule], source: ObservedSource, topic: ObservedTopic
) -> tuple[Ruling, Finding]:
    question = RunAsk(
        claim.rule,
        topic.runs,
        ask.now,
        ask.connection.lag,
        topic.problem.message if topic.problem else "",
        ask.ledger.of(source.id, topic.name),
        ask.ledger.marks.get((source.id, topic.name)),
        ask.ledger.has_history,
        retry=any(s.takes_topic(claim.address.of(topic.name)) for s in ask.retry),
        is_silent=topic.problem is not None and topic.problem.kind is ProblemKind.SILENT,
        advice=topic.problem.advice if topic.problem else "",
    )
    ruling = judge_runs(question)
    if ruling.first_run:
        ruling = _second_witness(ask, topic.name, ruling)
    levels = (level_seen(topic), _level_wanted(claim.rule, ask.now))
    finding = topic_finding(claim, topic.name, ruling, levels)
    if ruling.action is Action.START:
        finding = replace(finding, impact=start_impact(claim.rule, topic.runs or ()))
    return ruling, finding


def _second_witness(ask: SourceAsk, topic: str, ruling: Ruling) -> Ruling:
    """A start that rests on "never run" needs a second read that says so too."""
    if ask.witness is not None:
        return Ruling(
            Verdict.UNOBSERVED,
            f"that it never ran could not be confirmed: {ask.witness.message}",
            advice=ask.witness.advice,
            row=ruling.row,
        )
    if ask.listed is not None and topic in ask.listed:
        return Ruling(
            Verdict.UNOBSERVED,
            "two reads disagree: one shows no snapshot, the other lists it under one",
            advice="wait until the vendor shows the same in both, or look at Streamkap",
            row=ruling.row,
        )
    return ruling


def _active(
    topic: ObservedTopic,
    claims: Sequence[Claim[SnapshotRule]],
    source: ObservedSource,
    ledger: LedgerView,
) -> list[ActiveTopic]:
    dated = date_runs(topic.runs or (), ledger.of(source.id, topic.name), None)
    under_way = [d for d in dated if d.run.is_active]
    if not under_way:
        return []
    types = {d.run.type for d in under_way}
    ours = all(d.ours is not None for d in under_way)
    claim = claims[0] if len(claims) == 1 else None
    return [ActiveTopic(topic.name, types.pop() if len(types) == 1 else None, claim, ours)]


def _candidate(
    claim: Claim[SnapshotRule], topic: str, ruling: Ruling, finding: Finding, now: datetime
) -> Candidate:
    return Candidate(
        finding, claim.rule, topic, claim.rank, level_of(claim.rule, now), ruling.first_run
    )


def level_seen(topic: ObservedTopic) -> str:
    """The observed level of a topic in a few words.

    Args:
        topic: What was seen of it.
    """
    if topic.runs is None:
        return ""
    if not topic.runs:
        return "never"
    runs = [d.run for d in date_runs(topic.runs, (), None)]
    active = [run for run in runs if run.is_active]
    with_time = [run for run in runs if run.time is not None]
    last = (active or with_time or runs)[-1]
    return f"{last.status} {moment(last.time)}" if last.time else f"{last.status}, undated"


def _level_wanted(rule: SnapshotRule, now: datetime) -> str:
    if rule.state is SnapshotState.IDLE:
        return "idle"
    if rule.max_age is not None:
        return f"completed within {span(rule.max_age)}"
    return f"completed since {moment(level_of(rule, now))}"


def held(candidate: Candidate, verdict: Verdict, reason: str, advice: str = "") -> Finding:
    """The finding of a start that may not go now.

    Args:
        candidate: The start.
        verdict: `DEFERRED` or `BLOCKED`.
        reason: Why, without a full stop.
        advice: What a person can do; may be empty.
    """
    return replace(candidate.finding, verdict=verdict, reason=reason, advice=advice)
