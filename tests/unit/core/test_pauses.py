"""Mirrors that have been paused for too long: one sentence for each link, and drift."""

from datetime import timedelta

from reconciler.core.outcomes import of_drift
from reconciler.core.pauses import bounds_of
from reconciler.core.sieve import sift_mirrors, with_sieves
from reconciler.core.targets import requests
from reconciler.model.outcome import Outcome
from reconciler.model.policy import Window, Windows
from reconciler.model.verdict import Verdict
from tests.support.plans import plan_of
from tests.support.specs import (
    NOW,
    ago,
    desired,
    judged,
    know,
    link,
    link_document,
    mirror,
    mirroring,
    observed,
    paused,
    policy,
)

FORTNIGHT = timedelta(days=14)
RULES = (paused("p.*", until=NOW + timedelta(days=9)), mirroring("*"))
LINK = link_document("l", *RULES, labels=(("team", "a"),))
BOUND = policy("p", max_pause=FORTNIGHT)


def seen(**days: float):
    """Mirrors by name, paused for so many days; each lags as many thousand messages."""
    mirrors = [
        mirror(name.replace("_", "."), "PAUSED", state_time=ago(days=n), lag=int(n * 1000))
        for name, n in days.items()
    ]
    return know(observed(link(*mirrors)))


def test_only_what_a_policy_selects_is_bound():
    mine = policy("p", (("team", "a"),), max_pause=FORTNIGHT)
    other = link_document("m", *RULES)

    assert bounds_of([mine], [LINK, other]).keys() == {LINK.address}


def test_one_sentence_for_a_link_however_many_topics():
    days = {f"p_{sign}": 20.0 + n for n, sign in enumerate("abcde")}
    judgement = judged(desired(LINK, BOUND), seen(**days))

    assert judgement.warnings == (
        (
            "ClusterLink/l: 5 mirror topics paused for longer than 14d (maxPause of Policy/p): p.a, p.b, "
            "p.c and 2 more; up to 24d and up to 24,000 messages behind"
        ),
    )
    assert {(f.verdict, f.failed, f.reason) for f in judgement.findings} == {
        (
            Verdict.IN_SYNC,
            True,
            "it is paused as wanted; it has been for longer than 14d (maxPause of Policy/p)",
        )
    }


def test_drift_counts_it_although_it_is_wanted():
    judgement = judged(desired(LINK, BOUND), seen(p_a=15))

    assert of_drift(plan_of(*judgement.findings)) == (Outcome.DRIFT,)


def test_up_to_the_bound_nothing_is_told():
    judgement = judged(desired(LINK, BOUND), seen(p_a=14))

    assert judgement.warnings == ()
    assert not any(finding.failed for finding in judgement.findings)


def test_a_resume_that_is_planned_is_told_no_more():
    judgement = judged(desired(LINK, BOUND), seen(x=90, p_a=1))

    assert judgement.warnings == ()
    assert [(f.verdict, f.failed) for f in judgement.findings] == [
        (Verdict.IN_SYNC, False),
        (Verdict.CHANGE, False),
    ]


def test_a_resume_that_waits_for_a_window_is_told():
    shut = Windows((Window("0 22 * * *", timedelta(hours=1)),))
    judgement = judged(desired(LINK, BOUND, policy("w", windows=shut)), seen(x=90, p_a=1))

    assert [(f.verdict, f.failed) for f in judgement.findings] == [
        (Verdict.IN_SYNC, False),
        (Verdict.DEFERRED, True),
    ]


def test_the_strictest_of_several_policies_counts_and_only_where_it_selects():
    week = policy("week", max_pause=timedelta(days=7))
    elsewhere = policy("other", (("team", "b"),), max_pause=timedelta(hours=1))
    judgement = judged(desired(LINK, BOUND, week, elsewhere), seen(p_a=8, p_b=2))

    assert judgement.warnings == (
        (
            "ClusterLink/l: 1 mirror topic paused for longer than 7d (maxPause of Policy/week): p.a; up to "
            "8d and up to 8,000 messages behind"
        ),
    )


def test_a_mirror_that_does_not_say_since_when_is_not_told_of():
    unknown = know(observed(link(mirror("p.a", "PAUSED"))))
    dated = know(observed(link(mirror("p.a", "PAUSED", state_time=ago(days=20)))))

    assert judged(desired(LINK, BOUND), unknown).warnings == ()
    assert judged(desired(LINK, BOUND), dated).warnings == (
        "ClusterLink/l: 1 mirror topic paused for longer than 14d (maxPause of Policy/p): p.a; up to 20d",
    )


def test_a_sieve_keeps_what_is_paused_where_a_bound_speaks_of_it():
    names, words = ["p.a", "p.b", "x"], ["PAUSED", "ACTIVE", "ACTIVE"]

    assert sift_mirrors([LINK], names, words, NOW)[0] == [1]
    assert sift_mirrors([LINK], names, words, NOW, {LINK.address})[0] == [0, 1]


def test_the_sieves_of_a_plan_know_the_bounds():
    for policies, kept in (((), []), ((BOUND,), [0])):
        specs = desired(LINK, *policies)
        request = with_sieves(specs, requests(specs, NOW), (), None)["cc"]
        (sieve,) = request.mirror_sieves.values()

        assert sieve(["p.a", "x"], ["PAUSED", "ACTIVE"], NOW)[0] == kept
