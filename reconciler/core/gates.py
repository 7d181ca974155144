"""Which of the starts that are wanted may go now. The first gate that holds wins.

    gate                                                        verdict
    ----------------------------------------------------------  -------------------------------
    the document is suspended                                   deferred (decided before)
    source Starting, Pending, Pending Update                    deferred
    source Paused, Stopped, Broken, null … but Active           blocked
    a run is under way on the source                            deferred until it ends
    another type or surrogate key comes first on the source     deferred until that run ends
    `limits.snapshots` sources already running or starting      deferred, oldest need first
    more sources than `--max-starts`                            blocked

One run at a time per source (`docs/apis/streamkap.md#snapshots`): topics that need another type or
another surrogate key become successive runs, in rule order, blocking ones last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reconciler.core.sources import Candidate, JudgedSource, held
from reconciler.core.words import listed, plural
from reconciler.model.change import Start
from reconciler.model.desired import SnapshotType
from reconciler.model.observed import ObservedSource
from reconciler.model.plan import Plan
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct

MAX_STARTS = 20
PASSING_WORDS = frozenset({"Starting", "Pending", "Pending Update"})


class StartRun(Struct, frozen=True):
    """One run that may start now.

    Attributes:
        connection: Name of the Connection.
        source: The source.
        type: How it reads.
        surrogate_key: Column for keyless tables, or empty.
        candidates: Its topics, sorted by name.
    """

    connection: str
    source: ObservedSource
    type: SnapshotType
    surrogate_key: str
    candidates: tuple[Candidate, ...]

    @property
    def need(self) -> tuple[datetime, str, str]:
        """What decides who goes first: the oldest level asked for, then the name, then the id."""
        level = min(c.level for c in self.candidates)
        return (level, self.source.name, self.source.id)

    @property
    def rests_on_absence(self) -> bool:
        """Whether any topic starts because it was never run."""
        return any(c.first_run for c in self.candidates)


class Caps(Struct, frozen=True):
    """How many sources may run at once, and how many this plan may start.

    Attributes:
        snapshots: `limits.snapshots` of the connection; 0 lifts it.
        starts: `--max-starts`, what is left of it; None lifts it.
    """

    snapshots: int
    starts: int | None = None


class Gated(Struct, frozen=True):
    """The starts of one connection, sorted out.

    Attributes:
        runs: Those that may go, oldest need first.
        findings: One per topic that wants a start, whether it may go or not.
    """

    runs: tuple[StartRun, ...]
    findings: tuple[Finding, ...]


def gate_starts(sources: Sequence[JudgedSource], caps: Caps) -> Gated:
    """Decide which starts may go.

    Args:
        sources: Every judged source of one connection.
        caps: The bounds.
    """
    findings: list[Finding] = []
    ready: list[StartRun] = []
    for judged in sources:
        waiting = [c for c in judged.starts if c.finding.verdict is Verdict.CHANGE]
        findings.extend(c.finding for c in judged.starts if c.finding.verdict is not Verdict.CHANGE)
        if judged.source is None or not waiting:
            continue
        stopped = _source_gate(judged, judged.source)
        if stopped is not None:
            findings.extend(held(c, *stopped) for c in waiting)
            continue
        first, later = _first_run(judged, judged.source, waiting)
        ready.append(first)
        findings.extend(later)
    running = sum(1 for judged in sources if judged.active)
    runs, capped = _cap(sorted(ready, key=lambda run: run.need), running, caps)
    findings.extend(c.finding for run in runs for c in run.candidates)
    return Gated(tuple(runs), (*findings, *capped))


def _source_gate(judged: JudgedSource, source: ObservedSource) -> tuple[Verdict, str, str] | None:
    if source.status in PASSING_WORDS:
        return Verdict.DEFERRED, f"waits until the source is Active; it is {source.status}", ""
    if source.status != "Active":
        word = source.status or "without a status"
        advice = "a snapshot needs a running connector: resume or repair it at Streamkap"
        return Verdict.BLOCKED, f"the source is {word}", advice
    if judged.active:
        reason = f"waits for the run under way on this source ({listed(judged.active)})"
        return Verdict.DEFERRED, reason, ""
    return None


def _first_run(
    judged: JudgedSource, source: ObservedSource, waiting: Iterable[Candidate]
) -> tuple[StartRun, list[Finding]]:
    """The run that comes first on a source, and the findings of those that must wait for it."""
    kinds: dict[tuple[SnapshotType, str], list[Candidate]] = {}
    for candidate in sorted(waiting, key=lambda c: (c.rank, c.topic)):
        key = (candidate.rule.type, candidate.rule.surrogate_key)
        kinds.setdefault(key, []).append(candidate)
    order = sorted(kinds, key=lambda kind: (kind[0] is SnapshotType.BLOCKING, kinds[kind][0].rank))
    chosen = tuple(sorted(kinds[order[0]], key=lambda c: c.topic))
    names = tuple(c.topic for c in chosen)
    reason = f"waits for the run of {listed(names)}: one run at a time per source"
    later = [held(c, Verdict.DEFERRED, reason) for kind in order[1:] for c in kinds[kind]]
    return StartRun(judged.connection, source, *order[0], chosen), later


def _cap(
    ready: Sequence[StartRun], running: int, caps: Caps
) -> tuple[list[StartRun], list[Finding]]:
    places = len(ready) if caps.snapshots == 0 else max(0, caps.snapshots - running)
    allowed = len(ready) if caps.starts is None else caps.starts
    go: list[StartRun] = []
    findings: list[Finding] = []
    for run in ready:
        if len(go) >= places:
            reason = f"waits for a free place: {plural(caps.snapshots, 'source')} may run at once"
            advice = "raise limits.snapshots of the connection for more at once"
            findings.extend(held(c, Verdict.DEFERRED, reason, advice) for c in run.candidates)
        elif len(go) >= allowed:
            reason = f"held back: no more than {plural(allowed, 'source')} may start in this apply"
            advice = f"allow more with --max-starts {len(ready)}"
            findings.extend(held(c, Verdict.BLOCKED, reason, advice) for c in run.candidates)
        else:
            go.append(run)
    return go, findings


def sources_starting(plan: Plan) -> int:
    """How many sources a plan starts a run on; `--max-starts` has to allow as many.

    Args:
        plan: The plan.
    """
    starts = (step.change for step in plan.steps if isinstance(step.change, Start))
    return sum(len(start.sources) for start in starts)
