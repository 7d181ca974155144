"""What starts and stops do at their sources: told from runs that were seen, never guessed."""

from datetime import timedelta

import pytest

from reconciler.core.impact import Toll, start_impact, stop_impact, toll
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.desired import SnapshotType
from reconciler.model.impact import Connector, Impact
from reconciler.model.observed import Run
from reconciler.model.verdict import Finding, Verdict
from reconciler.records import replace
from tests.support.plans import AGAIN, FIRST, ORDERS, pause, plan_of, start
from tests.support.specs import BLOCKING, INCREMENTAL, completed, run, since

TOOK = timedelta(minutes=12)
OTHER = Address(Kind.SOURCE, "crm")


def _run(hours: int, status: str = "completed", **changes: object) -> Run:
    return run(status, since(hours), ended=since(hours) + TOOK, **changes)


@pytest.mark.parametrize(
    ("runs", "rows", "took", "first"),
    [
        ((), None, None, True),
        ((_run(1, rows_scanned=7, rows_total=9),), 7, TOOK, False),
        ((_run(1, rows_total=9),), 9, TOOK, False),
        ((_run(1),), None, TOOK, False),
        ((_run(2, rows_scanned=8), _run(1, rows_scanned=7)), 8, TOOK, False),
        ((_run(1, rows_scanned=7), _run(2, "failed", rows_scanned=2)), 7, TOOK, False),
        ((_run(1), _run(2, "failed", rows_scanned=2, rows_total=9)), 9, TOOK, False),
        ((_run(1, "failed", rows_scanned=2),), None, None, False),
        ((_run(1, "cancelled", rows_total=9),), 9, None, False),
        ((run("completed", rows_scanned=7),), 7, None, False),
        ((run("completed", since(2), ended=since(1), rows_scanned=7),), 7, None, False),
        ((_run(1, rows_scanned=0),), 0, TOOK, False),
    ],
    ids=[
        "never run",
        "rows it read",
        "rows it had to read",
        "no rows are shown",
        "the last one tells",
        "a failed one read a part only",
        "a failed one knows how many there were",
        "a failed one that knows nothing",
        "a cancelled one took no whole time",
        "undated",
        "ended before it began",
        "an empty table",
    ],
)
def test_what_the_runs_before_tell(
    runs: tuple[Run, ...], rows: int | None, took: timedelta | None, first: bool
) -> None:
    expected = Impact(Connector.RUNS_ON, rows, took, first)

    assert start_impact(completed("x"), runs) == expected
    assert start_impact(completed("x"), runs[::-1]) == expected


def test_a_blocking_start_pauses_streaming_and_a_filter_reads_some_rows_only() -> None:
    rule = completed("x", type=SnapshotType.BLOCKING)
    filtered = completed("x", filter="a > 1")

    assert start_impact(rule, ()).connector is Connector.PAUSES
    assert start_impact(filtered, (_run(1, rows_scanned=7),)) == Impact(
        Connector.RUNS_ON, 7, TOOK, filtered=True
    )


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ({INCREMENTAL}, Connector.RUNS_ON),
        ({INCREMENTAL, None}, Connector.UNKNOWN),
        ({INCREMENTAL, None, BLOCKING}, Connector.RESTARTS),
    ],
)
def test_a_stop_restarts_the_connector_where_one_run_is_blocking(
    types: set[SnapshotType | None], expected: Connector
) -> None:
    assert stop_impact(types) == Impact(expected)


def test_only_starts_and_stops_that_are_planned_have_a_toll() -> None:
    held = start("a", verdict=Verdict.DEFERRED)

    assert toll(plan_of(held, pause("b")).findings) is None


def _stop(address: Address, connector: Connector) -> Finding:
    row = start("x", action=Action.STOP, impact=Impact(connector))
    return replace(row, address=address.of("x"))


def test_a_toll_sums_what_is_known_and_counts_what_is_not() -> None:
    part = replace(AGAIN, rows=3, took=timedelta(seconds=1), filtered=True)
    findings = [
        start("a", impact=AGAIN),
        start("b", impact=part),
        start("c", impact=replace(FIRST, connector=Connector.PAUSES)),
        _stop(OTHER, Connector.RESTARTS),
    ]

    assert toll(findings) == Toll(
        topics=3,
        rows=1_200_003,
        unknown=1,
        first=False,
        filtered=True,
        longest=AGAIN.took,
        restarts=(OTHER,),
        pauses=(ORDERS,),
        doubtful=(),
    )


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        ([Connector.RUNS_ON], False),
        ([Connector.RUNS_ON, Connector.UNKNOWN], None),
        ([Connector.UNKNOWN, Connector.RESTARTS], True),
    ],
)
def test_one_restart_is_a_restart_and_a_doubt_is_no_no(
    stops: list[Connector], expected: bool | None
) -> None:
    found = toll([_stop(OTHER, word) for word in stops])

    assert found is not None
    assert found.restart is expected
