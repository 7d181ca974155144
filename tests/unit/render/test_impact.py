"""What starts and stops cost, in the words of a plan."""

from datetime import timedelta

import pytest

from reconciler.model.change import Action
from reconciler.model.impact import Connector, Impact
from reconciler.model.verdict import Finding
from reconciler.records import replace
from reconciler.render.impact import impact_in_words, toll_in_words
from tests.support.plans import AGAIN, FIRST, pause, start

QUICK = replace(AGAIN, rows=5, took=timedelta(0))
BLOCKING = replace(AGAIN, connector=Connector.PAUSES)


def _stop(connector: Connector) -> Finding:
    return start("z", action=Action.STOP, impact=Impact(connector))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([pause("a")], ""),
        ([start("a", impact=FIRST)], "rows unknown, no earlier run · connector restart: no"),
        (
            [start("a", impact=AGAIN)],
            "about 1,200,000 rows will be read again · last run took 19m 55s · connector restart: no",
        ),
        (
            [start("a", impact=AGAIN), start("b", impact=QUICK), start("c", impact=FIRST)],
            (
                "about 1,200,005 rows will be read again, rows of 1 topic unknown · longest last run took "
                "19m 55s · connector restart: no"
            ),
        ),
        (
            [start("a", impact=QUICK)],
            "about 5 rows will be read again · last run took 0s · connector restart: no",
        ),
        (
            [start("a", impact=replace(AGAIN, filtered=True, took=None))],
            (
                "about 1,200,000 rows will be read again, more or fewer by the filter · duration of the "
                "last run unknown · connector restart: no"
            ),
        ),
        (
            [start("a", impact=replace(FIRST, first=False))],
            "rows unknown · duration of the last run unknown · connector restart: no",
        ),
        ([_stop(Connector.RUNS_ON)], "connector restart: no"),
        ([_stop(Connector.UNKNOWN)], "connector restart: unknown"),
        ([_stop(Connector.RESTARTS)], "connector restart: yes"),
    ],
)
def test_what_a_document_costs_in_words(findings: list[Finding], expected: str) -> None:
    assert impact_in_words(findings) == expected


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([pause("a")], ""),
        (
            [start("a", impact=BLOCKING)],
            (
                "1 topic to read · about 1,200,000 rows will be read again · last run took 19m 55s · "
                "connector restart: no · streaming pauses until it is over (Source/orders-postgres)"
            ),
        ),
        ([_stop(Connector.RESTARTS)], "connector restart: yes (Source/orders-postgres)"),
        ([_stop(Connector.UNKNOWN)], "connector restart: unknown (Source/orders-postgres)"),
    ],
)
def test_what_a_plan_costs_names_whose_connector_does_not_run_on(
    findings: list[Finding], expected: str
) -> None:
    assert toll_in_words(findings) == expected
