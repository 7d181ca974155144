"""What the starts and stops of a plan do at their sources: rows, time, connectors.

    change                      what becomes of the connector
    --------------------------  ------------------------------------------------------------
    start, incremental          it runs on
    start, blocking             streaming pauses until the snapshot is over
    stop, all incremental       it runs on
    stop, one is blocking       it restarts
    stop, one type not known    unknown

Rows are those that the last completed run has read which tells; where none does, those that a run had
to read. Nothing is guessed: what no run tells is unknown, and is counted as that.

Source: `docs/apis/streamkap.md#snapshots`, `#stop`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from reconciler.core.dating import date_runs
from reconciler.model.address import Address
from reconciler.model.change import Action
from reconciler.model.desired import SnapshotRule, SnapshotType
from reconciler.model.impact import Connector, Impact
from reconciler.model.observed import Run
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import Struct


class Toll(Struct, frozen=True):
    """What several starts and stops do together.

    Attributes:
        topics: How many topics start.
        rows: Rows that are read again, of the topics where that is known; None where it is of none.
        unknown: How many of the topics have rows that nobody knows.
        first: Whether no topic that starts has a run before it.
        filtered: Whether any start with known rows reads some of them only.
        longest: How long the longest of their last runs took; None where none is known.
        restarts: Documents whose connector restarts, sorted.
        pauses: Documents whose connector does not stream for the time of the snapshot, sorted.
        doubtful: Documents of whose connector nobody knows whether it restarts, sorted.
    """

    topics: int
    rows: int | None
    unknown: int
    first: bool
    filtered: bool
    longest: timedelta | None
    restarts: tuple[Address, ...]
    pauses: tuple[Address, ...]
    doubtful: tuple[Address, ...]

    @property
    def restart(self) -> bool | None:
        """Whether any connector restarts; None where nobody knows."""
        if self.restarts:
            return True
        return None if self.doubtful else False


def start_impact(rule: SnapshotRule, runs: Sequence[Run]) -> Impact:
    """What a start for a rule does to one topic.

    Args:
        rule: What asks for it.
        runs: Every run of the topic that is shown.
    """
    before = [dated.run for dated in date_runs(tuple(runs), (), None)]
    completed = [run for run in before if run.status == "completed"]
    blocking = rule.type is SnapshotType.BLOCKING
    return Impact(
        Connector.PAUSES if blocking else Connector.RUNS_ON,
        _rows(completed, before),
        next((took for took in map(_took, reversed(completed)) if took is not None), None),
        first=not before,
        filtered=bool(rule.filter),
    )


def stop_impact(types: Collection[SnapshotType | None]) -> Impact:
    """What a stop does to its source.

    Args:
        types: Of everything that runs there; None for a type that is not shown.
    """
    if SnapshotType.BLOCKING in types:
        return Impact(Connector.RESTARTS)
    return Impact(Connector.UNKNOWN if None in types else Connector.RUNS_ON)


def toll(findings: Iterable[Finding]) -> Toll | None:
    """What the starts and stops among findings do together.

    Args:
        findings: Of a plan; only changes count.

    Returns:
        The sum, or None where nothing starts or stops.
    """
    told = [
        (finding, finding.impact)
        for finding in findings
        if finding.impact is not None and finding.verdict is Verdict.CHANGE
    ]
    if not told:
        return None
    starts = [impact for finding, impact in told if finding.action is Action.START]
    rows = [impact.rows for impact in starts if impact.rows is not None]
    return Toll(
        len(starts),
        sum(rows) if rows else None,
        len(starts) - len(rows),
        bool(starts) and all(impact.first for impact in starts),
        any(impact.filtered for impact in starts if impact.rows is not None),
        max((impact.took for impact in starts if impact.took is not None), default=None),
        *(
            tuple(sorted({f.address.document for f, impact in told if impact.connector is word}))
            for word in (Connector.RESTARTS, Connector.PAUSES, Connector.UNKNOWN)
        ),
    )


def _rows(completed: Sequence[Run], runs: Sequence[Run]) -> int | None:
    read = (run.rows_scanned for run in reversed(completed))
    to_read = (run.rows_total for run in (*reversed(completed), *reversed(runs)))
    return next((rows for rows in (*read, *to_read) if rows is not None), None)


def _took(run: Run) -> timedelta | None:
    if run.started is None or run.ended is None or run.ended < run.started:
        return None
    return run.ended - run.started
