"""Calls that are about to leave: intent, words and leases in one transaction."""

import pytest

from reconciler.errors import LedgerError
from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Departure, Lease, WordKind
from reconciler.records import replace
from tests.support.ledgers import SCOPE, after, answer, intend, intent, item, known, word


def granted(ledger: Ledger, *scopes: str, owner: str = "me", at: float = 0) -> tuple[Lease, ...]:
    return ledger.take(scopes, owner, after(at), after(at + 5)).granted


def lasting(*leases: Lease) -> tuple[Lease, ...]:
    return tuple(replace(lease, expires=after(60)) for lease in leases)


def test_an_intent_is_written_with_its_words_and_its_leases_last_on(ledger):
    leases = lasting(*granted(ledger, "a", "b"))
    said = word(WordKind.RETRY)

    assert ledger.depart([Departure(intent(), (said,), leases)]) == (leases,)
    assert ledger.intents() == (known(intent()),)
    assert ledger.words() == (said,)
    assert ledger.leases() == leases


def test_where_a_lease_was_lost_nothing_is_written_but_the_rest_lasts_on(ledger):
    mine, lost = granted(ledger, "a", "b")
    granted(ledger, "b", owner="you", at=5)
    departure = Departure(intent(), (word(WordKind.RETRY),), lasting(mine, lost))

    assert ledger.depart([departure]) == (lasting(mine),)
    assert (ledger.intents(), ledger.words()) == ((), ())
    assert [(x.scope, x.owner, x.expires) for x in ledger.leases()] == [
        ("a", "me", after(60)),
        ("b", "you", after(10)),
    ]


def test_what_leaves_together_is_judged_each_for_itself(ledger):
    mine, lost, other = granted(ledger, "a", "b", "c")
    granted(ledger, "b", owner="you", at=5)
    departures = [
        Departure(intent("i1"), leases=lasting(lost)),
        Departure(intent("i2"), leases=lasting(mine)),
        Departure(None, leases=lasting(other)),
        Departure(intent("i3"), leases=lasting(mine)),
        Departure(intent("i4")),
    ]

    assert ledger.depart(departures) == (
        (),
        lasting(mine),
        lasting(other),
        lasting(mine),
        (),
    )
    assert [record.intent.id for record in ledger.intents()] == ["i2", "i3", "i4"]


def test_answers_of_others_are_written_with_it(ledger):
    intend(ledger, intent("i1"))

    ledger.depart([Departure(intent("i2", 1))], [answer("i1", 2)])

    assert ledger.intents() == (known(intent("i1"), answer("i1", 2)), known(intent("i2", 1)))


def test_all_of_it_is_written_or_nothing(ledger):
    """An id that was used before is the caller's mistake; what was with it must be told so too."""
    intend(ledger, intent("i1"))
    (mine,) = granted(ledger, "a")
    departures = [Departure(intent("i2"), leases=lasting(mine)), Departure(intent("i1"))]

    with pytest.raises(LedgerError):
        ledger.depart(departures, [answer("i1")])
    assert ledger.intents() == (known(intent("i1")),)
    assert ledger.leases() == (mine,)


def test_a_thousand_leave_at_once(ledger):
    scopes = [f"{SCOPE}-{number:04}" for number in range(1000)]
    leases = granted(ledger, *scopes)
    departures = [
        Departure(intent(f"i{number:04}", 0, item("t", lease.scope)), leases=lasting(lease))
        for number, lease in enumerate(leases)
    ]

    assert ledger.depart(departures) == tuple(departure.leases for departure in departures)
    assert len(ledger.intents()) == 1000
    assert set(ledger.leases()) == set(lasting(*leases))
