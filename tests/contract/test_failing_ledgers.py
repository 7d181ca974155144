"""A ledger that fails: nothing is sent that cannot be written down."""

import pytest

from reconciler.errors import LedgerUnreachable
from reconciler.ledger.protocol import Ledger
from reconciler.model.outcome import Result
from tests.contract.remembering import crm, west


class Failing:
    """A ledger one of whose methods finds nobody."""

    def __init__(self, ledger: Ledger, method: str) -> None:
        self._ledger = ledger
        self._method = method

    def __getattr__(self, name: str) -> object:
        if name == self._method:
            return self._fail
        return getattr(self._ledger, name)

    def _fail(self, *_given: object) -> None:
        raise LedgerUnreachable("here", "nobody answers")


@pytest.mark.parametrize("method", ["take", "intents", "depart"])
def test_nothing_is_sent_that_cannot_be_written_down(ledger: Ledger, method: str):
    stage = west(Failing(ledger, method))
    applied = stage.apply()

    assert set(applied.results.values()) <= {Result.FAILED, Result.LOCKED}
    assert applied.of("a").message.startswith("nothing was sent: ledger here: nobody answers")
    assert stage.writes() == []


@pytest.mark.parametrize("method", ["answer", "release"])
def test_what_cannot_be_written_down_afterwards_is_told(ledger: Ledger, method: str):
    stage = west(Failing(ledger, method))
    applied = stage.apply()

    assert applied.results == {"west/a": Result.SETTLED}
    assert applied.report.warnings == ("ledger here: nobody answers",)


def test_runs_that_cannot_be_noted_are_told(ledger: Ledger):
    applied = crm(Failing(ledger, "see")).apply()

    assert applied.results == {"crm/crm.x": Result.STARTED}
    assert applied.report.warnings == ("ledger here: nobody answers",)
