"""The parts of a JSON document: one function per value of the model, its fields by name."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from reconciler.core.impact import Toll
from reconciler.model.call import Json
from reconciler.model.change import (
    Change,
    Pause,
    Resume,
    Start,
    StartSource,
    Stop,
    StopSource,
    action_of,
)
from reconciler.model.impact import Impact
from reconciler.model.left_behind import LeftBehind
from reconciler.model.outcome import CallOutcome, ItemOutcome, Traffic
from reconciler.model.plan import PlanConnection, Step, StepItem
from reconciler.model.verdict import Finding


def time_text(time: datetime) -> str:
    """RFC 3339 in UTC; with a fraction only where there is one."""
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _maybe_time(time: datetime | None) -> str | None:
    return time_text(time) if time else None


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def connection(item: PlanConnection) -> Json:
    """A connection as the plan used it; never a credential."""
    return {
        "name": item.name,
        "provider": str(item.provider),
        "identity": item.identity,
        "reads": item.reads,
        "tokens": item.tokens,
        "retries": item.retries,
        "now": time_text(item.now),
    }


def resources(findings: Iterable[Finding]) -> list[Json]:
    """Findings sorted by address."""
    return [_resource(finding) for finding in sorted(findings, key=lambda f: f.address)]


def _resource(finding: Finding) -> Json:
    origin = finding.origin
    return {
        "address": str(finding.address),
        "kind": str(finding.address.kind),
        "name": finding.address.name,
        "topic": finding.address.topic or None,
        "verdict": str(finding.verdict),
        "reason": finding.reason,
        "origin": {"file": origin.file, "line": origin.line, "column": origin.column},
        "advice": finding.advice or None,
        "action": finding.action and str(finding.action),
        "before": finding.before or None,
        "after": finding.after or None,
        "cause": finding.cause and str(finding.cause),
        "risk": finding.risk and str(finding.risk),
        "note": finding.note or None,
        "covers": finding.covers,
        "failed": finding.failed,
        "known": finding.known or None,
        "impact": _impact(finding.impact),
    }


def _impact(impact: Impact | None) -> Json:
    if impact is None:
        return None
    return {
        "connector": str(impact.connector),
        "rows": impact.rows,
        "seconds": _seconds(impact.took),
        "first": impact.first,
        "filtered": impact.filtered,
    }


def snapshots(toll: Toll | None) -> Json:
    """What the starts and stops of a plan do together.

    Args:
        toll: Their sum, or None where there are none.
    """
    if toll is None:
        return None
    return {
        "topics": toll.topics,
        "rows": toll.rows,
        "rows_unknown": toll.unknown,
        "longest_seconds": _seconds(toll.longest),
        "connector_restart": toll.restart,
        "restarts": [str(address) for address in toll.restarts],
        "pauses": [str(address) for address in toll.pauses],
    }


def left_behind(items: Iterable[LeftBehind]) -> list[Json]:
    """What no spec speaks of any more, sorted by address."""
    return [_left(item) for item in sorted(items, key=lambda i: (i.address, i.scope))]


def _left(item: LeftBehind) -> Json:
    actor = item.actor
    return {
        "address": str(item.address),
        "scope": item.scope,
        "topic": item.topic,
        "what": str(item.what),
        "since": time_text(item.since),
        "actor": {
            "name": actor.name,
            "run": actor.run or None,
            "commit": actor.commit or None,
        },
    }


def step(step: Step) -> Json:
    """One planned request: what it changes, what it covers, the call itself."""
    call = step.call
    return {
        "id": step.id,
        "change": change(step.change),
        "items": [_step_item(item) for item in step.items],
        "call": {
            "connection": call.connection,
            "method": call.method,
            "path": call.path,
            "query": [[key, value] for key, value in call.query],
            "body": call.body,
        },
        "needs": list(step.needs),
        "canary": step.canary,
        "risk": str(step.risk),
        "not_before": _maybe_time(step.not_before),
        "not_after": _maybe_time(step.not_after),
    }


def change(change: Change) -> Json:
    """A change, told apart by `action`.

    Args:
        change: What a step changes.
    """
    action = str(action_of(change))
    match change:
        case Pause() | Resume():
            return {
                "action": action,
                "cluster_id": change.cluster_id,
                "link": change.link,
                "topics": list(change.topics),
            }
        case Start():
            return {
                "action": action,
                "form": str(change.form),
                "type": str(change.type),
                "surrogate_key": change.surrogate_key or None,
                "sources": [_start_source(source) for source in change.sources],
            }
        case Stop():
            return {
                "action": action,
                "form": str(change.form),
                "sources": [_stop_source(source) for source in change.sources],
            }


def _step_item(item: StepItem) -> Json:
    return {
        "address": str(item.address),
        "target": item.target,
        "topic": item.topic,
        "before": item.before,
        "risk": str(item.risk),
    }


def _start_source(source: StartSource) -> Json:
    return {
        "source_id": source.source_id,
        "topics": [
            {"name": topic.name, "db_id": topic.db_id or None, "filter": topic.filter or None}
            for topic in source.topics
        ],
    }


def _stop_source(source: StopSource) -> Json:
    return {
        "source_id": source.source_id,
        "type": source.type and str(source.type),
        "topics": list(source.topics),
        "db_id": source.db_id or None,
    }


def item(item: ItemOutcome) -> Json:
    """What became of one declared topic."""
    return {
        "address": str(item.address),
        "action": str(item.action),
        "result": str(item.result),
        "message": item.message or None,
        "step": item.step,
        "seen": item.seen or None,
        "short": item.short,
    }


def call_outcome(call: CallOutcome) -> Json:
    """What became of one call."""
    return {
        "step": call.step,
        "connection": call.connection,
        "request": call.request,
        "reply": call.reply and str(call.reply),
        "status": call.status,
        "request_id": call.request_id,
        "message": call.message or None,
    }


def traffic(traffic: Traffic) -> Json:
    """Requests by purpose, and their sum."""
    return {
        "tokens": traffic.tokens,
        "reads": traffic.reads,
        "second_look": traffic.second_look,
        "calls": traffic.calls,
        "retries": traffic.retries,
        "canary": traffic.canary,
        "settle": traffic.settle,
        "total": traffic.total,
    }
