"""Drift as a monitor writes it down, in a file and in a real PostgreSQL."""

from collections.abc import Callable

import pytest

from reconciler.errors import LedgerError, LedgerRefused
from reconciler.ledger.migrations import MIGRATIONS
from reconciler.ledger.protocol import Ledger
from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import DriftNote, DriftWord, Said, WordKind
from reconciler.records import replace
from tests.support.ledgers import ANNA, EAST, LINK_SCOPE, ORDERS, after, word

DRIFTS = DriftNote(after(5), EAST.of("t"), DriftWord.FOUND, "m1", "ACTIVE, wanted PAUSED")


@pytest.fixture
def ledger(opened: Callable[..., Ledger]) -> Ledger:
    """A new ledger."""
    return opened()


def drifted(at: float, drift_word: DriftWord, mark: str = "", message: str = "") -> DriftNote:
    return DriftNote(after(at), EAST.of("t"), drift_word, mark, message)


def test_drift_is_known_until_it_is_over(ledger):
    assert ledger.drift() == {}

    ledger.note_drift([DRIFTS, DriftNote(after(5), ORDERS, DriftWord.FOUND, "o1", "no answer")])
    assert ledger.drift() == {str(EAST.of("t")): "m1", str(ORDERS): "o1"}

    ledger.note_drift([drifted(6, DriftWord.CHANGED, "m2", "FAILED, wanted PAUSED")])
    assert ledger.drift() == {str(EAST.of("t")): "m2", str(ORDERS): "o1"}

    ledger.note_drift([drifted(7, DriftWord.OVER)])
    assert ledger.drift() == {str(ORDERS): "o1"}


def test_drift_that_two_monitors_find_is_written_once(ledger):
    ledger.note_drift([DRIFTS])
    ledger.note_drift([replace(DRIFTS, at=after(6))])
    ledger.note_drift([drifted(7, DriftWord.OVER)])
    ledger.note_drift([drifted(8, DriftWord.OVER)])
    ledger.note_drift([replace(DRIFTS, at=after(9))])

    assert [(entry.at, entry.word) for entry in ledger.history()] == [
        (after(9), "found"),
        (after(7), "over"),
        (after(5), "found"),
    ]


def test_drift_is_a_part_of_the_history(ledger):
    broke = Said(after(4), ANNA, "it hangs")
    ledger.break_(LINK_SCOPE, broke)
    ledger.note_drift([DRIFTS])
    address, message = str(EAST.of("t")), "ACTIVE, wanted PAUSED"
    found = Entry(after(5), EntryKind.DRIFT, address, "", "t", "found", message)

    assert ledger.history() == (
        found,
        Entry(after(4), EntryKind.WORD, "", LINK_SCOPE, "", "break", "it hangs", "", ANNA),
    )
    assert ledger.history("ClusterLink") == (found,)
    assert ledger.history("Source") == ()


def test_who_only_reads_writes_down_no_drift(opened):
    opened().close()
    reading = opened(read_only=True)

    with pytest.raises(LedgerError, match="read only"):
        reading.note_drift([DRIFTS])


def test_a_ledger_of_the_first_version_is_brought_forward(opened):
    """What a released version wrote is read by every later one."""
    opened(migrations=MIGRATIONS[:1]).say([word(WordKind.BREAK_GLASS, 0)])

    ledger = opened()
    ledger.note_drift([DRIFTS])

    assert [said.kind for said in ledger.words()] == [WordKind.BREAK_GLASS]
    with pytest.raises(LedgerRefused, match="newer"):
        opened(migrations=MIGRATIONS[:1])
