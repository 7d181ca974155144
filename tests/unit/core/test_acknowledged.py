"""Drift that is known: what it takes, when it ends, and that apply does the same as ever."""

from datetime import datetime, timedelta

import pytest

from reconciler.core.acknowledged import Clocks, acknowledge, ended
from reconciler.core.news import ACKNOWLEDGED, news
from reconciler.core.outcomes import drifted, in_doubt, known_drift, of_drift
from reconciler.model.address import Origin
from reconciler.model.outcome import Outcome
from reconciler.model.policy import Acknowledgement
from reconciler.model.verdict import Cause, Finding, Verdict
from reconciler.records import replace
from tests.support.plans import finding, pause, plan_of
from tests.support.specs import NOW, desired, link_document, mirroring, policy, source_document

HERE = Origin("specs/p.yaml", 7, 5)
TOMORROW = NOW + timedelta(days=1)
DOCUMENT = link_document("east", mirroring("*"))
TOPIC = DOCUMENT.address.of("orders.a")
WORDS = "known until 2026-11-23T12:00:00Z (INC-7, Policy/p)"
CLOCKS = Clocks({"cc": NOW}, NOW)


def knowing(*addresses: str, until: datetime = TOMORROW, **more: object):
    item = Acknowledgement(addresses, until, "INC-7", HERE)
    return policy("p", acknowledged=(item,), **more)


def moved(**changes: object) -> Finding:
    return replace(pause("orders.a", cause=Cause.DRIFT), **({"address": TOPIC} | changes))


def told(found: Finding, *policies: object, clocks: Clocks = CLOCKS) -> Finding:
    (one,) = acknowledge(desired(DOCUMENT, source_document("s"), *policies), [found], clocks)
    return one


@pytest.mark.parametrize(
    ("address", "is_known"),
    [
        ("ClusterLink/east", True),
        ("ClusterLink/east/*", True),
        ("ClusterLink/e*/orders.?", True),
        ("ClusterLink/east/orders.a", True),
        ("ClusterLink/east/orders.b", False),
        ("ClusterLink/west/*", False),
        ("Source/east/*", False),
    ],
)
def test_an_address_takes_what_a_selection_takes(address: str, is_known: bool):
    found = told(moved(), knowing(address))

    assert (found.known, found.note) == ((WORDS, WORDS) if is_known else ("", ""))


@pytest.mark.parametrize(
    ("address", "is_known"),
    [("ClusterLink/east", True), ("ClusterLink/east/*", True), ("ClusterLink/east/o*", False)],
)
def test_a_finding_of_a_whole_document_is_known_only_as_a_whole(address: str, is_known: bool):
    whole = replace(finding(DOCUMENT.address, Verdict.BLOCKED, "the link has failed"), failed=True)

    assert bool(told(whole, knowing(address)).known) == is_known


@pytest.mark.parametrize(
    ("changes", "is_known"),
    [
        ({}, True),
        ({"cause": Cause.DIFFERS}, True),
        ({"verdict": Verdict.BLOCKED}, True),
        ({"verdict": Verdict.IN_SYNC, "failed": True, "cause": None, "action": None}, True),
        ({"cause": Cause.PENDING}, False),
        ({"cause": Cause.DUE}, False),
        ({"verdict": Verdict.DEFERRED}, False),
        ({"verdict": Verdict.IN_SYNC, "cause": None, "action": None}, False),
    ],
)
def test_only_what_moved_or_failed_is_known(changes: dict[str, object], is_known: bool):
    assert bool(told(moved(**changes), knowing("ClusterLink/east")).known) == is_known


def test_it_changes_nothing_that_apply_does():
    found = told(moved(), knowing("ClusterLink/east"))

    assert replace(found, known="", note="") == moved()


def test_its_end_is_told_by_the_vendors_clock():
    given = knowing("ClusterLink/east")

    assert told(moved(), given, clocks=Clocks({"cc": TOMORROW}, NOW)).known == ""
    assert told(moved(), given, clocks=Clocks({}, TOMORROW)).known == ""
    assert told(
        moved(), given, clocks=Clocks({"cc": TOMORROW - timedelta(seconds=1)}, TOMORROW)
    ).known


def test_a_policy_knows_only_what_it_selects():
    given = knowing("ClusterLink/east", labels=(("team", "a"),))

    assert told(moved(), given).known == ""


def test_one_that_has_ended_is_warned_of():
    specs = desired(DOCUMENT, knowing("ClusterLink/east/a", "ClusterLink/east/b", until=NOW))

    assert list(ended(specs, NOW)) == [
        (
            "specs/p.yaml:7: Policy/p: the acknowledgement of ClusterLink/east/a, ClusterLink/east/b "
            "(INC-7) ended 2026-11-22T12:00:00Z; take it out, or give it a later end"
        )
    ]
    assert list(ended(specs, NOW - timedelta(seconds=1))) == []


KNOWN = told(moved(), knowing("ClusterLink/east"))
HELD = replace(KNOWN, verdict=Verdict.BLOCKED)


@pytest.mark.parametrize("found", [KNOWN, HELD, replace(HELD, failed=True, cause=None)])
def test_drift_neither_counts_it_nor_calls_it_blocked(found: Finding):
    plan = plan_of(found)

    assert (drifted(plan), known_drift(plan), in_doubt(plan)) == ((), (found,), ())
    assert of_drift(plan) == (Outcome.OK,)


def test_other_drift_beside_it_counts():
    other = moved(address=DOCUMENT.address.of("b"))

    assert of_drift(plan_of(KNOWN, other)) == (Outcome.DRIFT,)
    assert drifted(plan_of(KNOWN, other)) == (other,)


def test_it_is_no_news():
    assert not news({}, plan_of(KNOWN)).is_any


def test_what_was_told_before_is_not_resolved_and_is_told_again_when_it_counts_again():
    before = news({}, plan_of(moved())).known
    meanwhile = news(before, plan_of(KNOWN))
    after = news(meanwhile.known, plan_of(moved()))

    assert (meanwhile.is_any, meanwhile.known) == (False, {str(TOPIC): ACKNOWLEDGED})
    assert (after.new, after.changed, after.resolved) == ((), (moved(),), ())
