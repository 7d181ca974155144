"""Plan, report, drift and status for a program: one stable shape each, described by JSON Schema.

What is absent is null, never missing, so that a reader needs no special cases. Lists keep the order
of the value where it means something (steps, calls, reads), else they are sorted; keys are sorted.
Times are RFC 3339 in UTC. The output is ASCII, so that no name steers a terminal.
"""

import json
from collections.abc import Sequence

from reconciler import __version__
from reconciler.core.impact import toll
from reconciler.core.outcomes import drifted, in_doubt, known_drift
from reconciler.model.call import Json
from reconciler.model.outcome import ApplyReport, Outcome, Result
from reconciler.model.plan import Plan
from reconciler.render import json_parts as parts

FORMAT_VERSION = 1


def plan(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """A plan as `reconciler schema plan` describes it.

    Args:
        plan: The plan.
        outcomes: All words that are true of the command, the first decides its exit code.
    """
    return {
        **_head(plan, outcomes),
        "summary": plan_summary(plan),
        "connections": [parts.connection(item) for item in plan.connections],
        "resources": parts.resources(plan.findings),
        "steps": [parts.step(step) for step in plan.steps],
        "approval": plan.approval or None,
    }


def plan_summary(plan: Plan) -> dict[str, Json]:
    """A plan in figures.

    Args:
        plan: The plan.
    """
    cost = plan.cost
    return {
        **_counts(plan),
        "reads": cost.reads,
        "calls": cost.calls,
        "calls_bound": cost.bound,
        "calls_gap": cost.gap or None,
        "calls_naive": cost.naive,
        "requests_per_second": cost.rate or None,
        "seconds_at_limit": cost.at_limit.total_seconds(),
        "snapshots": parts.snapshots(toll(plan.findings)),
    }


def drift(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """What moved or failed, and what cannot be judged; its resources have the shape of a plan's.

    Args:
        plan: Judged from what is observed now.
        outcomes: All words that are true of the command, the first decides its exit code.
    """
    found = drifted(plan)
    known = known_drift(plan)
    summary: dict[str, Json] = {
        **_counts(plan),
        "drifted": sum(f.covers for f in found),
        "acknowledged": sum(f.covers for f in known),
    }
    return {
        **_head(plan, outcomes),
        "summary": summary,
        "resources": parts.resources((*found, *known, *in_doubt(plan))),
    }


def status(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """How everything stands: `before` is what is observed, `after` what is wanted.

    Args:
        plan: Judged from what is observed now.
        outcomes: All words that are true of the command, the first decides its exit code.
    """
    return {
        **_head(plan, outcomes),
        "summary": _counts(plan),
        "resources": parts.resources(plan.findings),
    }


def report(report: ApplyReport, plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Json]:
    """What an apply did, as `reconciler schema report` describes it.

    Args:
        report: What apply did.
        plan: What it was asked to do.
        outcomes: All words that are true of the command, the first decides its exit code.
    """
    counts: dict[str, Json] = {
        str(word): sum(1 for item in report.items if item.result is word) for word in Result
    }
    return {
        **_version(outcomes),
        "started_at": parts.time_text(report.started_at),
        "ended_at": parts.time_text(report.ended_at),
        "approval": plan.approval or None,
        "summary": {**counts, "plan": _counts(plan)},
        "items": [
            parts.item(item) for item in sorted(report.items, key=lambda i: (i.address, i.step))
        ],
        "calls": [parts.call_outcome(call) for call in report.calls],
        "traffic": parts.traffic(report.traffic),
        "warnings": list(report.warnings),
        "incomplete": list(plan.incomplete),
        "partial": plan.partial,
        "environment": plan.environment or None,
        "interrupted": report.interrupted,
    }


def dumps(document: dict[str, Json]) -> str:
    """The text of a document: ASCII, sorted keys, two spaces, a line end. Same value, same bytes.

    Args:
        document: From one of the functions above.
    """
    return json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n"


def _version(outcomes: Sequence[Outcome]) -> dict[str, Json]:
    return {
        "format_version": FORMAT_VERSION,
        "reconciler_version": __version__,
        "outcome": str(outcomes[0] if outcomes else Outcome.OK),
        "outcomes": [str(word) for word in outcomes or (Outcome.OK,)],
    }


def _head(plan: Plan, outcomes: Sequence[Outcome]) -> dict[str, Json]:
    return {
        **_version(outcomes),
        "created_at": parts.time_text(plan.created_at),
        "warnings": list(plan.warnings),
        "incomplete": list(plan.incomplete),
        "partial": plan.partial,
        "left_behind": parts.left_behind(plan.left_behind),
        "has_ledger": plan.has_ledger,
        "environment": plan.environment or None,
    }


def _counts(plan: Plan) -> dict[str, Json]:
    return {str(word): count for word, count in plan.counts().items()}
