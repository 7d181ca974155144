"""Leases of a ledger: who holds what, until when, and what becomes of one that is over."""

import pytest

from reconciler.ledger.protocol import Ledger
from reconciler.model.journal import Lease, Said, Taken, WordKind
from tests.contract.ledgers.others import other_processes
from tests.support.ledgers import (
    ANNA,
    after,
    lease,
    renew,
)
from tests.support.specs import NOW


def take(ledger: Ledger, owner: str, at: float = 0, *scopes: str) -> Taken:
    return ledger.take(scopes or ("a",), owner, after(at), after(at + 5))


def test_what_is_free_is_granted_in_order(ledger):
    assert take(ledger, "me", 0, "b", "a", "b") == Taken(
        (lease("a", "me", 1, 5), lease("b", "me", 1, 5)), ()
    )


def test_what_another_holds_is_told_and_the_rest_is_granted(ledger):
    take(ledger, "you", 0, "b")

    assert take(ledger, "me", 1, "a", "b", "c") == Taken(
        (lease("a", "me", 1, 6, taken=after(1)), lease("c", "me", 1, 6, taken=after(1))),
        (lease("b", "you", 1, 5),),
    )


def test_a_lease_that_is_over_is_taken_over_and_says_from_whom(ledger):
    take(ledger, "you")

    assert take(ledger, "me", 5).granted == (Lease("a", "me", 2, after(5), after(10), "you"),)


def test_a_released_lease_is_taken_from_nobody(ledger):
    ledger.release(take(ledger, "you").granted)

    assert take(ledger, "me", 1).granted == (Lease("a", "me", 2, after(1), after(6)),)


@pytest.mark.parametrize("again", [1, 9])
def test_taking_again_only_lengthens(ledger, again):
    """Also when it was over by then and nobody had taken it."""
    take(ledger, "me")

    assert take(ledger, "me", again).granted == (lease("a", "me", 1, again + 5),)


@pytest.mark.parametrize(("at", "expected"), [(0, True), (4.9, True), (5, False), (9, False)])
def test_a_lease_is_mine_until_it_is_over(ledger, at, expected):
    (mine,) = take(ledger, "me").granted

    assert ledger.is_mine(mine, after(at)) is expected


def test_a_lease_that_was_taken_over_is_mine_no_more(ledger):
    (lost,) = take(ledger, "you").granted
    (mine,) = take(ledger, "me", 5).granted

    assert not ledger.is_mine(lost, after(1))
    assert renew(ledger, [lost], after(99)) == ()
    ledger.release([lost])
    assert ledger.leases() == (mine,)


def test_renewing_lengthens_what_is_mine(ledger):
    granted = take(ledger, "me", 0, "a", "b").granted
    ledger.break_("b", Said(after(1), ANNA))

    assert renew(ledger, granted, after(9)) == (lease("a", "me", 1, 9),)
    assert ledger.leases() == (lease("a", "me", 1, 9),)


def test_a_lease_that_nobody_took_can_be_renewed_although_it_is_over(ledger):
    (mine,) = take(ledger, "me").granted

    (renewed,) = renew(ledger, [mine], after(60))
    assert ledger.is_mine(renewed, after(59))


def test_breaking_frees_and_is_remembered(ledger):
    (broken,) = take(ledger, "you").granted

    assert ledger.break_("a", Said(after(1), ANNA, "it hangs")) == broken
    assert not ledger.is_mine(broken, after(1))
    assert ledger.leases() == ()
    assert take(ledger, "me", 2).granted == (Lease("a", "me", 3, after(2), after(7)),)
    assert [(w.kind, w.scope, w.said.reason) for w in ledger.words()] == [
        (WordKind.BREAK, "a", "it hangs")
    ]


def test_breaking_what_nobody_holds_finds_nothing(ledger):
    assert ledger.break_("a", Said(NOW, ANNA)) is None


def test_leases_outlive_the_connection(opened):
    first = opened()
    take(first, "you")
    first.close()

    assert take(opened(), "me").held == (lease("a", "you", 1, 5),)


def test_one_of_many_processes_gets_the_lease(place, opened):
    """All of them also find no ledger, and each would make one."""
    answers = other_processes("take", place, 4)

    assert sorted(answers) == [("granted", 0), ("held", 0), ("held", 0), ("held", 0)]
    assert [one.token for one in opened().leases()] == [1]
