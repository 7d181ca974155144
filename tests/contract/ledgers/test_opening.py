"""Opening a ledger: new, of an older version or a newer one, to be read or written."""

import pytest

from reconciler.errors import LedgerError, LedgerRefused
from reconciler.ledger.migrations import MIGRATIONS
from reconciler.model.journal import Journal, WordKind
from tests.support.ledgers import (
    intend,
    intent,
    known,
    word,
)

NEWER = (*MIGRATIONS, ("ALTER TABLE reconciler_words ADD COLUMN later $TEXT",))


def test_a_new_ledger_is_empty_and_has_no_history(ledger):
    assert ledger.journal() == Journal()


def test_a_ledger_that_was_there_has_history(opened):
    opened().close()

    assert opened().journal() == Journal(has_history=True)


def test_reading_where_there_is_none_shows_an_empty_one_and_makes_none(opened):
    first = opened(read_only=True)

    assert first.journal() == Journal()
    assert not opened(read_only=True).has_history
    assert not opened().has_history


def test_what_was_opened_to_be_read_is_not_written(opened):
    intend(opened(), intent())
    reading = opened(read_only=True)

    with pytest.raises(LedgerError, match="opened to be read only"):
        intend(reading, intent("i2"))
    assert [r.intent for r in reading.intents()] == [intent()]
    assert reading.has_history


def test_a_reader_sees_what_is_written_later(opened):
    writing, reading = opened(), opened(read_only=True)

    assert reading.intents() == ()  # an absent ledger stays absent; one that exists is live
    intend(writing, intent())
    assert opened(read_only=True).intents() == (known(intent()),)


def test_an_older_ledger_is_brought_forward_with_all_it_holds(opened):
    old = opened()
    intend(old, intent())
    old.say([word(WordKind.RETRY)])
    old.close()

    new = opened(migrations=NEWER)

    assert new.journal() == Journal((known(intent()),), (word(WordKind.RETRY),), has_history=True)
    assert [row["later"] for row in new.export()["words"]] == [None]


def test_an_older_ledger_is_not_brought_forward_by_reading(opened):
    opened().close()

    with pytest.raises(LedgerRefused, match=r"older reconciler wrote it.*an apply"):
        opened(read_only=True, migrations=NEWER)
    assert opened().has_history


@pytest.mark.parametrize("read_only", [True, False])
def test_a_ledger_from_the_future_is_refused(opened, read_only):
    newer = opened(migrations=NEWER)
    intend(newer, intent())
    newer.close()

    with pytest.raises(LedgerRefused, match=r"a newer reconciler wrote it.*upgrade"):
        opened(read_only=read_only)
    assert opened(migrations=NEWER).intents() == (known(intent()),)


def test_a_migration_that_fails_changes_nothing(opened):
    broken = (*MIGRATIONS, ("CREATE TABLE reconciler_x (a $TEXT)", "ALTER TABLE nothing ADD a INT"))
    opened().close()

    with pytest.raises(LedgerError):
        opened(migrations=broken)
    assert opened(migrations=NEWER).has_history
