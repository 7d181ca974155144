"""What a run found, in Prometheus' text format, for the textfile collector of the node exporter."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from reconciler.core.outcomes import drifted, known_drift
from reconciler.model.outcome import ApplyReport, Result
from reconciler.model.plan import Plan
from reconciler.records import Struct

METRICS = {
    "reconciler_topics": "Declared topics by verdict.",
    "reconciler_drifted_topics": "Topics that drift counts.",
    "reconciler_acknowledged_topics": "Topics whose drift a policy acknowledges.",
    "reconciler_partial": "Whether a selection left out a part of what is declared.",
    "reconciler_planned_calls": "Requests that would change something.",
    "reconciler_requests": "Requests that the run sent, by purpose.",
    "reconciler_results": "Topics of an apply by what became of them.",
    "reconciler_oldest_pause_timestamp_seconds": "When the mirror was paused that is so for longest.",
    "reconciler_last_run_timestamp_seconds": "When the run ended.",
    "reconciler_last_run_duration_seconds": "How long the run took.",
    "reconciler_last_run_exit_code": "How the run ended.",
}
"""Every metric with its help, in the order in which they are written."""


_Row: TypeAlias = tuple[tuple[str, ...], float]


class Run(Struct, frozen=True):
    """One run of a command.

    Attributes:
        command: `plan`, `apply`, `drift` or `status`.
        plan: What it judged.
        exit_code: How it ended.
        ended_at: Our clock.
        seconds: How long it took.
        report: What an apply did, or None.
        oldest_pause: Since when the mirror is paused that is so for longest, or None.
    """

    command: str
    plan: Plan
    exit_code: int
    ended_at: datetime
    seconds: float
    report: ApplyReport | None = None
    oldest_pause: datetime | None = None


def write(run: Run) -> str:
    """The text of a file that the collector reads. Same run, same bytes.

    Args:
        run: What was found.
    """
    rows: dict[str, list[_Row]] = {
        "reconciler_topics": [
            (("verdict", str(v)), float(count)) for v, count in run.plan.counts().items()
        ],
        "reconciler_drifted_topics": [((), _drifted(run.plan))],
        "reconciler_acknowledged_topics": [((), _acknowledged(run.plan))],
        "reconciler_partial": [((), float(run.plan.partial))],
        "reconciler_planned_calls": [((), float(len(run.plan.steps)))],
        "reconciler_requests": [(("purpose", name), float(n)) for name, n in _requests(run)],
        "reconciler_results": _results(run.report),
        "reconciler_oldest_pause_timestamp_seconds": [
            ((), time.timestamp()) for time in [run.oldest_pause] if time is not None
        ],
        "reconciler_last_run_timestamp_seconds": [((), run.ended_at.timestamp())],
        "reconciler_last_run_duration_seconds": [((), run.seconds)],
        "reconciler_last_run_exit_code": [((), float(run.exit_code))],
    }
    return "".join(_metric(_labels(run), name, rows[name]) for name in METRICS)


def _labels(run: Run) -> str:
    """What tells this run from others, whose file the same collector reads."""
    environment = run.plan.environment
    return f'command="{run.command}"' + (f',environment="{environment}"' if environment else "")


def _drifted(plan: Plan) -> float:
    return float(sum(finding.covers for finding in drifted(plan)))


def _acknowledged(plan: Plan) -> float:
    return float(sum(finding.covers for finding in known_drift(plan)))


def _requests(run: Run) -> list[tuple[str, int]]:
    if run.report is None:
        used = run.plan.connections
        return [
            ("reads", sum(c.reads for c in used)),
            ("retries", sum(c.retries for c in used)),
            ("tokens", sum(c.tokens for c in used)),
        ]
    sent = run.report.traffic
    return [
        ("calls", sent.calls),
        ("canary", sent.canary),
        ("reads", sent.reads),
        ("retries", sent.retries),
        ("second_look", sent.second_look),
        ("settle", sent.settle),
        ("tokens", sent.tokens),
    ]


def _results(report: ApplyReport | None) -> list[_Row]:
    if report is None:
        return []
    counts = dict.fromkeys(Result, 0)
    for item in report.items:
        counts[item.result] += 1
    return [(("result", str(word)), float(count)) for word, count in counts.items()]


def _metric(labels: str, name: str, rows: Iterable[_Row]) -> str:
    lines = []
    for label, value in rows:
        more = f',{label[0]}="{label[1]}"' if label else ""
        lines.append(f"{name}{{{labels}{more}}} {value:.15g}\n")
    if not lines:
        return ""
    return f"# HELP {name} {METRICS[name]}\n# TYPE {name} gauge\n{''.join(lines)}"
