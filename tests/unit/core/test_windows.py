"""Windows in a judgement: what waits, until when, what goes together, and who lifts them."""

from datetime import datetime, timedelta

import pytest

from reconciler.core.judge import Policy
from reconciler.core.shutting import lifted
from reconciler.core.steps import build_steps
from reconciler.core.windows import hours
from reconciler.model.desired import DesiredPolicy
from reconciler.model.policy import Window, Windows
from reconciler.model.verdict import Verdict
from reconciler.records import replace
from tests.support.specs import (
    INCREMENTAL,
    NOW,
    OLD,
    by_name,
    completed,
    desired,
    idle,
    judged,
    know,
    link,
    link_document,
    mirror,
    mirroring,
    observed,
    paused,
    policy,
    render,
    run,
    since,
    source,
    source_document,
    streamkap,
    told,
    topic,
)

# NOW is Sunday, 2026-11-22T12:00Z.
NIGHTS = Window("0 22 * * *", timedelta(hours=6), "Europe/Berlin", "nights")
NOON = Window("0 11 * * *", timedelta(hours=2))
FREEZE = Window("0 0 20 11 *", timedelta(days=5), "UTC", "INC-9")
NIGHT_WORDS = "for 6h from `0 22 * * *` (Europe/Berlin: nights)"
OPENS = "2026-11-22T21:00:00Z"


def allowing(*windows: Window, name: str = "w", **more: object) -> DesiredPolicy:
    return policy(name, windows=Windows(windows), **more)


def denying(*windows: Window, name: str = "d") -> DesiredPolicy:
    return policy(name, windows=Windows((), windows))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], "changes go"),
        ([policy("p", max_changes=1)], "changes go"),
        ([allowing(NOON)], "changes go until 2026-11-22T13:00:00Z"),
        (
            [allowing(NIGHTS)],
            f"Policy/w allows changes only {NIGHT_WORDS}; the next opening is {OPENS}",
        ),
        (
            [allowing(NIGHTS, NOON), denying(FREEZE)],
            (
                "Policy/d denies changes for 5d from `0 0 20 11 *` (UTC: INC-9); the next opening is "
                "2026-11-25T00:00:00Z"
            ),
        ),
        (
            [policy("b", windows=Windows((NOON,), (FREEZE,)))],
            (
                "Policy/b denies changes for 5d from `0 0 20 11 *` (UTC: INC-9); the next opening is "
                "2026-11-25T11:00:00Z"
            ),
        ),
        (
            [denying(Window("* * * * *", timedelta(days=1)))],
            "Policy/d denies changes for 1d from `* * * * *` (UTC); no opening is in sight",
        ),
        (
            [allowing(Window("0 9 * * *", timedelta(hours=1))), allowing(NOON, name="x")],
            "Policy/w allows changes only for 1h from `0 9 * * *` (UTC); no opening is in sight",
        ),
        (
            [allowing(Window("0 * * * *", timedelta(hours=1)))],
            "changes go until 2027-01-28T05:00:00Z",
        ),
    ],
)
def test_what_policies_say_at_noon(policies, expected):
    assert str(hours(policies, NOW)) == expected


@pytest.mark.parametrize(
    ("time", "is_open"),
    [
        ("2026-11-22T10:59:59Z", False),
        ("2026-11-22T11:00:00Z", True),
        ("2026-11-22T12:59:59Z", True),
        ("2026-11-22T13:00:00Z", False),
    ],
)
def test_a_window_begins_with_its_strike_and_its_end_is_outside(time, is_open):
    assert hours([allowing(NOON)], at(time)).is_open == is_open


def test_a_window_over_a_change_of_clocks_lasts_as_long_as_ever():
    """22:00 in Berlin on 24 October is 20:00Z; the night has an hour more on its clocks."""
    assert hours([allowing(NIGHTS)], at("2026-10-24T22:00:00Z")).until == at("2026-10-25T02:00:00Z")


MIRRORS = link_document("l", mirroring("a"), paused("b", until=since(999)))
SEEN = observed(link(mirror("a", "PAUSED"), mirror("b", "ACTIVE")))


