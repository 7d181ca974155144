"""Limits: whose they are, what they count, and when they are passed."""

import pytest

from reconciler.core.thresholds import Brakes, Count, Limit, Tally, limits_of
from reconciler.model.address import Address, Kind, Origin
from reconciler.model.change import Action
from reconciler.model.desired import Desired, DesiredPolicy
from reconciler.model.verdict import Cause, Finding, Verdict
from tests.support.specs import (
    RULE,
    completed,
    desired,
    link_document,
    mirroring,
    policy,
    source_document,
)

PAYMENTS = (("team", "payments"),)
A = source_document("a", completed("x"), labels=PAYMENTS)
B = source_document("b", completed("x"))
L = link_document("l", mirroring("x"), labels=(*PAYMENTS, ("tier", "1")))
EVERY = frozenset({A.address, B.address, L.address})
PAID = frozenset({A.address, L.address})


def _specs(*policies: DesiredPolicy) -> Desired:
    return desired(A, B, L, *policies)


def _default(*documents: Address) -> Limit:
    return Limit(frozenset(documents), 50, is_percent=True, above=10)


# --- whose limits hold


def test_without_a_word_half_of_a_kind_may_change_above_a_few():
    assert list(limits_of(_specs(), Brakes())) == [_default(*EVERY)]


@pytest.mark.parametrize(
    ("labels", "documents"),
    [
        ((), EVERY),
        (PAYMENTS, PAID),
        ((*PAYMENTS, ("tier", "1")), frozenset({L.address})),
        ((("team", "nobody"),), frozenset()),
    ],
)
def test_a_policy_speaks_of_documents_with_all_of_its_labels(labels, documents):
    one = policy("one", labels=labels, max_percent=10)

    first, default = limits_of(_specs(one), Brakes())

    assert first == Limit(documents, 10, is_percent=True, policy=one)
    assert default == _default(*(EVERY - documents))


def test_a_policy_of_changes_leaves_the_default_of_percent():
    one = policy("one", max_changes=3)

    assert list(limits_of(_specs(one), Brakes())) == [
        Limit(EVERY, 3, is_percent=False, policy=one),
        _default(*EVERY),
    ]


def test_every_policy_of_a_document_is_kept():
    wide, narrow = policy("a", max_percent=80, max_changes=9), policy("b", labels=PAYMENTS)
    narrow = policy("b", labels=PAYMENTS, max_percent=10)

    assert list(limits_of(_specs(wide, narrow), Brakes())) == [
        Limit(EVERY, 9, is_percent=False, policy=wide),
        Limit(EVERY, 80, is_percent=True, policy=wide),
        Limit(PAID, 10, is_percent=True, policy=narrow),
        _default(),
    ]


@pytest.mark.parametrize(
    ("given", "limits"),
    [
        (Brakes(max_changes=5), ["more than 5", "more than 20 % (Policy/one)", "more than 50 %"]),
        (Brakes(max_changes=0), ["more than 0", "more than 20 % (Policy/one)", "more than 50 %"]),
        (Brakes(max_percent=70), ["more than 7 (Policy/one)", "more than 70 %"]),
        (Brakes(5, 70), ["more than 5", "more than 70 %"]),
    ],
)
def test_an_option_takes_the_place_of_its_own_limit_only(given, limits):
    found = list(limits_of(_specs(policy("one", PAYMENTS, max_changes=7, max_percent=20)), given))

    assert sorted(map(str, found)) == sorted(limits)
    assert all(limit.documents == EVERY for limit in found if "Policy" not in str(limit)) == (
        given.max_percent is not None
    )


def test_a_limit_tells_its_policy_and_why():
    limit = Limit(EVERY, 5, is_percent=True, policy=policy("one", reason="INC-1", max_percent=5))

    assert str(limit) == "more than 5 % (Policy/one: INC-1)"
    assert limit.place == "maxPercent of Policy/one at specs/a.yaml:1"
    assert Limit(EVERY, 5, is_percent=True).place == ""


# --- when a limit is passed


@pytest.mark.parametrize(
    ("limit", "changes", "managed", "passed"),
    [
        (_default(), 10, 10, False),
        (_default(), 6, 11, True),
        (_default(), 5, 11, False),
        (_default(), 6, 12, False),
        (_default(), 501, 1000, True),
        (Limit(EVERY, 50, is_percent=True), 2, 3, True),
        (Limit(EVERY, 50, is_percent=True), 1, 2, False),
        (Limit(EVERY, 100, is_percent=True), 9, 9, False),
        (Limit(EVERY, 0, is_percent=True), 1, 1000, True),
        (Limit(EVERY, 0, is_percent=True), 0, 0, False),
        (Limit(EVERY, 0, is_percent=False), 0, 9, False),
        (Limit(EVERY, 0, is_percent=False), 1, 9, True),
        (Limit(EVERY, 9, is_percent=False), 9, 9, False),
        (Limit(EVERY, 8, is_percent=False), 9, 9, True),
    ],
)
def test_a_limit_is_passed_by_more_than_it_says(limit, changes, managed, passed):
    assert limit.is_passed(Count(Kind.SOURCE, changes, managed)) is passed


@pytest.mark.parametrize(
    ("changes", "managed", "percent"),
    [(0, 0, 0), (0, 9, 0), (1, 2, 50), (1, 3, 34), (501, 1000, 51), (1, 100_000, 1), (9, 9, 100)],
)
def test_a_share_is_rounded_up_so_that_a_limit_of_it_holds(changes, managed, percent):
    count = Count(Kind.CLUSTER_LINK, changes, managed)

    assert count.percent == percent
    assert not Limit(EVERY, percent, is_percent=True).is_passed(count)
    assert str(count) == f"{changes} of {managed} managed mirror topics would change ({percent} %)"


# --- what is counted


def _finding(document, verdict, cause=None, covers=1) -> Finding:
    action = Action.START if cause else None
    return Finding(
        document.address.of("x"), verdict, "", RULE, action=action, cause=cause, covers=covers
    )


def test_managed_is_what_a_rule_names_whatever_its_verdict():
    findings = [_finding(A, verdict) for verdict in Verdict if verdict is not Verdict.CHANGE]

    assert Tally.of(findings).count(Kind.SOURCE, EVERY, Cause) == Count(
        Kind.SOURCE, 0, len(Verdict) - 2
    )


def test_changes_are_counted_by_kind_document_and_cause():
    tally = Tally.of(
        [
            _finding(A, Verdict.CHANGE, Cause.DRIFT, covers=5),
            _finding(A, Verdict.CHANGE, Cause.PENDING),
            _finding(A, Verdict.BLOCKED, Cause.DRIFT),
            _finding(B, Verdict.CHANGE, Cause.DUE),
            _finding(L, Verdict.CHANGE, Cause.DRIFT),
        ]
    )

    assert tally.count(Kind.SOURCE, EVERY, [Cause.DRIFT]) == Count(Kind.SOURCE, 5, 8)
    assert tally.count(Kind.SOURCE, EVERY, Cause) == Count(Kind.SOURCE, 7, 8)
    assert tally.count(Kind.SOURCE, [B.address], Cause) == Count(Kind.SOURCE, 1, 1)
    assert tally.count(Kind.CLUSTER_LINK, EVERY, Cause) == Count(Kind.CLUSTER_LINK, 1, 1)
    assert tally.count(Kind.SOURCE, [], Cause) == Count(Kind.SOURCE, 0, 0)


def test_a_policy_knows_where_it_is_written():
    assert policy("one").origin == Origin("specs/a.yaml", 1)