def test_changes_outside_wait_and_say_when_they_go():
    judgement = judged(desired(MIRRORS, allowing(NIGHTS)), know(SEEN))

    assert told(judgement) == {"ClusterLink/l/a": "deferred", "ClusterLink/l/b": "deferred"}
    assert judgement.findings[0].reason == (
        f"Policy/w allows changes only {NIGHT_WORDS}; the next opening is {OPENS}; it is paused, and "
        "should be mirroring"
    )


def test_only_what_a_policy_selects_waits():
    labels = (("team", "a"),)
    specs = desired(MIRRORS, replace(allowing(NIGHTS), labels=labels))

    assert set(told(judged(specs, know(SEEN))).values()) == {"change"}


def test_it_is_the_vendors_clock_that_counts():
    seen = replace(SEEN, now=at("2026-11-22T23:00:00Z"))
    specs = desired(MIRRORS, allowing(NIGHTS))

    assert set(told(judged(specs, know(seen))).values()) == {"change"}
    assert set(told(judged(specs, know(seen, now=NOW))).values()) == {"deferred"}


def test_a_start_that_waits_takes_nobodys_place():
    """`limits.snapshots` is 1, and the older need is the one that waits."""
    limits = replace(streamkap().limits, snapshots=1)
    labels = (("team", "a"),)
    one = source_document("one", completed("x", since=OLD), labels=labels)
    two = source_document("two", completed("x"))
    seen = observed(
        *(
            by_name(source(n, topic("x", run("completed", OLD - timedelta(1)))))
            for n in ("one", "two")
        )
    )
    specs = desired(streamkap(limits=limits), one, two, replace(allowing(NIGHTS), labels=labels))

    assert told(judged(specs, know(seen))) == {"Source/one/x": "deferred", "Source/two/x": "change"}


def test_the_stops_of_one_source_wait_together():
    labels = (("team", "a"),)
    one = source_document("orders", idle("x", allow_source_wide=True), labels=labels)
    two = replace(source_document("more", idle("y", allow_source_wide=True)), source="orders")
    running = run("running", since(2), type=INCREMENTAL)
    seen = observed(by_name(source("orders", topic("x", running), topic("y", running))))
    specs = desired(one, two, replace(allowing(NIGHTS), labels=labels))

    judgement = judged(specs, know(seen))

    assert set(told(judgement).values()) == {"deferred"}
    assert judgement.stops == ()


@pytest.mark.parametrize("asked", [Policy(break_glass="INC-1"), Policy(heeds_windows=False)])
def test_windows_can_be_lifted_and_looked_through(asked):
    judgement = judged(desired(MIRRORS, allowing(NIGHTS)), know(SEEN), asked)

    assert set(told(judgement).values()) == {"change"}
    assert judgement.closings == {}


def test_what_a_broken_glass_lets_through_is_a_warning():
    policies = [allowing(NIGHTS)]
    judgement = judged(desired(MIRRORS, *policies), know(SEEN), Policy(break_glass="INC-1"))

    assert judgement.warnings == (
        (
            "--break-glass (INC-1) lets 2 topics change, although Policy/w allows changes only "
            f"{NIGHT_WORDS}; the next opening is {OPENS}"
        ),
    )


def test_a_glass_that_was_broken_for_nothing_is_told():
    judgement = judged(desired(MIRRORS, allowing(NOON)), know(SEEN), Policy(break_glass="INC-1"))

    assert judgement.warnings == (
        "--break-glass (INC-1) lifts nothing: no window keeps a change back just now",
    )


def test_nobody_who_breaks_no_glass_is_warned():
    judgement = judged(desired(MIRRORS, allowing(NOON)), know(SEEN))

    assert list(lifted(judgement.findings, {}, "")) == []
    assert judgement.warnings == ()


def test_steps_end_with_their_window():
    """A pause that ends sooner counts as well."""
    ends = NOW + timedelta(minutes=20)
    document = link_document("l", mirroring("a"), paused("b", until=ends))
    specs, knowledge = desired(document, allowing(NOON)), know(SEEN)

    steps = build_steps(specs, judged(specs, knowledge), knowledge, {}, render)

    assert [step.not_after for step in steps] == [ends, at("2026-11-22T13:00:00Z")]


def test_what_is_no_change_never_waits():
    seen = observed(link(mirror("a", "ACTIVE"), mirror("b", "PAUSED")))
    judgement = judged(desired(MIRRORS, allowing(NIGHTS)), know(seen))

    assert {finding.verdict for finding in judgement.findings} == {Verdict.IN_SYNC}
